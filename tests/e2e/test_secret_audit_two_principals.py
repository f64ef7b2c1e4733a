"""`secret audit` on the emulator: what its owner sees, and what a principal with one permission is told it cannot see."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.target import Connection, Target
from tests.emulator.server import Emulator

pytestmark = pytest.mark.e2e
CANARY = "hunter2-CANARY"


def _audit(environment: dict[str, str], *words: str) -> tuple[int, Any, str]:
    program = str(Path(sys.executable).parent / "secrets-cli")
    command = [program, "secret", "audit", "/audit", "--format", "json", *words]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return ran.returncode, json.loads(ran.stdout), ran.stdout + ran.stderr


@pytest.fixture
def aws(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Connection:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    return Connection(Target())


def test_what_the_owner_sees_and_what_a_developer_is_told(emulator: Emulator, aws: Connection) -> None:
    kms, ssm, iam = aws.client("kms"), aws.client("ssm"), aws.client("iam")
    going = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=going, PendingWindowInDays=7)
    for name, more in (("default", {}), ("going", {"KeyId": going}), ("gone", {"KeyId": "alias/audit-none"})):
        ssm.put_parameter(Name=f"/audit/{name}", Value=CANARY, Type="SecureString", **more)
    ssm.put_parameter(Name="/audit/api_key", Value=CANARY, Type="String")
    iam.create_user(UserName="audit-dev")
    only = {"Effect": "Allow", "Action": "ssm:DescribeParameters", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [only]})
    iam.put_user_policy(UserName="audit-dev", PolicyName="p", PolicyDocument=document)
    made = iam.create_access_key(UserName="audit-dev")["AccessKey"]

    code, document, said = _audit(emulator.environment(), "--no-functions")
    rules = {
        (one["rule"], one["subject"].rpartition("/")[2]) for one in document["findings"] if one["severity"] != "info"
    }
    assert code == 14
    assert rules == {
        ("secret-aws-managed-key", "default"),
        ("secret-key-unusable", "going"),
        ("secret-key-unusable", "gone"),
        ("secret-plain-parameter", "api_key"),
    }
    assert document["unresolved"] == []
    assert CANARY not in said

    code, document, said = _audit(emulator.environment(made["AccessKeyId"], made["SecretAccessKey"]), "--debug")
    assert code == 13
    assert {(one["action"], one["resource"].rpartition("/")[2]) for one in document["unresolved"]} == {
        ("kms:DescribeKey", going),
        ("kms:DescribeKey", "audit-none"),
        ("kms:ListAliases", "*"),
        ("ssm:GetParameters", "api_key"),
        ("lambda:ListFunctions", "*"),
    }
    assert CANARY not in said
    assert made["SecretAccessKey"] not in said
