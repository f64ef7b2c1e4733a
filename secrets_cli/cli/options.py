"""The options every command takes, and what they set."""

import enum
import logging
from typing import Annotated

import typer


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
        # Whatever --debug says: botocore's and boto3's debug lines hold request and response bodies.
        for name in ("botocore", "boto3", "urllib3"):
            logging.getLogger(name).setLevel(logging.INFO)
    return asked


FormatOption = Annotated[OutputFormat, typer.Option("--format", help="How to write the result to stdout.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no hints on stderr.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", envvar="NO_COLOR", help="Plain text without colours.")]
DebugOption = Annotated[
    bool, typer.Option("--debug", callback=_set_debug, is_eager=True, help="Show log lines and tracebacks on stderr.")
]
