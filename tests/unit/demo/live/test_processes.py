"""Processes of the demo: none outlives its stop, and an interruption waits while one is being started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from secrets_cli.demo.live.processes import Interruptions, finish, start, stop
from secrets_cli.secret_value import SecretValue

_NULL = subprocess.DEVNULL


def _started(script: str, folder: Path, stdin: int = _NULL) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-c", script]
    return start(words, {}, folder, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _is_alive(pid: int) -> bool:
    """Whether it runs; one that has ended and whose parent is gone may stay for a moment as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_stopped_process_takes_its_group_along_even_if_it_does_not_heed(tmp_path: Path) -> None:
    script = (
        "import signal, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN);"
        " print(1, flush=True); time.sleep(60)'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True); time.sleep(60)\n"
    )
    process = _started(script, tmp_path)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    assert os.getpgid(child) == process.pid
    stop(process)
    assert process.returncode == -signal.SIGTERM
    until = time.monotonic() + 5
    while _is_alive(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _is_alive(child)
    stop(process)  # again, harmless


def test_what_is_piped_in_and_what_comes_back(tmp_path: Path) -> None:
    process = _started(
        "import sys; sys.stdout.write(sys.stdin.read()[::-1]); sys.exit(3)", tmp_path, stdin=subprocess.PIPE
    )
    assert finish(process, SecretValue("abc"), 60) == (3, "cba", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_interrupts_and_waits_while_it_is_held(number: signal.Signals) -> None:
    interruptions, reached = Interruptions(), list[str]()
    before = signal.getsignal(number)

    def interrupted() -> None:
        with interruptions.held():
            signal.raise_signal(number)
            reached.append("held")
        reached.append("never")

    with interruptions.caught(), pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached == ["held"]
    assert signal.getsignal(number) is before


def test_nothing_interrupts_the_cleaning_up() -> None:
    interruptions = Interruptions()
    with interruptions.caught():
        interruptions.ignore()
        signal.raise_signal(signal.SIGINT)
