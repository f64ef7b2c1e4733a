"""Whose call it was."""

from typing import Any

import pytest

from secrets_cli.usage.identity import AwsService, Principal, Unknown, caller_of
from secrets_cli.usage.record import read_record
from tests.cloudtrail_records import ACCOUNT, ROLE, USER, record, role_identity, user_identity

LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"


def caller(identity: Any) -> object:
    """The caller of a record with that userIdentity."""
    return caller_of(read_record(record(userIdentity=identity)))


def test_a_role_session_is_its_role_with_the_path() -> None:
    assert caller(role_identity()) == Principal(ROLE, "orders-fn", ACCOUNT)


def test_a_session_name_is_read_from_the_principal_id_where_there_is_no_arn() -> None:
    identity = role_identity()
    del identity["arn"]
    assert caller(identity) == Principal(ROLE, "orders-fn", ACCOUNT)


def test_a_user_is_its_arn() -> None:
    assert caller(user_identity()) == Principal(USER, "", ACCOUNT)


def test_root_is_its_arn() -> None:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert caller({"type": "Root", "arn": root, "accountId": ACCOUNT}) == Principal(root, "", ACCOUNT)


def test_a_federated_session_is_its_user() -> None:
    identity = {
        "type": "FederatedUser",
        "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/alice",
        "accountId": ACCOUNT,
        "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": USER}},
    }
    assert caller(identity) == Principal(USER, "alice", ACCOUNT)


def test_a_service_is_known_by_its_name() -> None:
    assert caller({"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}) == AwsService("lambda.amazonaws.com")


def test_a_service_linked_role_is_a_service() -> None:
    assert caller(role_identity(LINKED)) == AwsService("AWSServiceRoleForRDS", LINKED)


def test_the_account_is_read_from_the_arn_where_the_record_has_none() -> None:
    identity = user_identity()
    del identity["accountId"]
    assert caller(identity) == Principal(USER, "", ACCOUNT)


@pytest.mark.parametrize(
    ("identity", "why"),
    [
        (None, "the record has no userIdentity"),
        ({"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b"}, "a role session without sessionIssuer"),
        ({**role_identity(), "sessionContext": "odd"}, "a role session without sessionIssuer"),
        ({**role_identity(), "sessionContext": {"sessionIssuer": {"type": "Role"}}}, "a role session without sessionIssuer"),
        ({"type": "AWSAccount", "accountId": "999999999999", "principalId": "AIDA"}, "a caller of type `AWSAccount`"),
        ({"type": "AWSAccount", "accountId": "ANONYMOUS_PRINCIPAL", "principalId": ""}, "an anonymous caller"),
        ({"type": "IAMUser", "userName": "ann"}, "a caller of type `IAMUser` without an ARN"),
        ({"type": "WebIdentityUser", "userName": "x"}, "a caller of type `WebIdentityUser`"),
        ({"accountId": ACCOUNT}, "userIdentity has no type"),
    ],
)  # fmt: skip
def test_who_cannot_be_told_is_unknown_with_the_reason(identity: Any, why: str) -> None:
    assert caller(identity) == Unknown(why)
