"""`secrets-cli secret list`: the parameters of a path, without their values."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfilesOption,
    QuietOption,
    RegionsOption,
)

if TYPE_CHECKING:
    from datetime import datetime

    from secrets_cli.aws.target import Connection
    from secrets_cli.cli.each_target import Answers
    from secrets_cli.secrets.store.listing import Listed


def list_command(
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="A folder such as /billing; all by default.")] = "/",
    flat: Annotated[bool, typer.Option("--flat", help="Full names in place of a tree.")] = False,
    usage: Annotated[
        Path | None,
        typer.Option("--usage", metavar="FILE", help="JSON of `usage scan`: adds who read each last, and when."),
    ] = None,
    profile: ProfilesOption = None,
    region: RegionsOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """List parameters as a tree: version, key, tier, age, expiry, who wrote last. Values are never read.

    Needs ssm:DescribeParameters, which no ARN narrows: whoever may list sees every name of the account. Exit code 5: a
    profile or region could not be listed; the others are.
    """
    from datetime import UTC, datetime

    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import targets
    from secrets_cli.cli.each_target import each_target
    from secrets_cli.cli.explaining import explained
    from secrets_cli.cli.reading import read_text
    from secrets_cli.secrets.parameter_name import checked_path
    from secrets_cli.secrets.read_log import parse_read_log
    from secrets_cli.secrets.store.listing import parameters_under

    folder = checked_path(path)
    log = parse_read_log(read_text(usage), str(usage)) if usage else None

    def listed(connection: "Connection") -> "tuple[Listed, ...]":
        with explained(connection):
            return parameters_under(ParameterStore(connection), folder, log)

    answers = each_target(targets(profile, region, endpoint_url), listed)
    if format_ is OutputFormat.JSON:
        _write_json(answers, datetime.now(UTC))
    else:
        _draw(answers, folder, datetime.now(UTC), is_flat=flat, has_usage=bool(usage), no_color=no_color)
    answers.end()


def _write_json(answers: "Answers[tuple[Listed, ...]]", now: "datetime") -> None:
    from secrets_cli.cli.terminal import write_json
    from secrets_cli.report.secret_list import ListedAt, list_json

    lists = tuple(ListedAt(str(each.target), each.region, each.result) for each in answers.given)
    write_json(list_json(lists, tuple((str(each.target), each.error.message) for each in answers.failed), now))


def _draw(
    answers: "Answers[tuple[Listed, ...]]",
    folder: str,
    now: "datetime",
    *,
    is_flat: bool,
    has_usage: bool,
    no_color: bool,
) -> None:
    from secrets_cli.cli.terminal import hint, print_report, write_text
    from secrets_cli.report.secret_list import list_table

    several = len(answers.given) + len(answers.failed) > 1
    for each in answers.given:
        if several:
            write_text(f"{each.target.profile or 'default'} {each.region}")
        if each.result:
            table = list_table(each.result, now, is_flat=is_flat, has_usage=has_usage)
            print_report(table, no_color=no_color)
        else:
            hint(f"no parameters under `{folder}` in {each.region}")
