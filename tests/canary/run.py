"""Run one cell of the canary matrix: the real command in a process of its own, everything it leaves searched."""

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from secrets_cli.secrets.store.backup import BACKUP_SCHEMA
from tests.canary.cells import FAULTS, Outcome, Row
from tests.canary.marker import MARKER, leaks_in
from tests.emulator.proxy import Fault, FaultyProxy
from tests.emulator.server import ACCOUNT, REGION

_PATIENCE = 60.0
_AFTER_INTERRUPT = 10.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How the command ended."""

    code: int
    out: bytes
    err: bytes
    """Empty on a terminal, where `out` is all that was shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one run showed."""

    row: Row
    outcome: Outcome
    code: int
    reached: bool
    """Whether the outcome happened: a fault needs a call to fail."""
    leaks: tuple[str, ...] = ()
    """Where the marker was found, and in which encodings."""
    wrong: tuple[str, ...] = ()
    """What else is not as it must be: an internal error, a traceback, a hang."""
    calls: tuple[str, ...] = field(default=(), repr=False)
    """The operations called, in order."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a cell runs."""

    program: Path
    """The `secrets-cli` to run."""
    environment: Mapping[str, str]
    proxy: FaultyProxy
    folder: Path
    """Home, working folder, folder of temporary files: all the command can reach that is its own."""
    names: Mapping[str, str]
    """What stands for `{p}`, `{k}`, `{k2}` and `{f}` in a row."""


def run_cell(row: Row, outcome: Outcome, scene: Scene, usual: tuple[str, ...]) -> Cell:
    """Run one cell; `usual` are the operations that the command calls where nothing fails."""
    _lay_out(scene.folder, scene.names)
    fault, late = FAULTS.get(outcome, (Fault.NONE, False))
    spared = frozenset(usual) - {usual[-1]} if late and usual else frozenset[str]()
    scene.proxy.reset(fault, spared)
    words = _words(row, outcome, scene.names)
    environment = dict(scene.environment)
    if outcome is Outcome.NETWORK_DOWN:
        environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    seen: list[str] = []
    ended = _run(row, outcome, [str(scene.program), *words], environment, scene, seen)
    reached = _reached(outcome, row, scene.proxy, late=late, usual=usual)
    return Cell(
        row,
        outcome,
        ended.code,
        reached,
        leaks=tuple(_leaks(row, outcome, ended, scene.folder, seen)),
        wrong=tuple(_wrong(row, outcome, ended)) if reached else (),
        calls=tuple(scene.proxy.calls),
    )


def _lay_out(folder: Path, names: Mapping[str, str]) -> None:
    """The files that commands read, and nothing that an earlier cell left."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    (folder / "value").write_text(MARKER + "\n", encoding="utf-8")
    (folder / "in.json").write_text(json.dumps({"ONE": MARKER, "TWO": MARKER}), encoding="utf-8")
    (folder / "broken.json").write_text('{"ONE": "' + MARKER + '", "TWO": ' + MARKER, encoding="utf-8")
    kept = {"name": f"{names['p']}/kept", "type": "SecureString", "value": MARKER, "key": names["k"]}
    backup = {"schema": BACKUP_SCHEMA, "account": ACCOUNT, "region": REGION, "parameters": [kept]}
    (folder / "kept.json").write_text(json.dumps(backup), encoding="utf-8")
    project = folder / "project"
    project.mkdir()
    (project / "env.json").write_text(json.dumps({"F": {"DB_PASSWORD": MARKER}}), encoding="utf-8")
    (project / ".env").write_text(f"API_TOKEN={json.dumps(MARKER)}\n", encoding="utf-8")


def _words(row: Row, outcome: Outcome, names: Mapping[str, str]) -> list[str]:
    words = row.command.split()
    for word in row.words:
        for name, value in names.items():
            word = word.replace("{" + name + "}", value)
        words.append(word)
    match outcome:
        case Outcome.OK | Outcome.TERMINAL:
            pass
        case Outcome.STRAY_WORD:
            words.append(MARKER)
        case Outcome.STRAY_OPTION:
            words.append(f"--value={MARKER}")
        case _:
            words.append("--debug")
    return [*words, *row.tail]


def _run(
    row: Row, outcome: Outcome, argv: list[str], environment: Mapping[str, str], scene: Scene, seen: list[str]
) -> Ended:
    if outcome is Outcome.TERMINAL:
        return _on_a_terminal(argv, environment, scene.folder, row.stdin, seen)
    process = subprocess.Popen(
        argv,
        env=environment,
        cwd=scene.folder,
        preexec_fn=_own_session,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process, _argv_watched(process.pid, seen):
        interrupter = (
            _Interrupter(process, scene.proxy) if FAULTS.get(outcome, (Fault.NONE,))[0] is Fault.STALL else None
        )
        try:
            out, err = process.communicate(row.stdin.encode(), timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Ended(-1, out, err)
        finally:
            if interrupter is not None:
                interrupter.join()
    return Ended(process.returncode, out, err)


def _own_session() -> None:
    """Ctrl-C counts also where whoever runs the matrix is deaf to it, as a background job is."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class _Interrupter(threading.Thread):
    """Presses Ctrl-C once the stalled call was made."""

    def __init__(self, process: "subprocess.Popen[bytes]", proxy: FaultyProxy) -> None:
        super().__init__(daemon=True)
        self._process, self._proxy = process, proxy
        self.start()

    def run(self) -> None:
        while self._process.poll() is None:
            if self._proxy.called.wait(0.05):
                time.sleep(0.2)
                self._process.send_signal(signal.SIGINT)
                return


