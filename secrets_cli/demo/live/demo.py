"""The demo from its first process to its last: a folder, an emulator, the steps, and nothing left of them."""

import contextlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from secrets_cli.aws.emulated_account import EmulatedAccount
from secrets_cli.demo.live.emulator import Emulator, start_emulator
from secrets_cli.demo.live.plain_steps import play_plain
from secrets_cli.demo.live.processes import Interruptions, finish, start, stop
from secrets_cli.demo.live.secret_steps import make_people, play_secret
from secrets_cli.demo.live.stage import PROJECT, REGION, Account, Command, NotProven, Program, Ran, StepFailed
from secrets_cli.demo.live.tools import Tools, of_clients, of_commands
from secrets_cli.demo.live.zappa_steps import play_zappa
from secrets_cli.secret_value import MASK, SecretValue

_SECONDS = 300.0
"""The longest that one command may take."""
_LAST_LINES = 15
_OUR_CODES = frozenset({2, 3, 4, 5, 20, 21})
"""Exit codes of our own commands that the demo passes on; any other failure is 5, a false claim 20."""


class Teller(Protocol):
    """Who shows what happens, as it happens."""

    def part(self, title: str) -> None:
        """A part begins."""

    def command(self, line: str) -> None:
        """A command line is about to be run."""

    def proven(self, claim: str, seconds: float) -> None:
        """What it proved, and how long it took."""


@dataclass(frozen=True, slots=True)
class Left:
    """What `keep` left running."""

    exported: Mapping[str, str]
    """The environment of a client."""
    folder: Path
    group: int
    """The emulator's process group."""


@dataclass(slots=True)
class _Stage:
    """The real one: commands are processes."""

    folder: Path
    account: Account
    tools: Tools
    exported: Mapping[str, str]
    teller: Teller
    interruptions: Interruptions
    processes: "list[subprocess.Popen[bytes]]"
    """Those that run, to be stopped at the end."""
    hidden: tuple[SecretValue, ...]
    """What is masked in whatever is shown of a command's answer."""
    number: int = 0
    """Of the step."""
    last: Command | None = None
    began: float = field(default_factory=time.monotonic)

    def part(self, title: str) -> None:
        self.teller.part(title)

    def prove(self, claim: str) -> None:
        self.teller.proven(claim, time.monotonic() - self.began)

    def run(self, command: Command) -> Ran:
        self.number, self.last, self.began = self.number + 1, command, time.monotonic()
        self.teller.command(str(command))
        is_zappa = command.program is Program.ZAPPA
        zappa = self.tools.zappa if is_zappa else None
        with self.interruptions.held():
            process = start(
                self._words(command),
                of_commands(self.exported, self.folder, Path(sys.executable).parent, zappa),
                self.folder / PROJECT if is_zappa else self.folder,
                stdin=subprocess.PIPE if command.stdin is not None else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            self.processes.append(process)
        code, out, err = self._finished(process, command)
        if code != command.ends:
            raise self._failed(f"ended with exit code {code}, not {command.ends}", command, code, out + err)
        return Ran(out, err)

    def _finished(self, process: "subprocess.Popen[bytes]", command: Command) -> tuple[int, str, str]:
        try:
            ended = finish(process, command.stdin, _SECONDS)
        except subprocess.TimeoutExpired:
            raise self._failed(f"did not end in {_SECONDS:.0f} s", command, 0, "") from None
        self.processes.remove(process)
        return ended

    def _words(self, command: Command) -> list[str | Path]:
        match command.program:
            case Program.OURS:
                return [sys.executable, "-m", "secrets_cli", *command.words]
            case Program.PYTHON:
                return [sys.executable, *command.words]
            case Program.ZAPPA:
                assert self.tools.zappa is not None
                return [self.tools.zappa / "bin" / "zappa", *command.words]

    def _failed(self, how: str, command: Command, code: int, said: str) -> StepFailed:
        for value in self.hidden:
            said = said.replace(value.reveal(), MASK)
        lines = tuple(line for line in said.splitlines() if line.strip())[-_LAST_LINES:]
        passed_on = code if command.program is Program.OURS and code in _OUR_CODES else 5
        return StepFailed(f"step {self.number}, `{command}`, {how}", _HELP, passed_on, lines)


_HELP = "everything that the demo started is stopped; run it again, and if it fails again, report it with these lines"


def run_demo(tools: Tools, teller: Teller, *, keep: bool) -> Left | None:
    """Play the demo; with Zappa where `tools` has it. What was left running, where `keep` asks for it.

    Raises StepFailed, Unreachable, and KeyboardInterrupt for a signal; whatever happens, all processes are stopped and the folder
    is removed, except at the end of a demo with `keep`.
    """
    interruptions = Interruptions()
    with interruptions.caught(), _cleaned(interruptions) as scene:
        began = time.monotonic()
        emulator = start_emulator(tools.emulator, scene.folder / "emulator", interruptions, scene.processes.append)
        teller.part("An AWS of its own on this machine")
        teller.proven(
            f"{emulator.url}: IAM decides on every call, nothing leaves this machine", time.monotonic() - began
        )
        exported = of_clients(emulator.url, scene.folder, emulator.key, emulator.secret)
        _play(scene, emulator, exported, tools, teller, interruptions)
        if not keep:
            return None
        scene.keep = True
        emulator.leave()
        return Left(exported, scene.folder, emulator.process.pid)


def _play(
    scene: "_Scene",
    emulator: Emulator,
    exported: Mapping[str, str],
    tools: Tools,
    teller: Teller,
    interruptions: Interruptions,
) -> None:
    folder, value = scene.folder, SecretValue(secrets.token_urlsafe(24))
    copy_app(folder / PROJECT)
    (folder / "tmp").mkdir()
    account = EmulatedAccount(emulator.url, REGION, emulator.key, emulator.secret)
    make_people(account, folder / "credentials")
    stage = _Stage(folder, account, tools, exported, teller, interruptions, scene.processes, (value, emulator.secret))
    try:
        play_secret(stage, value)
        (play_zappa if tools.zappa else play_plain)(stage)
    except NotProven as wrong:
        raise StepFailed(f"step {stage.number}, `{stage.last}`: {wrong}", _HELP, 20) from None


def copy_app(folder: Path) -> None:
    """Put the app's project, as this package carries it, into a new folder."""
    folder.mkdir()
    for entry in files("secrets_cli.demo").joinpath("app").iterdir():
        if entry.is_file():
            (folder / entry.name).write_bytes(entry.read_bytes())


@dataclass(slots=True)
class _Scene:
    """What is to be cleaned up."""

    folder: Path
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    keep: bool = False


@contextmanager
def _cleaned(interruptions: Interruptions) -> Iterator[_Scene]:
    """A new folder; at the end all processes that were noted are stopped and the folder is removed."""
    with interruptions.held():
        scene = _Scene(Path(tempfile.mkdtemp(prefix="secrets-cli-demo-")))
    try:
        try:
            yield scene
        finally:
            interruptions.ignore()
    finally:  # also where the interruption came just before it was ignored
        interruptions.ignore()
        if not scene.keep:
            for process in reversed(scene.processes):
                stop(process)
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(scene.folder)
