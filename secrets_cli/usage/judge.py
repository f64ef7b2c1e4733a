"""What one record says: a use, or why it is none. Pure.

The first that holds decides: made by a service; a console sign-in or console action; the caller cannot be told; the call
needs no permission; no rule knows the event; denied; failed after authorisation; used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from secrets_cli.catalog.events import is_denial
from secrets_cli.catalog.grant import ApiCall, EventMeaning, Grant, Mapped, NoPermissionNeeded, UnknownEvent
from secrets_cli.usage.identity import AwsService, Caller, Principal, Unknown
from secrets_cli.usage.record import Record, text_of
from secrets_cli.usage.usage import NotCountedReason, Outcome

Meaning: TypeAlias = Callable[[ApiCall], EventMeaning]


@dataclass(frozen=True, slots=True)
class CountedUse:
    """A call of a known principal whose grants are known; denied ones included."""

    principal: Principal
    outcome: Outcome
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class NoUse:
    """A record that is no use of anything."""

    principal: str
    session_name: str
    reason: NotCountedReason
    why: str


Judgement: TypeAlias = CountedUse | NoUse

_SERVICE_EVENTS = {
    "AwsServiceEvent": "an event that the service made itself",
    # The call itself is in a management or data event; this one has no parameters, so no resource could be told.
    "AwsVpceEvent": "the endpoint's own record of a call",
}
_SERVICE_CATEGORIES = {
    "NetworkActivity": _SERVICE_EVENTS["AwsVpceEvent"],
    "Insight": "CloudTrail's own observation, no call",
}
_CONSOLE_EVENTS = {"awsconsolesignin": "a console sign-in", "awsconsoleaction": "a console action that is no API call"}
"""Both spellings of the first are seen, AwsConsoleSignIn and AwsConsoleSignin: compared in lower case."""


def judge(record: Record, caller: Caller, meaning: Meaning) -> Judgement:
    """The judgement of one record; `caller` is the record's own (`identity.caller_of`)."""
    refused = judged_by_itself(record, caller)
    if refused is not None:
        return refused
    assert isinstance(caller, Principal), "all others are judged by themselves"
    return judged_by_meaning(caller, outcome_of(record), meaning(call_of(record, caller)))


def judged_by_itself(record: Record, caller: Caller) -> NoUse | None:
    """The judgement that needs no event map; None of a principal's call, whose judgement does."""
    principal, session = _named(caller)
    if reason := _service_reason(record, caller):
        return NoUse(principal, session, NotCountedReason.MADE_BY_SERVICE, reason)
    if reason := _console_reason(record):
        return NoUse(principal, session, NotCountedReason.CONSOLE, reason)
    if isinstance(caller, Unknown):
        return NoUse("", "", NotCountedReason.UNKNOWN_PRINCIPAL, caller.why)
    return None


def call_of(record: Record, caller: Principal) -> ApiCall:
    """What the event map reads of the record."""
    return ApiCall(
        event_source=record.event_source,
        event_name=record.event_name,
        region=record.region,
        account=caller.account,
        partition=caller.arn.split(":")[1] if caller.arn.count(":") >= 5 else "aws",
        parameters=record.parameters,
        response=record.response,
        additional=record.additional,
        resources=record.resources,
        invoked_by=text_of(record.identity, "invokedBy"),
        identity_type=text_of(record.identity, "type"),
        principal=caller.arn,
        error_code=record.error_code,
        error_message=record.error_message,
    )


def judged_by_meaning(caller: Principal, outcome: Outcome, meaning: EventMeaning) -> Judgement:
    """The judgement of a principal's call by what the event map says of it."""
    match meaning:
        case NoPermissionNeeded(why=why):
            return NoUse(caller.arn, caller.session_name, NotCountedReason.NO_PERMISSION_NEEDED, why)
        case UnknownEvent(why=why):
            return NoUse(caller.arn, caller.session_name, NotCountedReason.UNKNOWN_EVENT, why)
        case Mapped(grants=grants):
            return CountedUse(caller, outcome, grants)
        case unreachable:
            assert_never(unreachable)


def outcome_of(record: Record) -> Outcome:
    """How the call ended."""
    if is_denial(record.error_code, record.error_message):
        return Outcome.DENIED
    return Outcome.FAILED_AFTER_AUTHORIZATION if record.error_code else Outcome.USED


def _service_reason(record: Record, caller: Caller) -> str:
    reason = _SERVICE_EVENTS.get(record.event_type, "") or _SERVICE_CATEGORIES.get(record.event_category, "")
    if reason:
        return reason
    if isinstance(caller, AwsService):
        return f"`{caller.arn}` is a service-linked role" if caller.arn else f"called by the service `{caller.name}`"
    return ""


def _console_reason(record: Record) -> str:
    """Sign-ins are told by their source, too: hand-made and old records leave eventType out."""
    event_type = record.event_type or ("AwsConsoleSignIn" if record.event_source == "signin.amazonaws.com" else "")
    return _CONSOLE_EVENTS.get(event_type.lower(), "")


def _named(caller: Caller) -> tuple[str, str]:
    match caller:
        case Principal(arn=arn, session_name=session):
            return arn, session
        case AwsService(arn=arn):
            return arn, ""
        case Unknown():
            return "", ""
        case unreachable:
            assert_never(unreachable)
