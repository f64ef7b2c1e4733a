"""What many records of one kind add up to: grouped by all that judgement reads, judged once.

This is the definition of the aggregation. The local engine groups as it decodes, a store or an SQL engine groups in its own
way; each hands its groups to `add_group`, and one record is the case of a group of one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from secrets_cli.catalog.grant import EventMeaning, Mapped
from secrets_cli.catalog.visibility import data_event_type, event_data_type
from secrets_cli.usage.aggregate import Aggregate, CountedRecords, DayKey, NoUseKey, SharedCall, UseKey
from secrets_cli.usage.identity import Caller, Principal, caller_of
from secrets_cli.usage.judge import (
    CountedUse,
    Judgement,
    Meaning,
    NoUse,
    call_of,
    judged_by_itself,
    judged_by_meaning,
    outcome_of,
)
from secrets_cli.usage.record import Record
from secrets_cli.usage.trail_changes import trail_change
from secrets_cli.usage.usage import Fate, Outcome, TrailChange


@dataclass(frozen=True, slots=True)
class RecordGroup:
    """Records of one UTC day that are equal in everything that judgement reads."""

    record: Record
    """What they share; its `event_id` and `event_time` are not read."""
    day: str
    """UTC, `2026-09-01`; empty where the records have no time."""
    count: int
    first: str
    """Times as `record` writes them (UTC, to the second, `Z`); empty where the records have none."""
    last: str
    samples: tuple[tuple[str, str], ...]
    """(time, event id), distinct, the earliest ones in order: `aggregate.SAMPLES` of them, `aggregate.DENIED_SAMPLES` where the
    call was denied. An event id is empty where a record has none."""


def stands_alone(record: Record) -> bool:
    """Whether such records are in one group only where time and event id are equal, too.

    So are calls that another account may have a copy of (`sharedEventID`), of which one record is chosen, and calls that
    change a trail, whose moment is reported.
    """
    return bool(record.shared_event_id) or trail_change(record) is not None


def add_group(
    part: Aggregate,
    group: RecordGroup,
    principals: frozenset[str] | None,
    meaning: Meaning,
    *,
    with_days: bool | None = None,
) -> None:
    """Count the records of a group: their coverage, and their use where it is of one of `principals` (None: of anybody).

    `part.records` is left to the caller, who has counted them with those that could not be read. `with_days` says whether the
    days of use are kept; None: where principals are asked for by name. All that can fail on an odd record is done before
    anything is added, so that a group is counted wholly or not at all.
    """
    record = group.record
    types = tuple(resource.type for resource in record.resources)
    frame = Frame(record, caller_of(record), principals)
    judged = frame.judged(types, lambda caller: meaning(call_of(record, caller)))
    seen = Seen(group.day, group.count, group.first, group.last, group.samples)
    shared = (record.shared_event_id, record.event_source, record.event_name) if record.shared_event_id else None
    add_judged(part, judged, seen, shared, with_days=principals is not None if with_days is None else with_days)


class JudgedRecord(NamedTuple):
    """What a record is in every group that it is the record of: coverage and judgement, without counts and times."""

    principal: str
    """Of a caller with policies of its own; empty otherwise."""
    account: str
    """The caller's, or for others the one that received the record; may be empty."""
    region: str
    data_event_type: str
    change: TrailChange | None
    """Without its time."""
    fate: Fate
    uses: tuple[tuple[UseKey, str, str], ...]
    """As of `CountedRecords`; empty where other principals were asked for."""
    no_use: NoUseKey | None
    services: tuple[str, ...]
    """Prefixes of the actions of a use, distinct."""
    may_be_shared: bool
    """Its call may be recorded in two accounts; it is so where the record has a `sharedEventID`."""
    is_own: bool
    """The record is the one of the caller's own account."""


Ask: TypeAlias = Callable[[Principal], EventMeaning]
"""What the event map says of a record's call, where the caller is the given one."""


