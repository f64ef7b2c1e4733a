"""The figures of a narrowing: what was granted before and after, and on which days each service was used."""

import datetime
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.narrow.granted import GrantedAction, granted_actions
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.report.narrowing_risk import Ways, reaches_everything
from secrets_cli.usage.usage import Coverage, DayOfUse, Outcome

_COLUMNS = 62
"""Columns of a timeline at most: two months day by day; longer times in columns of several days."""
_ROWS = 24
"""Services shown in a timeline."""
SHADES = 4
"""Steps from few calls to many."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One count, before and after."""

    label: str
    before: int
    after: int

    @property
    def less(self) -> str:
        """How much went, `-95 %`, rounded so that it never says more than is so; empty where nothing went."""
        share = 100 * (self.before - self.after) // self.before if self.before else 0
        return f"-{share} %" if share > 0 else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """The calls to one service in one column of days."""

    label: str
    """The day, or the first and last day."""
    calls: int
    """Counted ones; denied ones are apart."""
    denied: int
    shade: int
    """0 without calls, else 1 to `SHADES`."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One service."""

    service: str
    cells: tuple[Cell, ...]
    calls: int
    denied: int
    days: int
    """Days with calls."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Use by service over the days that the logs cover."""

    first: str
    last: str
    days: int
    column: int
    """Days in a column."""
    rows: tuple[TimelineRow, ...]
    """The most used service first."""
    left_out: int
    """Services beyond those shown."""


def figures_of(result: Narrowing, ways: Ways, catalog: Catalog) -> tuple[Figure, ...]:
    """The counts that a reader asks for first."""
    before, after = (granted_actions(policies, catalog) for policies in (result.present, result.policies))
    return (
        Figure("actions", len(before), len(after)),
        Figure("actions on any resource", _everywhere(before, catalog), _everywhere(after, catalog)),
        Figure("services", _services(before), _services(after)),
        Figure("ways to more permissions", len(ways.before), len(ways.after)),
    )


def timeline_of(days: Sequence[DayOfUse], coverage: Coverage) -> Timeline | None:
    """The timeline; None where no call has a day."""
    known = [(datetime.date.fromisoformat(one.day), one) for one in days if _is_day(one.day)]
    if not known:
        return None
    ends = [day for day, _ in known]
    ends += [datetime.date.fromisoformat(time[:10]) for time in (coverage.first, coverage.last) if _is_day(time[:10])]
    first, last = min(ends), max(ends)
    span = (last - first).days + 1
    column = math.ceil(span / _COLUMNS)
    services: dict[str, _Calls] = {}
    for day, one in known:
        services.setdefault(one.service, _Calls()).add((day - first).days // column, one)
    most = max((count for calls in services.values() for count in calls.counted.values()), default=1)
    labels = _labels(first, span, column)
    rows = sorted(
        (_row(service, calls, labels, most) for service, calls in services.items()),
        key=lambda row: (-row.calls, row.service),
    )
    shown = tuple(rows[:_ROWS])
    return Timeline(first.isoformat(), last.isoformat(), span, column, shown, len(rows) - len(shown))


@dataclass(slots=True)
class _Calls:
    """Of one service, by the number of the column."""

    counted: Counter[int] = field(default_factory=Counter)
    denied: Counter[int] = field(default_factory=Counter)
    days: set[str] = field(default_factory=set)

    def add(self, column: int, one: DayOfUse) -> None:
        if one.outcome is Outcome.DENIED:
            self.denied[column] += one.count
        else:
            self.counted[column] += one.count
            self.days.add(one.day)


def _row(service: str, calls: _Calls, labels: Sequence[str], most: int) -> TimelineRow:
    cells = tuple(
        Cell(label, calls.counted[number], calls.denied[number], _shade(calls.counted[number], most))
        for number, label in enumerate(labels)
    )
    return TimelineRow(service, cells, calls.counted.total(), calls.denied.total(), len(calls.days))


def _shade(calls: int, most: int) -> int:
    """By the square root, so that a service called now and then is still told from one that was not."""
    return math.ceil(SHADES * math.sqrt(calls / most)) if calls else 0


def _labels(first: datetime.date, span: int, column: int) -> list[str]:
    labels = []
    for start in range(0, span, column):
        begin = first + datetime.timedelta(days=start)
        end = first + datetime.timedelta(days=min(start + column, span) - 1)
        labels.append(begin.isoformat() if begin == end else f"{begin.isoformat()} to {end.isoformat()}")
    return labels


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _everywhere(granted: Iterable[GrantedAction], catalog: Catalog) -> int:
    return sum(reaches_everything(one.action, one.resources, catalog) for one in granted)


def _services(granted: Iterable[GrantedAction]) -> int:
    return len({one.action.partition(":")[0].lower() for one in granted})


def by_service(actions: Iterable[str]) -> Mapping[str, int]:
    """How many actions of each service, the most first."""
    counts = Counter(action.partition(":")[0] for action in actions)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
