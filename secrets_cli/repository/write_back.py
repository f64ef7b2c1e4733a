"""Writing an edited file back: whole or not at all, with the mode it had, and only where it is still what was read."""

import contextlib
import os
import tempfile

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
            raise ConfigurationError(f"`{path}` has changed since it was read", "run the gate again")
        mark = _MARK if present.startswith(_MARK) else b""
        _replace(target, mark + after.encode("utf-8"))
    except UnicodeDecodeError:
        raise ConfigurationError(f"`{path}` has changed since it was read", "run the gate again") from None
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(
            f"cannot write `{path}`: {why}", "make it writable, or make the change by hand"
        ) from None


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
