"""`trust-saml-audience`."""

import pytest

from secrets_cli.gate.rules.trust_saml_audience import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.made_documents import ACCOUNT, Conditions, in_trust, statement, weights

PROVIDER = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"}
ASSUME = "sts:AssumeRoleWithSAML"


def test_no_audience() -> None:
    (found,) = in_trust(RULE, statement(PROVIDER, [ASSUME, "sts:TagSession"]))
    assert found.severity.value == "medium"
    assert found.message.endswith("whatever their audience: no condition on `SAML:aud`")


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}, []),
        ({"StringLike": {"saml:aud": "https://*.signin.aws.amazon.com/saml"}}, []),
        ({"StringEquals": {"SAML:aud": UNKNOWN}}, []),
        ({"StringEquals": {"SAML:iss": "https://idp.example.com"}}, []),
        ({"StringLike": {"SAML:aud": "*"}}, ["medium"]),
        ({"StringEqualsIfExists": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}, ["medium"]),
        ({"StringEquals": {"SAML:sub": "_cbb88bf52c2510eabe00c1642d4643f41430fe25e3"}}, ["low"]),
    ],
)
def test_conditions(conditions: Conditions, expected: list[str]) -> None:
    assert weights(in_trust(RULE, statement(PROVIDER, ASSUME, None, conditions))) == expected


def test_what_is_no_assertion() -> None:
    assert not in_trust(RULE, statement(PROVIDER, "sts:TagSession"))
    assert not in_trust(RULE, statement(PROVIDER, ASSUME, effect="Deny"))
    assert not in_trust(RULE, statement({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole"))
