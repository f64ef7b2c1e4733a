"""`secrets-cli secret copy`."""

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
from secrets_cli.cli.two_places import (
    FromProfileOption,
    FromRegionOption,
    Given,
    ToProfileOption,
    ToRegionOption,
    connections,
    same_place,
)

if TYPE_CHECKING:
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.secrets.bulk import Outcome
    from secrets_cli.secrets.transfer.copy_run import Asked, CopyPlan
    from secrets_cli.secrets.transfer.copying import Step

CopyKeyOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="ALIAS",
        help="The KMS key of the copies: alias, id or ARN. Left out: the source's key; elsewhere, the key with that alias there.",
    ),
]
RecursiveOption = Annotated[bool, typer.Option("--recursive", "-r", help="All parameters under the path SOURCE.")]
WithHistoryOption = Annotated[
    bool, typer.Option("--with-history", help="Every version kept, oldest first, each with its labels.")
]


def copy_command(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A parameter (or path): /name, or PROFILE@REGION:/name.")
    ],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The name (or path) of the copy, written likewise.")],
    recursive: RecursiveOption = False,
    key: CopyKeyOption = None,
    with_history: WithHistoryOption = False,
    no_overwrite: Annotated[bool, typer.Option("--no-overwrite", help="Keep what is there already.")] = False,
    from_profile: FromProfileOption = None,
    from_region: FromRegionOption = None,
    to_profile: ToProfileOption = None,
    to_region: ToRegionOption = None,
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
    """Copy a parameter, or all under a path, also to another region or account.

    Labels of the current version, tags, description, tier, allowed pattern and parameter policies (expiry) travel. The plan
    comes first: + new, ~ changed, ! kept, ? not readable. Exit 5: something could not be read or written; the rest was.
    """
    from secrets_cli.report.secret_copy import plan_text
    from secrets_cli.secrets.transfer.copy_run import Asked

    given = Given(profile, region, endpoint_url, from_profile, from_region, to_profile, to_region)
    first, second = given.locations(source, target, path=recursive)
    asked = Asked(first, second, recursive, with_history, not no_overwrite)
    plan, store = planned(asked, key, quiet=quiet, no_color=no_color)
    if dry_run:
        _show(plan, None, output)
        return
    agree(plan_text(plan), "copy", len(plan.to_do), yes=yes, quiet=quiet)
    _copy(plan, store, output, quiet=quiet, no_color=no_color)


def planned(asked: "Asked", key: str | None, *, quiet: bool, no_color: bool) -> "tuple[CopyPlan, ParameterStore]":
    """Read both sides and decide; the plan, and the store of the target. Raises as `plan_copy`."""
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.cli.progress import counted
    from secrets_cli.secrets.keys.lookup import KeyLookup
    from secrets_cli.secrets.transfer.copy_key import CopyKey
    from secrets_cli.secrets.transfer.copy_run import plan_copy, refuse_onto_itself

    one, other = connections(asked.source, asked.target)
    same = same_place(one, other)
    refuse_onto_itself(asked, same_place=same)
    lookup = KeyLookup(KeyService(other))
    chosen = CopyKey(lookup, lookup.target(key) if key else None, same_place=same)
    store = ParameterStore(other)
    with counted("reading", quiet=quiet, no_color=no_color) as progress:
        return plan_copy(asked, ParameterStore(one), store, chosen, progress), store


def agree(plan: str, verb: str, count: int, *, yes: bool, quiet: bool) -> None:
    """Show the plan's text and ask, where there is something to do. Raises typer.Abort where the answer is no."""
    from secrets_cli.cli.asking import confirm
    from secrets_cli.cli.terminal import hint
    from secrets_cli.report.secret_copy import shortened

    if not count:
        return
    hint(shortened(plan), quiet and yes)
    if not confirm(f"{verb} {count} parameter{'' if count == 1 else 's'}", yes=yes):
        hint("nothing was changed")
        raise typer.Abort


def _copy(plan: "CopyPlan", store: "ParameterStore", output: OutputFormat, *, quiet: bool, no_color: bool) -> None:
    from secrets_cli.cli.exit_codes import ExitCode
    from secrets_cli.cli.interruption import said_how_far
    from secrets_cli.cli.progress import counted
    from secrets_cli.secrets.bulk import run_all
    from secrets_cli.secrets.transfer.copy_run import Copier

    again = "run again: what is equal is left alone"
    with said_how_far("copied", again), counted("copying", quiet=quiet, no_color=no_color) as progress:
        outcomes = run_all(plan.to_do, Copier(store), progress=progress)
    _show(plan, outcomes, output)
    if plan.unreadable or any(outcome.failure for outcome in outcomes):
        raise typer.Exit(ExitCode.AWS)


def _show(plan: "CopyPlan", outcomes: "Sequence[Outcome[Step, int]] | None", output: OutputFormat) -> None:
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.secret_copy import copied_json, copied_text, plan_text

    if output is OutputFormat.JSON:
        write_json(copied_json(plan, outcomes))
    else:
        write_text(plan_text(plan) if outcomes is None else copied_text(plan, outcomes))
