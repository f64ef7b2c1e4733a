"""What a bulk command says when Ctrl-C stops it: how far it came, and how to go on."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def said_how_far(verb: str, again: str) -> Iterator[None]:
    """Where `run_all` inside is interrupted: one line on stderr (`copied 12 of 40, 1 failed`) and one that says `again`.

    The interruption passes on, and ends the command with 130.
    """
    from secrets_cli.cli.terminal import hint
    from secrets_cli.secrets.bulk import Interrupted

    try:
        yield
    except Interrupted as stopped:
        failed = f", {stopped.failed} failed" if stopped.failed else ""
        unsure = f", {stopped.unsure} not known: AWS had not answered" if stopped.unsure else ""
        hint(f"{verb} {stopped.done} of {stopped.total}{failed}{unsure}")
        hint(f"help: {again}")
        raise
