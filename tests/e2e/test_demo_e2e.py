"""The demo as a stranger runs it: whole, twice, two at a time, interrupted at different steps, and left running.

Each run has a temporary folder of its own: what the demo leaves there, and each process that names it, is found.
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

FAST = ("--fast",)
_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Demo:
    """One run of it, in a folder of its own."""

    process: "subprocess.Popen[str]"
    folder: Path

    def until(self, words: str) -> str:
        """Read its output to the line that has these words."""
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if words in line:
                break
        else:
            raise AssertionError(f"no line with {words}: {''.join(said)} {self.process.communicate()[1]}")
        return "".join(said)

    def end(self) -> tuple[int, str, str]:
        """Its exit code, and what is left of its stdout and stderr."""
        out, err = self.process.communicate(timeout=_SECONDS)
        return self.process.returncode, out, err


@contextmanager
def started(folder: Path, words: Sequence[str]) -> Iterator[Demo]:
    """Run it as the leader of a process group, as a terminal's foreground job is."""
    folder.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "secrets_cli", "demo", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
        start_new_session=True,
    )
    try:
        yield Demo(process, folder)
    finally:
        process.kill()
        process.communicate()


def processes_of(folder: Path) -> list[str]:
    """The processes whose environment or command line names the folder (Linux)."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and int(path.name) != os.getpid():
            try:
                command = (path / "cmdline").read_bytes()
                text = (path / "environ").read_bytes() + command
            except OSError:  # it ended meanwhile
                continue
            if str(folder).encode() in text:
                found.append(f"{path.name} {command!r}")
    return found


def nothing_is_left(folder: Path, said: str) -> None:
    """No process, no file, and nobody who listens where the emulator did."""
    assert processes_of(folder) == []
    assert list(folder.iterdir()) == []
    for url in re.findall(r"http://127\.0\.0\.1:\d+", said):
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(f"{url}/_ministack/health", timeout=5)


def is_whole(said: str, claims: Sequence[str]) -> None:
    """Each of the claims was told, in order, one line for each command and one for what it proves."""
    place = 0
    for claim in claims:
        place = said.find(claim, place)
        assert place >= 0, f"{claim}: {said}"
    lines = said.splitlines()
    commands = [number for number, line in enumerate(lines) if re.match(r"[ \d]\d \$ ", line)]
    assert [int(lines[number][:2]) for number in commands] == list(range(1, len(commands) + 1))
    assert len(commands) >= 17
    assert all(lines[number + 1].startswith("   ok  ") for number in commands)


SECRET = (
    "8 claims proven",
    "stored under that key; the value went in on stdin",
    "getSecret is deployed",
    "entitled: answered with the value that was stored",
    "not entitled: refused by IAM",
)
NARROWED = (
    "before: the gate fails the build (exit 14): ",
    "before: the role lets the app read another team's bucket",
    "36 calls of the app's role (dynamodb 12, kms 6, s3 12, ssm 6) are written",
    "proven to grant nothing new, and to allow 16 of 16 observed requests",
)
AFTER = (
    "after: the app still takes orders",
    "after: another team's bucket is closed to it",
    "after: a call that it never made, to delete its own table, is denied",
)


def test_all_of_it_with_zappa(checkout: Path, tmp_path: Path) -> None:
    assert (checkout / ".frameworks/zappa/bin/zappa").exists(), "Zappa is not installed: run `make zappa`"
    folder = tmp_path / "demo"
    with started(folder, ()) as demo:
        code, said, err = demo.end()
    assert (code, err) == (0, ""), said
    is_whole(
        said, (*SECRET, "the app runs behind API Gateway", *NARROWED, "Zappa itself put the narrowed policy", *AFTER)
    )
    is_whole(said, ("what is deployed is what the files say", "after: the gate passes (exit 0)", "19 steps in "))
    assert "zappa-default-policy" in said
    nothing_is_left(folder, said)


def test_ctrl_c_while_zappa_deploys(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with started(folder, ()) as demo:
        said = demo.until("7 $ (cd orders && zappa deploy dev)")
        time.sleep(3)
        os.killpg(demo.process.pid, signal.SIGINT)
        code, out, err = demo.end()
    assert (code, out, err) == (130, "", "interrupted\n")
    nothing_is_left(folder, said)


def test_two_at_a_time_and_one_after_the_other(tmp_path: Path) -> None:
    with started(tmp_path / "one", FAST) as one, started(tmp_path / "two", FAST) as two:
        ended = {demo.folder: demo.end() for demo in (one, two)}
    with started(tmp_path / "one", FAST) as again:
        code, said, err = again.end()
    assert (code, err) == (0, ""), said
    for folder, (code, said, err) in ended.items():
        assert (code, err) == (0, ""), said
        is_whole(
            said, (*SECRET, *NARROWED, "the narrowed policy is in force", *AFTER, "after: the gate passes (exit 0)")
        )
        nothing_is_left(folder, said)


@pytest.mark.parametrize(
    ("words", "number", "seconds"),
    [
        ("An AWS of its own", signal.SIGINT, 0.0),
        ("secret put", signal.SIGTERM, 0.5),
        ("usage record", signal.SIGINT, 2.0),
    ],
)
def test_interrupted_nothing_is_left(tmp_path: Path, words: str, number: signal.Signals, seconds: float) -> None:
    folder = tmp_path / "demo"
    with started(folder, FAST) as demo:
        said = demo.until(words)
        time.sleep(seconds)
        os.killpg(demo.process.pid, number)
        time.sleep(0.05)
        if demo.process.poll() is None:
            os.killpg(demo.process.pid, number)  # impatience does not hurt
        code, _, err = demo.end()
    assert (code, err) == (130, "interrupted\n")
    nothing_is_left(folder, said)


def test_interrupted_while_the_emulator_starts(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with started(folder, FAST) as demo:
        until = time.monotonic() + 30
        while not list(folder.glob("*/emulator/emulator.log")) and time.monotonic() < until:
            time.sleep(0.005)
        os.killpg(demo.process.pid, signal.SIGINT)
        code, out, err = demo.end()
    assert (code, out, err) == (130, "", "interrupted\n")
    nothing_is_left(folder, "")


def test_killed_outright_no_process_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with started(folder, FAST) as demo:
        demo.until("GET /salaries")
        demo.process.kill()
        demo.end()
    until = time.monotonic() + 15
    while processes_of(folder) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_of(folder) == []


def test_left_running_until_it_is_stopped_and_the_secret_is_nowhere_in_what_was_said(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with started(folder, (*FAST, "--keep")) as demo:
        code, said, err = demo.end()
    assert (code, err) == (0, ""), said
    exported = dict(re.findall(r"^  export (\w+)=(.+)$", said, re.MULTILINE))
    read = subprocess.run(
        [
            sys.executable,
            "-m",
            "secrets_cli",
            "lambda",
            "invoke",
            "/orders/dev/payment-key",
            "--as-profile",
            "checkout",
        ],
        env={"PATH": os.environ["PATH"]} | exported,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert len(read.stdout) == 32
    assert read.stdout not in said
    kept = [path for path in folder.rglob("*") if path.is_file() and "emulator" not in path.parts]
    assert kept
    assert not [path for path in kept if read.stdout.encode() in path.read_bytes()]
    (stop,) = re.findall(r"^  (kill -- -\d+; sleep 3; rm -rf \S+)$", said, re.MULTILINE)
    subprocess.run(["sh", "-c", stop], check=True, timeout=30)
    until = time.monotonic() + 30
    while processes_of(folder) and time.monotonic() < until:
        time.sleep(0.1)
    nothing_is_left(folder, said)


def test_a_step_that_fails_says_which_and_what_it_said(tmp_path: Path) -> None:
    """A Zappa that fails: the step, the command, its last lines, no traceback, exit 5."""
    programs = tmp_path / "zappa" / "bin"
    programs.mkdir(parents=True)
    (programs / "zappa").write_text("#!/bin/sh\necho first; echo 'Error: no luck' >&2; exit 7\n", encoding="utf-8")
    (programs / "zappa").chmod(0o755)
    folder = tmp_path / "demo"
    with started(folder, ("--zappa", str(tmp_path / "zappa"))) as demo:
        code, said, err = demo.end()
    assert code == 5
    assert err.splitlines()[:3] == [
        "  | first",
        "  | Error: no luck",
        "error: step 7, `(cd orders && zappa deploy dev)`, ended with exit code 7, not 0",
    ]
    assert "Traceback" not in err
    nothing_is_left(folder, said)
