"""One record into the running total."""

from collections.abc import Iterator
from typing import assert_never

from secrets_cli.catalog.grant import Mapped
from secrets_cli.catalog.visibility import data_event_type, event_data_type
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import Aggregate, CountedRecord, DayKey, NoUseKey, SharedCall, UseKey
from secrets_cli.usage.identity import AwsService, Caller, Principal, Unknown, caller_of
from secrets_cli.usage.judge import CountedUse, Judgement, Meaning, NoUse, call_of, judge
from secrets_cli.usage.record import OddRecordError, Record, read_record
from secrets_cli.usage.trail_changes import trail_change
from secrets_cli.usage.usage import Fate, Rejected
from secrets_cli.usage.window import EVERYTHING, Window


def add_record(
    part: Aggregate,
    record: Record,
    principals: frozenset[str] | None,
    meaning: Meaning,
    window: Window = EVERYTHING,
) -> None:
    """Count one record: its coverage where it lies in the window, its use where it is of one of `principals` (None: of
    anybody) as well.

    All that can fail on an odd record is done before anything is added, so that a record is counted wholly or not at all.
    """
    if not window.holds(record.event_time):
        part.fates[Fate.OUTSIDE_WINDOW] += 1
        return
    caller = caller_of(record)
    kind = _data_type(record, caller, meaning)
    is_asked = principals is None or (isinstance(caller, Principal) and caller.arn in principals)
    counted = _counted(record, judge(record, caller, meaning), principals is not None) if is_asked else None
    _cover(part, record, caller, kind)
    if counted is None:
        part.fates[Fate.OTHER_PRINCIPAL] += 1
    else:
        _add(part, record, caller, counted)


def rejected_record(where: str, error: Exception, raw: JsonValue) -> Rejected:
    """The rejected record, with its principal where that much can be read for certain."""
    reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    if not isinstance(raw, dict):
        return Rejected(where, reason)
    try:
        caller = caller_of(read_record({"userIdentity": raw.get("userIdentity"), "eventSource": "-", "eventName": "-"}))
    except OddRecordError:
        return Rejected(where, reason)
    match caller:
        case Principal(arn=arn):
            return Rejected(where, reason, arn)
        case AwsService(name=name, arn=arn):
            return Rejected(where, reason, arn or name)
        case Unknown():
            return Rejected(where, reason)
        case unreachable:
            assert_never(unreachable)


def _cover(part: Aggregate, record: Record, caller: Caller, kind: str | None) -> None:
    part.add_time(record.event_time)
    if change := trail_change(record):
        part.trail_changes.add(change)
    if record.event_time:
        part.covered_days.add((record.region, record.event_time[: len("2026-09-01")]))
    if record.region:
        part.regions.add(record.region)
    if isinstance(caller, Principal):
        part.principals.add(caller.arn)
        if caller.account:
            part.accounts.add(caller.account)
    elif record.recipient_account:
        part.accounts.add(record.recipient_account)
    if kind:
        part.data_event_types.add(kind)


def _add(part: Aggregate, record: Record, caller: Caller, counted: CountedRecord) -> None:
    """Count the record; one that another account may have a copy of is noted, and the copy held back until all is read."""
    if not (record.shared_event_id and record.recipient_account and isinstance(caller, Principal) and caller.account):
        part.add_counted(counted)
        return
    call = SharedCall(record.shared_event_id, caller.arn, record.event_source, record.event_name, counted.fate)
    if record.recipient_account == caller.account:
        part.own_calls.add(call)
        part.add_counted(counted)
    else:
        part.add_copy(call, counted)


def _counted(record: Record, judgement: Judgement, has_days: bool) -> CountedRecord:
    if isinstance(judgement, NoUse):
        key = NoUseKey(judgement.principal, record.event_source, record.event_name, judgement.reason, judgement.why)
        return CountedRecord(record.event_time, record.event_id, Fate.NOT_COUNTED, no_use=key)
    return CountedRecord(
        record.event_time,
        record.event_id,
        Fate(judgement.outcome.value),
        uses=_keys(record, judgement),
        days=tuple(_days(record, judgement)) if has_days else (),
    )


def _days(record: Record, judgement: CountedUse) -> Iterator[DayKey]:
    day = record.event_time.partition("T")[0]
    if day:
        services = dict.fromkeys(grant.action.partition(":")[0] for grant in judgement.grants)
        yield from (DayKey(judgement.principal.arn, one, day, judgement.outcome) for one in services)


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
