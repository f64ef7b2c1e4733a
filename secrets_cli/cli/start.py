"""How the program starts and ends: Ctrl-C is answered with one word, also while the modules are still loading."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

_INTERRUPTED = 130
"""`ExitCode.INTERRUPTED`, which is not loaded yet when it may be wanted."""


def main() -> None:
    """Run the command line and exit with a documented code; no traceback unless `--debug` is given."""
    try:
        code = _loaded()(sys.argv[1:])
    except KeyboardInterrupt:  # after `run` had caught what it catches
        _leave()
    if code == _INTERRUPTED:
        # A thread may still be waiting for an answer, and the interpreter would wait for the thread.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _loaded() -> Callable[[Sequence[str]], int]:
    """The program. Nothing is begun while it loads, so Ctrl-C may end the process where it stands: raised as an exception, it
    could also be swallowed in a callback of the import system."""
    is_python_s = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # no: started to ignore it, as by nohup
    if is_python_s:
        signal.signal(signal.SIGINT, _leave)
    from secrets_cli.cli.app import run

    if is_python_s:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return run


def _leave(_number: int = signal.SIGINT, _frame: FrameType | None = None) -> NoReturn:
    with suppress(OSError):  # a stderr that is closed, or whose reader left
        os.write(2, b"interrupted\n")
    os._exit(_INTERRUPTED)
