"""wide-resource-pattern: every resource of a type."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.wide_resource_pattern import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Severity
from tests.unit.gate.granting import QUEUE, TABLE, allow, deny, said


@pytest.mark.parametrize(
    ("action", "resource", "severity"),
    [
        ("s3:PutObject", "arn:aws:s3:::*", Severity.MEDIUM),
        ("s3:PutObject", "arn:aws:s3:::*/*", Severity.MEDIUM),
        ("s3:PutBucketPolicy", "arn:aws:s3:::*", Severity.HIGH),
        ("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/*", Severity.MEDIUM),
        ("dynamodb:PutItem", "arn:aws:dynamodb:eu-central-1:111122223333:table/*", Severity.MEDIUM),
        ("dynamodb:PutItem", f"arn:aws:dynamodb:{UNKNOWN}:{UNKNOWN}:table/*", Severity.MEDIUM),
        ("iam:PutRolePolicy", "arn:aws:iam::*:role/*", Severity.HIGH),
        ("iam:PutRolePolicy", "arn:aws:iam::*", Severity.HIGH),
        ("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:*", Severity.MEDIUM),
    ],
)
def test_a_type_is_no_scope(action: str, resource: str, severity: Severity) -> None:
    (finding,) = said(RULE, allow(action, resource))
    assert finding.severity is severity
    assert f"`{action}` on `{resource.replace(UNKNOWN, '…')}`" in finding.message


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:PutObject", "arn:aws:s3:::orders-*"),
        ("s3:PutObject", "arn:aws:s3:::orders/*"),
        ("s3:PutObject", f"arn:aws:s3:::{UNKNOWN}/*"),
        ("s3:PutObject", UNKNOWN),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/*"),
        ("sqs:SendMessage", QUEUE),
        ("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/orders/*"),
        ("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/*"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/*"),
        ("s3:PutObject", "arn:aws:s3:::${aws:PrincipalTag/team}/*"),
    ],
)
def test_a_scope_is_no_finding(action: str, resource: str) -> None:
    assert not said(RULE, allow(action, resource), persona=Persona.AUDITOR)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("logs:PutLogEvents", "arn:aws:logs:*:*:*"),
        ("logs:CreateLogStream", "arn:aws:logs:eu-central-1:111122223333:*"),
        ("ec2:CreateNetworkInterface", ["arn:aws:ec2:*:*:network-interface/*", "arn:aws:ec2:*:*:subnet/*"]),
        ("s3:GetBucketLocation", "arn:aws:s3:::*"),
        ("dynamodb:TagResource", "arn:aws:dynamodb:*:*:table/*"),
    ],
)
def test_what_aws_documents_reading_and_tagging_are_for_the_strict(action: str, resource: str | list[str]) -> None:
    assert not said(RULE, allow(action, resource))
    assert {one.severity for one in said(RULE, allow(action, resource), persona=Persona.STRICT)} <= {Severity.LOW}


def test_the_log_on_everything_is_told_to_the_strict() -> None:
    assert said(RULE, allow("logs:PutLogEvents", "arn:aws:logs:*:*:*"), persona=Persona.STRICT)


def test_one_of_the_required_types_named_is_a_scope() -> None:
    launch = ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:subnet/subnet-0123456789abcdef0"]
    assert not said(RULE, allow("ec2:RunInstances", launch))


def test_conditions_and_deny_statements_are_honoured() -> None:
    tables = "arn:aws:dynamodb:*:*:table/*"
    assert not said(
        RULE, allow("dynamodb:PutItem", tables, Condition={"StringEquals": {"aws:ResourceTag/team": "orders"}})
    )
    assert not said(
        RULE, allow("dynamodb:PutItem", tables), {"Effect": "Deny", "Action": "dynamodb:*", "NotResource": TABLE}
    )
    assert not said(RULE, allow("dynamodb:PutItem", tables), deny("dynamodb:PutItem", tables))
    assert said(RULE, allow("dynamodb:PutItem", tables), deny("dynamodb:PutItem", TABLE))


def test_everything_is_another_rules_business() -> None:
    assert not said(RULE, allow("s3:PutObject", "*"))
    assert not said(RULE, allow("s3:*", "arn:aws:s3:::*"))
