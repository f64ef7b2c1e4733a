"""Judgements added up: bounded by the number of distinct uses, the same in whatever order records come.

INVARIANT: merging is associative and commutative, so files may be read in any order and by several processes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from secrets_cli.iam.model import ConditionTerm
from secrets_cli.usage.usage import (
    Coverage,
    NotCounted,
    NotCountedReason,
    Outcome,
    Rejected,
    Usage,
    Use,
)

SAMPLES = 5
"""Event ids kept for a use."""
DENIED_SAMPLES = 100
"""Event ids kept for a denied one: few, and each is asked about."""


@dataclass(frozen=True, slots=True)
class UseKey:
    """What makes two uses the same."""

    principal: str
    session_name: str
    event_source: str
    event_name: str
    action: str
    resource: str
    condition: tuple[ConditionTerm, ...]
    region: str
    account: str
    outcome: Outcome
    unscoped: str
    rule: str


@dataclass(slots=True)
class _Tally:
    count: int = 0
    first: str = ""
    last: str = ""
    samples: tuple[tuple[str, str], ...] = ()
    """(time, event id), the earliest ones."""


@dataclass(slots=True)
class Aggregate:
    """A running total. Not shared between threads; merged by `add_all`."""

    files: int = 0
    records: int = 0
    bytes: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    first: str = ""
    last: str = ""
    regions: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    principals: set[str] = field(default_factory=set)
    data_event_types: set[str] = field(default_factory=set)
    not_counted: Counter[tuple[str, str, str, NotCountedReason, str]] = field(default_factory=Counter)
    uses: dict[UseKey, _Tally] = field(default_factory=dict)

    def add_time(self, time: str) -> None:
        """Widen the covered time by one record's; an empty text is no time."""
        if time:
            self.first = min(self.first, time) if self.first else time
            self.last = max(self.last, time)

    def add_use(self, key: UseKey, time: str, event_id: str) -> None:
        """Count one record for a use."""
        _add(self.uses.setdefault(key, _Tally()), _Tally(1, time, time, ((time, event_id),)), _limit(key))

    def add_all(self, other: "Aggregate") -> None:
        """Add another total to this one."""
        self.files += other.files
        self.records += other.records
        self.bytes += other.bytes
        self.rejected += other.rejected
        self.add_time(other.first)
        self.add_time(other.last)
        self.regions |= other.regions
        self.accounts |= other.accounts
        self.principals |= other.principals
        self.data_event_types |= other.data_event_types
        self.not_counted.update(other.not_counted)
        for key, tally in other.uses.items():
            _add(self.uses.setdefault(key, _Tally()), tally, _limit(key))

    def usage(self) -> Usage:
        """The total as a value, everything sorted."""
        return Usage(
            coverage=Coverage(
                files=self.files,
                records=self.records,
                bytes=self.bytes,
                rejected=tuple(sorted(self.rejected, key=lambda r: r.where)),
                first=self.first,
                last=self.last,
                regions=tuple(sorted(self.regions)),
                accounts=tuple(sorted(self.accounts)),
                data_event_types=tuple(sorted(self.data_event_types)),
            ),
            uses=tuple(_use(key, tally) for key, tally in sorted(self.uses.items(), key=lambda item: _order(item[0]))),
            not_counted=tuple(_not_counted(self.not_counted.items())),
            principals=tuple(sorted(self.principals)),
        )


def _limit(key: UseKey) -> int:
    return DENIED_SAMPLES if key.outcome is Outcome.DENIED else SAMPLES


def _add(tally: _Tally, other: _Tally, limit: int) -> None:
    tally.count += other.count
    tally.first = min(tally.first, other.first) if tally.first and other.first else tally.first or other.first
    tally.last = max(tally.last, other.last)
    if len(tally.samples) < limit or other.samples < tally.samples[-1:]:
        tally.samples = tuple(sorted({*tally.samples, *other.samples}))[:limit]


def _use(key: UseKey, tally: _Tally) -> Use:
    return Use(
        principal=key.principal,
        session_name=key.session_name,
        event_source=key.event_source,
        event_name=key.event_name,
        action=key.action,
        resource=key.resource,
        condition=key.condition,
        region=key.region,
        account=key.account,
        outcome=key.outcome,
        count=tally.count,
        first_seen=tally.first,
        last_seen=tally.last,
        event_ids=tuple(event_id for _, event_id in tally.samples if event_id),
        unscoped=key.unscoped,
        rule=key.rule,
    )


def _not_counted(items: Iterable[tuple[tuple[str, str, str, NotCountedReason, str], int]]) -> Iterable[NotCounted]:
    for (principal, source, name, reason, why), count in sorted(
        items, key=lambda i: (*i[0][:3], i[0][3].value, i[0][4])
    ):
        yield NotCounted(principal, source, name, reason, why, count)


def _order(key: UseKey) -> tuple[str, ...]:
    return (
        key.principal,
        key.action,
        key.resource,
        key.outcome.value,
        key.session_name,
        key.event_source,
        key.event_name,
        key.region,
        key.account,
        repr(key.condition),
    )
