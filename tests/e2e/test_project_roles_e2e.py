"""From a deployed project to a narrowed role that stays narrowed: real `zappa`, `sam` and `serverless` against the emulator.

Each framework deploys an app under a broad role; its role is found, narrowed by what the app used, written back into the project,
and deployed again by the framework. The app must still answer, a call that it never made must be denied, and what IAM has for
the role afterwards must be what was narrowed. The logs are made of the calls that the app is seen to make.

What the emulator does not enforce (tests/emulator/server.py) is none of these calls: S3 objects and DynamoDB items are asked
for by ARN.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.parse import parse_policy
from tests.emulator.server import ACCOUNT, REGION, ROOT_KEY, ROOT_SECRET, Emulator
from tests.unit.usage.made_records import record, role_session, write

pytestmark = pytest.mark.e2e

COMMAND = Path(sys.executable).parent / "secrets-cli"
APP = """
import json, os, boto3

def read(event=None, context=None):
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    dynamodb.put_item(TableName="{table}", Item={{"id": {{"S": "1"}}}})
    return s3.get_object(Bucket="{bucket}", Key="in/a.txt")["Body"].read().decode()

def other(event=None, context=None):
    try:
        boto3.client("s3").put_object(Bucket="{bucket}", Key="in/b.txt", Body=b"x")
    except Exception as error:
        return "denied" if "AccessDenied" in str(error) else str(error)
    return "allowed"

