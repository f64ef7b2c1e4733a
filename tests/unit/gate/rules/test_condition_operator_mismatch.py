"""Cases of `condition-operator-mismatch`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.condition_operator_mismatch import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.rules.judged import judged, statement


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"StringEquals": {"aws:PrincipalTag/team": "orders-*"}}, "write `StringLike`"),
        ({"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}, "write `ArnLike`"),
        ({"Bool": {"aws:SecureTransport": "yes"}}, "is neither `true` nor `false`"),
        ({"Null": {"aws:SourceVpc": "no"}}, "is neither `true` nor `false`"),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": ["an hour", "x"]}}, "are no numbers"),
        ({"DateLessThan": {"aws:CurrentTime": "tomorrow"}}, "is no date"),
        ({"IpAddress": {"aws:SourceIp": "203.0.113"}}, "is no address or range"),
        ({"IpAddress": {"aws:SourceIp": "${aws:PrincipalTag/ip}"}}, "is plain text here"),
        ({"StringEquals": {"aws:SourceIp": "203.0.113.0/24"}}, "write `IpAddress`"),
        ({"ArnEquals": {"aws:SourceArn": "my-topic"}}, "is no ARN"),
    ],
)
def test_operators_that_do_not_go_with_their_values_are_found(condition: object, told: str) -> None:
    (found,) = judged(RULE, statement(Condition=condition))
    assert told in found.message
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:PrincipalTag/team": "orders-*"}},
        {"StringEquals": {"aws:PrincipalTag/team": "orders-${*}"}},
        {"StringEquals": {"aws:PrincipalTag/team": "${aws:username}"}},
        {"StringEquals": {"lambda:Principal": "*"}},
        {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}},
        {"ArnLike": {"aws:SourceArn": "*"}},
        {"Bool": {"aws:SecureTransport": "True"}},
        {"NumericLessThan": {"s3:max-keys": "10"}},
        {"DateLessThan": {"aws:CurrentTime": "2099-01-01T00:00:00Z"}},
        {"NumericGreaterThan": {"aws:EpochTime": "4000000000"}},
        {"StringEquals": {"aws:SourceIp": "203.0.113.7"}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "${aws:PrincipalTag/mfa}"}},
    ],
)
def test_operators_that_do_are_not(condition: object) -> None:
    assert not judged(RULE, statement(Condition=condition))


@pytest.mark.parametrize(
    ("effect", "operator", "severity"),
    [
        ("Allow", "StringEquals", Severity.LOW),
        ("Allow", "StringNotEquals", Severity.MEDIUM),
        ("Deny", "StringEquals", Severity.MEDIUM),
        ("Deny", "StringNotEquals", Severity.LOW),
    ],
)
def test_how_bad_it_is_goes_by_what_it_comes_to(effect: str, operator: str, severity: Severity) -> None:
    (found,) = judged(
        RULE, statement(Effect=effect, Condition={operator: {"aws:PrincipalArn": "arn:aws:iam::*:role/a"}})
    )
    assert found.severity is severity


def test_one_wrong_value_among_others_is_low() -> None:
    (found,) = judged(RULE, statement(Effect="Deny", Condition={"StringEquals": {"aws:username": ["a", "b*"]}}))
    assert found.severity is Severity.LOW
    assert "`b*`" in found.message


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:TagKeys": "team"}},
        {"StringLike": {"aws:SourceArn": "arn:aws:sns:*"}},
        {"StringEquals": {"aws:MultiFactorAuthAge": "5"}},
    ],
)
def test_what_works_all_the_same_is_for_strict_readers(condition: object) -> None:
    assert not judged(RULE, statement(Condition=condition))
    (found,) = judged(RULE, statement(Condition=condition), Persona.STRICT)
    assert found.severity is Severity.INFO
