"""When a secret's value is shown: where the user asked for it, or where stdout is no terminal and so no screen."""

import sys

from secrets_cli.secret_value import SecretValue


def shows_values(reveal: bool) -> bool:
    """Whether values are written as they are; `reveal` is what `--reveal` says."""
    return reveal or not sys.stdout.isatty()


def shown(value: SecretValue, reveal: bool) -> str:
    """The value's text where it is to be shown, else the mask."""
    return value.reveal() if shows_values(reveal) else str(value)
