"""Cases of `dead-statement`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.dead_statement import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.rules.judged import judged, statement

BUCKET = "arn:aws:s3:::orders"


def test_objects_on_a_bucket() -> None:
    (found,) = judged(RULE, statement(Sid="Read", Action="s3:GetObject", Resource=BUCKET))
    assert found.message == "`Read` grants nothing: `s3:GetObject` is never asked about `arn:aws:s3:::orders`"
    assert found.evidence[0].endswith("and `arn:*:s3:::*/*`; perhaps `arn:aws:s3:::orders/*` is meant")
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:ListBucket", f"{BUCKET}/*"),
        (["s3:GetObject", "s3:NoSuch"], BUCKET),
        ("dynamodb:GetRecords", "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"),
        ("ec2:DescribeInstances", "arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0"),
        ("kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:alias/app"),
        ("iam:PassRole", BUCKET),
    ],
)
def test_statements_without_any_effect_are_found(action: object, resource: str) -> None:
    assert len(judged(RULE, statement(Action=action, Resource=resource))) == 1


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", f"{BUCKET}/*"),
        ("s3:GetObject", ["arn:aws:s3:::other", f"{BUCKET}/*"]),
        ("ec2:DescribeInstances", "*"),
        ("s3:NoSuch", BUCKET),
        ("*", BUCKET),
        ("s3:GetObject", "arn:aws:s3:eu-central-1:111122223333:accesspoint/ap/object/*"),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/bucket}"),
        ("ecs:RunTask", "arn:aws:ecs:eu-central-1:111122223333:task-definition/app:*"),
    ],
)
def test_statements_with_some_effect_are_not(action: object, resource: object) -> None:
    assert not judged(RULE, statement(Action=action, Resource=resource))


def test_a_deny_that_denies_nothing_is_worse() -> None:
    (found,) = judged(RULE, statement(Effect="Deny", Action="s3:DeleteObject", Resource=BUCKET))
    assert found.severity is Severity.MEDIUM
    assert "denies nothing" in found.message


def test_doubtful_ones_are_for_auditors() -> None:
    doubtful = statement(Action="ssm:GetCommandInvocation", Resource="arn:aws:ssm:*:*:document/AWS-RunScript")
    assert not judged(RULE, doubtful)
    assert judged(RULE, doubtful, Persona.AUDITOR)
