"""`role narrow --function`: what a function's configuration implies, asked of Lambda."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from secrets_cli.aws.target import Connection
from tests.conftest import RunCli
from tests.unit.usage.made_records import record, role_session

ROLE = "arn:aws:iam::123456789012:role/app"
OTHER = "arn:aws:iam::123456789012:role/other"
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "xray:*", "logs:*"], "Resource": "*"}],
}


@pytest.fixture
def words(tmp_path: Path, aws: Connection) -> list[str]:
    """A command line that narrows the role of a traced function, and the function."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    aws.client("iam").create_role(
        RoleName="app", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass")
    aws.client("lambda").create_function(
        FunctionName="orders",
        Runtime="python3.12",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
        TracingConfig={"Mode": "Active"},
    )
    log, policy = tmp_path / "log.json", tmp_path / "policy.json"
    read = record(
        userIdentity=role_session(ROLE, "orders"),
        requestParameters={"bucketName": "files", "key": "a"},
        resources=...,
        eventID="1",
    )
    log.write_text(json.dumps({"Records": [read]}), encoding="utf-8")
    policy.write_text(json.dumps(_POLICY), encoding="utf-8")
    return ["role", "narrow", "--logs", str(log), "--policy", str(policy), "--format", "json"]


def test_what_lambda_says_of_the_function_is_kept(cli: RunCli, words: list[str]) -> None:
    ran = cli(*words, "--principal", ROLE, "--function", "orders", "--drop-invisible", "all")
    assert ran.code == 0, ran.err
    kept = {one["action"] for one in json.loads(ran.out)["kept"]}
    assert {"xray:PutTraceSegments", "logs:PutLogEvents"} <= kept
    without = cli(*words, "--principal", ROLE, "--drop-invisible", "all")
    assert "xray:PutTraceSegments" not in without.out.partition('"proof"')[0]


def test_a_function_of_another_role_is_refused(cli: RunCli, words: list[str]) -> None:
    ran = cli(*words, "--principal", OTHER, "--function", "orders")
    assert ran.code == 2
    assert f"the function `orders` runs as `{ROLE}`, not as `{OTHER}`" in ran.err


def test_a_function_that_is_not_there(cli: RunCli, words: list[str]) -> None:
    ran = cli(*words, "--principal", ROLE, "--function", "nothing")
    assert ran.code == 3
    assert "there is no function `nothing` in us-east-1" in ran.err
