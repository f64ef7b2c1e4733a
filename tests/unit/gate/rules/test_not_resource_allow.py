"""not-resource-allow: an Allow that lists the resources it does not grant."""

from typing import Any

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.not_resource_allow import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Severity
from tests.unit.gate.granting import QUEUE, deny, said


def _all_but(action: str, resource: str | list[str] = QUEUE, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "NotResource": resource, **more}


@pytest.mark.parametrize(
    ("action", "severity"),
    [("sqs:SendMessage", Severity.MEDIUM), ("sqs:AddPermission", Severity.HIGH), ("s3:GetObject", Severity.MEDIUM)],
)
def test_all_but_one_is_all(action: str, severity: Severity) -> None:
    (finding,) = said(RULE, _all_but(action))
    assert finding.severity is severity
    assert f"on every resource but `{QUEUE}`: `{action}`" in finding.message
    assert finding.location.line == 7


def test_surveying_is_for_the_strict() -> None:
    assert not said(RULE, _all_but("dynamodb:DescribeTable"))
    assert said(RULE, _all_but("dynamodb:DescribeTable"), persona=Persona.STRICT)


def test_all_but_everything_is_nothing() -> None:
    assert not said(RULE, _all_but("sqs:SendMessage", "*"), persona=Persona.AUDITOR)
    assert not said(RULE, _all_but("sqs:SendMessage", "arn:aws:sqs:*:*:*"), persona=Persona.AUDITOR)


def test_actions_without_resources_are_no_finding() -> None:
    assert not said(RULE, _all_but("xray:PutTraceSegments"), persona=Persona.AUDITOR)


def test_a_deny_or_a_tag_limits_it() -> None:
    assert not said(RULE, _all_but("sqs:SendMessage"), deny("sqs:*"))
    tagged = {"StringEquals": {"aws:ResourceTag/team": "orders"}}
    assert not said(RULE, _all_but("sqs:SendMessage", Condition=tagged))


def test_what_is_unknown_is_no_finding_and_an_unknown_name_is_one() -> None:
    assert not said(RULE, _all_but("sqs:SendMessage", UNKNOWN), persona=Persona.AUDITOR)
    assert said(RULE, _all_but("sqs:SendMessage", f"arn:aws:sqs:eu-central-1:111122223333:{UNKNOWN}"))


def test_a_deny_with_not_resource_grants_nothing() -> None:
    assert not said(RULE, {"Effect": "Deny", "Action": "sqs:*", "NotResource": QUEUE})
