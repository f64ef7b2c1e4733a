"""`secrets-cli completion`: TAB completes commands, options and choices in bash, zsh and fish.

The shell's script calls the program with `_SECRETS_CLI_COMPLETE` set; `app.run` then answers from the commands' own
declarations and runs no command. Names that live in AWS are not completed: a TAB calls nothing, reads no credentials and
no secret.
"""

import enum
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

PROGRAM = "secrets-cli"
VARIABLE = "_SECRETS_CLI_COMPLETE"
"""The variable by which a shell's script asks; its value says what for (`complete_bash`)."""

_INSTALL = {
    "bash": 'eval "$(secrets-cli completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(secrets-cli completion zsh)" in ~/.zshrc, below compinit',
    "fish": "secrets-cli completion fish > ~/.config/fish/completions/secrets-cli.fish",
}


class Shell(enum.Enum):
    """The shells there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("completion")(completion_command)


def completion_command(
    shell: Annotated[Shell, typer.Argument(help="Whose script to print.")],
) -> None:
    """Print the script that lets a shell complete commands, options and choices; a TAB never calls AWS."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # imported there, not exported

    from secrets_cli.cli.terminal import hint, write_text

    write_text(get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell.value))
    if sys.stdout.isatty():
        hint(f"to have it in every shell: {_INSTALL[shell.value]}")


def asked_by_shell() -> bool:
    """Whether a shell's script calls to have a word completed."""
    return VARIABLE in os.environ


def complete(program: Any) -> int:
    """Write the completions of what the shell says was typed; `program` is the click command of the whole program.

    The answer goes to stdout as the shell's script expects it; the code is the script's too (fish: 0 means there are some).
    """
    from typer.completion import completion_init, shell_complete  # type: ignore[attr-defined]  # as above

    completion_init()
    with _help_texts_as_they_are():
        try:
            return int(shell_complete(program, {}, PROGRAM, VARIABLE, os.environ[VARIABLE]))
        except SystemExit as asked:
            return asked.code if isinstance(asked.code, int) else 0


@contextmanager
def _help_texts_as_they_are() -> Iterator[None]:
    """Let typer believe that rich is not installed: it would load it at every TAB, to render help texts that have no
    markup (and take `[PATH]` in them for some)."""
    loaded = sys.modules.get("rich")
    sys.modules["rich"] = None  # type: ignore[assignment]  # how Python marks a module that cannot be had
    try:
        yield
    finally:
        if loaded is None:
            del sys.modules["rich"]
        else:
            sys.modules["rich"] = loaded
