"""Entries sorted by what they share, and counted by their judgement.

Sorting is a dictionary look-up for each record, without a line of Python between them; judging and counting are done for each
kind of a batch.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import call

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.entry import Entry, Key, key_of
from secrets_cli.usage.group import RecordGroup, add_judged
from secrets_cli.usage.judgements import Judged, Judgements


class Batch(dict[Key, Callable[[Entry], None]]):
    """Entries of one day by what they share: for each key, what appends to its list."""

    def __missing__(self, key: Key) -> Callable[[Entry], None]:
        entries: list[Entry] = []
        self[key] = append = entries.append
        return append

    def add(self, entries: Sequence[Entry]) -> None:
        """Sort entries in."""
        deque(map(call, map(self.__getitem__, map(key_of, entries)), entries), maxlen=0)

    def take_back(self, entries: Iterable[Entry]) -> None:
        """Remove entries that were added."""
        gone = set(map(id, entries))
        for append in self.values():
            listed = _entries(append)
            listed[:] = [entry for entry in listed if id(entry) not in gone]

    def sorted(self) -> Iterable[tuple[Key, list[Entry]]]:
        """Each key with its entries."""
        return ((key, _entries(append)) for key, append in self.items())


def _entries(append: Callable[[Entry], None]) -> list[Entry]:
    """The list whose method it is."""
    return append.__self__  # type: ignore[attr-defined,no-any-return]  # a bound method of a list, as `__missing__` makes them


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is counted together."""

    judged: Judged
    day: str
    alone: tuple[str, str, str] = ("", "", "")
    """Shared id, time and event id, where the records of a judgement are not counted together: `group.stands_alone`."""


class _Count:
    """How many there were, when, and which."""

    __slots__ = ("count", "first", "last", "samples")

    def __init__(self) -> None:
        self.count = 0
        self.first = ""
        self.last = ""
        self.samples: tuple[tuple[str, str], ...] = ()

    def add(self, count: int, first: str, last: str) -> None:
        self.count += count
        if first:
            self.first = min(self.first, first) if self.first else first
            self.last = max(self.last, last)

    def sample(self, seen: Sequence[tuple[str, str]], limit: int) -> None:
        """Keep the earliest; `seen` is sorted."""
        if len(self.samples) < limit or seen[0] < self.samples[-1]:
            self.samples = tuple(sorted({*self.samples, *seen[:limit]})[:limit] if self.samples else seen[:limit])


class Tally:
    """Counts of entries by judgement and day; bounded by how many of these there are."""

    def __init__(self) -> None:
        self._counts: dict[_Kind, _Count] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, day: str, batch: Batch, judgements: Judgements) -> None:
        """Judge and count a batch of one day."""
        for key, entries in batch.sorted():
            if not entries:
                continue  # taken back
            shared_id = key[-1]
            for judged, alike in judgements.of(key[:-1], entries):
                if shared_id or judged.judgement.change:
                    for entry in alike:
                        alone = (entry.shared_id or "", entry.time or "", entry.id or "")
                        self._add(_Kind(judged, day, alone), (entry,), 1)
                else:
                    self._add(_Kind(judged, day), alike, judged.samples)

    def _add(self, kind: _Kind, entries: Sequence[Entry], limit: int) -> None:
        count = self._counts.get(kind)
        if count is None:
            count = self._counts[kind] = _Count()
        if limit:
            seen = sorted({(entry.time or "", entry.id or "") for entry in entries})
            count.add(len(entries), seen[0][0], seen[-1][0])
            count.sample(seen, limit)
        else:
            times = [entry.time or "" for entry in entries]
            count.add(len(entries), min(times), max(times))

    def add_all(self, other: "Tally") -> None:
        """Add another tally to this one."""
        for kind, added in other._counts.items():
            count = self._counts.get(kind)
            if count is None:
                self._counts[kind] = added
                continue
            count.add(added.count, added.first, added.last)
            if added.samples:
                count.sample(added.samples, 1 if any(kind.alone) else kind.judged.samples)

    def pour(self, part_of: Callable[[str], Aggregate], *, with_days: bool) -> None:
        """Add the counts to the part of their day, and forget them."""
        for kind, count in self._counts.items():
            shared_id, *_ = kind.alone
            record = kind.judged.record
            group = RecordGroup(
                record=replace(record, shared_event_id=shared_id) if shared_id else record,
                day=kind.day,
                count=count.count,
                first=count.first,
                last=count.last,
                samples=count.samples,
            )
            add_judged(part_of(kind.day), kind.judged.judgement, group, with_days=with_days)
        self._counts.clear()


class Sorter:
    """Entries that wait for their judgement, and the counts of those that have it."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.waiting = 0
        self._batches: dict[str, Batch] = {}

    def add(self, day: str, entries: Sequence[Entry]) -> None:
        """Sort in entries of a day."""
        batch = self._batches.get(day)
        if batch is None:
            batch = self._batches[day] = Batch()
        batch.add(entries)
        self.waiting += len(entries)

    def take_back(self, entries: Sequence[Entry]) -> None:
        """Remove entries that were sorted in and wait."""
        for batch in self._batches.values():
            batch.take_back(entries)
        self.waiting -= len(entries)

    def count(self, judgements: Judgements) -> None:
        """Judge and count those that wait."""
        for day, batch in self._batches.items():
            self.tally.add(day, batch, judgements)
        self._batches.clear()
        self.waiting = 0
