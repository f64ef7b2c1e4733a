"""Cases of `unreachable-allow`."""

import pytest

from secrets_cli.gate.rules.unreachable_allow import RULE
from tests.unit.gate.rules.judged import QUEUE, judged, statement


@pytest.mark.parametrize(
    "deny",
    [
        {"Action": "*", "Resource": "*"},
        {"Action": "sqs:*", "Resource": "*"},
        {"Action": "SQS:sendmessage", "Resource": QUEUE},
        {"Action": None, "NotAction": "s3:*", "Resource": "*"},
        {"Action": "*", "Resource": None, "NotResource": "arn:aws:s3:::*"},
        {"Action": "*", "Resource": "*", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}}},
    ],
)
def test_what_is_denied_again_is_found(deny: dict[str, object]) -> None:
    (found,) = judged(RULE, [statement(Sid="Send"), statement(Sid="Never", Effect="Deny", **deny)])
    assert found.message == "all that `Send` grants is denied again by `Never`"
    assert "sqs:SendMessage" in found.evidence[-1]


@pytest.mark.parametrize(
    "deny",
    [
        {"Action": "sqs:*", "Resource": "arn:aws:sqs:*:*:other"},
        {"Action": "sqs:ReceiveMessage", "Resource": "*"},
        {"Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Action": "*", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}},
    ],
)
def test_what_is_denied_in_part_or_sometimes_is_not(deny: dict[str, object]) -> None:
    assert not judged(RULE, [statement(), statement(Effect="Deny", **deny)])


def test_two_denies_that_each_take_a_part() -> None:
    found = judged(
        RULE,
        [
            statement(Action=["sqs:SendMessage", "s3:GetObject"], Resource="*"),
            statement(Effect="Deny", Action="sqs:*", Resource="*"),
            statement(Effect="Deny", Action="s3:*", Resource="*"),
        ],
    )
    assert len(found) == 1
    assert "and 1 more" in found[0].message


def test_a_statement_that_grants_nothing_by_itself_is_another_rules() -> None:
    never: object = {"StringEquals": {"aws:username": []}}
    assert not judged(RULE, [statement(Condition=never), statement(Effect="Deny", Action="*", Resource="*")])
