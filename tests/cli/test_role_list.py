"""`role list`: a project's roles offline and beside what is deployed, and those of an account."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.aws.target import Connection
from tests.conftest import RunCli

ACCOUNT = "123456789012"
NAME = "shop-dev-ZappaLambdaExecutionRole"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
SETTINGS = {"dev": {"project_name": "shop", "aws_region": "us-east-1", "app_function": "a.b"}}


def parsed(out: str, checkout: Path) -> Any:
    document = json.loads(out)
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/role-list-1.json").read_text(encoding="utf-8")))
    return document


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "zappa_settings.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    return tmp_path


def deploy(aws: Connection, role: str = NAME, document: object = None) -> None:
    """The function, and a role with a policy: Zappa's default one unless another is given."""
    iam = aws.client("iam")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)
    default = Path(__file__).parents[2] / "policies" / "zappa" / "default-execution.json"
    text = json.dumps(document) if document else default.read_text(encoding="utf-8")
    iam.put_role_policy(RoleName=role, PolicyName="zappa-permissions", PolicyDocument=text)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass")
    aws.client("lambda").create_function(
        FunctionName="shop-dev",
        Runtime="python3.12",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{role}",
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )


def test_a_project_offline(cli: RunCli, project: Path, checkout: Path) -> None:
    ran = cli("role", "list", "--project", str(project))
    assert ran.code == 0
    assert f"role of stage dev: {NAME}" in ran.out
    assert "10 statements" in ran.out
    document = parsed(cli("role", "list", "--project", str(project), "--format", "json").out, checkout)
    (stage,) = document["stages"]
    assert stage["functions"][0]["log_group"]["name"] == "/aws/lambda/shop-dev"
    assert len(stage["roles"][0]["policies"][0]["document"]["Statement"]) == 10
    assert stage["differences"] is None


def test_what_is_known_at_deployment_only_is_said(cli: RunCli, tmp_path: Path, checkout: Path) -> None:
    text = (
        "service: a\nprovider:\n  name: aws\n  iam: {role: {statements: '${ssm:/s}'}}\nfunctions: {f: {handler: a.b}}\n"
    )
    (tmp_path / "serverless.yml").write_text(text, encoding="utf-8")
    ran = cli("role", "list", "--project", str(tmp_path), "--format", "json")
    assert ran.code == 21
    (stage,) = parsed(ran.out, checkout)["stages"]
    assert "${ssm:/s}" in stage["unresolved"][0]["reason"]


def test_a_project_beside_what_is_deployed(cli: RunCli, project: Path, aws: Connection, checkout: Path) -> None:
    deploy(aws)
    ran = cli("role", "list", "--project", str(project), "--live")
    assert ran.code == 0, ran.err
    assert "ok  what is deployed is what the files say" in ran.out
    assert f"arn:aws:iam::{ACCOUNT}:role/{NAME}" in ran.out
    document = parsed(cli("role", "list", "--project", str(project), "--live", "--format", "json").out, checkout)
    assert document["stages"][0]["functions"][0]["deployed"]["function"] == "shop-dev"


def test_differences_are_told(cli: RunCli, project: Path, aws: Connection) -> None:
    ran = cli("role", "list", "--project", str(project), "--live")
    assert "differs: there is no function `shop-dev`" in ran.out
    assert f"differs: there is no role `{NAME}`" in ran.out
    statement = {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}
    deploy(aws, document={"Version": "2012-10-17", "Statement": [statement]})
    ran = cli("role", "list", "--project", str(project), "--live")
    assert f"differs: the role `{NAME}` is granted more than the files say: `iam:" in ran.out
    assert f"differs: the role `{NAME}` is granted less than the files say" in ran.out


def test_a_function_that_runs_with_another_role(cli: RunCli, project: Path, aws: Connection) -> None:
    deploy(aws, role="other")
    aws.client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=TRUST)
    ran = cli("role", "list", "--project", str(project), "--live")
    assert f"the function `shop-dev` runs with `arn:aws:iam::{ACCOUNT}:role/other`, not with" in ran.out


def test_the_roles_of_an_account(cli: RunCli, aws: Connection, checkout: Path) -> None:
    iam = aws.client("iam")
    for name in (NAME, "orders-dev-eu-west-1-lambdaRole", "plain"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    ran = cli("role", "list")
    assert ran.code == 0, ran.err
    lines = {line.split()[0]: line for line in ran.out.splitlines()}
    assert "zappa" in lines[NAME]
    assert "serverless" in lines["orders-dev-eu-west-1-lambdaRole"]
    document = parsed(cli("role", "list", "--format", "json").out, checkout)
    plain = next(one for one in document["roles"] if one["name"] == "plain")
    assert plain["framework"] is None
    assert plain["trusts"] == ["lambda.amazonaws.com"]


def test_options_of_a_project_without_one(cli: RunCli) -> None:
    ran = cli("role", "list", "--live")
    assert ran.code == 2
    assert "--project DIR" in ran.err


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("zappa_settings.json", "{", 4),
        ("serverless.yml", "service: [", 4),
        ("template.yaml", "Resources: 1", 4),
        ("samconfig.toml", "x", 3),
        ("zappa_settings.toml", "dev = 1", 4),
    ],
)
def test_what_cannot_be_read(cli: RunCli, tmp_path: Path, name: str, text: str, code: int) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    ran = cli("role", "list", "--project", str(tmp_path))
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
