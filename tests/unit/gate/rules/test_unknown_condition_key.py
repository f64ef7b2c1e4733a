"""Cases of `unknown-condition-key`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.unknown_condition_key import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.rules.judged import judged, statement


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("aws:SourceArns", "did you mean `aws:SourceArn`?"),
        ("aws:PrincipalOrg", "there is no condition key `aws:PrincipalOrg`"),
        ("aws:PrincipalTag", "names no tag: write `aws:PrincipalTag/`"),
        ("SourceIp", "has the form `service:Name`"),
        ("s3:prefixes", "did you mean `s3:prefix`?"),
        ("ec2:InstanceTyp", "did you mean `ec2:InstanceType`?"),
    ],
)
def test_keys_that_nothing_has_are_found(key: str, told: str) -> None:
    (found,) = judged(RULE, statement(Action="*", Condition={"StringEquals": {key: "a"}}))
    assert told in found.message
    assert found.message.endswith("the condition then never holds")
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(
    "key",
    [
        "aws:SourceArn",
        "AWS:sourcearn",
        "aws:PrincipalTag/team",
        "aws:RequestTag/a:b",
        "s3:prefix",
        "lakeformation:GlueARN",
        "S3:Prefix",
        "s3:ExistingObjectTag/team",
        "kms:EncryptionContext:aws:s3:arn",
        "kms:ViaService",
        "ssm:resourceTag/team",
        "token.actions.githubusercontent.com:sub",
        "cognito-identity.amazonaws.com:aud",
        "saml:aud",
        "accounts.google.com:sub",
        "nosuchservice:Key",
        "lambda:SourceFunctionArn",
    ],
)
def test_keys_that_something_has_or_nobody_knows_are_not(key: str) -> None:
    assert not judged(RULE, statement(Action="*", Condition={"StringEquals": {key: "a"}}))


@pytest.mark.parametrize(
    ("effect", "operator", "severity"),
    [
        ("Allow", "StringEquals", Severity.LOW),
        ("Allow", "StringEqualsIfExists", Severity.MEDIUM),
        ("Allow", "StringNotEquals", Severity.MEDIUM),
        ("Allow", "ForAllValues:StringEquals", Severity.MEDIUM),
        ("Deny", "StringEquals", Severity.MEDIUM),
        ("Deny", "StringNotEquals", Severity.LOW),
    ],
)
def test_how_bad_it_is_goes_by_what_the_key_s_absence_does(effect: str, operator: str, severity: Severity) -> None:
    (found,) = judged(RULE, statement(Effect=effect, Condition={operator: {"aws:SourceArns": "a"}}))
    assert found.severity is severity


def test_a_key_of_other_actions_is_for_strict_readers() -> None:
    foreign = statement(Action="dynamodb:ListTables", Condition={"StringEquals": {"dynamodb:Select": "COUNT"}})
    assert not judged(RULE, foreign)
    (found,) = judged(RULE, foreign, Persona.STRICT)
    assert "no action of statement 1 is asked with `dynamodb:Select`" in found.message
    fitting = statement(Action="dynamodb:Query", Condition={"StringEquals": {"dynamodb:Select": "COUNT"}})
    assert not judged(RULE, fitting, Persona.STRICT)
