"""Cases of `condition-always-holds`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.condition_always_holds import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.rules.judged import judged, statement


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}}, "its time has come"),
        ({"StringLikeIfExists": {"aws:PrincipalOrgID": "*"}}, "holds in every request"),
        ({"StringNotEquals": {"aws:username": []}}, "with no values holds"),
        ({"Bool": {"aws:SecureTransport": ["true", "false"]}}, "holds in every request"),
        ({"Null": {"aws:SecureTransport": "false"}}, "holds in every request"),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, "any IPv4 address"),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}, "any IPv4 address"),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, "holds whatever the key says"),
        ({"StringLike": {"iam:PassedToService": "*"}}, "holds whatever the key says"),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, "does not have the key"),
        ({"ForAllValues:StringLike": {"aws:TagKeys": "*"}}, "holds in every request"),
    ],
)
def test_conditions_that_guard_nothing_are_found(condition: object, told: str) -> None:
    (found,) = judged(RULE, statement(Condition=condition))
    assert told in found.message
    assert found.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2099-01-01"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}},
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "a"}},
        {"ForAllValues:StringEquals": {"example.com:groups": "a"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalTag/t": "a"}, "Null": {"aws:PrincipalTag/t": "false"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"Null": {"aws:SourceVpc": "false"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    ],
)
def test_conditions_that_guard_something_are_not(condition: object) -> None:
    assert not judged(RULE, statement(Condition=condition), Persona.AUDITOR)


def test_asking_for_a_tag_to_be_there_is_for_strict_readers() -> None:
    presence = statement(Condition={"StringLike": {"aws:RequestTag/team": "*"}})
    assert not judged(RULE, presence)
    (found,) = judged(RULE, presence, Persona.STRICT)
    assert found.severity is Severity.INFO


def test_in_a_deny_it_is_low_and_the_set_operator_is_no_trap() -> None:
    (found,) = judged(RULE, statement(Effect="Deny", Condition={"StringLikeIfExists": {"aws:username": "*"}}))
    assert found.severity is Severity.LOW
    denied = statement(Effect="Deny", Condition={"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    assert not judged(RULE, denied)


def test_a_wrong_operator_is_another_rules() -> None:
    assert not judged(RULE, statement(Condition={"NotIpAddress": {"aws:SourceIp": "nowhere"}}), Persona.AUDITOR)
