"""A progress bar for work that is counted, drawn on stderr where somebody is looking."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def counted(what: str, *, quiet: bool = False, no_color: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A function to be told how many are done, and of how many (0 where that is not known yet).

    The bar is named `what` (`copying`); nothing is drawn where stderr is no terminal or `quiet` is asked for. It goes when
    the block is left.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from secrets_cli.cli.terminal import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(no_color, stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


@contextmanager
def stepped(what: str, total: int, *, quiet: bool = False, no_color: bool = False) -> Iterator[Callable[[int], None]]:
    """As `counted`, for work of `total` steps: the function is told how many more are done."""
    with counted(what, quiet=quiet, no_color=no_color) as show:
        done = 0

        def step(more: int) -> None:
            nonlocal done
            done += more
            show(done, total)

        yield step
