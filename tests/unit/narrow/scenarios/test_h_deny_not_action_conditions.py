"""A present policy with Deny, NotAction, NotResource and conditions: all of it holds of what stays."""

import json
from pathlib import Path

import pytest

from secrets_cli.iam.model import Effect
from secrets_cli.iam.parse import parse_policy
from secrets_cli.narrow.narrowing import Narrowing
from tests.unit.narrow.scenarios.records import Context, Scenario, arn, call, check, role_arn, session, write_log

ROLE = "reports"
JOB = session(ROLE, "reports")
PRESENT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Work",
            "Effect": "Allow",
            "NotAction": ["iam:*", "organizations:*"],
            "Resource": "*",
            "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        },
        {
            "Sid": "Tables",
            "Effect": "Allow",
            "Action": "dynamodb:*",
            "NotResource": arn("dynamodb", "table/payroll"),
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "reports"}},
        },
        {"Sid": "KeepExports", "Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::exports/*"},
        {
            "Sid": "OnlyHere",
            "Effect": "Deny",
            "NotAction": "s3:*",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
        },
    ],
}
IN_OFFICE: Context = {"aws:SourceIp": "192.0.2.7", "aws:RequestedRegion": "eu-west-1"}
TAGGED: Context = {"aws:PrincipalTag/team": "reports", "aws:RequestedRegion": "eu-west-1"}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """An object written and one removed, a parameter and a table read, all from the office."""
    write_log(
        tmp_path / "logs",
        [
            call(JOB, "s3", "PutObject", requestParameters={"bucketName": "exports", "key": "2026.csv"}),
            call(JOB, "ssm", "GetParameter", requestParameters={"name": "/reports/db"}),
            call(JOB, "dynamodb", "GetItem", requestParameters={"tableName": "orders"}),
        ],
    )
    return Scenario(role_arn(ROLE), (parse_policy(json.dumps(PRESENT), "present.json"),), tmp_path / "logs")


@pytest.fixture
def result(scenario: Scenario) -> Narrowing:
    """The narrowing."""
    scenario.choices["drop_invisible"] = frozenset({"all"})
    return scenario.narrowed()


def test_conditions_and_denies_survive(scenario: Scenario, result: Narrowing) -> None:
    parameter, table, export = (
        arn("ssm", "parameter/reports/db"),
        arn("dynamodb", "table/orders"),
        "arn:aws:s3:::exports/2026.csv",
    )
    check(
        scenario,
        result,
        allowed=[
            ("s3:PutObject", export, IN_OFFICE),
            ("ssm:GetParameter", parameter, IN_OFFICE),
            ("dynamodb:GetItem", table, IN_OFFICE),
            ("dynamodb:GetItem", table, TAGGED),
        ],
        denied=[
            ("s3:PutObject", export),
            ("s3:PutObject", export, {**IN_OFFICE, "aws:SourceIp": "198.51.100.7"}),
            ("ssm:GetParameter", parameter, {**IN_OFFICE, "aws:RequestedRegion": "us-east-1"}),
            ("ssm:GetParameter", parameter, TAGGED),
            ("dynamodb:GetItem", table, {"aws:RequestedRegion": "eu-west-1"}),
            ("dynamodb:GetItem", arn("dynamodb", "table/payroll"), TAGGED),
            ("s3:DeleteObject", export, IN_OFFICE),
            ("s3:GetObject", export, IN_OFFICE),
            ("iam:CreateUser", "arn:aws:iam::111122223333:user/x", IN_OFFICE),
            ("organizations:LeaveOrganization", "*", IN_OFFICE),
        ],
    )


def test_denies_are_there_word_for_word(scenario: Scenario, result: Narrowing) -> None:
    present = [s for p in scenario.present for s in p.statements if s.effect is Effect.DENY]
    kept = [s for p in result.policies for s in p.statements if s.effect is Effect.DENY]
    assert [(s.sid, s.action, s.resource, s.conditions) for s in kept] == [
        (s.sid, s.action, s.resource, s.conditions) for s in present
    ]


def test_no_allow_says_not_action(result: Narrowing) -> None:
    allows = [s for p in result.policies for s in p.statements if s.effect is Effect.ALLOW]
    assert allows
    assert not any(statement.action.negated for statement in allows)
