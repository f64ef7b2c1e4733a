"""Cases of `condition-never-holds`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.condition_never_holds import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.rules.judged import judged, statement


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}, "its time is over"),
        ({"StringEquals": {"aws:username": "a"}, "StringNotEquals": {"aws:username": "a"}}, "contradict each other"),
        ({"StringEquals": {"aws:username": "a"}, "Null": {"aws:username": "true"}}, "contradict each other"),
        ({"Null": {"aws:SecureTransport": "true"}}, "no request can have `Null` on `aws:SecureTransport` be `true`"),
        ({"StringEquals": {"aws:username": []}}, "has no values"),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.1.1"]}}, "are private"),
    ],
)
def test_conditions_that_no_request_meets_are_found(condition: object, told: str) -> None:
    (found,) = judged(RULE, statement(Condition=condition))
    assert told in found.message
    assert "grants nothing" in found.message
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(
    "condition",
    [
        {"DateLessThan": {"aws:CurrentTime": "2099-01-01"}},
        {"StringEquals": {"aws:username": "a"}, "StringLike": {"aws:username": "a*"}},
        {"StringEquals": {"aws:username": "${aws:PrincipalTag/x}"}, "StringNotEquals": {"aws:username": "a"}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}},
        {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}},
        {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        {"IpAddressIfExists": {"aws:SourceIp": "10.0.0.0/8"}},
    ],
)
def test_conditions_that_some_request_meets_are_not(condition: object) -> None:
    assert not judged(RULE, statement(Condition=condition), Persona.AUDITOR)


def test_a_wrong_operator_is_another_rules() -> None:
    assert not judged(RULE, statement(Condition={"Bool": {"aws:SecureTransport": "yes"}}), Persona.AUDITOR)


def test_a_deny_that_never_denies_is_worse() -> None:
    (found,) = judged(RULE, statement(Effect="Deny", Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}))
    assert found.severity is Severity.MEDIUM
    assert "denies nothing" in found.message


def test_sessions_that_were_revoked_have_ended() -> None:
    condition = {"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}}
    (found,) = judged(RULE, statement(Effect="Deny", Action="*", Resource="*", Condition=condition))
    assert found.severity is Severity.LOW
    assert "denies nothing: the sessions it speaks of have ended" in found.message


@pytest.mark.parametrize("value", ["2026-11-21T00:00:00Z", "2099-01-01"])
def test_sessions_that_were_just_revoked_have_not(value: str) -> None:
    assert not judged(RULE, statement(Effect="Deny", Condition={"DateLessThan": {"aws:TokenIssueTime": value}}))


def test_it_points_at_the_condition() -> None:
    (found,) = judged(RULE, statement(Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}))
    assert found.location.line == 10
    assert found.evidence == ("`DateLessThan` on `aws:CurrentTime`: `2020-01-01`",)


def test_what_is_not_known_yet_does_not_contradict() -> None:
    from tests.unit.gate.judging import findings_in

    text = (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: sqs:SendMessage\n"
        "            Resource: '*'\n            Condition:\n              StringEquals: {'aws:username': !GetAtt A.B}\n"
        "              StringNotEquals: {'aws:username': !GetAtt A.B}\n"
    )
    assert not findings_in(text, "template.yml", [RULE])
