"""What conditions limit."""

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.conditions import (
    Dimension,
    dimension_of,
    narrows_accounts,
    narrows_callers,
    narrows_resources,
    narrows_what,
)
from secrets_cli.iam.model import ConditionTerm, Effect, Element, Operator, Quantifier, Statement
from secrets_cli.inputs.found import UNKNOWN


def _under(*terms: tuple[str, str, str], quantifier: Quantifier | None = None) -> Statement:
    return Statement(
        Effect.ALLOW,
        Element(("*",)),
        Element(("*",)),
        conditions=tuple(
            ConditionTerm(Operator(name.removesuffix("IfExists"), name.endswith("IfExists"), quantifier), key, (value,))
            for name, key, value in terms
        ),
    )


@pytest.mark.parametrize(
    ("key", "dimension"),
    [
        ("aws:ResourceTag/team", Dimension.RESOURCE),
        ("AWS:RESOURCETAG/team", Dimension.RESOURCE),
        ("secretsmanager:ResourceTag/team", Dimension.RESOURCE),
        ("s3:ExistingObjectTag/team", Dimension.RESOURCE),
        ("kms:EncryptionContext:SecretARN", Dimension.RESOURCE),
        ("dynamodb:LeadingKeys", Dimension.RESOURCE),
        ("cloudwatch:namespace", Dimension.RESOURCE),
        ("aws:RequestTag/team", Dimension.REQUEST),
        ("iam:PassedToService", Dimension.REQUEST),
        ("ec2:InstanceType", Dimension.REQUEST),
        ("kms:ViaService", Dimension.CHANNEL),
        ("aws:CalledVia", Dimension.CHANNEL),
        ("aws:ResourceAccount", Dimension.ACCOUNT),
        ("aws:ResourceOrgID", Dimension.ACCOUNT),
        ("s3:ResourceAccount", Dimension.ACCOUNT),
        ("aws:SourceIp", Dimension.CALLER),
        ("aws:SourceVpce", Dimension.CALLER),
        ("aws:PrincipalTag/team", Dimension.CALLER),
        ("aws:MultiFactorAuthPresent", Dimension.CALLER),
        ("token.actions.githubusercontent.com:sub", Dimension.CALLER),
        ("saml:aud", Dimension.CALLER),
        ("aws:RequestedRegion", Dimension.PLACE),
        ("aws:CurrentTime", Dimension.TIME),
        (UNKNOWN, Dimension.UNKNOWN),
    ],
)
def test_each_key_speaks_of_one_thing(key: str, dimension: Dimension) -> None:
    assert dimension_of(key) is dimension


def test_the_questions_that_rules_ask() -> None:
    catalog, actions = load_catalog(), ("ec2:RunInstances",)
    tag = _under(("StringEquals", "aws:ResourceTag/team", "orders"))
    address = _under(("IpAddress", "aws:SourceIp", "10.0.0.0/8"))
    account = _under(("StringEquals", "aws:ResourceAccount", "111122223333"))
    both = _under(("StringEquals", "aws:ResourceTag/team", "a"), ("IpAddress", "aws:SourceIp", "10.0.0.0/8"))
    unknown = _under(("StringEquals", UNKNOWN, UNKNOWN))
    assert [narrows_resources(one, actions, catalog) for one in (tag, address, account, both, unknown)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert [narrows_what(one, actions, catalog) for one in (tag, address, account, both)] == [True, False, False, True]
    assert [narrows_callers(one, actions, catalog) for one in (tag, address, both)] == [False, True, True]
    assert [narrows_accounts(one, actions, catalog) for one in (tag, account)] == [False, True]


def test_if_exists_limits_only_requests_that_carry_the_key() -> None:
    statement = _under(("StringEqualsIfExists", "iam:PassedToService", "lambda.amazonaws.com"))
    assert narrows_what(statement, ("iam:PassRole",), load_catalog())
    assert not narrows_what(statement, ("iam:PassRole", "sqs:SendMessage"), load_catalog())


def test_a_channel_that_must_not_be_taken_is_no_limit() -> None:
    catalog = load_catalog()
    assert narrows_what(_under(("Bool", "aws:ViaAWSService", "true")), ("sqs:SendMessage",), catalog)
    assert not narrows_what(_under(("Bool", "aws:ViaAWSService", "false")), ("sqs:SendMessage",), catalog)


def test_leading_keys_limit_items_with_a_set_operator() -> None:
    statement = _under(
        ("StringEquals", "dynamodb:LeadingKeys", "${aws:username}"), quantifier=Quantifier.FOR_ALL_VALUES
    )
    assert narrows_resources(statement, ("dynamodb:GetItem", "dynamodb:PutItem"), load_catalog())
    assert not narrows_resources(statement, ("dynamodb:DeleteTable",), load_catalog())
