"""What many records of one kind add up to: grouped by all that judgement reads, judged once.

This is the definition of the aggregation. The local engine groups as it decodes, a store or an SQL engine groups in its own
way; each hands its groups to `add_group`, and one record is the case of a group of one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from secrets_cli.catalog.grant import Mapped
from secrets_cli.catalog.visibility import data_event_type, event_data_type
from secrets_cli.usage.aggregate import Aggregate, CountedRecords, DayKey, NoUseKey, SharedCall, UseKey
from secrets_cli.usage.identity import Caller, Principal, caller_of
from secrets_cli.usage.judge import CountedUse, Judgement, Meaning, NoUse, call_of, judge
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
    judged = judged_group(group.record, principals, meaning)
    keep_days = principals is not None if with_days is None else with_days
    add_judged(part, judged, group, with_days=keep_days)


@dataclass(frozen=True, slots=True)
class JudgedRecord:
    """What a record is in every group that it is the record of: coverage and judgement, without counts and times."""

    principal: str
    """Of a caller with policies of its own; empty otherwise."""
    account: str
    """The caller's, or for others the one that received the record; may be empty."""
    region: str
    data_event_type: str
    change: TrailChange | None
    """Without its time."""
    counted: CountedRecords | None
    """Of one record without a time; None where other principals were asked for."""
    services: tuple[str, ...]
    """Prefixes of the actions of a use, distinct."""
    shared: SharedCall | None
    is_own: bool
    """The record of a shared call that the caller's own account has."""


def judged_group(record: Record, principals: frozenset[str] | None, meaning: Meaning) -> JudgedRecord:
    """The judgement of a group by its record."""
    caller = caller_of(record)
    kind = _data_type(record, caller, meaning)
    is_asked = principals is None or (isinstance(caller, Principal) and caller.arn in principals)
    judgement = judge(record, caller, meaning) if is_asked else None
    counted = None if judgement is None else _counted(record, judgement)
    change = trail_change(record)
    return JudgedRecord(
        principal=caller.arn if isinstance(caller, Principal) else "",
        account=caller.account if isinstance(caller, Principal) else record.recipient_account,
        region=record.region,
        data_event_type=kind or "",
        change=replace(change, time="") if change else None,
        counted=counted,
        services=_services(judgement) if isinstance(judgement, CountedUse) else (),
        shared=_shared(record, caller, counted) if counted else None,
        is_own=isinstance(caller, Principal) and record.recipient_account == caller.account,
    )


def add_judged(part: Aggregate, judged: JudgedRecord, group: RecordGroup, *, with_days: bool) -> None:
    """Count the records of a group whose record has been judged."""
    _cover(part, judged, group)
    if judged.counted is None:
        part.fates[Fate.OTHER_PRINCIPAL] += group.count
        return
    counted = replace(
        judged.counted,
        count=group.count,
        first=group.first,
        last=group.last,
        samples=group.samples,
        days=tuple(_days(judged, judged.counted.fate, group.day)) if with_days and group.day else (),
    )
    if judged.shared is None:
        part.add_counted(counted)
    elif judged.is_own:
        part.own_calls.add(judged.shared)
        part.add_counted(counted)
    else:
        part.add_copies(judged.shared, counted)


def _cover(part: Aggregate, judged: JudgedRecord, group: RecordGroup) -> None:
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


def _shared(record: Record, caller: Caller, counted: CountedRecords) -> SharedCall | None:
    """The call that another account may have a copy of; its copies are held back until all is read."""
    if not (record.shared_event_id and record.recipient_account and isinstance(caller, Principal) and caller.account):
        return None
    return SharedCall(record.shared_event_id, caller.arn, record.event_source, record.event_name, counted.fate)


def _counted(record: Record, judgement: Judgement) -> CountedRecords:
    if isinstance(judgement, NoUse):
        key = NoUseKey(judgement.principal, record.event_source, record.event_name, judgement.reason, judgement.why)
        return CountedRecords(Fate.NOT_COUNTED, no_use=key)
    return CountedRecords(Fate(judgement.outcome.value), uses=_keys(record, judgement))


def _services(judgement: CountedUse) -> tuple[str, ...]:
    return tuple(dict.fromkeys(grant.action.partition(":")[0] for grant in judgement.grants))


def _days(judged: JudgedRecord, fate: Fate, day: str) -> Iterator[DayKey]:
    yield from (DayKey(judged.principal, service, day, Outcome(fate.value)) for service in judged.services)


def _keys(record: Record, judgement: CountedUse) -> tuple[tuple[UseKey, str, str], ...]:
    """Each distinct use of the record, once however many of its grants say the same, with the note and the rule."""
    keys: dict[UseKey, tuple[str, str]] = {}
    for grant in judgement.grants:
        for resource in grant.resources:
            key = UseKey(
                principal=judgement.principal.arn,
                session_name=judgement.principal.session_name,
                event_source=record.event_source,
                event_name=record.event_name,
                action=grant.action,
                resource=resource,
                condition=grant.condition,
                region=record.region,
                account=judgement.principal.account,
                outcome=judgement.outcome,
            )
            keys.setdefault(key, (grant.unscoped, grant.rule))
    return tuple((key, unscoped, rule) for key, (unscoped, rule) in keys.items())


def _data_type(record: Record, caller: Caller, meaning: Meaning) -> str | None:
    """The data-event type the record shows to be logged.

    A record that says neither its category nor whether it is a management event (before eventVersion 1.06, and in hand-made
    logs) is judged by the action behind it: a call that is only ever logged as a data event was one.
    """
    if record.event_category or record.is_management is not None:
        return event_data_type(
            record.event_source,
            record.event_name,
            event_category=record.event_category,
            management_event=record.is_management,
            resource_types=tuple(resource.type for resource in record.resources),
        )
    if not isinstance(caller, Principal):
        return None
    found = meaning(call_of(record, caller))
    if not isinstance(found, Mapped):
        return None
    return next((kind for grant in found.grants if (kind := data_event_type(grant.action))), None)