class Frame:
    """What a record's judgement is by all of it but its open parts, which are not read here, save for the call that changes a
    trail."""

    __slots__ = ("_caller", "_change", "_fields", "_has_kind", "_is_asked", "_judged", "_outcome", "_record")

    def __init__(self, record: Record, caller: Caller, principals: frozenset[str] | None) -> None:
        """`caller` is the record's own (`identity.caller_of`)."""
        is_principal = isinstance(caller, Principal)
        arn, account = (caller.arn, caller.account) if isinstance(caller, Principal) else ("", record.recipient_account)
        change = trail_change(record)
        self._record = record
        self._caller = caller
        self._is_asked = principals is None or (is_principal and arn in principals)
        self._judged = judged_by_itself(record, caller) if self._is_asked else None
        self._outcome = outcome_of(record)
        self._has_kind = bool(record.event_category) or record.is_management is not None
        self._fields = (arn, account, record.region)
        self._change = (
            replace(change, time="") if change else None,
            bool(is_principal and record.recipient_account and account),
            is_principal and record.recipient_account == account,
        )

    def judged(self, resource_types: tuple[str, ...], ask: Ask) -> JudgedRecord:
        """The judgement. `resource_types` are those of the record's `resources[]` (read of data events alone), `ask` tells
        what its call needed."""
        kind = self._data_type(resource_types, ask) or ""
        change, may_be_shared, is_own = self._change
        judgement = self._judgement(ask)
        if not isinstance(judgement, CountedUse):
            fate = Fate.NOT_COUNTED if judgement else Fate.OTHER_PRINCIPAL
            no_use = _no_use(self._record, judgement) if judgement else None
            return JudgedRecord(*self._fields, kind, change, fate, (), no_use, (), may_be_shared, is_own)
        services = tuple(dict.fromkeys([grant.action.partition(":")[0] for grant in judgement.grants]))
        uses = _keys(self._record, judgement)
        fate = _FATE[judgement.outcome]
        return JudgedRecord(*self._fields, kind, change, fate, uses, None, services, may_be_shared, is_own)

    def _judgement(self, ask: Ask) -> Judgement | None:
        """None where other principals were asked for."""
        if self._judged is not None or not self._is_asked:
            return self._judged
        assert isinstance(self._caller, Principal), "all others are judged by themselves"
        return judged_by_meaning(self._caller, self._outcome, ask(self._caller))

    def _data_type(self, resource_types: tuple[str, ...], ask: Ask) -> str | None:
        """The data-event type the record shows to be logged.

        A record that says neither its category nor whether it is a management event (before eventVersion 1.06, and in
        hand-made logs) is judged by the action behind it: a call that is only ever logged as a data event was one.
        """
        record = self._record
        if self._has_kind:
            return _event_data_type(
                record.event_source, record.event_name, record.event_category, record.is_management, resource_types
            )
        found = ask(self._caller) if isinstance(self._caller, Principal) else None
        if not isinstance(found, Mapped):
            return None
        return next((kind for grant in found.grants if (kind := data_event_type(grant.action))), None)


class Seen(NamedTuple):
    """How often, when and as which event the records of a group were seen: as of `RecordGroup`."""

    day: str
    records: int
    first: str
    last: str
    samples: tuple[tuple[str, str], ...]


def add_judged(
    part: Aggregate, judged: JudgedRecord, seen: Seen, shared: tuple[str, str, str] | None, *, with_days: bool
) -> None:
    """Count the records of a group whose record has been judged; `shared`: its sharedEventID, eventSource and eventName,
    where it has the first."""
    _cover(part, judged, seen)
    if judged.fate is Fate.OTHER_PRINCIPAL:
        part.fates[judged.fate] += seen.records
        return
    days = tuple(_days(judged, seen.day)) if with_days and seen.day else ()
    counted = CountedRecords(
        judged.fate, seen.records, seen.first, seen.last, seen.samples, judged.uses, judged.no_use, days
    )
    if not (shared and judged.may_be_shared):
        part.add_counted(counted)
        return
    shared_id, source, event = shared
    call = SharedCall(shared_id, judged.principal, source, event, judged.fate)
    if judged.is_own:
        part.own_calls.add(call)
        part.add_counted(counted)
    else:
        part.add_copies(call, counted)


def _cover(part: Aggregate, judged: JudgedRecord, group: Seen) -> None:
    part.add_time(group.first)
    part.add_time(group.last)
    if judged.change:
        part.trail_changes.add(replace(judged.change, time=group.first))
    if group.day:
        part.covered_days.add((judged.region, group.day))
    if judged.region:
        part.regions.add(judged.region)
    if judged.principal:
        part.principals.add(judged.principal)
    if judged.account:
        part.accounts.add(judged.account)
    if judged.data_event_type:
        part.data_event_types.add(judged.data_event_type)


_FATE = {outcome: Fate(outcome.value) for outcome in Outcome}
_OUTCOME = {fate: outcome for outcome, fate in _FATE.items()}


def _no_use(record: Record, judgement: NoUse) -> NoUseKey:
    return NoUseKey(judgement.principal, record.event_source, record.event_name, judgement.reason, judgement.why)


def _days(judged: JudgedRecord, day: str) -> Iterator[DayKey]:
    yield from (DayKey(judged.principal, service, day, _OUTCOME[judged.fate]) for service in judged.services)


def _keys(record: Record, judgement: CountedUse) -> tuple[tuple[UseKey, str, str], ...]:
    """Each distinct use of the record, once however many of its grants say the same, with the note and the rule."""
    keys: dict[UseKey, tuple[str, str]] = {}
    caller, outcome = judgement.principal, judgement.outcome
    arn, session, account = caller.arn, caller.session_name, caller.account
    source, event, region = record.event_source, record.event_name, record.region
    for grant in judgement.grants:
        note = (grant.unscoped, grant.rule)
        for resource in grant.resources:
            key = UseKey(arn, session, source, event, grant.action, resource, grant.condition, region, account, outcome)
            keys.setdefault(key, note)
    return tuple([(key, *note) for key, note in keys.items()])


@lru_cache(maxsize=4_096)
def _event_data_type(
    source: str, event: str, category: str, is_management: bool | None, resource_types: tuple[str, ...]
) -> str | None:
    return event_data_type(
        source, event, event_category=category, management_event=is_management, resource_types=resource_types
    )
