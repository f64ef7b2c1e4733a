"""Keeping this process's memory from being written to disk or read by others while it holds secret values.

Two guards, each of which stops what the other does not: a core file (the limit on its size; a program that the kernel pipes
the core to is not held by that limit), and ptrace, /proc/PID/mem and /proc/PID/environ of this process by other processes
of the same user (the "dumpable" attribute of Linux).

execve(2) sets the attribute anew for the program it starts, so the command of `secret exec` is debugged as ever; the limit
stays with it, as it should: a core file of that command would hold the secrets in its environment.

Sources: https://man7.org/linux/man-pages/man5/core.5.html, https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html
"""

import ctypes
import resource
import sys
from dataclasses import dataclass
from typing import Final

_PR_SET_DUMPABLE: Final = 4


@dataclass(frozen=True, slots=True)
class Protection:
    """What could be set. Neither failing stops a command: a system may forbid either."""

    core_files_off: bool
    """No core file is written, and the process cannot raise the limit again."""
    not_dumpable: bool
    """Other processes of the same user cannot look inside. Linux alone has it: False elsewhere."""


def protect_process() -> Protection:
    """Set both guards for this process, as far as the system has them; setting them again changes nothing."""
    return Protection(_core_files_off(), _not_dumpable())


def _core_files_off() -> bool:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    return True


def _not_dumpable() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        answer: int = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):  # a libc without prctl
        return False
    return answer == 0
