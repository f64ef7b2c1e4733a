"""A progress bar on stderr while keys are read, where somebody is looking."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def reading_keys(title: str, *, quiet: bool, no_color: bool) -> Iterator[Callable[[int, int], None]]:
    """A function that takes how many keys were read, of how many; it draws nothing with `--quiet` or off a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from secrets_cli.cli.terminal import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(no_color, stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, every: int) -> None:
            bar.update(task, completed=done, total=every)

        yield show
