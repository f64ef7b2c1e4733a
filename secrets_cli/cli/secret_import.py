"""`secrets-cli secret import`: a file of names and values as parameters."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.aws.target import Target
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
from secrets_cli.errors import AccessDenied, KeyUnusable
from secrets_cli.secrets.environment.file_format import InputFormat

if TYPE_CHECKING:
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection
    from secrets_cli.secrets.environment.import_plan import ImportPlan, Wanted
    from secrets_cli.secrets.environment.import_run import Imported

_NAMES_IN_A_STATEMENT = 10
"""More would make the advice on a denial unreadable."""


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to read; - is stdin.")],
    path: Annotated[str, typer.Option("--path", metavar="PATH", help="The folder to write the parameters to.")],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="ALIAS", help="The KMS key: an alias, id or ARN. Else SECRETS_CLI_KEY says it."),
    ] = None,
    from_: Annotated[
        InputFormat | None, typer.Option("--from", help="The file's format, where its name does not tell it.")
    ] = None,
    lower: Annotated[bool, typer.Option("--lower", help="Make the names lower-case.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare/--no-compare", help="Read what is there, to tell new, changed and same.")
    ] = True,
    skip_unchanged: Annotated[
        bool, typer.Option("--skip-unchanged/--write-unchanged", help="Leave parameters that have the value already.")
    ] = True,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the names and values of a file as SecureString parameters, after showing what would change.

    The plan has + for new, ~ for changed, = for the same and ? for not compared. Nothing is written where any line, name
    or value is not as it should be (exit code 4); all of them are told. After a failure in the middle, the same command
    writes what is missing. With --no-compare a role that may only write can import.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection
    from secrets_cli.cli.terminal import warn, write_json
    from secrets_cli.report.secret_import import import_json
    from secrets_cli.secrets.keys.choice import KEY_VARIABLE, chosen_key

    choice = chosen_key(key, os.environ.get(KEY_VARIABLE))
    if choice.warning:
        warn(choice.warning)
    wanted = _wanted(file, from_, path, lower=lower)
    store = ParameterStore(connection := Connection(Target(profile, region, endpoint_url)))
    plan = _planned(store, wanted, compare=compare, writes_unchanged=not skip_unchanged)
    go_ahead = _shown_and_asked(plan, choice.key, yes=yes, dry_run=dry_run, quiet=quiet)
    imported = _carried_out(store, plan, choice.key, quiet=quiet, no_color=no_color) if go_ahead else None
    if output is OutputFormat.JSON:
        write_json(import_json(plan, imported, path=path, key=choice.key))
    _raise_failure(connection, imported, resumable=compare)


def _wanted(file: Path, format: InputFormat | None, path: str, *, lower: bool) -> "tuple[Wanted, ...]":
    from secrets_cli.cli.reading import read_text
    from secrets_cli.cli.value_in_argv import refuse_value_in_argv
    from secrets_cli.secrets.environment.import_plan import wanted_parameters
    from secrets_cli.secrets.environment.read_file import format_of, read_entries

    if not file.exists():
        refuse_value_in_argv(None, None, str(file))  # `import NAME=VALUE` is a value, and no file
        if str(file) != "-":
            read_text(file)  # says that it is not there, before anything about its format
    known = format or format_of(str(file))
    return wanted_parameters(read_entries(read_text(file), str(file), known), path, lower=lower)


def _planned(
    store: "ParameterStore", wanted: "tuple[Wanted, ...]", *, compare: bool, writes_unchanged: bool
) -> "ImportPlan":
    """The plan; a read that is denied, or that a dead key stops, comes with the advice to do without."""
    from secrets_cli.cli.explaining import explained
    from secrets_cli.secrets.environment.import_plan import plan_import

    names = tuple(one.name for one in wanted)
    try:
        with explained(store.connection, *(names if len(names) <= _NAMES_IN_A_STATEMENT else ())):
            return plan_import(store, wanted, compare=compare, writes_unchanged=writes_unchanged)
    except (AccessDenied, KeyUnusable) as failure:
        advice = "to write without reading what is there, give `--no-compare`"
        help_text = f"{advice}; or: {failure.help}" if failure.help else advice
        raise type(failure)(failure.message, help_text, failure.code) from None


def _raise_failure(connection: "Connection", imported: "Imported | None", *, resumable: bool) -> None:
    from secrets_cli.cli.explaining import with_advice
    from secrets_cli.secrets.environment.import_run import failure_of

    if imported is None:
        return
    failure = failure_of(imported, lambda error, name: with_advice(error, connection, (name,)), resumable=resumable)
    if failure is not None:
        raise failure


def _shown_and_asked(plan: "ImportPlan", key: str, *, yes: bool, dry_run: bool, quiet: bool) -> bool:
    """Show the plan; whether to carry it out. A plan that is asked about, or is all there will be, is shown always."""
    from secrets_cli.cli.asking import confirm
    from secrets_cli.cli.terminal import hint
    from secrets_cli.report.secret_import import plan_text
    from secrets_cli.wording import how_many

    hint(plan_text(plan), quiet and yes and not dry_run)
    if dry_run:
        hint("dry run: nothing was written", quiet)
        return False
    if not plan.writes:
        hint("nothing to write", quiet)
        return False
    if confirm(f"write {how_many(len(plan.writes), 'parameter')} under `{key}`", yes=yes):
        return True
    hint("nothing was written", quiet)
    return False


def _carried_out(store: "ParameterStore", plan: "ImportPlan", key: str, *, quiet: bool, no_color: bool) -> "Imported":
    from secrets_cli.cli.interruption import said_how_far
    from secrets_cli.cli.progress import counted
    from secrets_cli.cli.terminal import hint
    from secrets_cli.secrets.environment.import_run import run_import

    again = "run the same command again for the rest"
    with said_how_far("written", again), counted("writing", quiet=quiet, no_color=no_color) as progress:
        imported = run_import(store, plan, key, progress)
    for note in (note for outcome in imported.written if outcome.result for note in outcome.result.notes):
        hint(f"hint: {note}", quiet)
    hint(f"wrote {len(imported.written)} of {len(plan.writes)} parameters", quiet)
    return imported
