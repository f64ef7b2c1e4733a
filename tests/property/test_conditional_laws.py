"""What holds for every answer to a request whose context is partly unknown: no context contradicts it."""

import json
import random
from typing import Any

import pytest

from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.secrets.access.conditional import Answer, ask_all
from secrets_cli.secrets.access.open_keys import Ask

PRINCIPAL = "arn:aws:iam::111122223333:user/u"
RESOURCE = "arn:aws:ssm:eu-west-1:111122223333:parameter/a/b"
VALUES: dict[str, tuple[str, ...]] = {
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "aws:SourceIp": ("10.0.0.1", "10.200.0.1", "192.0.2.1", "2001:db8::1"),
    "aws:PrincipalTag/team": ("a", "b", "ab", "A"),
    "aws:MultiFactorAuthAge": ("5", "10", "11"),
}
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}},
    {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/16"}},
    {"StringEquals": {"aws:PrincipalTag/team": "a"}},
    {"StringNotEqualsIfExists": {"aws:PrincipalTag/team": ["a", "b"]}},
    {"StringLike": {"aws:PrincipalTag/team": "a*"}},
    {"StringEqualsIgnoreCase": {"aws:PrincipalTag/team": "a"}},
    {"Null": {"aws:PrincipalTag/team": "true"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "10"}},
    {"NumericGreaterThanEquals": {"aws:MultiFactorAuthAge": "10"}},
    {"ForAllValues:StringEquals": {"aws:PrincipalTag/team": ["a"]}},
)


def _policy(chance: random.Random) -> PolicySet:
    statements = []
    for _ in range(chance.randint(1, 4)):
        condition: dict[str, Any] = {}
        for one in chance.sample(CONDITIONS, chance.randint(0, 2)):
            condition |= one
        effect = chance.choice(("Allow", "Allow", "Deny"))
        statements.append({"Effect": effect, "Action": "ssm:*", "Resource": "*", "Condition": condition})
    document = {"Version": "2012-10-17", "Statement": statements}
    return PolicySet(identity=(parse_policy(json.dumps(document), "made"),))


def _context(chance: random.Random) -> dict[str, ContextValue]:
    return {key: chance.choice(values) for key, values in VALUES.items() if chance.random() < 0.7}


@pytest.mark.parametrize("seed", range(400))
def test_no_context_contradicts_the_answer(seed: int) -> None:
    chance = random.Random(seed)
    policies = _policy(chance)
    told = ask_all((Ask(Request(PRINCIPAL, "ssm:GetParameter", RESOURCE), policies),))
    allowed = {
        evaluate(Request(PRINCIPAL, "ssm:GetParameter", RESOURCE, _context(chance)), policies).allowed
        for _ in range(60)
    }
    match told.answer:
        case Answer.ALLOWED:
            assert allowed == {True}
        case Answer.DENIED:
            assert allowed == {False}
        case Answer.CONDITIONAL:
            assert told.needs
            shown = Request(PRINCIPAL, "ssm:GetParameter", RESOURCE, told.context)
            assert evaluate(shown, policies).allowed
