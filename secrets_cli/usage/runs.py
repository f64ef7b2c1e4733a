"""Uses on disk: what was used may be more than memory should hold.

As uses become many they are written, sorted, as a run. In the end all runs are read beside each other, a block of each at a
time, and what several of them hold of the same use is added up: memory does not grow with the uses. The file has no name, is
readable by this process alone, and is gone when its last reader is.
"""

import pickle
import tempfile
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple, TypeAlias, cast

from secrets_cli.iam.model import ConditionTerm
from secrets_cli.usage.aggregate import Tally, UseKey, key_of, order_of, samples_of, use_of
from secrets_cli.usage.sources.inflate import deflate
from secrets_cli.usage.usage import Use

_TOGETHER = 64
"""Uses of a block."""
_MOST_RUNS = 128
"""Runs that are read beside each other; where there are more, so many are made one."""
_SIZE = 4
"""Bytes that say how many a block has."""

_Row: TypeAlias = tuple[str, tuple[ConditionTerm, ...], int, str, str, tuple[tuple[str, str], ...], tuple[str, str]]
"""The place of a use (`aggregate.order_of`), its condition, and the fields of its tally."""
_order = itemgetter(0)


class _Run(NamedTuple):
    """Where it is in the file: blocks, each after its size."""

    start: int
    end: int


def run_of(uses: dict[UseKey, Tally]) -> list[bytes]:
    """The uses, sorted and packed in blocks; `uses` is emptied."""
    rows = [_row(*uses.popitem()) for _ in range(len(uses))]
    rows.sort(key=_order)
    return list(_blocks(rows))


class Runs:
    """Uses in runs; iterating gives each use once, in order, as often as it is done. Not shared between threads."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this object
        weakref.finalize(self, self._file.close)
        self._size = 0
        self._levels: list[list[_Run]] = []
        """First the runs that were added, then those made of _MOST_RUNS of them, and so on."""

    def add(self, run: Iterable[bytes], level: int = 0) -> None:
        """Add a run (`run_of`). Raises OSError where the disk is full."""
        if level == len(self._levels):
            self._levels.append([])
        runs = self._levels[level]
        start = self._size
        for block in run:
            self._write(block)
        runs.append(_Run(start, self._size))
        if len(runs) >= _MOST_RUNS:
            self.add(_blocks(self._merged(runs)), level + 1)
            runs.clear()

    def __iter__(self) -> Iterator[Use]:
        for row in self._merged([run for runs in self._levels for run in runs]):
            yield use_of(*_taken_apart(row))

    def _write(self, block: bytes) -> None:
        self._file.seek(self._size)  # another run may have been read meanwhile
        self._size += self._file.write(len(block).to_bytes(_SIZE) + block)

    def _merged(self, runs: Iterable[_Run]) -> Iterator[_Row]:
        """The rows of all runs in order, of each use one."""
        left = [_Reader(self, run) for run in runs]
        while left := [reader for reader in left if reader.has_rows()]:
            # Each has the next rows that it will ever give up to here, and no use is on both sides of it.
            end = min(reader.last for reader in left)
            rows = [row for reader in left for row in reader.up_to(end)]
            rows.sort(key=_order)
            yield from _added_up(rows)

    def rows_at(self, place: int) -> tuple[list[_Row], int]:
        """The rows of the block in that place of the file, and the place after it."""
        self._file.seek(place)
        size = int.from_bytes(self._file.read(_SIZE))
        rows = pickle.loads(deflate().decompress(self._file.read(size)))  # noqa: S301 - written above, by ourselves
        return cast("list[_Row]", rows), place + _SIZE + size


class _Reader:
    """A run being read."""

    def __init__(self, runs: Runs, run: _Run) -> None:
        self._runs = runs
        self._place, self._end = run
        self._rows: list[_Row] = []
        self._taken = 0

    @property
    def last(self) -> str:
        """The place among all uses of the last row that has been read."""
        return self._rows[-1][0]

    def has_rows(self) -> bool:
        """Whether there are rows left; some then have been read."""
        if self._taken < len(self._rows):
            return True
        if self._place == self._end:
            return False
        self._rows, self._place = self._runs.rows_at(self._place)
        self._taken = 0
        return True

    def up_to(self, end: str) -> list[_Row]:
        """Those that have been read, up to that place."""
        start = self._taken
        self._taken = bisect_right(self._rows, end, start, key=_order)
        return self._rows[start : self._taken]


def _row(key: UseKey, tally: Tally) -> _Row:
    return order_of(key), key.condition, tally.count, tally.first, tally.last, tally.samples, tally.notes


def _taken_apart(row: _Row) -> tuple[UseKey, Tally]:
    order, condition, count, first, last, samples, notes = row
    return key_of(order, condition), Tally(count, first, last, samples, notes)


def _blocks(rows: Iterable[_Row]) -> Iterator[bytes]:
    left = iter(rows)
    while some := list(islice(left, _TOGETHER)):
        yield deflate().compress(pickle.dumps(some, pickle.HIGHEST_PROTOCOL), 1)


def _added_up(rows: Sequence[_Row]) -> Iterator[_Row]:
    held = rows[0]
    for row in islice(rows, 1, None):
        if row[0] == held[0]:
            held = _sum(held, row)
        else:
            yield held
            held = row
    yield held


def _sum(one: _Row, other: _Row) -> _Row:
    key, tally = _taken_apart(one)
    tally.add(*other[2:], samples_of(key.outcome))
    return _row(key, tally)
