"""A progress bar for work that is counted, drawn on stderr where somebody is looking."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def counted(what: str, *, quiet: bool = False, no_color: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """What `secrets_cli.secrets.bulk.run_all` takes as `progress`: a bar named `what` (`copying`), or None where stderr
    is no terminal or `quiet` is asked for. The bar goes when the block is left."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from secrets_cli.cli.terminal import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(no_color, stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
