"""How often something was seen, when, and as which events."""

from bisect import insort
from collections.abc import Iterable
from typing import TypeAlias

Moment: TypeAlias = tuple[str, str]
"""Time, as `record.normal_time` writes it, and event id; empty where the record has none."""


class Count:
    """A running count. `limit` is how many of the earliest moments are kept."""

    __slots__ = ("count", "first", "last", "moments")

    def __init__(self) -> None:
        self.count = 0
        self.first = ""
        self.last = ""
        self.moments: list[Moment] = []
        """The earliest ones, distinct, in order."""

    def add(self, moment: Moment, limit: int) -> None:
        """Count one more."""
        self.count += 1
        time = moment[0]
        if time:
            if time > self.last:
                self.last = time
            if time < self.first or not self.first:
                self.first = time
        if limit:
            self._keep(moment, limit)

    def add_all(self, other: "Count", limit: int) -> None:
        """Add another count to this one."""
        self.add_many(other.count, other.first, other.last, other.moments, limit)

    def add_many(self, count: int, first: str, last: str, moments: Iterable[Moment], limit: int) -> None:
        """Count some more, of which the earliest moments are known."""
        self.count += count
        if first:
            self.first = min(self.first, first) if self.first else first
            self.last = max(self.last, last)
        for moment in moments:
            self._keep(moment, limit)

    def _keep(self, moment: Moment, limit: int) -> None:
        moments = self.moments
        if len(moments) >= limit:
            if moment >= moments[-1]:
                return
            if moment not in moments:
                insort(moments, moment)
                moments.pop()
        elif moment not in moments:
            insort(moments, moment)
