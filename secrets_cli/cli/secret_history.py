"""`secrets-cli secret history`: who changed a secret, and when."""

from typing import Annotated

import typer

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


def history_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The parameter.")],
    values: Annotated[
        bool, typer.Option("--values", help="Read the values too: says which are the same as now; --reveal shows them.")
    ] = False,
    reveal: RevealOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the versions of a secret: number, time, writer, labels, key.

    Values are read only with --values and shown only with --values and --reveal together, on a terminal or not. Needs
    ssm:GetParameterHistory, which is a way to read every value kept: no reader needs it. Exit code 3: no such parameter.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.explaining import explained
    from secrets_cli.cli.terminal import hint, print_report, write_json
    from secrets_cli.errors import ConfigurationError
    from secrets_cli.report.secret_history import history_json, history_table
    from secrets_cli.secrets.store.words import plain_name

    if reveal and not values:
        raise ConfigurationError("`--reveal` shows values, and they are not read", "give `--values --reveal`")
    plain = plain_name(name, "the history is of all of them")
    connection = Connection(Target(profile, region, endpoint_url))
    with explained(connection, plain):
        versions = tuple(ParameterStore(connection).history(plain, decrypt=values))
    if format_ is OutputFormat.JSON:
        write_json(history_json(plain, versions, reveal=reveal))
        return
    print_report(history_table(versions, has_values=values, reveal=reveal), no_color=no_color)
    if values and not reveal:
        hint("masked: `--values --reveal` shows the values", quiet)
