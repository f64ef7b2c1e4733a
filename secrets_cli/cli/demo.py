"""`secrets-cli demo`."""

from pathlib import Path
from typing import Annotated

import typer

from secrets_cli.cli.options import DebugOption, NoColorOption


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("demo")(demo)


def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder to work in: new, empty, or an earlier demo's.")
    ] = Path("demo-output"),
    no_color: NoColorOption = False,
    debug: DebugOption = False,  # its callback acts on it
) -> None:
    """Walk through the main job on an app that the demo makes up: no AWS account, no network."""
    from secrets_cli.cli.terminal import console
    from secrets_cli.demo.walkthrough import run_demo

    screen = console(no_color)
    for number, step in enumerate(run_demo(out), start=1):
        screen.print(f"{number}. {step.title}", style="bold", markup=False)
        for line in step.lines:
            typer.echo(f"   {line}" if line else "")
        if step.shown is not None:
            screen.print(step.shown)
        typer.echo("")
