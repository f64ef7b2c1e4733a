"""`trust-public`."""

import pytest

from secrets_cli.gate.rules.trust_public import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.judging import findings_in
from tests.unit.gate.made_documents import ACCOUNT, Conditions, in_trust, statement, weights


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "*"]},
        {"Service": "lambda.amazonaws.com", "AWS": ["*"]},
    ],
)
def test_anybody(principal: object) -> None:
    (found,) = in_trust(RULE, statement(principal, "sts:AssumeRole"))
    assert found.message == "statement 1 lets anybody of any AWS account assume the role"
    assert (found.severity.value, found.location.line) == ("high", 2)


@pytest.mark.parametrize("action", ["sts:*", "*", "sts:Assume*", ["sts:TagSession", "sts:AssumeRole"]])
def test_any_way_to_say_assume(action: str) -> None:
    assert weights(in_trust(RULE, statement("*", action))) == ["high"]


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    ],
)
def test_a_condition_that_does_not_help(conditions: Conditions) -> None:
    (found,) = in_trust(RULE, statement("*", "sts:AssumeRole", None, conditions))
    assert found.severity.value == "high"
    assert "does not settle who can call" in found.evidence[0]


def test_an_external_id_is_no_secret() -> None:
    conditions = {"StringEquals": {"sts:ExternalId": "7f3c2b1e"}}
    assert weights(in_trust(RULE, statement("*", "sts:AssumeRole", None, conditions))) == ["medium"]


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}},
        {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
        {"StringEquals": {"aws:PrincipalOrgID": UNKNOWN}},
    ],
)
def test_a_condition_that_limits_or_is_not_known(conditions: Conditions) -> None:
    assert not in_trust(RULE, statement("*", "sts:AssumeRole", None, conditions))


def test_a_deny_beside_it_closes_it() -> None:
    others = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    everybody = statement("*", "sts:AssumeRole")
    assert not in_trust(RULE, everybody, statement("*", "sts:AssumeRole", None, others, effect="Deny"))
    assert in_trust(RULE, everybody, statement("*", "sts:TagSession", None, others, effect="Deny"))


def test_others_than_everybody() -> None:
    assert not in_trust(RULE, statement("*", "sts:TagSession"))
    assert not in_trust(RULE, statement("*", "sts:AssumeRole", effect="Deny"))
    assert not in_trust(RULE, statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sts:AssumeRole"))


def test_a_principal_that_is_not_known() -> None:
    text = """
Parameters: {Who: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {AWS: !Ref Who}, Action: sts:AssumeRole}]
"""
    assert not findings_in(text, "template.yml", [RULE])
