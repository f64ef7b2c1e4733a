"""Access that the logs do not show being used, as far as the logs can show it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import MalformedInput
from secrets_cli.gate.fix import ReplacePolicies
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.unused_access import UsageAsk, UsageSays, still_allowed, unused_access
from secrets_cli.gate.usage_evidence import read_evidence
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.report.usage_json import usage_json
from secrets_cli.usage.document import read_usage
from secrets_cli.usage.usage import Coverage, Outcome, Rejected, Usage, Use
from tests.unit.gate.judging import TODAY, zappa_defaults

KNOWLEDGE = Knowledge(load_catalog(), TODAY)
ARN = "arn:aws:iam::111122223333:role/orders-AppRole-1ABCDEFGHIJKL"
TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"


def use(action: str, resource: str, last: str = "2026-11-20T00:00:00Z", outcome: Outcome = Outcome.USED) -> Use:
    service, name = action.split(":")
    return Use(
        ARN, "s", f"{service}.amazonaws.com", name, action, resource, (), "eu-central-1", "111122223333",
        outcome, 1, "2026-01-01T00:00:00Z", last, ("id",),
    )  # fmt: skip


def usage(*uses: Use, first: str = "2026-05-01T00:00:00Z", **more: Any) -> Usage:
    coverage = Coverage(
        1, len(uses), 1, (), first, "2026-11-20T00:00:00Z", ("eu-central-1",), ("111122223333",), ("AWS::S3::Object",)
    )
    return Usage(replace(coverage, **more), uses, (), (ARN,))


def text_of(written: Usage) -> str:
    return json.dumps(usage_json(written, load_catalog().header))


def found(*statements: dict[str, Any]) -> Found:
    read = read_any(
        json.dumps({"Version": "2012-10-17", "Statement": statements}), "app.json", Supplied(), zappa_defaults()
    )
    assert read is not None
    return read


def allow(action: Any, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def said(written: Usage, *statements: dict[str, Any], days: int = 90, **named: str) -> UsageSays:
    evidence = (read_evidence(text_of(written), "usage.json"),)
    return unused_access([found(*statements)], UsageAsk(evidence, named, days), KNOWLEDGE, RULES)


GRANTED = allow(["sqs:SendMessage", "sqs:DeleteQueue", "sqs:CreateQueue"])
QUEUE = "arn:aws:sqs:eu-central-1:111122223333:orders"


def test_a_usage_document_reads_back_as_it_was() -> None:
    written = usage(use("s3:GetObject", "arn:aws:s3:::b/k"), rejected=(Rejected("x.json", "broken"),))
    assert read_usage(text_of(written), "usage.json") == written


def test_what_was_not_used_is_found_with_its_replacement() -> None:
    says = said(usage(use("sqs:CreateQueue", QUEUE)), GRANTED)
    (finding,) = says.findings
    assert finding.rule == "unused-access"
    assert "not used in 90 days" in finding.message
    assert any("`sqs:DeleteQueue`" in one for one in finding.evidence)
    assert finding.fix is not None
    assert not finding.fix.safe
    (change,) = finding.fix.changes
    assert isinstance(change, ReplacePolicies)
    actions = {value for policy in change.policies for one in policy.statements for value in one.action.values}
    assert "sqs:CreateQueue" in actions
    assert "sqs:DeleteQueue" not in actions


def test_what_the_logs_cannot_show_is_not_unused() -> None:
    """Sending messages is a data event, of which these logs hold none of that type."""
    (finding,) = said(usage(use("sqs:CreateQueue", QUEUE)), GRANTED).findings
    assert not any("SendMessage" in one for one in finding.evidence)
    assert any("the logs cannot show it" in one for one in finding.evidence)


def test_a_use_before_the_window_does_not_count() -> None:
    old = use("sqs:DeleteQueue", QUEUE, last="2026-06-01T00:00:00Z")
    (finding,) = said(usage(use("sqs:CreateQueue", QUEUE), old), GRANTED).findings
    assert any("`sqs:DeleteQueue`" in one for one in finding.evidence)
    assert said(usage(use("sqs:CreateQueue", QUEUE), old), GRANTED, days=190).findings == ()


def test_too_few_days_are_unresolved() -> None:
    says = said(usage(use("sqs:CreateQueue", QUEUE), first="2026-11-10T00:00:00Z"), GRANTED)
    assert says.findings == ()
    assert "cover 11 days, and 90 are asked for" in says.unresolved[0].reason


def test_a_log_that_could_not_be_read_is_unresolved() -> None:
    says = said(usage(use("sqs:CreateQueue", QUEUE), rejected=(Rejected("x.json", "broken"),)), GRANTED)
    assert says.findings == ()
    assert "gap" in says.unresolved[0].reason


def test_nothing_unused_is_nothing() -> None:
    assert said(usage(use("sqs:CreateQueue", QUEUE)), allow("sqs:CreateQueue", QUEUE)) == UsageSays()


ROLE = """Resources:
  {name}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{{ Effect: Allow, Principal: {{ Service: lambda.amazonaws.com }}, Action: sts:AssumeRole }}]
      Policies:
        - PolicyName: app
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{{ Effect: Allow, Action: [sqs:CreateQueue, sqs:DeleteQueue], Resource: "*" }}]
"""


@pytest.mark.parametrize(
    ("name", "named", "matches"),
    [
        ("AppRole", {}, True),
        ("Role", {}, False),
        ("OtherRole", {}, False),
        ("OtherRole", {"role OtherRole": ARN}, True),
        ("OtherRole", {"template.yml": ARN}, True),
        ("AppRole", {"role AppRole": "arn:aws:iam::111122223333:role/not-in-the-logs"}, False),
    ],
)
def test_principals_are_matched_by_name_or_as_said(name: str, named: dict[str, str], matches: bool) -> None:
    two = ROLE.format(name=name) + ROLE.format(name="Another").removeprefix("Resources:\n")
    read = read_any(two, "template.yml", Supplied(), zappa_defaults())
    assert read is not None
    evidence = (read_evidence(text_of(usage(use("sqs:CreateQueue", QUEUE))), "usage.json"),)
    says = unused_access([read], UsageAsk(evidence, named, 90), KNOWLEDGE, RULES)
    assert bool([one for one in says.findings if one.principal == f"role {name}"]) is matches
    if named and not matches:
        assert says.unmatched == tuple(named.values())


NARROWING: dict[str, Any] = {
    "schema": "secrets-cli/narrowing/1",
    "principal": ARN,
    "policies": [{"Version": "2012-10-17", "Statement": [allow("sqs:CreateQueue", QUEUE)]}],
    "removed": [{"action": "sqs:DeleteQueue", "resources": ["*"], "reason": "not used"}],
    "invisible": [],
}


def test_a_narrowing_is_taken_as_it_is() -> None:
    evidence = (read_evidence(json.dumps(NARROWING), "narrowed.json"),)
    says = unused_access([found(GRANTED)], UsageAsk(evidence, {}, 90), KNOWLEDGE, RULES)
    (finding,) = says.findings
    assert "in the logs of `narrowed.json`" in finding.message


def test_a_narrowing_that_was_blocked_is_unresolved() -> None:
    blocked = NARROWING | {"policies": [], "removed": [], "blocked": "1 gap in the evidence"}
    evidence = (read_evidence(json.dumps(blocked), "narrowed.json"),)
    says = unused_access([found(GRANTED)], UsageAsk(evidence, {}, 90), KNOWLEDGE, RULES)
    assert "1 gap in the evidence" in says.unresolved[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "no json",
        '{"schema": "secrets-cli/usage/2"}',
        '{"schema": "secrets-cli/narrowing/1"}',
        '{"schema": "secrets-cli/narrowing/1", "principal": 1, "policies": [], "removed": [], "invisible": []}',
    ],
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput):
        read_evidence(text, "usage.json")


def test_a_change_must_keep_what_the_logs_show() -> None:
    evidence = (read_evidence(text_of(usage(use("sqs:CreateQueue", QUEUE))), "usage.json"),)
    refused = still_allowed(UsageAsk(evidence, {}, 90), KNOWLEDGE)
    before = found(GRANTED)
    assert refused(before, found(allow("sqs:CreateQueue", QUEUE))) == ""
    assert "`sqs:CreateQueue`" in refused(before, found(allow("sqs:DeleteQueue")))
