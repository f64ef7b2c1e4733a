"""What a record is judged to be, reason by reason, and which of several reasons wins."""

from typing import Any

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning, Grant, Mapped, NoPermissionNeeded, UnknownEvent
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.judge import CountedUse, Judgement, NoUse, call_of, judge
from secrets_cli.usage.usage import NotCountedReason, Outcome
from tests.unit.usage.made_records import ACCOUNT, ROLE, USER, read, role_session, user

GRANT = Grant("s3:GetObject", ("arn:aws:s3:::b/k",))
SERVICE_LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/lex.amazonaws.com/AWSServiceRoleForLex"
SERVICE = {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}
NOBODY = {"type": "AWSAccount", "principalId": "ANONYMOUS_PRINCIPAL"}


MAPPED = Mapped((GRANT,))


def judged(meaning: EventMeaning = MAPPED, **fields: Any) -> Judgement:
    record = read(**fields)
    return judge(record, caller_of(record), lambda call: meaning)


def reason(judgement: Judgement) -> NotCountedReason:
    assert isinstance(judgement, NoUse)
    return judgement.reason


def outcome(judgement: Judgement) -> Outcome:
    assert isinstance(judgement, CountedUse)
    return judgement.outcome


def test_a_call_that_went_through_is_a_use() -> None:
    assert judged() == CountedUse(Principal(ROLE, "app-dev", ACCOUNT), Outcome.USED, (GRANT,))


@pytest.mark.parametrize(
    "code",
    ["ThrottlingException", "NoSuchKey", "Client.DryRunOperation", "ValidationException", "ConditionalCheckFailed"],
)
def test_an_error_that_is_no_denial_failed_after_authorization(code: str) -> None:
    assert outcome(judged(errorCode=code, errorMessage="no")) is Outcome.FAILED_AFTER_AUTHORIZATION


@pytest.mark.parametrize(
    "error",
    [
        {"errorCode": "AccessDenied"},
        {"errorCode": "AccessDeniedException"},
        {"errorCode": "UnauthorizedOperation"},
        {"errorCode": "Client.UnauthorizedOperation"},
        {"errorCode": "AuthorizationError"},
        {"errorCode": "Odd", "errorMessage": "User: x is not authorized to perform: s3:GetObject"},
    ],
)
def test_a_denied_call_is_no_use_and_says_what_it_asked_for(error: dict[str, Any]) -> None:
    judgement = judged(**error)
    assert outcome(judgement) is Outcome.DENIED
    assert isinstance(judgement, CountedUse)
    assert judgement.grants == (GRANT,)


@pytest.mark.parametrize(
    "fields",
    [
        {"userIdentity": SERVICE},
        {"userIdentity": role_session(SERVICE_LINKED)},
        {"eventType": "AwsServiceEvent"},
        {"eventType": "AwsServiceEvent", "userIdentity": {}},
        {"eventType": "AwsVpceEvent"},
    ],
)
def test_made_by_a_service(fields: dict[str, Any]) -> None:
    assert reason(judged(**fields)) is NotCountedReason.MADE_BY_SERVICE


def test_a_service_linked_role_is_named() -> None:
    judgement = judged(userIdentity=role_session(SERVICE_LINKED))
    assert isinstance(judgement, NoUse)
    assert judgement.principal == SERVICE_LINKED


def test_a_call_a_service_makes_for_a_principal_is_the_principal_s() -> None:
    assert outcome(judged(userIdentity=role_session() | {"invokedBy": "athena.amazonaws.com"})) is Outcome.USED


@pytest.mark.parametrize(
    "fields",
    [
        {"eventType": "AwsConsoleSignIn"},
        {"eventType": "AwsConsoleAction"},
        {"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventType": ...},
    ],
)
def test_console(fields: dict[str, Any]) -> None:
    assert reason(judged(userIdentity=user(), **fields)) is NotCountedReason.CONSOLE


def test_an_api_call_made_from_the_console_counts() -> None:
    assert outcome(judged(sessionCredentialFromConsole="true", userAgent="signin.amazonaws.com")) is Outcome.USED


