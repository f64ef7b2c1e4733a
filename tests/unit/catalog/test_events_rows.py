"""The table itself: its rows are said in full, are each tried by a case, and name actions that exist."""

import json
from collections import Counter

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.events.mapping import row_of
from secrets_cli.catalog.events.row import Row
from secrets_cli.catalog.events.rows.table import rows
from secrets_cli.catalog.events.sources import PREFIX_OF_ENDPOINT, PREFIX_OF_SOURCE
from secrets_cli.catalog.grant import ApiCall, Mapped, NoPermissionNeeded, UnknownEvent
from secrets_cli.catalog.load import load_catalog
from tests.unit.catalog.test_events_spec import SPEC, call_of

CASES = [call_of(case) for path in sorted(SPEC.glob("*.json")) for case in json.loads(path.read_text())]
EVERY_ROW = [pytest.param(row, id=row.id) for row in rows()]

FACTS: dict[int, tuple[str, ...]] = {
    1: ("s3-head-object",),
    2: ("s3-get-object",),
    4: ("s3-head-bucket",),
    5: ("s3-list-buckets",),
    7: ("s3-copy-object",),
    8: ("s3-put-object",),
    10: ("s3-abort-upload",),
    11: ("s3-list-uploads",),
    13: ("s3-delete-objects",),
    14: ("s3-get-encryption",),
    16: ("s3-get-lifecycle", "s3-put-lifecycle"),
    17: ("s3-put-replication",),
    19: ("s3-get-notification", "s3-put-notification"),
    20: ("s3-get-public-access",),
    22: ("lambda-invoke",),
    23: (),
    25: ("lambda-function",),
    26: ("lambda-configure",),
    28: ("lambda-qualified",),
    29: ("lambda-layer",),
    31: (),
    32: ("lambda-tags",),
    34: ("ssm-parameter",),
    35: ("ssm-parameters-by-path",),
    37: ("ssm-put-parameter",),
    38: ("ssm-send-command",),
    40: ("kms-cryptography",),
    41: ("kms-re-encrypt",),
    43: ("kms-create-key",),
    44: ("kms-alias",),
    46: ("secretsmanager-secret",),
    47: ("secretsmanager-batch-get",),
    49: ("dynamodb-transact-get",),
    50: ("dynamodb-transact-write",),
    52: ("dynamodb-query",),
    53: ("dynamodb-streams",),
    55: ("sts-assume-role-by-service",),
    56: ("sts-assume-role-federated",),
    58: ("sts-no-permission",),
    59: ("dynamodb-endpoints",),
    61: (),
    62: (),
    65: (),
    67: ("logs-create-group", "logs-write-stream"),
    70: ("tag-resources",),
    71: ("ec2-tags",),
    73: (),
    74: (),
    76: ("ec2-lambda-interfaces",),
    79: ("iam-service-linked-role",),
    80: ("sqs-send-batch", "sqs-delete-batch", "sqs-visibility-batch"),
    82: ("sns-publish",),
    83: ("kinesis-records",),
    85: (),
    86: (),
    88: ("bedrock-invoke", "bedrock-invoke-stream"),
    89: (),
    91: ("ses-send",),
    92: ("efs-client-connection",),
    95: ("rds-data",),
    97: (),
}
"""Numbers of the list of facts that the table was begun from -> the rows that hold each; none where the identity rule or API
Gateway's verbs do (`BY_RULE`). Three are no rows: 64 and 68 are never logged, 77 is iam:PassRole, 94 is told by the event's
type."""

BY_RULE = {
    23: ("lambda", "ListFunctions20150331", "lambda:ListFunctions"),
    31: ("lambda", "CreateEventSourceMapping20150331", "lambda:CreateEventSourceMapping"),
    61: ("apigateway", "GetRestApi", "apigateway:GET"),
    62: ("apigateway", "CreateRoute", "apigateway:POST"),
    65: ("monitoring", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"),
    73: ("ec2", "StartInstances", "ec2:StartInstances"),
    74: ("ec2", "DeleteFlowLogs", "ec2:DeleteFlowLogs"),
    85: ("states", "StartExecution", "states:StartExecution"),
    86: ("states", "CreateStateMachine", "states:CreateStateMachine"),
    89: ("cloudfront", "GetDistribution2020_05_31", "cloudfront:GetDistribution"),
    97: ("elasticloadbalancing", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
}


def bare(source: str, event: str) -> ApiCall:
    return ApiCall(f"{source}.amazonaws.com", event, "eu-west-1", "111122223333")


def test_ids_are_unique() -> None:
    assert [id for id, times in Counter(row.id for row in rows()).items() if times > 1] == []


@pytest.mark.parametrize("row", EVERY_ROW)
def test_a_row_says_where_it_comes_from(row: Row) -> None:
    assert row.evidence
    assert row.read.startswith("2026-")
    assert row.needs or row.note


@pytest.mark.parametrize("row", EVERY_ROW)
def test_a_row_names_actions_of_the_catalog(row: Row) -> None:
    catalog = load_catalog()
    for need in row.needs:
        names = [f"{row.source}:{event}" for event in row.events] if need.action == "=" else [need.action]
        for name in names:
            action = catalog.action(name)
            assert action is not None, name
            assert action.full_name == name


def test_each_row_has_a_case() -> None:
    tried = {row.id for call in CASES if (row := row_of(call)) is not None}
    assert sorted({row.id for row in rows()} - tried) == []


@pytest.mark.parametrize("row", EVERY_ROW)
def test_each_event_of_a_row_is_understood(row: Row) -> None:
    for event in row.events:
        assert not isinstance(meaning_of(bare(row.source, event), load_catalog()), UnknownEvent), event


@pytest.mark.parametrize(("number", "ids"), FACTS.items())
def test_the_facts_are_covered(number: int, ids: tuple[str, ...]) -> None:
    known = {row.id for row in rows()}
    assert set(ids) <= known
    assert bool(ids) != (number in BY_RULE)


@pytest.mark.parametrize(("source", "event", "action"), BY_RULE.values())
def test_facts_that_need_no_row(source: str, event: str, action: str) -> None:
    assert row_of(bare(source, event)) is None
    meaning = meaning_of(bare(source, event), load_catalog())
    assert isinstance(meaning, Mapped)
    assert [grant.action for grant in meaning.grants] == [action]


def test_sources_lead_to_prefixes_that_exist() -> None:
    prefixes = set(load_catalog().services())
    assert {*PREFIX_OF_SOURCE.values(), *PREFIX_OF_ENDPOINT.values()} <= prefixes
    assert not set(PREFIX_OF_ENDPOINT) & prefixes


def test_a_call_that_needs_no_permission_says_why() -> None:
    meaning = meaning_of(bare("codecatalyst", "GetSpace"), load_catalog())
    assert isinstance(meaning, NoPermissionNeeded)
    assert "token" in meaning.why
