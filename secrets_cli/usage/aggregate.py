"""Judgements added up: the same in whatever order records come. Memory is bounded by the number of distinct uses; where these
are many, `total` puts them on disk.

INVARIANT: merging is associative and commutative, so files may be read in any order and by several processes.

A call on another account's resource is logged in both accounts, under one sharedEventID:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
It is counted once, in the caller's account. As the copy may come first, copies are held back until all is read; one whose
own record never came is counted then. Memory so grows with the calls across accounts, too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from secrets_cli.iam.model import ConditionTerm
from secrets_cli.usage.usage import (
    Coverage,
    DayOfUse,
    Fate,
    NotCounted,
    NotCountedReason,
    Outcome,
    Rejected,
    TrailChange,
    Usage,
    Use,
)

_BETWEEN = "\0\0"
"""Between the fields of an order; a NUL within a field is written otherwise (`order_of`)."""
SAMPLES = 5
"""Event ids kept for a use."""
DENIED_SAMPLES = 100
"""Event ids kept for a denied one: few, and each is asked about."""


class UseKey(NamedTuple):
    """What makes two uses the same. A tuple, as millions are made and hashed."""

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


class NoUseKey(NamedTuple):
    """What makes two records that are no use the same."""

    principal: str
    event_source: str
    event_name: str
    reason: NotCountedReason
    why: str


class DayKey(NamedTuple):
    """What makes two records part of the same day of use."""

    principal: str
    service: str
    day: str
    outcome: Outcome


class SharedCall(NamedTuple):
    """One call that several accounts have a record of. The other fields guard against an id that is not unique."""

    shared_event_id: str
    principal: str
    event_source: str
    event_name: str
    fate: Fate


class CountedRecords(NamedTuple):
    """What records that are equal in all but their times and ids add."""

    fate: Fate
    records: int = 1
    first: str = ""
    last: str = ""
    samples: tuple[tuple[str, str], ...] = ()
    """(time, event id), the earliest ones in order."""
    uses: tuple[tuple[UseKey, str, str], ...] = ()
    """Distinct uses, each with why it is unscoped and by which rule."""
    no_use: NoUseKey | None = None
    days: tuple[DayKey, ...] = ()
    """Distinct; told by the day and the uses, and empty where nobody asked for days."""

    def one(self) -> "CountedRecords":
        """One record of them: the first by id."""
        time, event_id = min(self.samples, key=lambda seen: (seen[1], seen[0]), default=("", ""))
        return self._replace(records=1, first=time, last=time, samples=((time, event_id),))

    def order(self) -> tuple[str, str, str]:
        """Which of several copies is taken: the first in this order, whichever was read first."""
        time, event_id = self.samples[0]
        return event_id, time, repr((self.uses, self.no_use))


@dataclass(slots=True)
class Tally:
    """How often one use was seen, and when."""

    count: int = 0
    first: str = ""
    last: str = ""
    samples: tuple[tuple[str, str], ...] = ()
    """(time, event id), the earliest ones."""
    notes: tuple[str, str] = ("", "")
    """Why unscoped, and the rule; of several the greatest, so that order does not matter."""

    def add(
        self,
        count: int,
        first: str,
        last: str,
        samples: tuple[tuple[str, str], ...],
        notes: tuple[str, str],
        limit: int,
    ) -> None:
        """Add what was seen elsewhere of the same use; `limit` samples are kept."""
        self.count += count
        if first:
            if first < self.first or not self.first:
                self.first = first
            if last > self.last:
                self.last = last
        if notes > self.notes:
            self.notes = notes
        had = self.samples
        if had and samples and had[-1] < samples[0]:  # later ones, as when days are added up
            if len(had) < limit:
                self.samples = (had + samples)[:limit]
        elif len(had) < limit or samples < had[-1:]:
            self.samples = tuple(sorted({*had, *samples}))[:limit]


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
    covered_days: set[tuple[str, str]] = field(default_factory=set)
    """Region and day of each record that has a time."""
    trail_changes: set[TrailChange] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    principals: set[str] = field(default_factory=set)
    data_event_types: set[str] = field(default_factory=set)
    ignored: list[str] = field(default_factory=list)
    fates: Counter[Fate] = field(default_factory=Counter)
    not_counted: Counter[NoUseKey] = field(default_factory=Counter)
    uses: dict[UseKey, Tally] = field(default_factory=dict)
    days: Counter[DayKey] = field(default_factory=Counter)
    """As many as the principals asked for have services and days: they do not grow with the calls."""
    own_calls: set[SharedCall] = field(default_factory=set)
    """Calls across accounts, counted in the caller's."""
    copies: dict[SharedCall, CountedRecords] = field(default_factory=dict)
    """Calls across accounts as another account recorded them, held back."""

    def add_time(self, time: str) -> None:
        """Widen the covered time by one record's; an empty text is no time."""
        if time:
            self.first = min(self.first, time) if self.first else time
            self.last = max(self.last, time)

    def reject(self, rejected: Rejected) -> None:
        """Note a record that could not be used."""
        self.fates[Fate.REJECTED] += 1
        self.rejected.append(rejected)

    def add_counted(self, records: CountedRecords) -> None:
        """Count judged records."""
        self.fates[records.fate] += records.records
        if records.no_use is not None:
            self.not_counted[records.no_use] += records.records
        for day in records.days:
            self.days[day] += records.records
        for key, unscoped, rule in records.uses:
            samples = records.samples[: samples_of(key.outcome)]
            self.add_seen(key, records.records, records.first, records.last, samples, (unscoped, rule))

    def add_seen(
        self,
        key: UseKey,
        count: int,
        first: str,
        last: str,
        samples: tuple[tuple[str, str], ...],
        notes: tuple[str, str],
    ) -> None:
        """Count a use; `samples` are no more than are kept of such a use."""
        tally = self.uses.get(key)
        if tally is None:
            self.uses[key] = Tally(count, first, last, samples, notes)
        else:
            tally.add(count, first, last, samples, notes, samples_of(key.outcome))

    def add_copies(self, call: SharedCall, records: CountedRecords) -> None:
        """Hold back another account's records of a call: one of all that come is kept."""
        self.fates[Fate.COPY] += records.records - 1
        record = records.one()
        held = self.copies.setdefault(call, record)
        if held is not record:
            self.fates[Fate.COPY] += 1
            self.copies[call] = min(held, record, key=CountedRecords.order)

    def add_all(self, other: "Aggregate") -> None:
        """Add another total to this one."""
        self.files += other.files
        self.records += other.records
        self.bytes += other.bytes
        self.rejected += other.rejected
        self.add_time(other.first)
        self.add_time(other.last)
        self.regions |= other.regions
        self.covered_days |= other.covered_days
        self.trail_changes |= other.trail_changes
        self.accounts |= other.accounts
        self.principals |= other.principals
        self.data_event_types |= other.data_event_types
        self.ignored += other.ignored
        self.fates.update(other.fates)
        self.not_counted.update(other.not_counted)
        self.days.update(other.days)
        self.own_calls |= other.own_calls
        for call, record in other.copies.items():
            self.add_copies(call, record)
        for key, tally in other.uses.items():
            self.add_seen(key, tally.count, tally.first, tally.last, tally.samples, tally.notes)

    def usage(self) -> Usage:
        """The total as a value, everything sorted. To be asked when all is read: it decides about the copies held back."""
        if self.copies:
            return self.settled().usage()
        return Usage(
            coverage=Coverage(
                files=self.files,
                records=self.records,
                bytes=self.bytes,
                rejected=tuple(sorted(self.rejected, key=_place)),
                first=self.first,
                last=self.last,
                regions=tuple(sorted(self.regions)),
                accounts=tuple(sorted(self.accounts)),
                data_event_types=tuple(sorted(self.data_event_types)),
                days=tuple(sorted(self.covered_days)),
                trail_changes=tuple(sorted(self.trail_changes, key=lambda c: (c.time, c.event_name, c.trail))),
                ignored=tuple(sorted(self.ignored)),
                fates=tuple((fate, self.fates[fate]) for fate in Fate),
            ),
            uses=tuple([use_of(key, self.uses[key]) for key in sorted(self.uses, key=order_of)]),
            not_counted=tuple(_not_counted(self.not_counted.items())),
            principals=tuple(sorted(self.principals)),
            days=tuple(DayOfUse(*key, count) for key, count in sorted(self.days.items(), key=_in_time)),
        )

    def settled(self) -> "Aggregate":
        """The same total with no copy held back: each is counted, or known to be counted already."""
        whole = Aggregate()
        whole.add_all(self)
        whole.copies.clear()
        for call, record in self.copies.items():
            if call in self.own_calls:
                whole.fates[Fate.COPY] += 1
            else:
                whole.add_counted(record)
        return whole


