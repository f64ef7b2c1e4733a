"""`secrets-cli demo`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.options import DebugOption, NoColorOption
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

    from secrets_cli.demo.live.demo import Left

_OUT = Path("demo-output")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("demo")(demo)


def demo(
    fast: Annotated[bool, typer.Option("--fast", help="Without Zappa: the demo deploys the app itself.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave all of it running, and print what to export and how to stop it.")
    ] = False,
    emulator: Annotated[
        Path | None,
        typer.Option("--emulator", metavar="DIR", help="The virtual environment that has ministack, if not make's."),
    ] = None,
    zappa: Annotated[
        Path | None,
        typer.Option("--zappa", metavar="DIR", help="The virtual environment that has Zappa and Flask, if not make's."),
    ] = None,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Nothing is run: narrow the role of an app whose logs the demo makes up."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="With --offline: the folder to work in, new, empty, or an earlier demo's. Default: demo-output.",
        ),
    ] = None,
    no_color: NoColorOption = False,
    debug: DebugOption = False,  # its callback acts on it
) -> None:
    """Show the main job on an AWS of its own on this machine: a key, a secret, getSecret, and a Zappa app's role narrowed.

    Every command is really run, and each is told with what it proves. The emulator listens on 127.0.0.1; it and all else is
    stopped and removed at the end, also by Ctrl-C. `make demo` installs what is needed. Exit 5: a step failed. Exit 20: what a
    step should prove is not so.
    """
    from secrets_cli.cli.terminal import console

    if offline:
        _refuse_with_offline({"--fast": fast, "--keep": keep, "--emulator": emulator, "--zappa": zappa})
        _walk_through(out or _OUT, console(no_color))
        return
    if out is not None:
        raise ConfigurationError("`--out` is for `--offline`", "give `--offline` too, or leave `--out` away")
    _run(console(no_color), emulator, zappa, fast=fast, keep=keep)


def _refuse_with_offline(given: dict[str, object]) -> None:
    for name, value in given.items():
        if value:
            raise ConfigurationError(f"`{name}` and `--offline` exclude each other", "give one of them")


def _walk_through(out: Path, screen: "Console") -> None:
    from secrets_cli.demo.walkthrough import run_demo

    for number, step in enumerate(run_demo(out), start=1):
        screen.print(f"{number}. {step.title}", style="bold", markup=False)
        for line in step.lines:
            typer.echo(f"   {line}" if line else "")
        if step.shown is not None:
            screen.print(step.shown)
        typer.echo("")


def _run(screen: "Console", emulator: Path | None, zappa: Path | None, *, fast: bool, keep: bool) -> None:
    import time

    from secrets_cli.cli.terminal import hint
    from secrets_cli.demo.live.demo import run_demo
    from secrets_cli.demo.live.stage import StepFailed
    from secrets_cli.demo.live.tools import find_tools

    began = time.monotonic()
    shown = _Shown(screen)
    try:
        left = run_demo(find_tools(emulator, zappa, fast=fast), shown, keep=keep)
    except StepFailed as failed:
        for line in failed.last:
            hint(f"  | {line}")
        hint(f"error: {failed.message}")
        hint(f"help: {failed.help}")
        raise typer.Exit(failed.exit_code) from None
    shown.end(f"{shown.count} steps in {time.monotonic() - began:.0f} s, each as it should be")
    if left is not None:
        _tell_left(left)


def _tell_left(left: "Left") -> None:
    import shlex

    lines = ["", "All of it is still there. To look around:"]
    lines += [f"  export {name}={shlex.quote(value)}" for name, value in left.exported.items()]
    lines += [f"  cd {shlex.quote(str(left.folder))}", "To stop it and remove it:"]
    typer.echo("\n".join([*lines, f"  kill -- -{left.group}; sleep 3; rm -rf {shlex.quote(str(left.folder))}"]))


class _Shown:
    """The demo as it happens, on stdout: each command, and a line of what it proves."""

    def __init__(self, screen: "Console") -> None:
        self._screen = screen
        self._parts = 0
        self.count = 0
        """Commands told so far: the number of the step."""

    def part(self, title: str) -> None:
        self._parts += 1
        self._print(f"{'' if self._parts == 1 else chr(10)}{self._parts}. {title}", "bold")

    def command(self, line: str) -> None:
        self.count += 1
        self._print(f"{self.count:>2} $ {line}", "dim")

    def proven(self, claim: str, seconds: float) -> None:
        self._print(f"   ok  {claim}  ({seconds:.1f} s)", "green")

    def end(self, text: str) -> None:
        self._print(f"\n{text}", "bold")

    def _print(self, text: str, style: str) -> None:
        # Lines are never broken or cut: a command can be copied.
        # Captured, as rich would end the program itself, and with 1, where the reader of stdout is gone.
        with self._screen.capture() as captured:
            self._screen.print(text, style=style, markup=False, soft_wrap=True)
        typer.echo(captured.get(), nl=False)
