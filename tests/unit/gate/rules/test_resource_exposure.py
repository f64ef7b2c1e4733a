"""`resource-exposure`: which statements can open all resources of a kind to others."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules import resource_exposure
from secrets_cli.severity import Severity
from tests.unit.gate.rules.statements import found_in_statement

RULES = [resource_exposure.RULE]


@pytest.mark.parametrize(
    ("action", "resource", "severity", "what"),
    [
        ("s3:PutBucketPolicy", "*", Severity.MEDIUM, "buckets"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::*", Severity.MEDIUM, "buckets"),
        ("kms:PutKeyPolicy", "arn:aws:kms:eu-central-1:111122223333:key/*", Severity.HIGH, "keys"),
        ("lambda:Add*", "*", Severity.MEDIUM, "functions and layers"),
        ("ec2:ModifySnapshotAttribute", "*", Severity.MEDIUM, "disk snapshots and machine images"),
    ],
)
def test_everything_of_a_kind(action: object, resource: object, severity: Severity, what: str) -> None:
    (finding,) = found_in_statement(RULES, action, resource)
    assert finding.message == f"`One` can open to others {what}, all there are"
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("action", "resource", "condition"),
    [
        ("s3:PutBucketPolicy", "arn:aws:s3:::app", None),
        ("lambda:AddPermission", "arn:aws:lambda:eu-central-1:111122223333:function:app-*", None),
        ("kms:CreateGrant", "*", {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
        ("lambda:InvokeFunction", "*", None),
    ],
)
def test_what_is_limited_or_opens_nothing(action: object, resource: object, condition: object) -> None:
    assert found_in_statement(RULES, action, resource, condition, Persona.AUDITOR) == ()


def test_what_takes_no_resource_is_for_the_strict() -> None:
    assert found_in_statement(RULES, "ram:CreateResourceShare") == ()
    assert found_in_statement(RULES, "ram:CreateResourceShare", persona=Persona.STRICT)
