"""Whose call a record is, rule by rule."""

from typing import Any

import pytest

from secrets_cli.usage.identity import AwsService, Principal, Unknown, caller_of
from tests.unit.usage.made_records import ACCOUNT, ROLE, USER, read, role_session, user

SERVICE_LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/lex.amazonaws.com/AWSServiceRoleForLex"


def caller(identity: Any) -> object:
    return caller_of(read(userIdentity=identity))


def without(identity: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in identity.items() if name not in names}


def test_a_role_session_is_its_role_with_the_path_and_keeps_the_session_name() -> None:
    assert caller(role_session()) == Principal(ROLE, "app-dev", ACCOUNT)


def test_the_session_name_never_names_the_role() -> None:
    identity = role_session(session="admin") | {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/other/admin"}
    assert caller(identity) == Principal(ROLE, "admin", ACCOUNT)


def test_the_session_name_comes_from_principal_id_where_there_is_no_arn() -> None:
    assert caller(without(role_session(session="f"), "arn")) == Principal(ROLE, "f", ACCOUNT)


def test_the_account_comes_from_the_issuer_where_the_identity_names_none() -> None:
    assert caller(without(role_session(), "accountId")) == Principal(ROLE, "app-dev", ACCOUNT)


def test_a_federated_user_is_the_user_who_asked_for_the_session() -> None:
    identity = {
        "type": "FederatedUser",
        "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/guest",
        "accountId": ACCOUNT,
        "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": USER}},
    }
    assert caller(identity) == Principal(USER, "guest", ACCOUNT)


def test_a_user_is_known_by_arn_and_has_no_session() -> None:
    assert caller(user()) == Principal(USER, "", ACCOUNT)


def test_root_is_a_principal() -> None:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert caller({"type": "Root", "arn": root, "accountId": ACCOUNT}) == Principal(root, "", ACCOUNT)


def test_a_service_is_named_by_what_invoked() -> None:
    assert caller({"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}) == AwsService("lambda.amazonaws.com")
    assert caller({"type": "AWSService"}) == AwsService("s3.amazonaws.com")


def test_a_service_linked_role_is_a_service() -> None:
    assert caller(role_session(SERVICE_LINKED)) == AwsService("AWSServiceRoleForLex", SERVICE_LINKED)


def test_a_service_role_is_an_ordinary_role() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/service-role/resizer"
    assert caller(role_session(role)) == Principal(role, "app-dev", ACCOUNT)


@pytest.mark.parametrize("context", [..., None, [], "x", {}, {"sessionIssuer": None}, {"sessionIssuer": {"arn": 7}}])
def test_a_role_session_without_issuer_cannot_be_told(context: Any) -> None:
    identity = role_session() | {"sessionContext": context}
    if context is ...:
        identity = without(identity, "sessionContext")
    assert caller(identity) == Unknown("a role session without sessionIssuer")


@pytest.mark.parametrize(
    ("identity", "why"),
    [
        (None, "the record has no userIdentity"),
        ({}, "the record has no userIdentity"),
        ({"arn": USER}, "userIdentity has no type"),
        ({"type": "IAMUser", "userName": "ann"}, "a caller of type `IAMUser` without an ARN"),
        ({"type": "Root"}, "a caller of type `Root` without an ARN"),
        ({"type": "AWSAccount", "principalId": "ANONYMOUS_PRINCIPAL"}, "an anonymous caller"),
        ({"type": "AWSAccount", "accountId": "anonymous"}, "an anonymous caller"),
        ({"type": "AWSAccount", "accountId": ACCOUNT}, "a caller of type `AWSAccount`"),
        ({"type": "WebIdentityUser", "userName": "x"}, "a caller of type `WebIdentityUser`"),
    ],
)
def test_other_callers_cannot_be_told_and_say_why(identity: Any, why: str) -> None:
    assert caller(identity) == Unknown(why)
