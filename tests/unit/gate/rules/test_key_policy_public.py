"""`key-policy-public`."""

import pytest

from secrets_cli.gate.rules.key_policy_public import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.judging import findings_in
from tests.unit.gate.made_documents import ACCOUNT, STRICT, Conditions, in_resource, statement, weights

VIA = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("kms:*", "use and manage the key"),
        ("kms:Decrypt", "use the key"),
        ("kms:PutKeyPolicy", "manage the key"),
    ],
)
def test_anybody(action: str, expected: str) -> None:
    (found,) = in_resource(RULE, statement({"AWS": "*"}, action, "*"))
    assert found.severity.value == "high"
    assert f"lets anybody of any AWS account {expected}: `kms:" in found.message


def test_to_look_is_less() -> None:
    assert weights(in_resource(RULE, statement("*", "kms:DescribeKey", "*"))) == ["medium"]


def test_through_a_service_is_still_anybody() -> None:
    (found,) = in_resource(RULE, statement("*", "kms:Decrypt", "*", {"StringEquals": VIA}))
    assert found.severity.value == "medium"
    assert "through another service" in found.message


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": VIA | {"kms:CallerAccount": ACCOUNT}},
        {"StringEquals": {"kms:CallerAccount": UNKNOWN}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
    ],
)
def test_of_one_account_or_not_known(conditions: Conditions) -> None:
    assert not in_resource(RULE, statement("*", "kms:Decrypt", "*", conditions), settings=STRICT)


def test_a_key_is_told_by_what_carries_it() -> None:
    text = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: "*", Action: "*", Resource: "*"}]
"""
    assert weights(findings_in(text, "template.yml", [RULE])) == ["high"]
    tf = 'resource "aws_kms_key" "it" {\n  policy = jsonencode({Statement = [{Effect = "Allow", Principal = "*",'
    assert weights(findings_in(tf + ' Action = "kms:*", Resource = "*"}]})\n}\n', "main.tf", [RULE])) == ["high"]


def test_no_key() -> None:
    assert not in_resource(RULE, statement("*", "sqs:SendMessage", "*"))
    assert not in_resource(RULE, statement({"AWS": ACCOUNT}, "kms:*", "*"))
