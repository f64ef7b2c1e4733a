"""Becoming another program: this process is replaced, so the program gets its signals and gives its exit code itself."""

import errno
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.environment.collect import Variable

NOT_FOUND: Final = 127
"""What shells end with where there is no such command: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html"""
NOT_RUNNABLE: Final = 126
"""... and where it is there but cannot be run."""

_TOO_BIG: Final = (
    "the system does not take so large an environment",
    "name a narrower path, give `--pristine`, or raise the stack limit (`ulimit -s`)",
)


@dataclass(frozen=True, slots=True)
class NotBecome:
    """Why the program was not run."""

    code: int
    message: str
    help: str


def become(command: Sequence[str], kept: Mapping[str, str], variables: Sequence[Variable]) -> NotBecome:
    """Replace this process by the command, looked for along the PATH of its own environment; answers only on failure.

    The values go into the environment and nowhere else. Raises ConfigurationError where environment and arguments are
    larger than the system takes.
    """
    _flush()
    try:
        with _default_signals():
            os.execvpe(  # noqa: S606  # to run what the user names is the point; no shell reads it
                command[0],
                list(command),
                {os.fsencode(name): os.fsencode(value) for name, value in kept.items()}
                | {one.name.encode(): one.value.reveal().encode("utf-8", "surrogatepass") for one in variables},
            )
    except OSError as error:
        if error.errno == errno.E2BIG:
            raise ConfigurationError(*_TOO_BIG) from None
        return _failure(command[0], error)


def _flush() -> None:
    """Write out what is buffered: it would be lost with this process."""
    for handler in logging.getLogger().handlers:
        handler.flush()
    sys.stdout.flush()
    sys.stderr.flush()


@contextmanager
def _default_signals() -> Iterator[None]:
    """Python ignores these, and execve(2) would pass that on: `yes | head` would not end."""
    ignored = (signal.SIGPIPE, signal.SIGXFSZ)
    before = [signal.signal(number, signal.SIG_DFL) for number in ignored]
    try:
        yield
    finally:
        for number, handler in zip(ignored, before, strict=True):
            signal.signal(number, handler)


def _failure(program: str, error: OSError) -> NotBecome:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return NotBecome(NOT_FOUND, f"there is no command `{program}`", "check its name, and PATH where it has no `/`")
    if error.errno == errno.ENOEXEC:
        return NotBecome(NOT_RUNNABLE, f"`{program}` is no program", "a script begins with a line such as `#!/bin/sh`")
    why = (error.strerror or "unknown error").lower()
    return NotBecome(NOT_RUNNABLE, f"`{program}` cannot be run: {why}", "check that it is a file you may execute")
