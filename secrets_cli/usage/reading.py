"""One record into the running total."""

from secrets_cli.catalog.grant import Mapped
from secrets_cli.catalog.visibility import data_event_type, event_data_type
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import Aggregate, UseKey
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.judge import CountedUse, Judgement, Meaning, NoUse, call_of, judge
from secrets_cli.usage.record import OddRecordError, Record, read_record
from secrets_cli.usage.usage import Rejected


def add_record(part: Aggregate, record: Record, principals: frozenset[str] | None, meaning: Meaning) -> None:
    """Count one record: its coverage always, its use where it is of one of `principals` (None: of anybody)."""
    part.add_time(record.event_time)
    if record.region:
        part.regions.add(record.region)
    caller = caller_of(record)
    if isinstance(caller, Principal):
        part.principals.add(caller.arn)
        if caller.account:
            part.accounts.add(caller.account)
    elif record.recipient_account:
        part.accounts.add(record.recipient_account)
    if kind := _data_type(record, caller, meaning):
        part.data_event_types.add(kind)
    if principals is not None and not (isinstance(caller, Principal) and caller.arn in principals):
        return
    _add(part, record, judge(record, meaning))


def rejected_record(where: str, reason: str, raw: JsonValue) -> Rejected:
    """The rejected record, with its principal where that much can be read for certain."""
    if isinstance(raw, dict):
        try:
            record = read_record({**raw, "eventSource": "-", "eventName": "-"})
        except OddRecordError:
            return Rejected(where, reason)
        caller = caller_of(record)
        if isinstance(caller, Principal):
            return Rejected(where, reason, caller.arn)
    return Rejected(where, reason)


def _add(part: Aggregate, record: Record, judgement: Judgement) -> None:
    if isinstance(judgement, NoUse):
        key = (judgement.principal, record.event_source, record.event_name, judgement.reason, judgement.why)
        part.not_counted[key] += 1
        return
    for use in _keys(record, judgement):
        part.add_use(use, record.event_time, record.event_id)


def _keys(record: Record, judgement: CountedUse) -> set[UseKey]:
    return {
        UseKey(
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
            unscoped=grant.unscoped,
            rule=grant.rule,
        )
        for grant in judgement.grants
        for resource in grant.resources
    }


def _data_type(record: Record, caller: object, meaning: Meaning) -> str | None:
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
