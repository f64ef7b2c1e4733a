"""Ctrl-C while logs are read: at once, one word, and nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.usage.made_records import record, write

PROGRAM = """
import os, sys
os.cpu_count = lambda: 2
os.sched_getaffinity = lambda _: {0, 1}
from secrets_cli.cli.start import main
print("started", flush=True)
main()
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seconds of work, and enough of it that two processes share it."""
    folder = tmp_path_factory.mktemp("logs")
    records = [record(requestParameters={"bucketName": "b", "key": f"k{n}"}, resources=[]) for n in range(20_000)]
    data = write(folder / "0.json", records).read_bytes()
    for n in range(1, 12):
        (folder / f"{n}.json").write_bytes(data)
    return folder


@pytest.mark.parametrize("delay", [0, 0.05, 0.15, 0.4, 0.9, 1.6])
def test_interrupted(logs: Path, delay: float) -> None:
    """Regression: while the modules still loaded, a traceback answered."""
    running = _started(["usage", "scan", str(logs), "--format", "json"])
    try:
        time.sleep(delay)
        assert running.poll() is None, "the work was done before it could be interrupted"
        start = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to every process of the group
        out, err = running.communicate(timeout=20)
        assert time.monotonic() - start < 3
        assert (running.returncode, out, err) == (130, "", "interrupted\n")
        assert _gone(running.pid), "a process was left behind"
    finally:
        if not _gone(running.pid, patience=0):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def test_a_program_started_to_ignore_it_goes_on() -> None:
    """As `nohup` and a shell's `&` start it."""
    running = _started(["--version"], before=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out.split()[0], err) == (0, "secrets-cli", "")


def _started(words: list[str], before: Callable[[], object] | None = None) -> subprocess.Popen[str]:
    """The command in a group of its own, its first line reached: an interpreter that still starts answers Ctrl-C itself."""
    command = [sys.executable, "-c", PROGRAM, *words]
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True, preexec_fn=before)
    assert running.stdout is not None
    assert running.stdout.readline() == "started\n"
    return running


def _gone(group: int, patience: float = 3) -> bool:
    """Whether no process of the group runs any more; one that has ended and was not waited for does not run."""
    end = time.monotonic() + patience
    while _running(group):
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)
    return True


def _running(group: int) -> bool:
    listed = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return any(row[0] == str(group) and not row[1].startswith("Z") for row in rows if len(row) == 2)
