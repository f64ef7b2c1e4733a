"""action-wildcard: a pattern that admits writing, on every resource."""

import pytest

from secrets_cli.gate.fix import ReplaceValues
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.action_wildcard import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Severity
from tests.unit.gate.granting import QUEUE, allow, said


def test_the_members_are_named_by_risk() -> None:
    (finding,) = said(RULE, allow("s3:Put*"))
    assert finding.severity is Severity.HIGH
    assert finding.message.startswith("statement 1: `s3:Put*` admits ")
    assert ": `s3:PutBucketPolicy`, `s3:PutBucketAcl`, `s3:PutObjectAcl`" in finding.message


def test_writing_alone_is_medium() -> None:
    (finding,) = said(RULE, allow(["sqs:Delete*", "sqs:Get*"], "arn:aws:sqs:*:*:*"))
    assert finding.severity is Severity.MEDIUM
    assert finding.message == (
        "statement 1: `sqs:Delete*` admits 2 write actions on every resource: `sqs:DeleteQueue`, `sqs:DeleteMessage`"
    )


def test_the_fix_lists_what_it_means_and_is_not_safe() -> None:
    (finding,) = said(RULE, allow(["sqs:Get*", "sqs:Delete*"]))
    assert finding.fix is not None
    assert not finding.fix.safe
    (change,) = finding.fix.changes
    assert isinstance(change, ReplaceValues)
    assert change.element == "Action"
    assert change.old == ("sqs:Delete*",)
    assert change.new == ("sqs:DeleteMessage", "sqs:DeleteQueue")


def test_a_pattern_that_stands_for_hundreds_has_no_fix() -> None:
    (finding,) = said(RULE, allow("ec2:Create*"))
    assert finding.fix is None


@pytest.mark.parametrize(
    "action",
    ["s3:Get*", "ec2:Describe*", "iot:List*", "athena:Get*", "*:List*", "textract:Start*", f"s3:{UNKNOWN}*", "sqs:*"],
)
def test_reading_whole_services_and_the_unknown_are_not_its_business(action: str) -> None:
    assert not said(RULE, allow(action))


def test_one_action_with_a_star_behind_it_is_no_pattern() -> None:
    assert not said(RULE, allow("sqs:SendMessage*"))


def test_what_a_whole_service_says_is_not_said_again() -> None:
    assert not said(RULE, allow(["sqs:*", "sqs:Delete*"]))
    assert said(RULE, allow(["sqs:*", "sns:Delete*"]))


def test_named_resources_are_no_finding() -> None:
    assert not said(RULE, allow("sqs:Delete*", QUEUE), persona=Persona.STRICT)
    assert not said(RULE, allow("sqs:Delete*", UNKNOWN), persona=Persona.STRICT)


def test_what_a_condition_narrows_is_shown_to_the_strict_only() -> None:
    statement = allow("ec2:Delete*", Condition={"StringEquals": {"aws:ResourceTag/team": "orders"}})
    assert not said(RULE, statement)
    (finding,) = said(RULE, statement, persona=Persona.STRICT)
    assert finding.severity is Severity.LOW
