"""Which days are merged, and when.

A day is closed when no more files of it are expected. Its parts are merged when a question is about them; files that come late
stay apart until they are many.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secrets_cli.usage.store.answering import Question
from secrets_cli.usage.store.database import Database
from secrets_cli.usage.store.segments import Segment, drop_dead, known_segments, merge, usable, write_segment
from secrets_cli.usage.store.units import Unit, current_units, forget, known_units

CLOSED_AFTER = 2
"""Days after its end that a day is held open. CloudTrail delivers within minutes on average, and within hours at worst:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html"""
_LATE_SHARE = 0.25
"""Late files by those merged already, above which they are merged, too."""
_MOST_SEGMENTS = 4


@dataclass(frozen=True, slots=True)
class _Plan:
    """Merging one day."""

    day: str
    segments: tuple[Segment, ...]
    loose: frozenset[int]
    records: int

    @property
    def units(self) -> frozenset[int]:
        return self.loose.union(*(segment.units for segment in self.segments))


@dataclass(frozen=True, slots=True)
class Compacted:
    """What was merged and thrown away."""

    days: int
    """Merged ones."""
    stale: int
    """Remembered files that another version had read."""
    segments: int
    """Merged days that could be used no more."""


def compact_asked(database: Database, question: Question, last_closed: str) -> int:
    """Merge the closed days of the question whose files are known; how many days were."""
    with database.reading():
        units = current_units(database, question.identities)
        plans = _plans(question.units_by_day(units.values()).items(), known_segments(database), last_closed)
    return _carry_out(database, plans)


def compact_all(database: Database, reader: str, last_closed: str) -> Compacted:
    """Merge each closed day of all that this version of the reader has remembered, and throw away what is of no more use."""
    with database.reading():
        units = list(known_units(database))
        days: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            for day in unit.days if is_current(unit, reader) else ():
                days[day].append(unit)
        plans = _plans(days.items(), known_segments(database), last_closed, late_share=0.0, most_segments=1)
    stale = [unit.number for unit in units if not is_current(unit, reader)]
    forget(database, stale)
    return Compacted(_carry_out(database, plans), len(stale), drop_dead(database))


def is_current(unit: Unit, reader: str) -> bool:
    """Whether this version of the reader has read it."""
    return unit.version.startswith(f"{reader} ")


def _plans(
    days: Iterable[tuple[str, list[Unit]]],
    segments: Iterable[Segment],
    last_closed: str,
    late_share: float = _LATE_SHARE,
    most_segments: int = _MOST_SEGMENTS,
) -> list[_Plan]:
    by_day: defaultdict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        by_day[segment.day].append(segment)
    plans = (
        _plan(day, units, by_day[day], late_share, most_segments) for day, units in days if day and day <= last_closed
    )
    return [plan for plan in plans if plan is not None]


def _plan(day: str, units: list[Unit], segments: Sequence[Segment], late_share: float, most: int) -> _Plan | None:
    records = {unit.number: unit.days[day] for unit in units}
    taken = usable(segments, frozenset(records))
    merged = frozenset().union(*(segment.units for segment in taken))
    loose = frozenset(records) - merged
    if len(loose) <= late_share * len(merged) and len(taken) <= most:
        return None
    replaced = taken if len(taken) >= most else ()
    plan = _Plan(day, replaced, loose, 0)
    return _Plan(day, replaced, loose, sum(records[number] for number in plan.units))


def _carry_out(database: Database, plans: Sequence[_Plan]) -> int:
    """Merge what another process has left as it was; how many days."""
    done = 0
    for plan in plans:
        with database.reading():
            if not _is_there(database, plan):
                continue
            merged = merge(database, plan.day, plan.segments, plan.loose, plan.records)
        write_segment(database, plan.day, plan.units, merged, plan.segments)
        done += 1
    return done


def _is_there(database: Database, plan: _Plan) -> bool:
    find = database.connection.execute
    return all(
        find("SELECT 1 FROM unit WHERE id = ?", (number,)).fetchone() is not None for number in plan.loose
    ) and all(
        find("SELECT 1 FROM segment WHERE id = ?", (segment.number,)).fetchone() is not None
        for segment in plan.segments
    )
