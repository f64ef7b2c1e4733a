"""Running another program and waiting for it: its exit code is passed on, and what ends this process ends it too."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

NOT_FOUND: Final = 127
"""What shells end with where there is no such command."""
NOT_RUNNABLE: Final = 126
"""... and where it is there but cannot be run."""
_STDERR: Final = 2
"""Its file descriptor, which a child can take over."""
_ON_A_SIGNAL: Final = 128
"""... and, more the signal's number, where a signal ended it."""


def run_child(command: Sequence[str], environment: Mapping[str, str], *, stdout_to_stderr: bool) -> tuple[int, str]:
    """Its exit code, and why it could not be run (empty where it was).

    Ctrl-C reaches it as the terminal sends it; a SIGTERM, or a SIGINT of no terminal, is passed on. A second one ends it at once.
    """
    try:
        child = subprocess.Popen(  # noqa: S603  # to run what the user names is the point; no shell reads it
            list(command), env=dict(environment), stdout=_STDERR if stdout_to_stderr else None
        )
    except FileNotFoundError:
        return NOT_FOUND, f"there is no command `{command[0]}`"
    except OSError as error:
        return NOT_RUNNABLE, f"`{command[0]}` cannot be run: {(error.strerror or 'unknown error').lower()}"
    with _passed_on(child):
        code = child.wait()
    return (_ON_A_SIGNAL - code if code < 0 else code), ""


@contextmanager
def _passed_on(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """While the child runs, signals that would end this process end the child instead."""
    count = 0

    def pass_on(number: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        if count > 1:
            child.kill()
        elif number != signal.SIGINT or not _is_of_terminal():
            child.send_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, pass_on) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_of_terminal() -> bool:
    """Whether this process is in the foreground of a terminal, which sends Ctrl-C to the child as well."""
    try:
        with open(os.ctermid(), "rb") as terminal:  # noqa: PTH123  # a name that only the system knows
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


class Stopped(Exception):  # it is no error
    """A signal asked this process to end."""


def wait_until_stopped() -> None:
    """Until SIGINT, SIGTERM or SIGHUP."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        while True:
            signal.pause()
    except Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