def handler(event, context):
    return other() if event.get("other") else read()

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [read().encode()]
"""


@dataclass(frozen=True, slots=True)
class Account:
    """The emulator's account, with what one app uses in it."""

    emulator: Emulator
    name: str

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.emulator.url,
            aws_access_key_id=ROOT_KEY,
            aws_secret_access_key=ROOT_SECRET,
        )

    @property
    def bucket(self) -> str:
        return f"{self.name}-files"

    @property
    def table(self) -> str:
        return f"{self.name}-orders"

    def furnish(self) -> None:
        """What the app reads and writes."""
        self.client("s3").create_bucket(Bucket=self.bucket)
        self.client("s3").put_object(Bucket=self.bucket, Key="in/a.txt", Body=b"a day's orders")
        self.client("dynamodb").create_table(
            TableName=self.table,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def app(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(APP.format(bucket=self.bucket, table=self.table), encoding="utf-8")

    def logs(self, path: Path, role: str, function: str) -> Path:
        """What CloudTrail would have of the app's two calls, with data events on."""
        session = role_session(role, function, ACCOUNT)
        common = {"userIdentity": session, "recipientAccountId": ACCOUNT, "awsRegion": REGION}
        read = record(
            **common,
            eventID="1",
            requestParameters={"bucketName": self.bucket, "key": "in/a.txt"},
            resources=[{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{self.bucket}/in/a.txt"}],
        )
        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{self.table}"
        put = record(
            **common,
            eventID="2",
            eventSource="dynamodb.amazonaws.com",
            eventName="PutItem",
            requestParameters={"tableName": self.table, "key": {"id": "1"}},
            resources=[{"type": "AWS::DynamoDB::Table", "ARN": table, "accountId": ACCOUNT}],
        )
        return write(path, [read, put])

    def invoke(self, function: str, event: Mapping[str, Any]) -> str:
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        return str(answer["Payload"].read().decode())

    def inline(self, role: str) -> dict[str, Any]:
        iam = self.client("iam")
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        return {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}

    def run(self, words: list[str | Path], folder: Path, path: str = "", **more: str) -> str:
        """Run a program as the account's root user; its output. Its failure fails the test."""
        environment = self.emulator.environment() | more
        environment["PATH"] = os.pathsep.join(filter(None, (path, environment["PATH"])))
        ran = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert ran.returncode == 0, f"{words}: {ran.stdout}{ran.stderr}"
        return ran.stdout + ran.stderr

    def narrow(self, project: Path, *more: str) -> tuple[Any, str]:
        """The narrowing as JSON, and what is said."""
        words = [str(COMMAND), "role", "narrow", "--project", str(project), "--drop-invisible", "all", *more]
        ran = subprocess.run(
            [*words, "--format", "json"],
            cwd=project,
            env=self.emulator.environment() | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
        return json.loads(ran.stdout), ran.stderr


@pytest.fixture(scope="module")
def tools(checkout: Path) -> Path:
    """Where `make frameworks` installs."""
    folder = checkout / ".frameworks"
    assert (folder / ".installed").exists(), "the frameworks are not installed: run `make frameworks`"
    return folder


def in_force(documents: Mapping[str, Any], narrowing: Any) -> bool:
    """Whether inline policies of a role grant no more than the narrowed policies, and no less."""
    now = [parse_policy(json.dumps(one), "in force") for one in documents.values()]
    narrowed = [parse_policy(json.dumps(one), "narrowed") for one in narrowing["policies"]]
    return contains(narrowed, now) == Contained() and contains(now, narrowed) == Contained()


def test_zappa(emulator: Emulator, tools: Path, tmp_path: Path) -> None:
    account = Account(emulator, "zproj")
    account.furnish()
    account.client("s3").create_bucket(Bucket="zproj-deploys")
    project = tmp_path / "zproj"
    account.app(project)
    settings = {
        "dev": {
            "app_function": "app.app",
            "aws_region": REGION,
            "project_name": "zproj",
            "s3_bucket": "zproj-deploys",
            "runtime": "python3.11",
            "keep_warm": False,
            "touch": False,
        }
    }
    (project / "zappa_settings.json").write_text(json.dumps(settings, indent=4), encoding="utf-8")
    role = f"arn:aws:iam::{ACCOUNT}:role/zproj-dev-ZappaLambdaExecutionRole"

    def zappa(*words: str) -> str:
        bin = tools / "zappa" / "bin"
        return account.run([bin / "zappa", *words], project, str(bin), VIRTUAL_ENV=str(tools / "zappa"))

    zappa("deploy", "dev")
    assert "a day's orders" in account.invoke("zproj-dev", {"command": "app.read"})
    assert "allowed" in account.invoke("zproj-dev", {"command": "app.other"})
    logs = account.logs(tmp_path / "logs" / "1.json.gz", role, "zproj-dev")

    narrowing, said = account.narrow(project, "--live", "--stage", "dev", "--logs", str(logs), "--write", "--yes")
    assert "wrote zappa_policy_dev.json" in said
    assert narrowing["proof"]["contained"]["verdict"] == "contained"

    assert "zappa-permissions" in zappa("update", "dev")  # which rewrites the policy each time
    assert "a day's orders" in account.invoke("zproj-dev", {"command": "app.read"})
    assert "denied" in account.invoke("zproj-dev", {"command": "app.other"})
    assert in_force(account.inline(role.rpartition("/")[2]), narrowing)

    _, again = account.narrow(project, "--live", "--stage", "dev", "--logs", str(logs), "--write", "--yes")
    assert "the project says so already" in again
    listed = account.run([COMMAND, "role", "list", "--project", ".", "--live"], project)
    assert "ok  what is deployed is what the files say" in listed


SAM = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.11
      # everything, until somebody has time
      Policies:
        - DynamoDBCrudPolicy: {TableName: sproj-orders}
        - Statement:
            - Effect: Allow
              Action: s3:*
              Resource: "*"
      Timeout: 30
"""
SAMCONFIG = """\
version = 0.1
[default.deploy.parameters]
stack_name = "sproj"
region = "us-east-1"
s3_bucket = "sproj-deploys"
capabilities = "CAPABILITY_IAM"
confirm_changeset = false
fail_on_empty_changeset = false
"""


def test_sam(emulator: Emulator, tools: Path, tmp_path: Path) -> None:
    account = Account(emulator, "sproj")
    account.furnish()
    account.client("s3").create_bucket(Bucket="sproj-deploys")
    project = tmp_path / "sproj"
    account.app(project / "src")
    (project / "template.yaml").write_text(SAM, encoding="utf-8")
    (project / "samconfig.toml").write_text(SAMCONFIG, encoding="utf-8")

    def sam(*words: str) -> str:
        bin = tools / "sam" / "bin"
        return account.run([bin / "sam", *words], project, str(bin), SAM_CLI_TELEMETRY="0")

    def deployed() -> tuple[str, str]:
        sam("build")
        sam("deploy")
        stack = account.client("cloudformation").describe_stack_resources(StackName="sproj")["StackResources"]
        found = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in stack}
        return found["Api"], found["ApiRole"]

    function, role = deployed()
    assert "a day's orders" in account.invoke(function, {})
    assert "allowed" in account.invoke(function, {"other": True})
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    logs = account.logs(tmp_path / "logs" / "1.json.gz", arn, function)

    narrowing, said = account.narrow(project, "--live", "--logs", str(logs), "--write", "--yes")
    assert "wrote template.yaml" in said
    assert "AWSLambdaBasicExecutionRole adds" in said  # which SAM attaches whatever the template says
    assert "# everything, until somebody has time" in (project / "template.yaml").read_text(encoding="utf-8")

    function, role = deployed()
    assert "a day's orders" in account.invoke(function, {})
    assert "denied" in account.invoke(function, {"other": True})
    policies = account.inline(role).values()
    now = [parse_policy(json.dumps(one), "in force") for one in policies]
    assert contains([parse_policy(json.dumps(one), "narrowed") for one in narrowing["policies"]], now) == Contained()


SERVERLESS = """\
service: lproj
frameworkVersion: "3"
provider:
  name: aws
  runtime: python3.11
  region: us-east-1
  deploymentBucket: {name: lproj-deploys}
  iam:
    role:
      # shared by all functions
      statements:
        - Effect: Allow
          Action: ["s3:*", "dynamodb:*"]   # too much
          Resource: "*"
functions:
  api:
    handler: app.handler   # the only one
plugins: [serverless-localstack]   # which asks the emulator in the place of AWS
custom:
  localstack: {stages: [dev], host: "http://127.0.0.1", edgePort: "PORT", autostart: false}
"""


def test_serverless(emulator: Emulator, tools: Path, tmp_path: Path) -> None:
    account = Account(emulator, "lproj")
    account.furnish()
    account.client("s3").create_bucket(Bucket="lproj-deploys")
    project = tmp_path / "lproj"
    account.app(project)
    port = emulator.url.rpartition(":")[2]
    (project / "serverless.yml").write_text(SERVERLESS.replace("PORT", port), encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(tools / "node_modules")  # where the project finds the plugin
    quiet = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}

    def deployed() -> None:
        account.run([tools / "node_modules" / ".bin" / "serverless", "deploy"], project, **quiet)

    deployed()
    function, role = "lproj-dev-api", "lproj-dev-us-east-1-lambdaRole"
    assert "a day's orders" in account.invoke(function, {})
    assert "allowed" in account.invoke(function, {"other": True})
    logs = account.logs(tmp_path / "logs" / "1.json.gz", f"arn:aws:iam::{ACCOUNT}:role/{role}", function)

    narrowing, said = account.narrow(project, "--live", "--stage", "dev", "--logs", str(logs), "--write", "--yes")
    assert "wrote serverless.yml" in said
    assert "the Serverless Framework, for logs adds" in said
    text = (project / "serverless.yml").read_text(encoding="utf-8")
    assert "# shared by all functions" in text
    assert "# the only one" in text

    deployed()
    assert "a day's orders" in account.invoke(function, {})
    assert "denied" in account.invoke(function, {"other": True})
    (document,) = account.inline(role).values()
    own = {**document, "Statement": [one for one in document["Statement"] if "Sid" in one]}
    narrowed = [parse_policy(json.dumps(one), "narrowed") for one in narrowing["policies"]]
    assert contains(narrowed, [parse_policy(json.dumps(own), "in force")]) == Contained()
    assert contains([parse_policy(json.dumps(document), "in force")], narrowed) == Contained()
