"""How often something was seen, when, and as which events.

A moment is a time, as `record.normal_time` writes it, and an event id, as one text: with what stands between them, texts sort as
pairs do, as a time is whole or empty. A text takes half the memory of a pair, and there are several for each use.
"""

from bisect import insort

_BETWEEN = "\0"


def moment_of(time: str, event_id: str) -> str:
    """The moment of an event; either is empty where the record has none."""
    return f"{time}{_BETWEEN}{event_id}"


class Count:
    """A running count. `limit` is how many of the earliest moments are kept."""

    __slots__ = ("_moments", "count", "first", "last")

    def __init__(self) -> None:
        self.count = 0
        self.first = ""
        self.last = ""
        self._moments: list[str] = []
        """The earliest ones, distinct, in order."""

    def samples(self) -> tuple[tuple[str, str], ...]:
        """Time and event id of the earliest moments, in order."""
        parts = [moment.partition(_BETWEEN) for moment in self._moments]
        return tuple([(time, event_id) for time, _, event_id in parts])

    def add(self, time: str, moment: str, limit: int) -> None:
        """Count one more, whose time is the moment's."""
        self.count += 1
        if time:
            if time > self.last:
                self.last = time
            if time < self.first or not self.first:
                self.first = time
        if limit:
            _keep(self._moments, moment, limit)

    def add_all(self, other: "Count", limit: int) -> None:
        """Add another count to this one."""
        self.count += other.count
        if other.first:
            self.first = min(self.first, other.first) if self.first else other.first
            self.last = max(self.last, other.last)
        for moment in other._moments:
            _keep(self._moments, moment, limit)


def _keep(moments: list[str], moment: str, limit: int) -> None:
    if len(moments) < limit:
        if moment not in moments:
            insort(moments, moment)
    elif moment < moments[-1] and moment not in moments:
        insort(moments, moment)
        moments.pop()
