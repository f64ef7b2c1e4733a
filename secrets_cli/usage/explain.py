"""Each record of one file, with what it was judged to be and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.catalog.grant import Grant, Mapped
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.judge import CountedUse, Meaning, NoUse, call_of, judge
from secrets_cli.usage.reading import rejected_record
from secrets_cli.usage.record import OddRecordError, Record, read_record
from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.usage import NotCountedReason, Outcome, Rejected


@dataclass(frozen=True, slots=True)
class ExplainedEvent:
    """One record and its judgement."""

    event_id: str
    event_source: str
    event_name: str
    principal: str
    """Empty where the caller cannot be told or is a service."""
    session_name: str
    counted: bool
    reason: str
    """An outcome or a reason for not counting."""
    why: str
    grants: tuple[Grant, ...]
    """What was needed (also by a caller who cannot be told), or asked for where it was denied; empty where nothing was."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A file's records in order, and those that could not be read."""

    events: tuple[ExplainedEvent, ...]
    rejected: tuple[Rejected, ...]


def explain(records: Iterable["JsonValue | BadFileError"], name: str, meaning: Meaning) -> Explained:
    """The judgement of each record; `name` is what the reader knows the file by."""
    events: list[ExplainedEvent] = []
    rejected: list[Rejected] = []
    for number, raw in enumerate(records, 1):
        where = f"{name}#{number}"
        if isinstance(raw, BadFileError):
            rejected.append(Rejected(where, str(raw)))
            continue
        try:
            events.append(_explained(read_record(raw), meaning))
        except (OddRecordError, RecursionError) as error:
            rejected.append(rejected_record(where, error, raw))
    return Explained(tuple(events), tuple(rejected))


def _explained(record: Record, meaning: Meaning) -> ExplainedEvent:
    match judge(record, caller_of(record), meaning):
        case NoUse(principal=principal, session_name=session, reason=reason, why=why):
            return _event(
                record, principal, session, False, reason.value, why, _needed_by_anybody(record, reason, meaning)
            )
        case CountedUse(principal=caller, outcome=outcome, grants=grants):
            counted = outcome is not Outcome.DENIED
            return _event(record, caller.arn, caller.session_name, counted, outcome.value, "", grants)
        case unreachable:
            assert_never(unreachable)


def _needed_by_anybody(record: Record, reason: NotCountedReason, meaning: Meaning) -> tuple[Grant, ...]:
    """What the call of a caller who cannot be told needed, in the account that recorded it."""
    if reason is not NotCountedReason.UNKNOWN_PRINCIPAL:
        return ()
    found = meaning(call_of(record, Principal("", "", record.recipient_account)))
    return found.grants if isinstance(found, Mapped) else ()


def _event(
    record: Record, principal: str, session: str, counted: bool, reason: str, why: str, grants: tuple[Grant, ...]
) -> ExplainedEvent:
    return ExplainedEvent(
        record.event_id, record.event_source, record.event_name, principal, session, counted, reason, why, grants
    )
