"""`trust-cross-account`."""

import pytest

from secrets_cli.gate.rules.trust_cross_account import RULE
from secrets_cli.gate.settings import Settings
from secrets_cli.severity import Confidence
from tests.unit.gate.made_documents import (
    ACCOUNT,
    OTHER,
    STRICT,
    Conditions,
    in_template,
    in_trust,
    statement,
    weights,
)

WHOLE = f"arn:aws:iam::{OTHER}:root"


@pytest.mark.parametrize("principal", [WHOLE, OTHER, f"arn:aws-cn:iam::{OTHER}:root"])
def test_a_whole_account(principal: str) -> None:
    (found,) = in_trust(RULE, statement({"AWS": principal}, "sts:AssumeRole"))
    assert found.message == (
        f"statement 1 lets every principal of account `{OTHER}` that its IAM policies allow assume the role"
        " without any condition"
    )
    assert (found.severity.value, found.confidence) == ("medium", Confidence.LOW)
    assert "may be the role's own account" in found.evidence[0]


def test_of_two_accounts_one_is_another() -> None:
    principals = {"AWS": [WHOLE, f"arn:aws:iam::{ACCOUNT}:root"]}
    found = in_trust(RULE, statement(principals, "sts:AssumeRole"))
    assert [one.confidence for one in found] == [Confidence.MEDIUM, Confidence.MEDIUM]


def test_a_named_role_is_for_the_strict() -> None:
    named = statement({"AWS": f"arn:aws:iam::{OTHER}:role/deployer"}, "sts:AssumeRole")
    assert not in_trust(RULE, named)
    assert weights(in_trust(RULE, named, settings=STRICT)) == ["low"]


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {"sts:ExternalId": "7f3c2b1e"}},
        {"StringLike": {"sts:ExternalId": "acme-*"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/deploy-*"}},
        {"StringEquals": {"aws:PrincipalTag/team": "red"}},
        {"StringLike": {"sts:RoleSessionName": "${aws:username}"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ],
)
def test_with_a_condition(conditions: Conditions) -> None:
    assert not in_trust(RULE, statement({"AWS": WHOLE}, "sts:AssumeRole", None, conditions), settings=STRICT)


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringLike": {"sts:ExternalId": "*"}},
        {"StringEqualsIfExists": {"sts:ExternalId": "7f3c2b1e"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
        {"Bool": {"aws:SecureTransport": "true"}},
    ],
)
def test_a_condition_that_asks_for_nothing(conditions: Conditions) -> None:
    assert weights(in_trust(RULE, statement({"AWS": WHOLE}, "sts:AssumeRole", None, conditions))) == ["medium"]


def test_trusted_accounts() -> None:
    settings = Settings(persona=STRICT.persona, trusted_accounts=frozenset({OTHER}))
    assert not in_trust(RULE, statement({"AWS": WHOLE}, "sts:AssumeRole"), settings=settings)


def role(principal: object, resource: str) -> dict[str, object]:
    trust = {"Version": "2012-10-17", "Statement": [statement(principal, "sts:AssumeRole")]}
    inline = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": resource}],
    }
    policies = [{"PolicyName": "p", "PolicyDocument": inline}]
    return {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, "Policies": policies}}}


def test_the_roles_other_policies_tell_its_account() -> None:
    queue = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"
    own = role({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, queue)
    assert not in_template(RULE, own)
    assert weights(in_template(RULE, own, STRICT)) == ["low"]
    (found,) = in_template(RULE, role({"AWS": WHOLE}, queue))
    assert (found.severity.value, found.confidence, found.evidence) == ("medium", Confidence.MEDIUM, ())


def test_an_account_that_is_not_known() -> None:
    own = {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
    assert not in_template(RULE, role(own, "*"), STRICT)


def test_what_is_no_other_principal() -> None:
    for principal in ("*", {"Service": "lambda.amazonaws.com"}, {"Federated": f"arn:aws:iam::{OTHER}:saml-provider/x"}):
        assert not in_trust(RULE, statement(principal, "sts:AssumeRole"), settings=STRICT)
    assert not in_trust(RULE, statement({"AWS": WHOLE}, "sts:AssumeRole", effect="Deny"), settings=STRICT)
