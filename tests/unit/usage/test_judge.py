"""What counts, what does not, and which reason comes first."""

from typing import Any

import pytest

from secrets_cli.catalog.grant import ApiCall, EventMeaning, Grant, Mapped, NoPermissionNeeded, UnknownEvent
from secrets_cli.usage.identity import caller_of
from secrets_cli.usage.judge import CountedUse, NoUse, judge
from secrets_cli.usage.record import read_record
from secrets_cli.usage.usage import NotCountedReason, Outcome
from tests.cloudtrail_records import ACCOUNT, ROLE, TABLE, record, role_identity

GRANT = Grant("dynamodb:GetItem", (TABLE,))
LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"
ANONYMOUS = {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
SERVICE = {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}


def meaning(call: ApiCall) -> EventMeaning:
    """A map of three events."""
    if call.event_name == "DescribeEndpoints":
        return NoPermissionNeeded("needs none")
    return Mapped((GRANT,)) if call.event_name == "GetItem" else UnknownEvent("no rule")


def judged(**changes: Any) -> CountedUse | NoUse:
    """The judgement of a record."""
    read = read_record(record(**changes))
    return judge(read, caller_of(read), meaning)


def reason(**changes: Any) -> NotCountedReason | Outcome:
    """The one word of it."""
    found = judged(**changes)
    return found.outcome if isinstance(found, CountedUse) else found.reason


def test_a_call_by_a_role_is_a_use_with_its_grants() -> None:
    found = judged()
    assert isinstance(found, CountedUse)
    assert (found.principal.arn, found.outcome, found.grants) == (ROLE, Outcome.USED, (GRANT,))


@pytest.mark.parametrize(
    "change",
    [
        {"eventType": "AwsServiceEvent"},
        {"eventType": "AwsVpceEvent"},
        {"eventCategory": "NetworkActivity"},
        {"eventCategory": "Insight"},
        {"userIdentity": SERVICE},
        {"userIdentity": role_identity(LINKED)},
    ],
)
def test_what_a_service_made_is_no_use(change: dict[str, Any]) -> None:
    assert reason(**change) is NotCountedReason.MADE_BY_SERVICE


@pytest.mark.parametrize(
    "change",
    [
        {"eventType": "AwsConsoleSignIn"},
        {"eventType": "AwsConsoleSignin"},
        {"eventType": "AwsConsoleAction"},
        {"eventType": ..., "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin"},
    ],
)
def test_console_events_are_no_use(change: dict[str, Any]) -> None:
    assert reason(**change) is NotCountedReason.CONSOLE


def test_an_api_call_made_from_the_console_is_a_use() -> None:
    assert reason(sessionCredentialFromConsole="true") is Outcome.USED


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "Client.UnauthorizedOperation",
        "AuthorizationError",
        "AuthorizationErrorException",
    ],
)
def test_denials_are_denied_and_list_what_was_asked_for(code: str) -> None:
    found = judged(errorCode=code, requestParameters=None)
    assert isinstance(found, CountedUse)
    assert (found.outcome, found.grants) == (Outcome.DENIED, (GRANT,))


def test_a_message_can_tell_a_denial() -> None:
    message = f"User: {ROLE} is not authorized to perform: dynamodb:GetItem"
    assert reason(errorCode="ValidationError", errorMessage=message) is Outcome.DENIED


@pytest.mark.parametrize("code", ["ThrottlingException", "ResourceNotFoundException", "Client.DryRunOperation"])
def test_other_errors_came_after_authorisation(code: str) -> None:
    assert reason(errorCode=code) is Outcome.FAILED_AFTER_AUTHORIZATION


@pytest.mark.parametrize("code", ["", None])
def test_an_empty_error_is_no_error(code: str | None) -> None:
    assert reason(errorCode=code, errorMessage=code) is Outcome.USED


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"eventType": "AwsServiceEvent", "userIdentity": ...}, NotCountedReason.MADE_BY_SERVICE),
        ({"eventType": "AwsConsoleSignIn", "userIdentity": SERVICE}, NotCountedReason.MADE_BY_SERVICE),
        ({"eventType": "AwsConsoleSignIn", "userIdentity": ANONYMOUS}, NotCountedReason.CONSOLE),
        ({"eventName": "DescribeEndpoints", "userIdentity": ANONYMOUS}, NotCountedReason.UNKNOWN_PRINCIPAL),
        ({"eventName": "New", "userIdentity": ANONYMOUS}, NotCountedReason.UNKNOWN_PRINCIPAL),
        ({"errorCode": "AccessDenied", "userIdentity": ANONYMOUS}, NotCountedReason.UNKNOWN_PRINCIPAL),
        ({"errorCode": "AccessDenied", "eventName": "DescribeEndpoints"}, NotCountedReason.NO_PERMISSION_NEEDED),
        ({"errorCode": "AccessDenied", "eventName": "New"}, NotCountedReason.UNKNOWN_EVENT),
    ],
)
def test_of_several_reasons_the_first_decides(change: dict[str, Any], first: NotCountedReason) -> None:
    assert reason(**change) is first
