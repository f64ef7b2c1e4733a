"""Writing an edited file back: whole or not at all, with the mode it had, and only where it is still what was read."""

import contextlib
import os
import tempfile
from collections.abc import Mapping

from secrets_cli.errors import ConfigurationError

_MARK = b"\xef\xbb\xbf"


def write_back(path: str, before: str, after: str) -> None:
    """Write `after` under a temporary name beside the file, which then takes its place; through a symbolic link, the file it
    leads to. A byte order mark and line ends stay as they were.

    Raises ConfigurationError where the file no longer holds `before`, or cannot be written; it is left as it is then.
    """
    target = os.path.realpath(path)
    try:
        with open(target, "rb") as file:
            present = file.read()
        if present.decode("utf-8-sig") != before:
            raise ConfigurationError(f"`{path}` has changed since it was read", "run the command again")
        mark = _MARK if present.startswith(_MARK) else b""
        _replace(target, mark + after.encode("utf-8"))
    except UnicodeDecodeError:
        raise ConfigurationError(f"`{path}` has changed since it was read", "run the command again") from None
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(
            f"cannot write `{path}`: {why}", "make it writable, or make the change by hand"
        ) from None


def write_together(before: Mapping[str, str | None], after: Mapping[str, str]) -> None:
    """Write several files, those that are made anew first; where one cannot be written, those before it are put back.

    `before` is what each held, None for one that is not there. Raises ConfigurationError as `write_back`.
    """
    written: list[str] = []
    try:
        for path in sorted(after, key=lambda one: before[one] is not None):
            held = before[path]
            if held is None:
                _refuse_there(path)
                write_whole(path, after[path])
            else:
                write_back(path, held, after[path])
            written.append(path)
    except BaseException:
        for path in reversed(written):
            held = before[path]
            if held is None:
                os.unlink(path)
            else:
                write_back(path, after[path], held)
        raise


def _refuse_there(path: str) -> None:
    if os.path.lexists(path):
        raise ConfigurationError(f"`{path}` is there already", "move it away, and run this again")


def write_whole(path: str, text: str) -> None:
    """Write a file, new or not, under a temporary name that is then renamed. Raises ConfigurationError where it cannot be
    written; what was there is left then."""
    target = os.path.realpath(path)
    try:
        _replace(target, text.encode("utf-8"))
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"cannot write `{path}`: {why}", "choose another file") from None


def _replace(target: str, data: bytes) -> None:
    folder, name = os.path.split(target)
    mode = os.stat(target).st_mode & 0o7777 if os.path.exists(target) else 0o666 & ~_umask()
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
