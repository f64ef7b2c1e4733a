"""`secrets-cli secret get`: read secrets."""

from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode, exit_code_of
from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    RevealOption,
)

if TYPE_CHECKING:
    from secrets_cli.aws.target import Connection
    from secrets_cli.secrets.store.reading import Readings


def get_command(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME", help="A parameter: NAME, NAME:VERSION, NAME:LABEL or its ARN.")
    ],
    reveal: RevealOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Read secrets: masked on a terminal unless --reveal, the bare value where stdout is no terminal.

    One name is read by ssm:GetParameter and written without a newline; more by ssm:GetParameters, as lines of name, tab
    and value. Exit code 3: some are not there. 5: some cannot be read. What was read is written all the same.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.explaining import explained
    from secrets_cli.cli.showing import shows_values
    from secrets_cli.secrets.store.reading import read_each
    from secrets_cli.secrets.store.words import words_for_aws

    connection = Connection(Target(profile, region, endpoint_url))
    words = words_for_aws(names, connection.region)
    with explained(connection, *words):
        readings = read_each(ParameterStore(connection), words)
    _write(readings, format_, reveal=shows_values(reveal), quiet=quiet)
    _end(readings, connection)


def _write(readings: "Readings", format_: OutputFormat, *, reveal: bool, quiet: bool) -> None:
    from secrets_cli.cli.showing import write_values
    from secrets_cli.cli.terminal import hint, warn, write_json
    from secrets_cli.report.secret_get import get_json, get_text, names_with_line_breaks

    if format_ is OutputFormat.JSON:
        write_json(get_json(readings, reveal=reveal))
    elif readings.found:
        write_values(get_text(readings, reveal=reveal))
        broken = names_with_line_breaks(readings) if reveal and len(readings.found) > 1 else ()
        if broken:
            warn(f"line breaks or tabs are in the value of {', '.join(broken)}: `--format json` keeps values apart")
    if readings.found and not reveal:
        hint("masked: `--reveal` shows values on a terminal", quiet)


def _end(readings: "Readings", connection: "Connection") -> None:
    """Tell what is missing, all at once, and what could not be read, then exit by it."""
    from secrets_cli.cli.explaining import with_advice

    for each in readings.unreadable:
        failure = with_advice(each.failure, connection, (each.asked,))
        typer.echo(f"error: {failure.message}", err=True)
        typer.echo(f"help: {failure.help}", err=True)
    if readings.missing:
        named = ", ".join(f"`{word}`" for word in readings.missing)
        typer.echo(f"error: not there in {connection.region}: {named}", err=True)
        typer.echo("help: see the names with `secrets-cli secret list`, versions with `secret history NAME`", err=True)
    if readings.unreadable:
        raise typer.Exit(exit_code_of(readings.unreadable[0].failure))
    if readings.missing:
        raise typer.Exit(ExitCode.NOTHING_TO_READ)
