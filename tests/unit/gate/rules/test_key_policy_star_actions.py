"""`key-policy-star-actions`."""

import pytest

from secrets_cli.gate.rules.key_policy_star_actions import RULE
from tests.unit.gate.made_documents import ACCOUNT, STRICT, in_resource, in_template, statement, weights

APP = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}


@pytest.mark.parametrize("action", ["kms:*", "KMS:*", ["kms:Decrypt", "kms:*"]])
def test_everything(action: str) -> None:
    assert not in_resource(RULE, statement(APP, action, "*"))
    (found,) = in_resource(RULE, statement(APP, action, "*"), settings=STRICT)
    assert found.message.endswith("do everything with the key: use it, manage it and give grants")


def test_by_a_star_alone() -> None:
    policy = {"Statement": [statement(APP, "*", "*")]}
    key = {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}}
    assert weights(in_template(RULE, key, STRICT)) == ["medium"]


def test_less_or_nobody_in_particular() -> None:
    root = statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*", "*")
    for one in (root, statement(APP, "kms:Decrypt", "*"), statement(APP, "kms:*", "*", effect="Deny")):
        assert not in_resource(RULE, one, settings=STRICT)
    assert not in_resource(RULE, statement(APP, "sqs:*", "*"), settings=STRICT)
