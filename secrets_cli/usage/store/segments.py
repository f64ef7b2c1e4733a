"""Segments: parts of one day merged into rows by principal, so that a question about a role reads that role's rows only.

A segment is used whole or not at all: only where each of its units is asked about. It is made of units' contents alone, so
it can be left out, made anew or thrown away at any time, and the answer is the same.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.store.database import Database, checksum_of, damaged
from secrets_cli.usage.store.packed import (
    add_packed_coverage,
    add_packed_details,
    add_packed_each,
    pack_coverage,
    pack_details,
    packed_principals,
)
from secrets_cli.usage.store.units import loose_day


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment without its rows."""

    number: int
    day: str
    units: frozenset[int]
    records: int
    """Readable ones."""
    coverage: bytes


@dataclass(slots=True)
class Merged:
    """Parts of one day, merged in memory."""

    records: int
    coverage: Aggregate
    by_principal: dict[str, Aggregate]


def known_segments(database: Database) -> Iterator[Segment]:
    """All segments, usable or not. Raises MalformedInput for a damaged row."""
    for row in database.connection.execute("SELECT id, day, units, records, coverage, checksum FROM segment"):
        number, day, units, records, coverage, checksum = row
        database.check(checksum, number, day, units, records, coverage)
        yield Segment(number, day, frozenset(array("q", units)), records, coverage)


def usable(segments: Iterable[Segment], units: frozenset[int]) -> tuple[Segment, ...]:
    """Segments that hold nothing but these units, the largest first, none of them overlapping."""
    taken: list[Segment] = []
    held: set[int] = set()
    for segment in sorted(segments, key=lambda one: (-len(one.units), one.number)):
        if segment.units <= units and held.isdisjoint(segment.units):
            taken.append(segment)
            held |= segment.units
    return tuple(taken)


def merge(database: Database, day: str, segments: Iterable[Segment], units: Iterable[int], records: int) -> Merged:
    """One day's segments and loose units together. Within one moment (`reading`)."""
    found = Merged(records, Aggregate(), {})
    for segment in segments:
        add_packed_coverage(found.coverage, segment.coverage)
        for details in _rows(database, segment):
            add_packed_each(found.by_principal, details)
    for unit in units:
        coverage, details = loose_day(database, unit, day)
        add_packed_coverage(found.coverage, coverage)
        add_packed_each(found.by_principal, details)
    return found


def write_segment(
    database: Database, day: str, units: frozenset[int], merged: Merged, replaced: Iterable[Segment]
) -> None:
    """Keep merged parts as a segment, in place of those merged into it. In one transaction."""
    packed_units = array("q", sorted(units)).tobytes()
    coverage = pack_coverage((merged.coverage,))
    with database.writing() as connection:
        is_there = connection.execute("SELECT 1 FROM segment WHERE day = ? AND units = ?", (day, packed_units))
        if is_there.fetchone() is not None:  # another process was as quick
            return
        for segment in replaced:
            _delete(database, segment.number)
        cursor = connection.execute(
            "INSERT INTO segment(day, units, records, coverage, checksum) VALUES (?, ?, ?, ?, 0)",
            (day, packed_units, merged.records, coverage),
        )
        number = cursor.lastrowid
        assert number is not None, "a row was inserted"
        checksum = checksum_of(number, day, packed_units, merged.records, coverage)
        connection.execute("UPDATE segment SET checksum = ? WHERE id = ?", (checksum, number))
        for arn, part in merged.by_principal.items():
            connection.execute("INSERT OR IGNORE INTO principal(arn) VALUES (?)", (arn,))
            (principal,) = connection.execute("SELECT id FROM principal WHERE arn = ?", (arn,)).fetchone()
            details = pack_details({arn: part})
            connection.execute(
                "INSERT INTO merged(segment, principal, details, checksum) VALUES (?, ?, ?, ?)",
                (number, principal, details, checksum_of(number, principal, details)),
            )


def add_segments(
    total: Aggregate, database: Database, segments: Sequence[Segment], principals: frozenset[str] | None
) -> int:
    """Add coverage, and what these principals (None: all) did; how many records are theirs. Within one moment (`reading`)."""
    for segment in segments:
        add_packed_coverage(total, segment.coverage)
    if principals is not None:
        seen = {segment.number: packed_principals(segment.coverage) for segment in segments}
        wanted = {arn: {number for number, those in seen.items() if arn in those} for arn in sorted(principals)}
        return sum(_add_rows_of(total, database, arn, numbers) for arn, numbers in wanted.items() if numbers)
    records = sum(add_packed_details(total, details) for segment in segments for details in _rows(database, segment))
    if records != sum(segment.records for segment in segments):
        raise damaged(database.path, "rows of a merged day are gone")
    return records


def drop_dead(database: Database) -> int:
    """Throw away segments with units that are no more, and those that only hold what a greater one holds; how many."""
    with database.writing() as connection:
        units = frozenset(number for (number,) in connection.execute("SELECT id FROM unit"))
        segments = list(known_segments(database))
        days = {segment.day for segment in segments}
        used = (usable([segment for segment in segments if segment.day == day], units) for day in days)
        alive = {segment.number for of_day in used for segment in of_day}
        for segment in segments:
            if segment.number not in alive:
                _delete(database, segment.number)
    return len(segments) - len(alive)


def _delete(database: Database, number: int) -> None:
    database.connection.execute("DELETE FROM merged WHERE segment = ?", (number,))
    database.connection.execute("DELETE FROM segment WHERE id = ?", (number,))


def _rows(database: Database, segment: Segment) -> Iterator[bytes]:
    query = "SELECT principal, details, checksum FROM merged WHERE segment = ?"
    for principal, details, checksum in database.connection.execute(query, (segment.number,)):
        database.check(checksum, segment.number, principal, details)
        yield details


def _add_rows_of(total: Aggregate, database: Database, arn: str, wanted: set[int]) -> int:
    """Add one principal's rows, one of each of the segments wanted; how many records."""
    query = "SELECT id, segment, details, checksum FROM principal JOIN merged ON principal = id WHERE arn = ?"
    records = 0
    for principal, segment, details, checksum in database.connection.execute(query, (arn,)):
        if segment in wanted:
            database.check(checksum, segment, principal, details)
            records += add_packed_details(total, details, frozenset((arn,)))
            wanted.remove(segment)
    if wanted:
        raise damaged(database.path, "rows of a merged day are gone")
    return records
