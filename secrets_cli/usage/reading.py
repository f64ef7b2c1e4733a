"""One record into the running total."""

from typing import assert_never

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.group import RecordGroup, add_group
from secrets_cli.usage.identity import AwsService, Principal, Unknown, caller_of
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.record import OddRecordError, Record, day_of, read_record
from secrets_cli.usage.usage import Fate, Rejected
from secrets_cli.usage.window import EVERYTHING, Window


def add_record(
    part: Aggregate,
    record: Record,
    principals: frozenset[str] | None,
    meaning: Meaning,
    window: Window = EVERYTHING,
    *,
    with_days: bool | None = None,
) -> None:
    """Count one record: its coverage where it lies in the window, its use where it is of one of `principals` (None: of
    anybody) as well. `with_days` as of `add_group`.

    All that can fail on an odd record is done before anything is added, so that a record is counted wholly or not at all.
    """
    if not window.holds(record.event_time):
        part.fates[Fate.OUTSIDE_WINDOW] += 1
        return
    time = record.event_time
    group = RecordGroup(record, day_of(time), 1, time, time, ((time, record.event_id),))
    add_group(part, group, principals, meaning, with_days=with_days)


def is_asked(record: Record, principals: frozenset[str] | None) -> bool:
    """Whether the record is of one of the principals (None: of anybody)."""
    if principals is None:
        return True
    caller = caller_of(record)
    return isinstance(caller, Principal) and caller.arn in principals


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