@pytest.mark.parametrize("identity", [..., {}, NOBODY, role_session() | {"sessionContext": {}}])
def test_unknown_principal(identity: Any) -> None:
    assert reason(judged(userIdentity=identity)) is NotCountedReason.UNKNOWN_PRINCIPAL


def test_no_permission_needed_keeps_the_principal() -> None:
    assert judged(NoPermissionNeeded("none")) == NoUse(ROLE, "app-dev", NotCountedReason.NO_PERMISSION_NEEDED, "none")


def test_unknown_event_keeps_the_principal() -> None:
    assert judged(UnknownEvent("what")) == NoUse(ROLE, "app-dev", NotCountedReason.UNKNOWN_EVENT, "what")


@pytest.mark.parametrize(
    ("meaning", "fields", "wins"),
    [
        (MAPPED, {"userIdentity": SERVICE, "eventType": "AwsConsoleSignIn"}, "made-by-service"),
        (MAPPED, {"userIdentity": SERVICE, "errorCode": "AccessDenied"}, "made-by-service"),
        (MAPPED, {"userIdentity": {}, "eventType": "AwsServiceEvent"}, "made-by-service"),
        (MAPPED, {"userIdentity": {}, "eventType": "AwsConsoleSignIn"}, "console"),
        (
            Mapped((GRANT,)),
            {"userIdentity": user(), "eventType": "AwsConsoleAction", "errorCode": "AccessDenied"},
            "console",
        ),
        (NoPermissionNeeded("none"), {"userIdentity": {}}, "unknown-principal"),
        (UnknownEvent("what"), {"userIdentity": NOBODY, "errorCode": "AccessDenied"}, "unknown-principal"),
        (NoPermissionNeeded("none"), {"errorCode": "AccessDenied"}, "no-permission-needed"),
        (UnknownEvent("what"), {"errorCode": "AccessDenied"}, "unknown-event"),
        (UnknownEvent("what"), {"errorCode": "Throttling"}, "unknown-event"),
    ],
)
def test_of_several_reasons_the_first_wins(meaning: EventMeaning, fields: dict[str, Any], wins: str) -> None:
    assert reason(judged(meaning, **fields)).value == wins


def test_the_map_is_asked_in_the_caller_s_account_and_partition() -> None:
    role = "arn:aws-us-gov:iam::444455556666:role/r"
    record = read(userIdentity=role_session(role, account="444455556666"), errorCode="X", errorMessage="y")
    caller = caller_of(record)
    assert isinstance(caller, Principal)
    call = call_of(record, caller)
    assert (call.account, call.partition, call.principal) == ("444455556666", "aws-us-gov", role)
    assert (call.error_code, call.error_message, call.identity_type) == ("X", "y", "AssumedRole")


def test_an_arn_that_is_none_leaves_the_usual_partition() -> None:
    record = read(userIdentity={"type": "IAMUser", "arn": "ann"})
    caller = caller_of(record)
    assert isinstance(caller, Principal)
    assert call_of(record, caller).partition == "aws"


@pytest.mark.parametrize(
    ("fields", "grants"),
    [
        ({"eventName": "HeadObject"}, [("s3:GetObject", ("arn:aws:s3:::b/k",))]),
        (
            {
                "userIdentity": user(),
                "eventSource": "dynamodb.amazonaws.com",
                "eventName": "GetItem",
                "requestParameters": {"tableName": "t"},
                "resources": [],
            },
            [("dynamodb:GetItem", (f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t",))],
        ),
    ],
)
def test_with_the_packaged_map(fields: dict[str, Any], grants: list[tuple[str, tuple[str, ...]]]) -> None:
    catalog = load_catalog()

    def meaning(call: ApiCall) -> EventMeaning:
        return meaning_of(call, catalog)

    record = read(**fields)
    judgement = judge(record, caller_of(record), meaning)
    assert isinstance(judgement, CountedUse)
    assert [(grant.action, grant.resources) for grant in judgement.grants] == grants
    assert judgement.principal.arn in (ROLE, USER)
