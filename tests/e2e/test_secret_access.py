"""`secret policy` and `secret access` against the emulator, as a user runs them.

The emulator does not ask KMS for a SecureString, and denies GetParameters and GetParametersByPath on an ARN: only
GetParameter and PutParameter on a name are tried there. The rest is proven by the evaluator.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.server import ACCOUNT, REGION, Emulator

pytestmark = pytest.mark.e2e
VALUE = "MARKER-e2e-access"


def _client(emulator: Emulator, service: str, key: str = "test", secret: str = "test") -> Any:
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=REGION)
    return session.client(service, endpoint_url=emulator.url)


def _run(emulator: Emulator, *words: str) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("secrets-cli")
    return subprocess.run(
        [program, *words], env=emulator.environment(), capture_output=True, text=True, timeout=120, check=False
    )


def _user(emulator: Emulator, name: str) -> dict[str, str]:
    iam = _client(emulator, "iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def _denied(call: Any, **given: Any) -> bool:
    """Whether the call is denied; any other error is raised."""
    try:
        call(**given)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDeniedException":
            return True
        raise
    return False


@pytest.fixture(scope="module")
def key(emulator: Emulator) -> str:
    kms = _client(emulator, "kms")
    root = {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    policy = {"Version": "2012-10-17", "Statement": [{**root, "Action": "kms:*", "Resource": "*"}]}
    arn: str = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/access-e2e", TargetKeyId=arn)
    ssm = _client(emulator, "ssm")
    for name in ("/access-e2e/prod/db", "/access-e2e/prod/dbx", "/access-e2e/prod/mail"):
        ssm.put_parameter(Name=name, Value=VALUE, Type="SecureString", KeyId="alias/access-e2e")
    return arn


def test_a_reader_reads_that_name_and_no_neighbour(emulator: Emulator, key: str) -> None:
    user = _user(emulator, "access-reader")
    arn = f"arn:aws:iam::{ACCOUNT}:user/access-reader"
    ran = _run(emulator, "secret", "policy", "reader", "/access-e2e/prod/db", "--principal", arn)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["Statement"][1]["Resource"] == key
    ssm = _client(emulator, "ssm", **user)
    assert _denied(ssm.get_parameter, Name="/access-e2e/prod/db", WithDecryption=True)
    _client(emulator, "iam").put_user_policy(UserName="access-reader", PolicyName="reader", PolicyDocument=ran.stdout)
    assert ssm.get_parameter(Name="/access-e2e/prod/db", WithDecryption=True)["Parameter"]["Value"] == VALUE
    for neighbour in ("/access-e2e/prod/dbx", "/access-e2e/prod/mail"):
        assert _denied(ssm.get_parameter, Name=neighbour, WithDecryption=True)
    assert _denied(ssm.get_parameter_history, Name="/access-e2e/prod/db", WithDecryption=True)
    assert _denied(ssm.put_parameter, Name="/access-e2e/prod/db", Value="v", Type="SecureString", Overwrite=True)
    assert VALUE not in ran.stdout + ran.stderr


def test_a_writer_writes_and_does_not_read(emulator: Emulator, key: str) -> None:
    user = _user(emulator, "access-writer")
    arn = f"arn:aws:iam::{ACCOUNT}:user/access-writer"
    ran = _run(emulator, "secret", "policy", "writer", "/access-e2e/prod/", "--key", key, "--principal", arn)
    assert ran.returncode == 0, ran.stderr
    _client(emulator, "iam").put_user_policy(UserName="access-writer", PolicyName="writer", PolicyDocument=ran.stdout)
    ssm = _client(emulator, "ssm", **user)
    ssm.put_parameter(Name="/access-e2e/prod/new", Value="v", Type="SecureString", KeyId=key)
    assert _denied(ssm.get_parameter, Name="/access-e2e/prod/new", WithDecryption=True)
    assert _denied(ssm.put_parameter, Name="/access-e2e/other", Value="v", Type="SecureString", KeyId=key)


def test_access_names_the_reader_by_the_statements_of_his_policy(emulator: Emulator, key: str) -> None:
    ran = _run(emulator, "secret", "access", "/access-e2e/prod/db", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report["key"] == key
    by_name = {one["principal"].rpartition("/")[2]: one for one in report["principals"]}
    reader = by_name["access-reader"]
    assert reader["reads"] == "allowed"
    ways = {way["way"]: way for way in reader["ways"] if way["answer"] == "allowed"}
    assert list(ways) == ["GetParameter"]
    sids = [one["sid"] for one in ways["GetParameter"]["granted_by"]]
    assert sids == ["ReadParameter", "DecryptThroughParameterStore", "Root"]
    assert by_name["access-writer"]["reads"] == "denied"
    mail = json.loads(_run(emulator, "secret", "access", "/access-e2e/prod/mail", "--format", "json").stdout)
    assert {one["principal"].rpartition("/")[2]: one["reads"] for one in mail["principals"]}[
        "access-reader"
    ] == "denied"
    assert VALUE not in ran.stdout + ran.stderr


def test_who_may_not_ask_is_told_what_is_missing(emulator: Emulator, key: str) -> None:
    user = _user(emulator, "access-nobody")
    program = Path(sys.executable).with_name("secrets-cli")
    environment = emulator.environment(user["key"], user["secret"])
    ran = subprocess.run(
        [program, "secret", "access", "/access-e2e/prod/db"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (5, "")
    assert "iam:GetAccountAuthorizationDetails" in ran.stderr
