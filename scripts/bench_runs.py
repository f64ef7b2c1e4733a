"""Commands run and measured from outside: seconds, processor time, memory of all their processes."""

import ctypes
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

_SAMPLED_SECONDS = 0.05
_ADOPT = 36
"""PR_SET_CHILD_SUBREAPER: https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html"""
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command, or the medians of some."""

    seconds: float
    """By the clock, the start of the process included."""
    processor: float
    """Seconds of processor time of the command and of all processes that it started."""
    memory: int = 0
    """Bytes: the largest sum over its processes, sampled; 0 where not looked at."""


class CommandFailedError(Exception):
    """A command that is measured failed; the text has its last words."""


def measured(command: Sequence[str], *, cores: int | None = None, is_sampled: bool = False) -> Run:
    """Run a command, its output thrown away; on so many cores of those that this process may use (None: all).

    With `is_sampled` the resident memory of every process of its session is summed 20 times a second, from /proc; pages that
    processes share count once for each. Raises CommandFailedError.
    """
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    with TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, allowed),
        )
        with _Sampler(process.pid, is_on=is_sampled) as sampler:
            _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        processor = used.ru_utime + used.ru_stime + _left_behind(process.pid)
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace")[-2000:]
            raise CommandFailedError(f"`{' '.join(command[:4])} ...` ended with {process.returncode}:\n{said}")
    return Run(seconds, processor, sampler.most)


def _left_behind(group: int) -> float:
    """Processor time of what the command did not wait for, such as its server of forks, which now is this process' child."""
    seconds = 0.0
    while True:
        try:
            _, _, used = os.wait4(-group, 0)
        except ChildProcessError:
            return seconds
        seconds += used.ru_utime + used.ru_stime


class _Sampler:
    """Looks at a session's memory while the block runs."""

    def __init__(self, session: int, *, is_on: bool) -> None:
        self.most = 0
        self._session = session
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look) if is_on else None

    def __enter__(self) -> "_Sampler":
        if self._thread:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        if self._thread:
            self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(_SAMPLED_SECONDS):
            pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
            self.most = max(self.most, sum(_resident(pid) for pid in pids if _session_of(pid) == self._session))


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0  # it has ended


def interleaved(runs: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, Run]:
    """Each run once, then each again, and so on; the medians of each."""
    found: dict[str, list[Run]] = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in runs.items():
            found[name].append(run())
            last = found[name][-1]
            said = f"round {number + 1} of {rounds}: {name}: {last.seconds:.1f} s, processor {last.processor:.1f} s"
            print(said, file=sys.stderr, flush=True)
    return {name: median(each) for name, each in found.items()}


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure by itself."""
    return Run(
        statistics.median(run.seconds for run in runs),
        statistics.median(run.processor for run in runs),
        int(statistics.median(run.memory for run in runs)),
    )
