"""What files add up to, kept apart by day and by principal: any question about principals and whole days is a sum of parts.

The engine answers one question while it reads; this is what is remembered to answer all of them. Each record is in exactly one
part, so a part is taken or left as a whole.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.usage import Fate, Rejected
from secrets_cli.usage.window import EVERYTHING, Window


class FileState(enum.Enum):
    """What a file turned out to be."""

    READ = "read"
    REJECTED = "rejected"
    OTHER_JSON = "other-json"
    """Whole JSON of another kind that names no event: rejected, unless it lies beside delivered logs."""
    UNFETCHED = "unfetched"
    """It could not be had from where it is kept, which says nothing of what it holds."""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record of a file that could not be used."""

    number: int
    """Its place in the file, from 1."""
    reason: str
    principal: str = ""
    """As `usage.Rejected` has it."""
    day: str | None = None
    """Of a record that was readable, and failed when it was judged: it is rejected in windows that hold the day only (empty:
    it has no time); None: it is rejected in each."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, without its name: a file is called differently from one question to the next."""

    state: FileState
    reason: str = ""
    """Why it was rejected."""
    bytes: int = 0
    """Decompressed, of a file with records."""
    records: int = 0
    """Records seen, bad ones included."""
    bad: tuple[BadRecord, ...] = ()
    is_lasting: bool = True
    """Whether the same file would be found the same again: not so where the system refused to open it."""


@dataclass(slots=True)
class DayPart:
    """The readable records of one day."""

    records: int = 0
    by_principal: dict[str, Aggregate] = field(default_factory=dict)
    """By the caller's ARN; empty for callers without policies of their own. Each holds the days of use of its principal."""

    def of(self, principal: str) -> Aggregate:
        """The part of one principal, to be added to."""
        return self.by_principal.setdefault(principal, Aggregate())


Days: TypeAlias = dict[str, DayPart]
"""By UTC day, `2026-09-01`; empty for records without a time."""


@dataclass(frozen=True, slots=True)
class WorkParts:
    """What one item of work adds up to."""

    reports: tuple[FileReport, ...]
    """One for each file, in the order of the work's files."""
    days: Days

    @property
    def is_lasting(self) -> bool:
        """Whether it may be remembered."""
        return all(report.is_lasting for report in self.reports)


def is_whole_days(window: Window) -> bool:
    """Whether the window begins and ends where days do, so that parts can answer it."""
    return all(not edge or edge.endswith("T00:00:00Z") for edge in (window.since, window.until))


def holds_day(window: Window, day: str) -> bool:
    """Whether a window of whole days holds a day; records without a time are in one without limits alone."""
    return window.holds(f"{day}T00:00:00Z" if day else "")


def add_file(
    total: Aggregate, name: str, report: FileReport, window: Window = EVERYTHING, *, may_be_other_json: bool
) -> None:
    """Add what is told of a file as a whole and of its bad records."""
    if report.state is FileState.OTHER_JSON and may_be_other_json:
        total.ignored.append(name)
        return
    total.files += 1
    total.bytes += report.bytes
    total.records += report.records
    if report.state is not FileState.READ:
        total.rejected.append(Rejected(name, report.reason, is_unfetched=report.state is FileState.UNFETCHED))
    for bad in report.bad:
        if bad.day is None or holds_day(window, bad.day):
            total.reject(Rejected(f"{name}#{bad.number}", bad.reason, bad.principal))
        else:
            total.fates[Fate.OUTSIDE_WINDOW] += 1


def add_days(total: Aggregate, days: Days, principals: frozenset[str] | None, window: Window = EVERYTHING) -> None:
    """Add the parts that a question asks for; all others as far as they tell of coverage."""
    for day, part in days.items():
        if not holds_day(window, day):
            total.fates[Fate.OUTSIDE_WINDOW] += part.records
            continue
        for principal, one in part.by_principal.items():
            if principals is None or principal in principals:
                total.add_all(one)
            else:
                add_coverage(total, one)
                total.fates[Fate.OTHER_PRINCIPAL] += records_in(one)
    if principals is None:
        forget_days(total)


def forget_days(total: Aggregate) -> None:
    """Leave out the days of use, which are told of principals asked for by name only."""
    total.days.clear()
    total.copies = {call: record._replace(days=()) for call, record in total.copies.items()}


def add_coverage(total: Aggregate, part: Aggregate) -> None:
    """Add what a part tells of the time, the places and the callers, and nothing of uses."""
    total.add_time(part.first)
    total.add_time(part.last)
    total.regions |= part.regions
    total.covered_days |= part.covered_days
    total.trail_changes |= part.trail_changes
    total.accounts |= part.accounts
    total.principals |= part.principals
    total.data_event_types |= part.data_event_types


def records_in(part: Aggregate) -> int:
    """How many records a part is of: those with a fate, and those held back as another account's copy."""
    return part.fates.total() + len(part.copies)


def merged(parts: Iterable[DayPart]) -> DayPart:
    """The parts of one day as one."""
    whole = DayPart()
    for part in parts:
        whole.records += part.records
        for principal, one in part.by_principal.items():
            whole.of(principal).add_all(one)
    return whole