def merged(one: Aggregate, other: Aggregate) -> Aggregate:
    """Both totals as one: the larger with the smaller added to it. Neither is to be used any more."""
    if len(one.uses) < len(other.uses):
        one, other = other, one
    one.add_all(other)
    return one


def samples_of(outcome: Outcome) -> int:
    """How many event ids are kept of a use that ended so."""
    return DENIED_SAMPLES if outcome is Outcome.DENIED else SAMPLES


def use_of(key: UseKey, tally: Tally) -> Use:
    """The use, as it is told."""
    event_ids = tuple([event_id for _, event_id in tally.samples if event_id])
    # The fields of the key are the first ones of a use, in their order.
    return Use(*key, tally.count, tally.first, tally.last, event_ids, *tally.notes)


def _not_counted(items: Iterable[tuple[NoUseKey, int]]) -> Iterable[NotCounted]:
    for key, count in sorted(items, key=lambda i: (*i[0][:3], i[0].reason.value, i[0].why)):
        yield NotCounted(key.principal, key.event_source, key.event_name, key.reason, key.why, count)


def _in_time(item: tuple[DayKey, int]) -> tuple[str, ...]:
    key, _ = item
    return key.principal, key.service, key.day, key.outcome.value


def _place(rejected: Rejected) -> tuple[str, int, str]:
    """File by file, and in a file record by record."""
    file, _, number = rejected.where.rpartition("#")
    return (file, int(number), "") if file and number.isdecimal() else (rejected.where, 0, rejected.reason)


def order_of(key: UseKey) -> str:
    """The place of a use among all, field by field; no two have the same. One text is compared several times as fast as ten."""
    principal, session, source, event, action, resource, condition, region, account, outcome = key
    # No condition sorts as its text does, and hardly any has one.
    terms = repr(condition) if condition else "()"
    fields = (principal, action, resource, outcome.value, session, source, event, region, account, terms)
    text = _BETWEEN.join(fields)
    if text.count("\0") == _NULS:
        return text
    # NUL and one sorts after the end of a field, and before any other character.
    return _BETWEEN.join([field.replace("\0", "\0\1") for field in fields])


def key_of(order: str, condition: tuple[ConditionTerm, ...]) -> UseKey:
    """The use whose place this is; of its condition, `order` holds the place alone."""
    fields = order.split(_BETWEEN)
    if order.count("\0") != _NULS:
        fields = [field.replace("\0\1", "\0") for field in fields]
    principal, action, resource, outcome, session, source, event, region, account, _ = fields
    return UseKey(principal, session, source, event, action, resource, condition, region, account, _OUTCOMES[outcome])


_NULS = len(_BETWEEN) * (len(UseKey._fields) - 1)
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
