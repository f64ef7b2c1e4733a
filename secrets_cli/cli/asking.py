"""Questions before something is changed: on a terminal they are asked, elsewhere the answer must be on the command line."""

import sys

import typer

from secrets_cli.errors import ConfigurationError


def confirm(question: str, *, yes: bool) -> bool:
    """Whether to go ahead. `question` ends without a question mark; `yes` answers it beforehand.

    Raises ConfigurationError where there is no terminal to ask on: no command waits for input that cannot come.
    """
    if yes:
        return True
    _terminal_or_refuse("`--yes`")
    return typer.confirm(f"{question}?", err=True)


def confirm_by_typing(question: str, word: str, *, typed: str | None = None) -> bool:
    """Whether the user typed exactly `word` (an alias, a count), or gave it beforehand as `typed`.

    Raises ConfigurationError where it was not given and there is no terminal to ask on.
    """
    if typed is None:
        _terminal_or_refuse(f"`--confirm {word}`")
        typed = typer.prompt(f"{question}; type {word} to go ahead", err=True, default="", show_default=False)
    return typed.strip() == word


def _terminal_or_refuse(option: str) -> None:
    if not sys.stdin.isatty():
        raise ConfigurationError("this asks before it changes anything, and there is no terminal", f"give {option}")
