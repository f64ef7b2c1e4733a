"""resource-wildcard: actions that can be scoped, granted on `*`."""

from typing import Any

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.resource_wildcard import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Severity
from tests.unit.gate.granting import QUEUE, allow, deny, said


def test_only_what_can_be_scoped_is_named_with_its_forms() -> None:
    (finding,) = said(RULE, allow(["sqs:SendMessage", "xray:PutTraceSegments", "sqs:ListQueues", "dynamodb:PutItem"]))
    assert finding.message == (
        "statement 1 grants 2 write actions on every resource: `dynamodb:PutItem`, `sqs:SendMessage`"
    )
    assert "can be scoped to arn:${Partition}:sqs:${Region}:${Account}:${QueueName}" in finding.evidence
    assert finding.severity is Severity.MEDIUM


def test_it_stands_at_the_resource() -> None:
    (finding,) = said(RULE, allow("sqs:SendMessage"))
    assert finding.location.line == 7


def test_giving_access_is_high() -> None:
    (finding,) = said(RULE, allow(["iam:AttachRolePolicy", "sqs:SendMessage"]))
    assert finding.severity is Severity.HIGH
    assert "1 permissions management and 1 write actions" in finding.message


def test_taking_access_away_is_writing() -> None:
    (finding,) = said(RULE, allow("kms:RevokeGrant"))
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "action",
    [
        "securityhub:UpdateInsight",  # `hub/default`, the only one
        "s3:DeleteAccessGrantsInstance",
        "s3:CreateAccessGrantsInstance",
        "artifact:CreateComplianceInquiry",  # its format is `compliance-inquiry/*`
    ],
)
def test_what_has_no_narrower_name_waits_for_the_strict_persona(action: str) -> None:
    assert not said(RULE, allow(action))
    assert said(RULE, allow(action), persona=Persona.STRICT)


@pytest.mark.parametrize(
    "action", ["s3:PutAccessGrantsInstanceResourcePolicy", "account:CloseAccount", "sts:AssumeRoot"]
)
def test_giving_access_to_the_only_one_and_accounts_are_told(action: str) -> None:
    assert said(RULE, allow(action))


@pytest.mark.parametrize("resource", ["**", "*:*", "arn:aws:*", "arn:*:*:*:*:*", ["*", QUEUE]])
def test_other_ways_to_write_the_star(resource: str | list[str]) -> None:
    assert said(RULE, allow("sqs:SendMessage", resource))


@pytest.mark.parametrize(
    "action",
    [
        "xray:PutTraceSegments",
        "logs:PutLogEvents",
        "ec2:CreateNetworkInterface",
        "cloudwatch:PutMetricData",
        "ssm:UpdateInstanceInformation",
        "ec2:DescribeInstances",
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation",
        "ec2:CreateTags",
        "ec2:CreateInternetGateway",
        "iam:PassRole",
        "iam:CreateServiceLinkedRole",
        "kms:Decrypt",
        "invented:PutThing",
        UNKNOWN,
        "s3:Get*",
    ],
)
def test_what_is_no_finding_by_default(action: str) -> None:
    assert not said(RULE, allow(action))


def test_the_strict_see_reading_and_what_aws_documents() -> None:
    (finding,) = said(
        RULE, allow(["logs:PutLogEvents", "s3:GetBucketLocation", "ec2:CreateTags"]), persona=Persona.STRICT
    )
    assert finding.severity is Severity.LOW
    assert finding.message.startswith("statement 1 grants 1 write, 1 tagging and 1 read actions on `*`")
    assert not said(RULE, allow(["xray:PutTraceSegments", "ecr:GetAuthorizationToken"]), persona=Persona.AUDITOR)


@pytest.mark.parametrize("resource", [QUEUE, UNKNOWN, f"{UNKNOWN}/*", f"arn:aws:sqs:eu-central-1:{UNKNOWN}:orders"])
def test_a_named_or_unknown_resource_is_no_finding(resource: str) -> None:
    assert not said(RULE, allow("sqs:SendMessage", resource), persona=Persona.AUDITOR)


@pytest.mark.parametrize(
    ("condition", "is_scope"),
    [
        ({"StringEquals": {"aws:ResourceTag/team": "orders"}}, True),
        ({"StringEquals": {"AWS:resourcetag/team": "orders"}}, True),
        ({"StringLike": {"ec2:ResourceTag/Name": "orders-*"}}, True),
        ({"Null": {"aws:ResourceTag/team": "false"}}, True),
        ({"StringEquals": {"aws:RequestTag/team": "orders"}}, True),
        ({"StringEquals": {"ec2:InstanceType": "t3.micro"}}, True),
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": ["cloudformation.amazonaws.com"]}}, True),
        ({"StringEquals": {UNKNOWN: UNKNOWN}}, True),
        ({"StringEqualsIfExists": {"aws:ResourceTag/team": "orders"}}, False),
        ({"StringNotEquals": {"aws:ResourceTag/team": "orders"}}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, False),
        ({"StringLike": {"ec2:InstanceType": "*"}}, False),
        ({"Null": {"aws:ResourceTag/team": "true"}}, False),
        ({"StringEquals": {"aws:ResourceAccount": "111122223333"}}, False),
        ({"StringEquals": {"aws:PrincipalTag/team": "orders"}}, False),
        ({"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
    ],
)
def test_which_conditions_are_a_scope(condition: dict[str, Any], is_scope: bool) -> None:
    assert bool(said(RULE, allow("ec2:RunInstances", Condition=condition))) is not is_scope


def test_deny_statements_are_honoured() -> None:
    assert not said(RULE, allow("sqs:SendMessage"), deny("sqs:*"))
    assert not said(RULE, allow("sqs:SendMessage"), {"Effect": "Deny", "Action": "*", "NotResource": [QUEUE]})
    assert said(RULE, allow("sqs:SendMessage"), deny("sqs:*", QUEUE))


def test_a_wildcard_that_another_rule_tells_is_not_told_here() -> None:
    assert not said(RULE, allow(["sqs:*", "sqs:SendMessage"]))
    (finding,) = said(RULE, allow(["sqs:Delete*", "sns:Publish"]))
    assert "`sns:Publish`" in finding.message
    assert "sqs" not in finding.message


@pytest.mark.parametrize("kind", ["resource", "scp", "boundary"])
def test_other_kinds_of_policies_are_not_asked(kind: str) -> None:
    more: dict[str, Any] = {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}} if kind == "resource" else {}
    assert not said(RULE, allow("sqs:SendMessage", **more), name=f"p.{kind}.json", persona=Persona.AUDITOR)
