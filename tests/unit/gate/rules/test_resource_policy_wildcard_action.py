"""`resource-policy-wildcard-action`."""

import pytest

from secrets_cli.gate.rules.resource_policy_wildcard_action import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.made_documents import ACCOUNT, BUCKET, OTHER, QUEUE, in_resource, statement, weights

ROLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/worker"}
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize(
    ("action", "resource"), [("sqs:*", QUEUE), ("SQS:*", QUEUE), ("*", QUEUE), ("s3:*", f"{BUCKET}/*")]
)
def test_everything_for_a_role(action: str, resource: str) -> None:
    (found,) = in_resource(RULE, statement(ROLE, action, resource))
    assert found.message == (
        f"statement 1 gives `arn:aws:iam::{ACCOUNT}:role/worker` `{action}`: its deletion and its policy too"
    )
    assert found.severity.value == "medium"


def test_for_others_beside_the_account() -> None:
    principals = {"AWS": [f"arn:aws:iam::{ACCOUNT}:user/Bob", ROOT]}
    (found,) = in_resource(RULE, statement(principals, "sqs:*", QUEUE))
    assert "user/Bob" in found.message
    assert "root" not in found.message


def test_another_account_as_a_whole() -> None:
    assert weights(in_resource(RULE, statement({"AWS": OTHER}, "sqs:*", QUEUE))) == ["medium"]


def test_the_account_itself_as_sqs_writes_it() -> None:
    assert not in_resource(RULE, statement({"AWS": ROOT}, "SQS:*", QUEUE))
    assert not in_resource(RULE, statement({"AWS": ROOT}, "s3:*", f"{BUCKET}/*"))


def test_less_than_everything() -> None:
    for action in ("sqs:Send*", ["sqs:SendMessage"], "execute-api:*"):
        assert not in_resource(RULE, statement(ROLE, action, "*"))
    assert not in_resource(RULE, statement(ROLE, "sqs:*", QUEUE, effect="Deny"))
    assert not in_resource(RULE, statement({"AWS": UNKNOWN}, "sqs:*", QUEUE))
