"""The options every command takes, and what they set."""

import enum
import logging
from typing import Annotated

import typer

from secrets_cli.aws.loggers import pin_loggers


class OutputFormat(enum.Enum):
    """How a result is written to stdout."""

    TEXT = "text"
    JSON = "json"


class _Asked:
    """What `--debug` asked for: read by the error handler, which has no command context."""

    debug = False


def debug_asked() -> bool:
    """Whether the command line asked for tracebacks and log lines."""
    return _Asked.debug


def _set_debug(asked: bool) -> bool:
    if asked:
        _Asked.debug = True
        logging.basicConfig(level=logging.DEBUG)
        pin_loggers()
    return asked


ProfileOption = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="The profile of the AWS configuration to use.")
]
ProfilesOption = Annotated[
    list[str] | None,
    typer.Option("--profile", metavar="NAME", help="A profile of the AWS configuration. Repeatable: each is asked."),
]
RegionOption = Annotated[str | None, typer.Option("--region", metavar="REGION", help="The AWS region to call.")]
RegionsOption = Annotated[
    list[str] | None, typer.Option("--region", metavar="REGION", help="An AWS region. Repeatable: each is asked.")
]
EndpointOption = Annotated[
    str | None, typer.Option("--endpoint-url", metavar="URL", help="Call this endpoint in place of AWS's own.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Count records from this day or moment on (UTC).")
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="Count records up to the end of this day, or this moment (UTC)."),
]
DaysOption = Annotated[
    int | None, typer.Option("--days", metavar="N", help="Count records of the last N days up to `--until`, or now.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Go ahead without asking.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")]
SettleOption = Annotated[
    float,
    typer.Option(
        "--settle",
        metavar="SECONDS",
        min=0.0,
        max=600.0,
        help="Wait so long between what is added and what is taken away: IAM spreads a change within seconds.",
    ),
]
RevealOption = Annotated[bool, typer.Option("--reveal", help="Show the value also on a terminal.")]
FormatOption = Annotated[OutputFormat, typer.Option("--format", help="How to write the result to stdout.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no hints on stderr.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", envvar="NO_COLOR", help="Plain text without colours.")]
DebugOption = Annotated[
    bool, typer.Option("--debug", callback=_set_debug, is_eager=True, help="Show log lines and tracebacks on stderr.")
]
