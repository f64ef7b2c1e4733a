"""`secrets-cli secret find`: which secrets hold a given value."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
)
from secrets_cli.cli.value_in_argv import ValueOption

if TYPE_CHECKING:
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.secret_value import SecretValue
    from secrets_cli.secrets.store.find import Compared


def find_command(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="A folder such as /billing; all by default.")] = "/",
    value: ValueOption = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Take the value from a file; `-` is stdin.")
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Keep a newline at the end of what is piped in.")] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Find the secrets whose current value is the one given: a leaked value, say. Only names are shown.

    The value is asked for without echo, piped in, or taken from --file, and compared in memory. Needs the right to read
    what is compared. Exit code 3: none holds it. 5: none found, but some could not be read.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.explaining import explained
    from secrets_cli.cli.value_in_argv import refuse_value_in_argv
    from secrets_cli.cli.value_input import read_value
    from secrets_cli.secrets.parameter_name import checked_path
    from secrets_cli.secrets.store.acceptable_value import checked_value

    # A word that is no path is a value in the wrong place: it is refused as one, and not repeated.
    refuse_value_in_argv([*context.args, *([] if path.startswith("/") else [path])], value)
    folder = checked_path(path)
    wanted = checked_value(read_value("value to find", file=file, raw=raw, quiet=quiet, twice=False))
    connection = Connection(Target(profile, region, endpoint_url))
    with explained(connection, folder):
        found = _search(ParameterStore(connection), folder, wanted, quiet=quiet)
    _report(found, folder, format_, quiet=quiet)
    if not found.matches:
        raise typer.Exit(ExitCode.AWS if found.unreadable else ExitCode.NOTHING_TO_READ)


def _search(store: "ParameterStore", folder: str, wanted: "SecretValue", *, quiet: bool) -> "Compared":
    from secrets_cli.cli.progress import stepped
    from secrets_cli.secrets.store.find import compare_each, names_under, together

    names = names_under(store, folder)
    parts = []
    with stepped("comparing", len(names), quiet=quiet) as step:
        for part in compare_each(store, names, wanted):
            parts.append(part)
            step(part.count + len(part.unreadable))
    return together(parts)


def _report(found: "Compared", folder: str, format_: OutputFormat, *, quiet: bool) -> None:
    from secrets_cli.cli.terminal import hint, warn, write_json, write_text

    if format_ is OutputFormat.JSON:
        from secrets_cli.report.secret_find import find_json

        write_json(find_json(found))
    else:
        for name in found.matches:
            write_text(name)
    for each in found.unreadable:
        warn(f"not compared: `{each.asked}`: {each.failure.message}")
    hint(f"{len(found.matches)} of {found.count} under `{folder}` hold the value", quiet)
