"""A deployer's role: iam:PassRole never shows as an event, and is recovered from the calls that carry the role."""

import json
from pathlib import Path

import pytest

from secrets_cli.iam.parse import parse_policy
from tests.unit.narrow.scenarios.records import Scenario, arn, call, check, role_arn, session, write_log

ROLE = "deployer"
CI = session(ROLE, "ci")
TO_LAMBDA = {"iam:PassedToService": "lambda.amazonaws.com"}
PRESENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["lambda:*", "iam:*", "states:*"], "Resource": "*"}],
}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """A function made with a role, its code updated, and a call with a role that AWS refused."""
    write_log(
        tmp_path / "logs",
        [
            call(
                CI,
                "lambda",
                "CreateFunction20150331",
                requestParameters={"functionName": "api", "role": role_arn("service-role/api")},
                responseElements={"functionArn": arn("lambda", "function:api")},
            ),
            call(CI, "lambda", "UpdateFunctionCode20150331v2", requestParameters={"functionName": "api"}),
            call(
                CI,
                "lambda",
                "CreateFunction20150331",
                requestParameters={"functionName": "shell", "role": role_arn("admin")},
                errorCode="AccessDeniedException",
                errorMessage=f"User: x is not authorized to perform: iam:PassRole on resource: {role_arn('admin')}",
            ),
        ],
    )
    return Scenario(role_arn(ROLE), (parse_policy(json.dumps(PRESENT), "present.json"),), tmp_path / "logs")


def test_the_role_is_passed_on_and_no_other(scenario: Scenario) -> None:
    result = scenario.narrowed()
    passed = role_arn("service-role/api")
    check(
        scenario,
        result,
        allowed=[
            ("lambda:CreateFunction", arn("lambda", "function:api")),
            ("lambda:UpdateFunctionCode", arn("lambda", "function:api")),
            ("iam:PassRole", passed, TO_LAMBDA),
        ],
        denied=[
            ("iam:PassRole", passed),
            ("iam:PassRole", passed, {"iam:PassedToService": "states.amazonaws.com"}),
            ("iam:PassRole", role_arn("admin"), TO_LAMBDA),
            ("iam:PassRole", role_arn(ROLE), TO_LAMBDA),
            ("iam:CreateRole", passed),
            ("iam:PutRolePolicy", passed),
            ("lambda:CreateFunction", arn("lambda", "function:shell")),
            ("lambda:AddPermission", arn("lambda", "function:api")),
            ("states:CreateStateMachine", arn("states", "stateMachine:x")),
        ],
    )
    assert {one.action for one in result.denied_events} == {"iam:PassRole"}


def test_without_its_carrier_pass_role_goes(scenario: Scenario) -> None:
    write_log(
        scenario.logs, [call(CI, "lambda", "UpdateFunctionCode20150331v2", requestParameters={"functionName": "api"})]
    )
    check(scenario, scenario.narrowed(), [], [("iam:PassRole", role_arn("service-role/api"), TO_LAMBDA)])
