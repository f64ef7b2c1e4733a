"""`usage record` in front of the emulator: boto3, the AWS CLI and the SDK for JavaScript, each recorded, the role narrowed by
what was recorded, and the same run again under the narrowed policy.

Also the calls that functions of the emulator make themselves, recorded without a command.
"""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.server import ACCOUNT, REGION, Emulator

pytestmark = pytest.mark.e2e

CANARY = "canary-9Qz-of-the-recorder"
BUCKET, TABLE, PARAMETER, QUEUE = "recorder-e2e", "recorder-e2e", "/recorder/e2e/db", "recorder-e2e"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/apps/recorder-e2e"
CLIENTS = ("boto3", "cli", "node")
COMMON = {"PutObject", "GetObject", "PutItem", "GetItem", "GetParameter", "GetQueueUrl", "SendMessage", "PutMetricData"}
EVENTS = {
    "boto3": COMMON
    | {"ListObjects", "HeadObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "DeleteObjects"},
    "cli": COMMON | {"ListObjects", "HeadObject", "DeleteObject"},
    "node": COMMON | {"ListObjects", "DeleteObject"},
}
BROAD = [
    {"Effect": "Allow", "Action": ["s3:*", "dynamodb:*", "sqs:*", "cloudwatch:*"], "Resource": "*"},
    {"Effect": "Allow", "Action": "ssm:*", "Resource": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/recorder/*"},
]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the clients use."""

    emulator: Emulator
    checkout: Path
    folder: Path

    def client(self, service: str) -> Any:
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.emulator.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def allow(self, statements: list[Any]) -> None:
        """Give the role this policy and no other; without `cloudwatch:namespace`, which the emulator does not know."""
        known = [
            {
                name: value
                for name, value in one.items()
                if name != "Condition" or "cloudwatch:namespace" not in str(value)
            }
            for one in statements
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": known})
        self.client("iam").put_role_policy(RoleName="recorder-e2e", PolicyName="p", PolicyDocument=policy)

    def command(self, client: str) -> list[str]:
        """The client's run."""
        clients = self.checkout / "tests" / "clients"
        words = [ROLE, BUCKET, TABLE, PARAMETER, QUEUE, CANARY]
        match client:
            case "boto3":
                return [sys.executable, str(clients / "use.py"), *words]
            case "cli":
                return ["sh", str(clients / "use.sh"), str(self.checkout / ".clients/cli/bin/aws"), *words]
            case _:
                return ["node", str(self.folder / "use.mjs"), *words]

    def record(self, out: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run it through the recorder."""
        command = [sys.executable, "-m", "secrets_cli", "usage", "record", "--out", str(out), *words]
        return subprocess.run(
            command,
            env=self.emulator.environment(),
            capture_output=True,
            text=True,
            timeout=180,
            cwd=self.folder,
            check=False,
        )

    def cli(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Any command of ours."""
        command = [sys.executable, "-m", "secrets_cli", *words]
        return subprocess.run(
            command,
            env=self.emulator.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.folder,
            check=False,
        )


@pytest.fixture(scope="module")
def stage(emulator: Emulator, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A bucket, a table, a parameter, a queue, and a role that may use more than these."""
    folder = tmp_path_factory.mktemp("recorder")
    (folder / "use.mjs").write_text((checkout / "tests/clients/use.mjs").read_text())
    (folder / "node_modules").symlink_to(checkout / ".clients/node_modules")
    stage = Stage(emulator, checkout, folder)
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    stage.client("iam").create_role(RoleName="recorder-e2e", Path="/apps/", AssumeRolePolicyDocument=json.dumps(trust))
    stage.client("s3").create_bucket(Bucket=BUCKET)
    stage.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    stage.client("ssm").put_parameter(Name=PARAMETER, Value=CANARY, Type="SecureString")
    stage.client("sqs").create_queue(QueueName=QUEUE)
    return stage


def _records(folder: Path) -> list[dict[str, Any]]:
    return [
        record
        for path in sorted(folder.rglob("*.json.gz"))
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_is_recorded_and_runs_under_what_was_recorded(stage: Stage, client: str) -> None:
    stage.allow(BROAD)
    logs = stage.folder / f"logs-{client}"
    ran = stage.record(logs, "--", *stage.command(client))
    assert ran.returncode == 0, ran.stderr
    records = _records(logs)
    own = [one for one in records if one["userIdentity"]["type"] == "AssumedRole"]
    assert {one["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] for one in own} == {ROLE}
    assert {one["eventName"] for one in own} == EVENTS[client]
    (denied,) = [one for one in own if one.get("errorCode") == "AccessDenied"]
    assert denied["requestParameters"]["name"] == "/not/mine"
    assert "is not authorized to perform: ssm:GetParameter" in denied["errorMessage"]
    assert "no operation known" not in ran.stderr
    assert "whose key" not in ran.stderr
    assert CANARY not in json.dumps(records) + ran.stdout + ran.stderr
    policy = _narrowed(stage, logs)
    assert _allowed(policy, f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{PARAMETER}") == {"ssm:GetParameter"}
    assert _allowed(policy, f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}") == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
    }
    assert _allowed(policy, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{QUEUE}") == {"sqs:GetQueueUrl", "sqs:SendMessage"}
    stage.allow(policy["Statement"])
    again = stage.record(stage.folder / f"again-{client}", "--", *stage.command(client))
    assert again.returncode == 0, again.stderr


def _narrowed(stage: Stage, logs: Path) -> dict[str, Any]:
    """The one policy that `role narrow` makes of it, proven."""
    present = stage.folder / "present.json"
    present.write_text(json.dumps({"Version": "2012-10-17", "Statement": BROAD}))
    told = ("--logs", str(logs), "--selectors", str(logs / "recorded.selectors"), "--principal", ROLE)
    ran = stage.cli("role", "narrow", *told, "--policy", str(present), "--format", "json")
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert answer["proof"]["contained"]["verdict"] == "contained"
    assert answer["proof"]["replay"]["denied"] == []
    (policy,) = answer["policies"]
    assert isinstance(policy, dict)
    return policy


def _allowed(policy: dict[str, Any], resource: str) -> set[str]:
    """The actions that name the resource."""
    found: set[str] = set()
    for statement in policy["Statement"]:
        resources, actions = (_list(statement[name]) for name in ("Resource", "Action"))
        if resource in resources:
            found |= set(actions)
    return found


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


FUNCTION = """
import boto3
def handler(event, context):
    boto3.client("ssm").get_parameter(Name="/recorder/e2e/db", WithDecryption=True)
    boto3.client("s3").put_object(Bucket="recorder-e2e", Key="function", Body=event["text"])
    return "done"
"""


@pytest.fixture
def function(stage: Stage) -> Iterator[str]:
    """A deployed function with the role."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", FUNCTION)
    stage.allow(BROAD)
    functions = stage.client("lambda")
    functions.create_function(
        FunctionName="recorder-e2e",
        Runtime="python3.11",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    yield "recorder-e2e"
    functions.delete_function(FunctionName="recorder-e2e")


def test_the_calls_of_a_function_are_recorded_as_its_roles(stage: Stage, function: str) -> None:
    """Without a command: the function is told of the recorder, and its key is told by the emulator's list of functions."""
    logs = stage.folder / "logs-function"
    command = [sys.executable, "-m", "secrets_cli", "usage", "record", "--out", str(logs), "--add-kms"]
    recorder = subprocess.Popen(
        command,
        env=stage.emulator.environment() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert recorder.stdout is not None
        url = recorder.stdout.readline().strip().partition("=")[2]
        functions = stage.client("lambda")
        functions.update_function_configuration(
            FunctionName=function, Environment={"Variables": {"AWS_ENDPOINT_URL_SSM": url, "AWS_ENDPOINT_URL_S3": url}}
        )
        answer = functions.invoke(FunctionName=function, Payload=json.dumps({"text": CANARY}))
        assert json.loads(answer["Payload"].read()) == "done"
    finally:
        recorder.send_signal(signal.SIGINT)
        out, err = recorder.communicate(timeout=30)
    assert recorder.returncode == 0, err
    records = _records(logs)
    assert {one["eventName"] for one in records} == {"GetParameter", "PutObject"}
    for one in records:
        identity = one["userIdentity"]
        assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/recorder-e2e/{function}"
        assert identity["sessionContext"]["sessionIssuer"]["arn"] == ROLE
    assert CANARY not in json.dumps(records) + out + err


def test_ctrl_c_ends_the_command_and_finishes_the_files(stage: Stage) -> None:
    """As a terminal sends it: to both."""
    logs = stage.folder / "logs-interrupted"
    script = "import boto3, time; boto3.client('s3').list_buckets(); print('waits', flush=True); time.sleep(60)"
    command = [
        sys.executable,
        "-m",
        "secrets_cli",
        "usage",
        "record",
        "--out",
        str(logs),
        "--",
        sys.executable,
        "-c",
        script,
    ]
    started = subprocess.Popen(
        command,
        env=stage.emulator.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "waits\n"
    os.killpg(started.pid, signal.SIGINT)
    _out, err = started.communicate(timeout=30)
    assert started.returncode == 128 + signal.SIGINT
    assert "1 record in 1 file" in err
    assert [one["eventName"] for one in _records(logs)] == ["ListBuckets"]
