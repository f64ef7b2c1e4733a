"""The bytes of a file, with no hang and no more than a limit: whatever stands under its name."""

import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LARGEST: Final = 64 * 1024 * 1024
"""Bytes that are looked at; what is larger is no policy and is said not to be read."""
_HEAD: Final = 1024
_OF_THE_SHELL: Final = ("/dev/fd/", "/proc/self/fd/")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there are no bytes."""

    reason: str
    """Lower-case, without a full stop."""


def bytes_of(path: str, is_worth: Callable[[bytes], bool]) -> bytes | Refused | None:
    """The content of a regular file, or of a pipe that the shell made for the command (`<(...)`); None where its first
    bytes are not worth the rest. At most LARGEST + 1 bytes; never waits for a FIFO's writer or for a device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISFIFO(mode) and path.startswith(_OF_THE_SHELL):
                os.set_blocking(descriptor, True)
            elif not stat.S_ISREG(mode):
                return Refused("is no regular file: give its content on standard input, as `-`")
            head = file.read(_HEAD)
            return head + file.read(max(0, LARGEST + 1 - len(head))) if is_worth(head) else None
    except OSError as error:
        return Refused(f"cannot be read: {(error.strerror or 'unknown error').lower()}")


def bytes_of_stdin() -> bytes:
    """What standard input holds, of at most LARGEST + 1 bytes."""
    return sys.stdin.buffer.read(LARGEST + 1)
