"""A question answered from what is remembered: sums of parts, and nothing read but what the question needs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.deliveries import Work
from secrets_cli.usage.parts import FileReport, add_file, forget_days, holds_day
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.store.database import Database
from secrets_cli.usage.store.packed import add_packed_coverage, add_packed_details, unpack_reports
from secrets_cli.usage.store.segments import Segment, add_segments, known_segments, usable
from secrets_cli.usage.store.units import Identity, PackedDay, PackedWork, Unit, current_units, loose_day
from secrets_cli.usage.usage import Fate, Rejected, Usage
from secrets_cli.usage.window import Window


@dataclass(slots=True)
class Question:
    """What is asked: of which work, of whom, of which days."""

    work: tuple[tuple[Identity, Work], ...]
    principals: frozenset[str] | None
    window: Window
    """Of whole days."""
    rejected: tuple[Rejected, ...]
    """What could not be listed."""
    identities: Mapping[bytes, Identity] = field(init=False)
    """By key."""
    has_delivered: bool = field(init=False)
    """Some file lies where CloudTrail delivers, so one that does not may be a bystander."""

    def __post_init__(self) -> None:
        self.identities = {identity.key: identity for identity, _ in self.work}
        self.has_delivered = any(file.is_delivered for _, work in self.work for file in files_of(work))

    def units_by_day(self, units: Iterable[Unit]) -> Mapping[str, list[Unit]]:
        """The units with records of each day of the window."""
        days: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            for day in unit.days:
                if holds_day(self.window, day):
                    days[day].append(unit)
        return days


def files_of(work: Work) -> tuple[LogFile, ...]:
    """The files of which there is a report each."""
    return (work,) if isinstance(work, LogFile) else work.files


def answer(database: Database, question: Question, held: Mapping[bytes, PackedWork]) -> Usage | None:
    """The answer; `held` is work that is not remembered. None where work is neither held nor remembered (any longer)."""
    with database.reading():
        known = current_units(database, question.identities)
        if any(key not in known and key not in held for key in question.identities):
            return None
        total = Aggregate(rejected=list(question.rejected))
        asked = 0
        segments = defaultdict(list)
        for segment in known_segments(database):
            segments[segment.day].append(segment)
        for identity, work in question.work:
            unit = None if identity.key in held else known[identity.key]
            _add_reports(total, question, work, unit.reports() if unit else unpack_reports(held[identity.key].reports))
        here = [unit for key, unit in known.items() if key not in held]
        for unit in here:
            _add_outside(total, question, unit.days)
        for day, units in question.units_by_day(here).items():
            asked += _add_day(total, database, question, day, units, segments[day])
    for one in held.values():
        _add_outside(total, question, {day.day: day.records for day in one.days})
        asked += sum(_add_held(total, question, day) for day in one.days if holds_day(question.window, day.day))
    if question.principals is None:
        forget_days(total)
    else:
        total.fates[Fate.OTHER_PRINCIPAL] += _inside(question, here, held) - asked
    return total.usage()


def _add_reports(total: Aggregate, question: Question, work: Work, reports: Iterable[FileReport]) -> None:
    for file, report in zip(files_of(work), reports, strict=True):
        may_be_other = question.has_delivered and not file.is_delivered
        add_file(total, file.name, report, question.window, may_be_other_json=may_be_other)


def _add_outside(total: Aggregate, question: Question, days: Mapping[str, int]) -> None:
    total.fates[Fate.OUTSIDE_WINDOW] += sum(n for day, n in days.items() if not holds_day(question.window, day))


def _add_day(
    total: Aggregate, database: Database, question: Question, day: str, units: list[Unit], segments: list[Segment]
) -> int:
    """Add one day's segments, and the units that are in none; how many records are of those asked for."""
    numbers = frozenset(unit.number for unit in units)
    taken = usable(segments, numbers)
    asked = add_segments(total, database, taken, question.principals)
    for number in sorted(numbers.difference(*(segment.units for segment in taken))):
        coverage, details = loose_day(database, number, day)
        add_packed_coverage(total, coverage)
        asked += add_packed_details(total, details, question.principals)
    return asked


def _add_held(total: Aggregate, question: Question, day: PackedDay) -> int:
    add_packed_coverage(total, day.coverage)
    return add_packed_details(total, day.details, question.principals)


def _inside(question: Question, units: Iterable[Unit], held: Mapping[bytes, PackedWork]) -> int:
    """Readable records of the window."""
    days = [*(unit.days for unit in units), *({day.day: day.records for day in one.days} for one in held.values())]
    return sum(records for one in days for day, records in one.items() if holds_day(question.window, day))
