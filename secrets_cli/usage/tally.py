"""Entries counted by their judgement.

The judged entries of a file wait until all of it is read: a damaged file counts nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.count import Count, Moment
from secrets_cli.usage.entry import Entry, shared_id_of
from secrets_cli.usage.group import Seen, add_judged
from secrets_cli.usage.judgements import Judged

_MOST_WAITING = 50_000
"""Entries of a file that wait, before they are counted apart."""
_is_alone = attrgetter("is_alone")


class Alone(NamedTuple):
    """Entries that are not counted together with others of their judgement (`group.stands_alone`)."""

    judged: Judged
    day: str
    shared_id: str
    moment: Moment


_Together: TypeAlias = tuple[str, Sequence[Judged], Sequence[Moment]]
"""Entries of one day: the judgement of each, and its moment."""


class Tally:
    """Counts of entries by judgement and, where days are kept apart, by day; bounded by how many of these there are."""

    def __init__(self) -> None:
        self._judged: list[Judged] = []
        """Those with counts."""
        self._alone: dict[Alone, Count] = {}
        self._counts = 0

    def __len__(self) -> int:
        return self._counts + len(self._alone)

    def add(self, day: str, judged: Iterable[Judged], moments: Iterable[Moment]) -> None:
        """Count entries of one day by their judgements and moments."""
        for one, moment in zip(judged, moments, strict=True):
            count = one.counts.get(day)
            if count is None:
                count = self._new(one, day)
            count.add(moment, one.samples)

    def add_count(self, judged: Judged, day: str, count: Count) -> None:
        """Add what was counted elsewhere."""
        (judged.counts.get(day) or self._new(judged, day)).add_all(count, judged.samples)

    def add_alone(self, one: Alone) -> None:
        """Count an entry that is not counted together with others."""
        count = self._alone.get(one)
        if count is None:
            count = self._alone[one] = Count()
        count.add(one.moment, 1)

    def pour(self, part_of: Callable[[str, str], Aggregate], *, with_days: bool) -> None:
        """Add the counts to the part of their day and principal, and forget them."""
        for judged in self._judged:
            counts, judged.counts = judged.counts, {}
            for day, count in counts.items():
                _pour(part_of, judged, day, count, "", with_days=with_days)
        for one, count in self._alone.items():
            _pour(part_of, one.judged, one.day, count, one.shared_id, with_days=with_days)
        self._judged.clear()
        self._alone.clear()
        self._counts = 0

    def _new(self, judged: Judged, day: str) -> Count:
        if not judged.counts:
            self._judged.append(judged)
        count = judged.counts[day] = Count()
        self._counts += 1
        return count


def _pour(
    part_of: Callable[[str, str], Aggregate], judged: Judged, day: str, count: Count, shared_id: str, *, with_days: bool
) -> None:
    seen = Seen(day, count.count, count.first, count.last, tuple(count.moments))
    shared = (shared_id, judged.event_source, judged.event_name) if shared_id else None
    add_judged(part_of(day, judged.judgement.principal), judged.judgement, seen, shared, with_days=with_days)


class Waiting:
    """The judged entries of one file, until it is known that they count."""

    def __init__(self) -> None:
        self._together: list[_Together] = []
        self._alone: list[Alone] = []
        self._entries = 0
        self._counted: dict[tuple[Judged, str], Count] = {}
        """Those that are too many to wait."""

    def add(self, day: str, entries: Sequence[Entry], judged: Sequence[Judged]) -> None:
        """Add entries of one day (or of any, where days are not kept apart), each with its judgement. Their times are normal (`record.normal_time`)."""
        moments = [(entry.time or "", entry.id or "") for entry in entries]
        if any(map(shared_id_of, entries)) or any(map(_is_alone, judged)):
            judged, moments = self._without_alone(day, entries, judged, moments)
        self._together.append((day, judged, moments))
        self._entries += len(judged)
        if self._entries >= _MOST_WAITING:
            self._count_apart()

    def count(self, tally: Tally) -> None:
        """Count them all."""
        for (judged, day), count in self._counted.items():
            tally.add_count(judged, day, count)
        for together in self._together:
            tally.add(*together)
        for one in self._alone:
            tally.add_alone(one)

    def _without_alone(
        self, day: str, entries: Sequence[Entry], judged: Sequence[Judged], moments: Sequence[Moment]
    ) -> tuple[list[Judged], list[Moment]]:
        together: list[tuple[Judged, Moment]] = []
        for entry, one, moment in zip(entries, judged, moments, strict=True):
            if entry.shared_id or one.is_alone:
                self._alone.append(Alone(one, day, entry.shared_id or "", moment))
            else:
                together.append((one, moment))
        return [one for one, _ in together], [moment for _, moment in together]

    def _count_apart(self) -> None:
        for day, judged, moments in self._together:
            for one, moment in zip(judged, moments, strict=True):
                count = self._counted.get((one, day))
                if count is None:
                    count = self._counted[one, day] = Count()
                count.add(moment, one.samples)
        self._together.clear()
        self._entries = 0
