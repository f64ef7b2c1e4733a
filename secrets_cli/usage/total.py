"""What a scan adds up, of which the uses may be more than memory should hold."""

from dataclasses import replace
from typing import NamedTuple

from secrets_cli.usage.aggregate import Aggregate, merged
from secrets_cli.usage.runs import Runs, run_of
from secrets_cli.usage.usage import Usage

_FEW = 1_000
"""Uses that a process tells of as they are."""
_MOST = 5_000
"""Uses that are held in memory."""


class Told(NamedTuple):
    """What one process tells another of what it read."""

    part: Aggregate
    run: list[bytes]
    """The uses that are not in the part, where they are many."""


def told_of(part: Aggregate) -> Told:
    """The part, to be told: it is not to be used any more."""
    if len(part.uses) <= _FEW:
        return Told(part, [])
    return Told(part, run_of(part.uses))


class Total:
    """A running total, whose uses go to disk as they become many."""

    def __init__(self) -> None:
        self.part = Aggregate()
        """All but the uses on disk; may be added to."""
        self._runs: Runs | None = None

    def add(self, told: Told) -> None:
        """Add what was told."""
        self.part = merged(self.part, told.part)
        self._keep(told.run)
        if len(self.part.uses) > _MOST:
            self._keep(run_of(self.part.uses))

    def usage(self) -> Usage:
        """The total as a value, as `Aggregate.usage`."""
        if self._runs is None:
            return self.part.usage()
        part = self.part.settled()
        self._keep(run_of(part.uses))
        return replace(part.usage(), uses=self._runs)

    def _keep(self, run: list[bytes]) -> None:
        if run:
            self._runs = self._runs or Runs()
            self._runs.add(run)
