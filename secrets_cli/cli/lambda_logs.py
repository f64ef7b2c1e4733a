"""`secrets-cli lambda logs`: who asked for what."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.lambda_options import DEFAULT_STACK, StackOption
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
from secrets_cli.errors import ConfigurationError
from secrets_cli.wording import named

if TYPE_CHECKING:
    from secrets_cli.aws.logs import LogEvent

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def logs_command(
    stack: StackOption = DEFAULT_STACK,
    since: Annotated[str, typer.Option("--since", metavar="AGE", help="How far back: 30s, 10m, 12h, 7d.")] = "1h",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")] = False,
    all_lines: Annotated[bool, typer.Option("--all", help="Lambda's own lines too.")] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Show who asked the function for what, and what it came to; one line a name. As JSON: one object a line.

    Exit 3: there is no such log.
    """
    from datetime import UTC, datetime

    from secrets_cli.aws.logs import LogGroups
    from secrets_cli.aws.target import Connection, Target

    groups = LogGroups(Connection(Target(profile, region, endpoint_url)))
    begin = datetime.now(UTC) - age(since)
    group = f"/aws/lambda/{stack}"
    for event in groups.follow(group, begin) if follow else groups.events(group, begin):
        _write(event, output, all_lines=all_lines)


def age(text: str) -> timedelta:
    """A length of time such as `10m`. Raises ConfigurationError."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if found is None:
        raise ConfigurationError(f"{named(text)} is no length of time", "give `30s`, `10m`, `12h` or `7d`")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _write(event: "LogEvent", output: OutputFormat, *, all_lines: bool) -> None:
    import sys

    from secrets_cli.broker.audit_lines import audit_line
    from secrets_cli.cli.terminal import write_text
    from secrets_cli.report.audit_lines import line_json, line_text, other_text

    line = audit_line(event)
    if line is not None:
        write_text(line_json(line) if output is OutputFormat.JSON else line_text(line))
    elif all_lines and output is OutputFormat.TEXT:
        write_text(other_text(event))
    sys.stdout.flush()
