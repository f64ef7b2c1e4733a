"""full-admin: every action on every resource, however it is written."""

from typing import Any

import pytest

from secrets_cli.gate.rules.full_admin import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Severity
from tests.unit.gate.granting import allow, deny, said

EVERYWHERE = ["*", "**", "*:*", "arn:*", "arn:aws:*", "arn:aws:*:*:*:*", "arn:*:*:*:*:*"]
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize("resource", EVERYWHERE)
@pytest.mark.parametrize("action", ["*", "*:*", ["s3:GetObject", "*"]])
def test_each_way_to_write_it_is_found(action: str | list[str], resource: str) -> None:
    (finding,) = said(RULE, allow(action, resource))
    assert finding.message == "statement 1 grants every action on every resource"
    assert finding.severity is Severity.HIGH


def test_it_stands_at_the_action() -> None:
    (finding,) = said(RULE, allow("s3:GetObject", "arn:aws:s3:::b/k"), allow("*"))
    assert (finding.location.line, finding.location.column) == (11, 4)


def test_a_condition_on_the_caller_is_no_limit() -> None:
    (finding,) = said(RULE, allow("*", Condition=MFA))
    assert "the condition on `aws:MultiFactorAuthPresent` limits who can use it" in finding.message


def test_a_condition_on_the_region_or_the_service_in_between_is_no_limit() -> None:
    assert said(RULE, allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}))
    assert said(
        RULE, allow("*", Condition={"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}})
    )


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:ResourceTag/team": "orders"}},
        {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
        {"StringEquals": {UNKNOWN: UNKNOWN}},
    ],
)
def test_a_condition_on_what_is_granted_is_a_limit(condition: dict[str, Any]) -> None:
    assert not said(RULE, allow("*", Condition=condition))


def test_not_action_of_nothing_relevant_is_everything() -> None:
    (finding,) = said(RULE, {"Effect": "Allow", "NotAction": "nothing:*", "Resource": "*"})
    assert "every action" in finding.message


def test_not_action_that_leaves_iam_out_is_not() -> None:
    assert not said(RULE, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})


def test_statements_together_are_everything() -> None:
    (finding,) = said(
        RULE,
        allow("iam:*"),
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        allow("s3:Get*", "arn:aws:s3:::b/*"),
    )
    assert finding.message == "statement 1 and statement 2 together grant every action on every resource"


def test_what_is_denied_is_not_granted() -> None:
    assert not said(RULE, allow("*"), deny("*"))
    assert not said(RULE, allow("*"), deny("iam:*"))
    (finding,) = said(RULE, allow("*"), deny("route53domains:*"))
    assert "known actions on every resource" in finding.message


def test_a_deny_on_all_but_a_scope_leaves_the_scope() -> None:
    assert not said(RULE, allow("*"), {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::bucket/*"})


@pytest.mark.parametrize(
    "resource", [UNKNOWN, f"arn:aws:s3:::{UNKNOWN}", "arn:aws:s3:::*", "arn:aws:*:eu-central-1:*:*"]
)
def test_other_resources_are_not_everything(resource: str) -> None:
    assert not said(RULE, allow("*", resource))


def test_an_unknown_action_is_not_everything() -> None:
    assert not said(RULE, allow(UNKNOWN))
    assert not said(RULE, {"Effect": "Allow", "NotAction": UNKNOWN, "Resource": "*"})


def test_a_service_control_policy_grants_nothing() -> None:
    assert not said(RULE, allow("*"), name="policy.scp.json")
    assert not said(RULE, allow("*"), name="policy.boundary.json")
