"""Entries counted by their judgement.

The judged entries of a file wait until all of it is read: a damaged file counts nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.count import Count, moment_of
from secrets_cli.usage.entry import Entry, shared_id_of
from secrets_cli.usage.group import Seen, add_judged
from secrets_cli.usage.judgements import Judged

_MOST_WAITING = 10_000
"""Entries of a file that wait, before they are counted apart."""
_is_alone = attrgetter("is_alone")


class Alone(NamedTuple):
    """What is not counted together with others of its judgement (`group.stands_alone`)."""

    judged: Judged
    day: str
    shared_id: str
    time: str
    event_id: str


_Together: TypeAlias = tuple[str, Sequence[Judged], Sequence[str], Sequence[str]]
"""Entries of one day: of each, the judgement, the time and the moment (`count.moment_of`)."""


class Tally:
    """Counts of entries by judgement and, where days are kept apart, by day; bounded by how many of these there are."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Judged, Count]] = {}
        """By day; an empty text for entries without a time, and where days are not kept apart."""
        self._alone: dict[Alone, Count] = {}

    def __len__(self) -> int:
        return sum(map(len, self._counts.values())) + len(self._alone)

    def add(self, day: str, judged: Iterable[Judged], times: Iterable[str], moments: Iterable[str]) -> None:
        """Count entries of one day."""
        counts = self._of_day(day)
        for one, time, moment in zip(judged, times, moments, strict=True):
            count = counts.get(one)
            if count is None:
                count = counts[one] = Count()
            count.add(time, moment, one.samples)

    def add_alone(self, one: Alone) -> None:
        """Count an entry that is not counted together with others."""
        self._alone.setdefault(one, Count()).add(one.time, moment_of(one.time, one.event_id), 1)

    def add_all(self, other: "Tally") -> None:
        """Add another tally, which is not to be used any more."""
        for day, added in other._counts.items():
            counts = self._of_day(day)
            for judged, count in added.items():
                if counts.setdefault(judged, count) is not count:
                    counts[judged].add_all(count, judged.samples)
        for one, count in other._alone.items():
            if self._alone.setdefault(one, count) is not count:
                self._alone[one].add_all(count, 1)

    def pour(self, part_of: Callable[[str, str], Aggregate], *, with_days: bool) -> None:
        """Add the counts to the part of their day and principal, and forget them."""
        for day, counts in self._counts.items():
            while counts:
                judged, count = counts.popitem()
                _pour(part_of, judged, day, count, "", with_days=with_days)
        for one, count in self._alone.items():
            _pour(part_of, one.judged, one.day, count, one.shared_id, with_days=with_days)
        self._counts.clear()
        self._alone.clear()

    def _of_day(self, day: str) -> dict[Judged, Count]:
        counts = self._counts.get(day)
        if counts is None:
            counts = self._counts[day] = {}
        return counts


def _pour(
    part_of: Callable[[str, str], Aggregate], judged: Judged, day: str, count: Count, shared_id: str, *, with_days: bool
) -> None:
    seen = Seen(day, count.count, count.first, count.last, count.samples())
    shared = (shared_id, judged.event_source, judged.event_name) if shared_id else None
    add_judged(part_of(day, judged.judgement.principal), judged.judgement, seen, shared, with_days=with_days)


class Waiting:
    """The judged entries of one file, until it is known that they count."""

    def __init__(self) -> None:
        self._together: list[_Together] = []
        self._entries = 0
        self._counted = Tally()
        """Those that are not counted together with others, and those that are too many to wait."""

    def add(self, day: str, entries: Sequence[Entry], judged: Sequence[Judged]) -> None:
        """Add entries of one day (or of any, where days are not kept apart), each with its judgement. Their times are normal
        (`record.normal_time`)."""
        if any(map(shared_id_of, entries)) or any(map(_is_alone, judged)):
            entries, judged = self._without_alone(day, entries, judged)
        times = [entry.time or "" for entry in entries]
        moments = [moment_of(time, entry.id or "") for time, entry in zip(times, entries, strict=True)]
        self._together.append((day, judged, times, moments))
        self._entries += len(judged)
        if self._entries >= _MOST_WAITING:
            self._count_together(self._counted)

    def count(self, tally: Tally) -> None:
        """Count them all."""
        tally.add_all(self._counted)
        self._count_together(tally)

    def _count_together(self, tally: Tally) -> None:
        for together in self._together:
            tally.add(*together)
        self._together.clear()
        self._entries = 0

    def _without_alone(
        self, day: str, entries: Sequence[Entry], judged: Sequence[Judged]
    ) -> tuple[list[Entry], list[Judged]]:
        together: list[tuple[Entry, Judged]] = []
        for entry, one in zip(entries, judged, strict=True):
            if entry.shared_id or one.is_alone:
                self._counted.add_alone(Alone(one, day, entry.shared_id or "", entry.time or "", entry.id or ""))
            else:
                together.append((entry, one))
        return [entry for entry, _ in together], [one for _, one in together]