def _on_a_terminal(argv: list[str], environment: Mapping[str, str], folder: Path, typed: str, seen: list[str]) -> Ended:
    """Run with a terminal for everything; `typed` is given at each prompt, as a person would."""
    ours, theirs = pty.openpty()

    def take_terminal() -> None:
        _own_session()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        argv,
        env={**environment, "TERM": "xterm", "COLUMNS": "200"},
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=take_terminal,  # the child needs a controlling terminal for its hidden prompt
    )
    os.close(theirs)
    try:
        with _argv_watched(process.pid, seen):
            shown = _type_at_prompts(process, ours, typed)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(_PATIENCE)
        os.close(ours)
    return Ended(process.returncode, shown, b"")


def _type_at_prompts(process: "subprocess.Popen[bytes]", terminal: int, typed: str) -> bytes:
    """All that the terminal showed until the process ended; a prompt ends with `: `."""
    shown = b""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if not ready:
            if process.poll() is not None:
                break
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end was closed: the process ended
            break
        shown += piece
        if typed and shown.endswith(b": "):
            os.write(terminal, typed.encode())
    process.wait(_AFTER_INTERRUPT)
    return shown


@contextmanager
def _argv_watched(session: int, seen: list[str]) -> Iterator[None]:
    """Note each process of the command's session whose command line holds the marker."""
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            seen.extend(_lines_with_marker(session))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _lines_with_marker(session: int) -> Iterator[str]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if os.getsid(int(entry.name)) == session and leaks_in(line := (entry / "cmdline").read_bytes()):
                yield line[:40].decode("utf-8", "replace")
        except OSError:  # it ended meanwhile
            continue


def _reached(outcome: Outcome, row: Row, proxy: FaultyProxy, *, late: bool, usual: tuple[str, ...]) -> bool:
    if outcome is Outcome.NETWORK_DOWN:
        return row.calls
    if outcome not in FAULTS:
        return True
    return proxy.called.is_set() and (not late or len(set(usual)) > 1)


def _leaks(row: Row, outcome: Outcome, ended: Ended, folder: Path, argv_seen: list[str]) -> Iterator[str]:
    stray = outcome in (Outcome.STRAY_WORD, Outcome.STRAY_OPTION)
    may_show = row.asked and outcome not in (Outcome.TERMINAL,) and not stray
    for where, text in (("stdout", b"" if may_show else ended.out), ("stderr", ended.err)):
        for form in leaks_in(text):
            yield f"{where} ({form})"
    # A stray value is in the argument list because the user put it there.
    if argv_seen and not stray:
        yield f"argv of {argv_seen[0]}"
    given = {"value", "kept.json", "in.json", "broken.json", "env.json", ".env"}
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in given and path.name not in row.writes:
            for form in leaks_in(path.read_bytes()):
                yield f"file {path.relative_to(folder)} ({form})"
        if path.name in row.writes and path.stat().st_mode & 0o077:
            yield f"file {path.name} is readable by others"


def _wrong(row: Row, outcome: Outcome, ended: Ended) -> Iterator[str]:
    if ended.code == -1:
        yield "did not end"
    if b"internal error" in ended.err + ended.out:
        yield "internal error"
    if outcome in (Outcome.OK, Outcome.DEBUG, Outcome.TERMINAL) and ended.code not in row.codes:
        yield f"exit {ended.code}, not {row.codes}"
    if outcome in (Outcome.STRAY_WORD, Outcome.STRAY_OPTION) and ended.code != 2:
        yield f"exit {ended.code}, not 2"
    if outcome in (Outcome.INTERRUPTED, Outcome.INTERRUPTED_LATE) and ended.code not in (130, -signal.SIGINT):
        yield f"exit {ended.code} after Ctrl-C, not 130"
    if outcome in FAULTS and ended.code == 0 and not (FAULTS[outcome][1] and row.goes_on):
        yield "exit 0 although a call failed"
