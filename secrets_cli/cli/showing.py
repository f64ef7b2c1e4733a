"""When a secret's value is shown: where the user asked for it, or where stdout is no terminal and so no screen."""

import sys

from secrets_cli.secret_value import SecretValue


def shows_values(reveal: bool) -> bool:
    """Whether values are written as they are; `reveal` is what `--reveal` says."""
    return reveal or not sys.stdout.isatty()


def shown(value: SecretValue, reveal: bool) -> str:
    """The value's text where it is to be shown, else the mask."""
    return value.reveal() if shows_values(reveal) else str(value)


def write_values(text: SecretValue) -> None:
    """Values to stdout as they are, with a line feed on a terminal alone.

    As bytes: a locale without UTF-8 would end in an error that quotes them.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write(text.reveal().encode("utf-8"))
    if sys.stdout.isatty() and not text.reveal().endswith("\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
