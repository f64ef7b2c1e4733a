"""Entries sorted by what they share, and counted by their judgement.

Sorting is a dictionary look-up for each record, without a line of Python between them; judging and counting are done for each
kind of a batch.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from operator import call

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.entry import Entry, Key, key_of, shared_id_of
from secrets_cli.usage.group import Seen, add_judged
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


Kind = tuple[Judged, str, str, str, str]
"""What is counted together: judgement and day; and where the records of a judgement are not counted together
(`group.stands_alone`), the shared id, the time and the event id, else empty texts."""


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
        self._counts: dict[Kind, _Count] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, day: str, batch: Batch, judgements: Judgements) -> None:
        """Judge and count a batch of one day."""
        for key, entries in batch.sorted():
            if not entries:
                continue  # taken back
            for judged, alike in judgements.of(key, entries):
                if judged.judgement.change:
                    self._add_alone(judged, day, alike)
                    continue
                shared = [entry for entry in alike if entry.shared_id] if any(map(shared_id_of, alike)) else ()
                if shared:
                    self._add_alone(judged, day, shared)
                    alike = [entry for entry in alike if not entry.shared_id]
                if alike:
                    self._add((judged, day, "", "", ""), alike, judged.samples)

    def _add_alone(self, judged: Judged, day: str, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._add((judged, day, entry.shared_id or "", entry.time or "", entry.id or ""), (entry,), 1)

    def _add(self, kind: Kind, entries: Sequence[Entry], limit: int) -> None:
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
                count.sample(added.samples, kind[0].samples or 1)

    def pour(self, part_of: Callable[[str, str], Aggregate], *, with_days: bool) -> None:
        """Add the counts to the part of their day and principal, and forget them."""
        for (judged, day, shared_id, *_), count in self._counts.items():
            seen = Seen(day, count.count, count.first, count.last, count.samples)
            shared = (shared_id, judged.event_source, judged.event_name) if shared_id else None
            part = part_of(day, judged.judgement.principal)
            add_judged(part, judged.judgement, seen, shared, with_days=with_days)
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
