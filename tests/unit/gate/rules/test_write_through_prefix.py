"""write-through-prefix: a pattern that can change or destroy the resource it is scoped to."""

import pytest

from secrets_cli.gate.fix import ReplaceValues
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.write_through_prefix import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity
from tests.unit.gate.granting import QUEUE, TABLE, allow, deny, said

LOG = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/orders:*"


def test_what_manages_a_table_is_named() -> None:
    (finding,) = said(RULE, allow(["dynamodb:Delete*", "dynamodb:Update*", "dynamodb:Query"], TABLE))
    assert finding.severity is Severity.MEDIUM
    for action in ("dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:DeleteResourcePolicy"):
        assert any(action in line for line in finding.evidence)
    assert "`dynamodb:Delete*` and `dynamodb:Update*` admit also" in finding.message
    assert "`dynamodb:DeleteTable`, `dynamodb:UpdateTable`" in finding.message
    assert "DeleteItem" not in finding.message


def test_what_manages_a_log_group_is_named_and_other_types_are_not() -> None:
    (finding,) = said(RULE, allow("logs:*", LOG))
    told = "".join(finding.evidence)
    assert "logs:DeleteLogGroup" in finding.message
    assert "logs:PutSubscriptionFilter" in finding.message
    assert "logs:DeleteDestination" not in told
    assert "PutLogEvents" not in told


def test_the_whole_bucket_and_its_objects_differ() -> None:
    (bucket,) = said(RULE, allow("s3:*", "arn:aws:s3:::orders"))
    (objects,) = said(RULE, allow("s3:*", "arn:aws:s3:::orders/*"))
    assert "s3:PutBucketPolicy" in bucket.message
    assert "s3:PutObjectAcl" in objects.message
    assert "Bucket" not in "".join(objects.evidence).replace("BucketOwner", "")


def test_every_action_on_one_bucket_is_found() -> None:
    (finding,) = said(RULE, allow("*", "arn:aws:s3:::orders/*"))
    assert "`*` admits also" in finding.message


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:*Object", "arn:aws:s3:::orders/*"),
        ("s3:DeleteObject*", "arn:aws:s3:::orders/*"),
        ("s3:Abort*", "arn:aws:s3:::orders/*"),
        ("dynamodb:*Item", TABLE),
        ("dynamodb:BatchWrite*", TABLE),
        ("sqs:Send*", QUEUE),
        ("execute-api:*", "arn:aws:execute-api:eu-central-1:111122223333:abcdef1234/prod/*"),
        ("kms:GenerateDataKey*", "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"),
        ("ssm:DeleteParameter*", "arn:aws:ssm:eu-central-1:111122223333:parameter/app/*"),
        ("ssm:Get*", "arn:aws:ssm:eu-central-1:111122223333:parameter/app/*"),
    ],
)
def test_using_what_a_resource_holds_is_no_finding(action: str, resource: str) -> None:
    assert not said(RULE, allow(action, resource))


def test_it_is_shown_to_the_strict_where_it_writes() -> None:
    (finding,) = said(RULE, allow("dynamodb:*Item", TABLE), persona=Persona.STRICT)
    assert finding.severity is Severity.LOW


def test_on_everything_other_rules_speak() -> None:
    assert not said(RULE, allow("logs:*"))
    assert not said(RULE, allow("logs:*", "arn:aws:logs:*:*:*"))


def test_what_is_denied_is_not_admitted() -> None:
    assert not said(RULE, allow("sqs:*", QUEUE), deny(["sqs:Delete*", "sqs:*Permission", "sqs:Set*", "sqs:Purge*"]))


def test_an_unknown_resource_lowers_the_confidence() -> None:
    (finding,) = said(RULE, allow("dynamodb:Delete*", UNKNOWN))
    assert finding.confidence is Confidence.MEDIUM
    (finding,) = said(RULE, allow("dynamodb:Delete*", f"arn:aws:dynamodb:{UNKNOWN}:{UNKNOWN}:table/orders"))
    assert finding.confidence is Confidence.HIGH
    assert not said(RULE, allow(f"dynamodb:{UNKNOWN}*", TABLE))


def test_the_fix_lists_the_actions_that_fit() -> None:
    (finding,) = said(RULE, allow("sqs:*", QUEUE))
    assert finding.fix is not None
    (change,) = finding.fix.changes
    assert isinstance(change, ReplaceValues)
    assert "sqs:SendMessage" in change.new
    assert not finding.fix.safe
