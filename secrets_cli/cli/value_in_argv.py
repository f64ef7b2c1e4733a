"""Values given on the command line, which are refused: other users see them in the process list, the shell keeps them."""

from collections.abc import Sequence
from typing import Annotated

import typer

from secrets_cli.errors import ConfigurationError

TAKES_EXTRA_WORDS = {"allow_extra_args": True}
"""The context settings of a command that refuses words after its arguments itself: they arrive in `context.args`."""

ValueOption = Annotated[
    str | None,
    typer.Option("--value", "--secret", "--password", hidden=True, help="Refused: never a value on the command line."),
]


def refuse_value_in_argv(extra: Sequence[str] | None, option: str | None, name: str = "") -> None:
    """Raise ConfigurationError where a value was given as a word, as an option, or as `NAME=VALUE`; never repeat it."""
    if extra or option is not None or "=" in name:
        raise ConfigurationError(
            "a value was given on the command line and is refused: it is now in the shell's history and was in the "
            "process list, which other users of the machine can read",
            "treat it as known to others: rotate it and remove the line from the history; then run on a terminal to be "
            "asked for the new one, pipe it in, or give `--file`",
        )
