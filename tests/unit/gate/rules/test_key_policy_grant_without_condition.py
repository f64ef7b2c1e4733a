"""`key-policy-grant-without-condition`."""

import pytest

from secrets_cli.gate.rules.key_policy_grant_without_condition import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.made_documents import ACCOUNT, STRICT, Conditions, in_resource, statement, weights

APP = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}


@pytest.mark.parametrize("action", ["kms:CreateGrant", "kms:Create*", ["kms:Decrypt", "kms:CreateGrant"]])
def test_any_grant(action: str) -> None:
    named = statement(APP, action, "*")
    assert not in_resource(RULE, named)
    (found,) = in_resource(RULE, named, settings=STRICT)
    assert found.message.endswith("make grants, and so give Decrypt to anybody")
    assert found.severity.value == "medium"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"Bool": {"kms:GrantIsForAWSResource": "true"}}, []),
        ({"StringEquals": {UNKNOWN: UNKNOWN}}, []),
        ({"Bool": {"kms:GrantIsForAWSResource": "false"}}, ["low"]),
        ({"BoolIfExists": {"kms:GrantIsForAWSResource": "true"}}, ["medium"]),
        ({"ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt"]}}, ["medium"]),
        ({"StringEquals": {"kms:GrantConstraintType": "EncryptionContextSubset"}}, ["low"]),
    ],
)
def test_conditions(conditions: Conditions, expected: list[str]) -> None:
    assert weights(in_resource(RULE, statement(APP, "kms:CreateGrant", "*", conditions), settings=STRICT)) == expected


def test_the_account_leaves_it_to_iam() -> None:
    root = statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*", "*")
    assert not in_resource(RULE, root, settings=STRICT)
