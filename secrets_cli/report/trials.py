"""Requests tried under two sets of policies, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table

Shown = RenderableType
"""Anything a report draws on a terminal."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One request and what was decided."""

    action: str
    what: str
    """In words."""
    before: str
    after: str


def trials_table(trials: Iterable[Trial]) -> Shown:
    """A table with a row for each trial."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for column in ("a request of the role", "", "before", "after"):
        table.add_column(column, overflow="fold")
    for trial in trials:
        table.add_row(trial.action, trial.what, trial.before, trial.after)
    return table
