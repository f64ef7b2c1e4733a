"""A role that AWS refused to raise its own rights: asked for, listed, never granted - though its policy would allow it."""

import json
from pathlib import Path

import pytest

from secrets_cli.iam.parse import parse_policy
from tests.unit.narrow.scenarios.records import ACCOUNT, Scenario, arn, call, check, role_arn, session, write_log

ROLE = "worker"
WORKER = session(ROLE, "worker")
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
REFUSED = "because no service control policy allows the iam:{} action"


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """One use, and three attempts: a plain refusal, one whose record holds no parameters, one as EC2 writes it."""
    attach, create = "AttachRolePolicy", "CreatePolicyVersion"
    says = f"User: arn:aws:sts::{ACCOUNT}:assumed-role/worker/worker is not authorized to perform: iam:"
    write_log(
        tmp_path / "logs",
        [
            call(WORKER, "ssm", "GetParameter", requestParameters={"name": "/app/db"}),
            call(
                WORKER,
                "iam",
                attach,
                requestParameters={"roleName": ROLE, "policyArn": ADMIN},
                errorCode="AccessDenied",
                errorMessage=f"{says}{attach} on resource: role worker {REFUSED.format(attach)}",
            ),
            call(
                WORKER,
                "iam",
                create,
                errorCode="AccessDenied",
                errorMessage=f"{says}{create} on resource: policy arn:aws:iam::{ACCOUNT}:policy/worker {REFUSED.format(create)}",
            ),
            call(
                WORKER,
                "ec2",
                "GetPasswordData",
                requestParameters={"instanceId": "i-0123456789abcdef0"},
                errorCode="Client.UnauthorizedOperation",
                errorMessage="You are not authorized to perform this operation.",
            ),
        ],
    )
    statement = {"Effect": "Allow", "Action": ["iam:*", "ssm:*", "ec2:*"], "Resource": "*"}
    present = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "present.json")
    return Scenario(role_arn(ROLE), (present,), tmp_path / "logs")


def test_what_was_refused_is_listed_and_not_granted(scenario: Scenario) -> None:
    result = scenario.narrowed()
    check(
        scenario,
        result,
        allowed=[("ssm:GetParameter", arn("ssm", "parameter/app/db"))],
        denied=[
            ("iam:AttachRolePolicy", role_arn(ROLE)),
            ("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/worker"),
            ("iam:PassRole", role_arn("admin")),
            ("ec2:GetPasswordData", arn("ec2", "instance/i-0123456789abcdef0")),
            ("ssm:GetParameter", arn("ssm", "parameter/app/other")),
        ],
    )
    asked = {(one.event_name, one.action) for one in result.denied_events}
    assert asked == {
        ("AttachRolePolicy", "iam:AttachRolePolicy"),
        ("CreatePolicyVersion", "iam:CreatePolicyVersion"),
        ("GetPasswordData", "ec2:GetPasswordData"),
    }
    assert all(one.event_id for one in result.denied_events)


def test_a_keep_list_does_not_help_a_refused_call_beyond_the_present_policy(scenario: Scenario) -> None:
    statement = {"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}
    scenario.present = (parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "present.json"),)
    result = scenario.narrowed()
    check(scenario, result, [], [("iam:AttachRolePolicy", role_arn(ROLE))])
    assert result.proof.requests == 1
