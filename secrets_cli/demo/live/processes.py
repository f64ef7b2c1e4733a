"""Starting and stopping processes, each with a process group of its own, so that none survives the demo.

Ctrl-C in a terminal reaches this process alone: it stops the others.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, Final

from secrets_cli.secret_value import SecretValue

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE_SECONDS: Final = 5.0


class Interruptions:
    """SIGINT, SIGTERM and SIGHUP as KeyboardInterrupt, put off while a process is being started or stopped.

    Without that an interruption could come between the start of a process and the line that notes it.
    """

    def __init__(self) -> None:
        self._held = 0
        self._pending = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """While inside, the three signals end it; afterwards they are what they were."""
        before = {number: signal.signal(number, self._heard) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While inside, an interruption waits."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        self._raise_pending()

    def ignore(self) -> None:
        """From now on there is nothing left to interrupt: what is running is being stopped."""
        self._held += 1

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self._pending = True
        self._raise_pending()

    def _raise_pending(self) -> None:
        if self._pending and not self._held:
            self._pending = False
            raise KeyboardInterrupt


def start(
    words: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path,
    *,
    stdin: int | IO[bytes],
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
) -> "subprocess.Popen[bytes]":
    """Start a program as the leader of a new process group."""
    return subprocess.Popen(  # noqa: S603  # the demo's own commands; no shell reads them
        list(words),
        env=dict(environment),
        cwd=folder,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all of its group: asked first, then killed. Nothing is left when this returns."""
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    _signal_group(process, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says so of a group of zombies
        os.killpg(process.pid, number)


def finish(process: "subprocess.Popen[bytes]", text: SecretValue | None, seconds: float) -> tuple[int, str, str]:
    """Feed a process `text`, wait for it, and answer its exit code, stdout and stderr.

    Raises subprocess.TimeoutExpired where it takes longer than `seconds`; it runs on then, as on any other exception.
    """
    out, err = process.communicate(text.reveal().encode() if text is not None else None, timeout=seconds)
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
