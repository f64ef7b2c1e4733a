"""What parliament says behind the gate's own rules: really asked, filtered, and ended in time."""

import importlib.util
import json
import multiprocessing

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.engine import judge
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.principals import statements_of
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.second_opinion import parliament as opinion
from secrets_cli.gate.second_opinion.parliament import Remark, Unavailable, is_worth_saying, parliament_opinion
from secrets_cli.gate.settings import Settings
from secrets_cli.inputs.found import Found
from secrets_cli.inputs.policy_file import read_policy_file
from tests.unit.gate.judging import TODAY
from tests.unit.gate.rules.judged import QUEUE, statement

KNOWLEDGE = Knowledge(load_catalog(), TODAY, Settings(persona=Persona.AUDITOR))
SECONDS = 60.0


def found_in(*statements: dict[str, object], name: str = "policy.json") -> Found:
    return read_policy_file(json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=1), name)


def asked(found: Found, *, with_ours: bool = False) -> opinion.Opinion:
    ours = judge([found], KNOWLEDGE, RULES) if with_ours else ()
    return parliament_opinion(found.policies, ours, KNOWLEDGE, SECONDS)


def test_it_says_what_no_rule_says_at_the_statement() -> None:
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    said = asked(found_in(statement(), statement(Effect="Deny", Condition=mfa)))
    assert isinstance(said, tuple)
    (hit,) = said
    assert hit.message.startswith("parliament says BAD_PATTERN_FOR_MFA of statement 2")
    assert hit.location.line == 9


def test_it_does_not_repeat_what_a_rule_says_of_the_statement() -> None:
    found = found_in(statement(Action=["sqs:SendMessage", "sqs:SendMessages"]))
    alone = asked(found)
    assert isinstance(alone, tuple)
    assert [hit.message.split()[2] for hit in alone] == ["UNKNOWN_ACTION"]
    assert asked(found, with_ours=True) == ()


@pytest.mark.parametrize(
    ("issue", "elements", "worth"),
    [
        ("MALFORMED", {}, False),
        ("UNKNOWN_ACTION", {}, False),
        ("UNKNOWN_ACTION", {"Action": "sqs:SendMessages"}, True),
        ("RESOURCE_MISMATCH", {"Action": "sqs:*"}, False),
        ("RESOURCE_MISMATCH", {"Action": "s3:GetObjectAttributes", "Resource": "arn:aws:s3:::b/*"}, False),
        ("RESOURCE_MISMATCH", {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b"}, True),
        ("RESOURCE_STAR", {"Action": "ec2:DescribeInstances", "Resource": "*"}, False),
        ("RESOURCE_STAR", {"Action": "sqs:SendMessage", "Resource": "*"}, True),
        ("INVALID_ARN", {"Resource": "arn:aws:iam::111122223333:mfa/${aws:username}"}, False),
        ("INVALID_ARN", {"Resource": QUEUE}, True),
    ],
)
def test_known_false_alarms_are_left_out(issue: str, elements: dict[str, object], worth: bool) -> None:
    (policy,) = found_in(statement(**elements)).policies
    (at,) = statements_of(policy)
    assert is_worth_saying(Remark(issue, "MEDIUM", "t", ""), at, KNOWLEDGE.catalog) is worth


def test_it_is_not_asked_about_trust_and_resource_policies() -> None:
    trust: dict[str, object] = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
    assert asked(found_in(trust, name="policy.trust.json")) == ()


def test_it_is_ended_when_its_time_is_over() -> None:
    said = parliament_opinion(found_in(statement()).policies, (), KNOWLEDGE, 0.01)
    assert said == Unavailable("parliament was not done within 0.01 s; 1 of 1 statements are left")
    assert multiprocessing.active_children() == []


def test_without_it_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    said = asked(found_in(statement()))
    assert said == Unavailable("parliament is not installed; the extra `second-opinion` brings it")
