"""Findings about one value of a list stand at that value, not at the list."""

import json

import pytest

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import invalid_account_id, malformed_arn, placeholder
from tests.unit.gate.judging import findings_in
from tests.unit.gate.rules.judged import QUEUE


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (invalid_account_id.RULE, "arn:aws:sqs:eu-central-1:1234567890:q"),
        (malformed_arn.RULE, "arn:awz:sqs:eu-central-1:111122223333:q"),
        (placeholder.RULE, "arn:aws:s3:::<bucket>/*"),
    ],
)
def test_the_finding_stands_at_the_value(rule: Rule, value: str) -> None:
    resources = [QUEUE, f"{QUEUE}-2", value]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": resources}]}
    text = json.dumps(policy, indent=1)
    (found,) = findings_in(text, "policy.json", [rule])
    assert found.location.line == 1 + text[: text.index(value)].count("\n")
