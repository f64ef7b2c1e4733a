"""`secrets-cli secret rename`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.options import (
    DebugOption,
    DryRunOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    YesOption,
)
from secrets_cli.cli.secret_copy import CopyKeyOption, RecursiveOption, WithHistoryOption, agree, planned
from secrets_cli.cli.two_places import Given

if TYPE_CHECKING:
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.secrets.transfer.copy_run import CopyPlan
    from secrets_cli.secrets.transfer.renaming import Renamed


def rename_command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The parameter's (or path's) name now.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The name (or path) it gets.")],
    recursive: RecursiveOption = False,
    key: CopyKeyOption = None,
    with_history: WithHistoryOption = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what is at the new name with another value.")
    ] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Rename a parameter, or all under a path: copied, read back and compared, and only then deleted at the old name.

    Earlier versions go with the old name unless --with-history is given. What is at the new name with another value stops
    the rename of that parameter. Interrupted, both names are there: run again. Exit 5: something was not renamed; the rest was.
    """
    from secrets_cli.report.secret_copy import rename_plan_text
    from secrets_cli.secrets.transfer.copy_run import Asked

    first, second = Given(profile, region, endpoint_url).locations(source, target, path=recursive)
    asked = Asked(first, second, recursive, with_history, overwrite)
    plan, store = planned(asked, key, quiet=quiet, no_color=no_color)
    if dry_run:
        _show(plan, None, output)
        return
    agree(rename_plan_text(plan), "rename", len(plan.to_rename), yes=yes, quiet=quiet)
    _rename(plan, store, output, quiet=quiet, no_color=no_color)


def _rename(plan: "CopyPlan", store: "ParameterStore", output: OutputFormat, *, quiet: bool, no_color: bool) -> None:
    from secrets_cli.cli.exit_codes import ExitCode
    from secrets_cli.cli.interruption import said_how_far
    from secrets_cli.cli.progress import counted
    from secrets_cli.secrets.transfer.renaming import rename_all

    again = "run again: what was copied is compared, and only then deleted at the old name"
    with said_how_far("copied or deleted", again), counted("renaming", quiet=quiet, no_color=no_color) as progress:
        ended = rename_all(store, plan, progress)
    _show(plan, ended, output)
    if plan.unreadable or any(one.failure for one in ended):
        raise typer.Exit(ExitCode.AWS)


def _show(plan: "CopyPlan", ended: "Sequence[Renamed] | None", output: OutputFormat) -> None:
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.secret_copy import rename_plan_text, renamed_json, renamed_text

    if output is OutputFormat.JSON:
        write_json(renamed_json(plan, ended))
    else:
        write_text(rename_plan_text(plan) if ended is None else renamed_text(plan, ended))
