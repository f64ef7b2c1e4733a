"""Cases of `invalid-account-id`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.invalid_account_id import RULE
from tests.unit.gate.rules.judged import QUEUE, judged, statement


@pytest.mark.parametrize(
    ("elements", "account"),
    [
        ({"Resource": "arn:aws:sqs:eu-central-1:1234567890:q"}, "1234567890"),
        ({"Resource": "arn:aws:sqs:eu-central-1:1111222233334:q"}, "1111222233334"),
        ({"Resource": "arn:aws:sqs:eu-central-1:1111-2222-3333:q"}, "1111-2222-3333"),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "11112222333"}}}, "11112222333"),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-central-1:11112222333:*"}}}, "11112222333"),
    ],
)
def test_wrong_accounts_are_found(elements: dict[str, object], account: str) -> None:
    (found,) = judged(RULE, statement(**elements))
    assert f"the account `{account}` in the" in found.message
    assert "12 digits" in found.message


@pytest.mark.parametrize("principal", ["1111222233", "arn:aws:iam::1111222233:root", "arn:aws:iam::1111222233:role/x"])
def test_in_principals(principal: str) -> None:
    trust = statement(Principal={"AWS": principal}, Action="sts:AssumeRole", Resource=None)
    assert len(judged(RULE, trust, name="policy.trust.json")) == 1


@pytest.mark.parametrize(
    "elements",
    [
        {"Resource": QUEUE},
        {"Resource": "arn:aws:sqs:eu-central-1:*:q"},
        {"Resource": "arn:aws:s3:::bucket"},
        {"Resource": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"Resource": "arn:aws:sqs:eu-central-1:${aws:PrincipalAccount}:q"},
        {"Resource": "arn:aws:sqs:eu-central-1:1111*:q"},
        {"Condition": {"StringEquals": {"aws:PrincipalTag/cost-center": "1234"}}},
        {"Condition": {"StringLike": {"aws:SourceAccount": "1111*"}}},
    ],
)
def test_right_ones_and_open_ones_are_not(elements: dict[str, object]) -> None:
    assert not judged(RULE, statement(**elements), Persona.AUDITOR)


def test_an_account_is_told_once_a_statement() -> None:
    (found,) = judged(RULE, statement(Resource=[f"arn:aws:sqs:eu-central-1:1234567890:{name}" for name in "abc"]))
    assert found.message.endswith("has 10 digits; an account id has 12 digits and nothing else")


def test_a_word_is_for_strict_readers() -> None:
    word = statement(Resource="arn:aws:sqs:eu-central-1:production:q")
    assert not judged(RULE, word)
    assert judged(RULE, word, Persona.STRICT)
