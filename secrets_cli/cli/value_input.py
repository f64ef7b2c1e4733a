"""Where a value comes from: asked for without echo, piped in, or from a file. Never from the command line."""

import sys
from pathlib import Path

from secrets_cli.cli.terminal import hint
from secrets_cli.errors import ConfigurationError, MalformedInput, TooLarge, UnreadableSource
from secrets_cli.secret_value import SecretValue

_LARGEST = 1024 * 1024
"""Bytes read at most: a hundred times what Parameter Store takes, so that its own limit is told with the real size."""


def read_value(what: str, *, file: Path | None, raw: bool, quiet: bool, twice: bool = True) -> SecretValue:
    """The value from `file` (`-`: stdin), else asked for on a terminal, else from stdin.

    `what` is named in the question. Of a file or of stdin one newline at the end is left out, and said so, unless `raw`;
    what is typed ends before its newline anyway. Raises ConfigurationError (no such file, two answers that differ),
    UnreadableSource, TooLarge, MalformedInput (no UTF-8); none of them says anything of the value.
    """
    if file is None and sys.stdin.isatty():
        return _asked(what, twice=twice)
    text = _text(_bytes(file), file)
    stripped = text if raw else _without_last_newline(text)
    if len(stripped.reveal()) < len(text.reveal()):
        hint("one newline at the end was left out (`--raw` keeps it)", quiet)
    return stripped


def _asked(what: str, *, twice: bool) -> SecretValue:
    import getpass

    try:
        first = SecretValue(getpass.getpass(f"{what}: ", stream=sys.stderr))
        again = SecretValue(getpass.getpass(f"{what}, again: ", stream=sys.stderr)) if twice else first
    except EOFError:
        raise ConfigurationError("no value was typed", "run again, or pipe the value in") from None
    if first != again:
        raise ConfigurationError("the two values typed differ; nothing was sent", "run again")
    return first


def _bytes(file: Path | None) -> bytes:
    try:
        if file is None or str(file) == "-":
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with file.open("rb") as stream:
                data = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file `{file}`", "check the path") from None
    except IsADirectoryError:
        raise ConfigurationError(f"`{file}` is a folder", "name one file") from None
    except OSError as error:
        raise UnreadableSource(f"`{file}` cannot be read: {(error.strerror or 'unknown error').lower()}") from None
    if len(data) > _LARGEST:
        raise TooLarge(
            f"the value has more than {_LARGEST:,} bytes, and 8,192 is the limit of Parameter Store; nothing was sent",
            "check that this is the right file",
        )
    return data


def _text(data: bytes, file: Path | None) -> SecretValue:
    source = "stdin" if file is None or str(file) == "-" else f"`{file}`"
    try:
        return SecretValue(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedInput(
            f"the value from {source} is not UTF-8 at byte {error.start}, and Parameter Store keeps text",
            "encode it first, as with `base64 -w0 FILE | secrets-cli secret put NAME`",
        ) from None


def _without_last_newline(value: SecretValue) -> SecretValue:
    text = value.reveal()
    return SecretValue(text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text)
