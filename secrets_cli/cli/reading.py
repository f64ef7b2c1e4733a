"""Reading the files a command line names, with errors that say which and what to do."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError, MalformedInput, TooLarge, UnreadableSource

if TYPE_CHECKING:
    from secrets_cli.iam.model import Policy

LARGEST = 16 * 1024 * 1024
"""Bytes of a policy or configuration file; AWS's own limits are far below."""


def read_text(path: Path, largest: int = LARGEST) -> str:
    """The text of a file of at most `largest` bytes, `-` being stdin; UTF-8, a byte order mark left out.

    Raises ConfigurationError (no such file), UnreadableSource, TooLarge, MalformedInput (no UTF-8).
    """
    data = read_bytes(path, largest)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedInput(f"`{path}` is not UTF-8 at byte {error.start}", "save it as UTF-8") from None


def read_bytes(path: Path, largest: int) -> bytes:
    """The bytes of a file of at most `largest` bytes, `-` being stdin. Raises as `read_text`, but for what is no UTF-8."""
    try:
        data = _read_stdin(largest) if str(path) == "-" else _read_file(path, largest)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file `{path}`", "check the path") from None
    except IsADirectoryError:
        raise ConfigurationError(f"`{path}` is a folder", "name the files in it") from None
    except OSError as error:
        raise UnreadableSource(f"`{path}` cannot be read: {(error.strerror or 'unknown error').lower()}") from None
    if len(data) > largest:
        raise TooLarge(f"`{path}` is larger than {largest:,} bytes", "this is no policy; check the path")
    return data


def policies_in(paths: Iterable[Path]) -> "tuple[Policy, ...]":
    """The identity policies in the files, in order. Raises as read_text and parse_policy."""
    from secrets_cli.iam.parse import parse_policy

    return tuple(parse_policy(read_text(path), str(path)) for path in paths)


def _read_file(path: Path, largest: int) -> bytes:
    with path.open("rb") as file:
        return file.read(largest + 1)


def _read_stdin(largest: int) -> bytes:
    import sys

    return sys.stdin.buffer.read(largest + 1)
