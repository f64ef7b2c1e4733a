"""`key-policy-cross-account`."""

import pytest

from secrets_cli.gate.rules.key_policy_cross_account import RULE
from secrets_cli.gate.settings import Settings
from tests.unit.gate.made_documents import ACCOUNT, OTHER, STRICT, in_resource, statement, weights

OWN = statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*", "*")


@pytest.mark.parametrize(
    ("principal", "action", "expected", "strict"),
    [
        (f"arn:aws:iam::{OTHER}:root", "kms:Decrypt", ["medium"], ["medium"]),
        (OTHER, ["kms:Encrypt", "kms:GenerateDataKey*"], ["medium"], ["medium"]),
        (f"arn:aws:iam::{OTHER}:role/x", "kms:ScheduleKeyDeletion", ["high"], ["high"]),
        (f"arn:aws:iam::{OTHER}:role/x", "kms:Decrypt", [], ["low"]),
        (f"arn:aws:iam::{OTHER}:root", "kms:DescribeKey", [], ["low"]),
        (f"arn:aws:iam::{ACCOUNT}:role/x", "kms:*", [], []),
    ],
)
def test_another_account(principal: str, action: object, expected: list[str], strict: list[str]) -> None:
    other = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}
    assert weights(in_resource(RULE, OWN, other)) == expected
    assert weights(in_resource(RULE, OWN, other, settings=STRICT)) == strict


def test_one_account_alone_is_the_keys_own() -> None:
    assert not in_resource(RULE, OWN, settings=STRICT)
    assert not in_resource(RULE, statement({"AWS": f"arn:aws:iam::{OTHER}:role/x"}, "kms:*", "*"), settings=STRICT)


def test_trusted_and_limited() -> None:
    other = statement({"AWS": OTHER}, "kms:Decrypt", "*")
    assert not in_resource(RULE, OWN, other, settings=Settings(trusted_accounts=frozenset({OTHER})))
    organization = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert not in_resource(RULE, OWN, statement({"AWS": OTHER}, "kms:Decrypt", "*", organization), settings=STRICT)
