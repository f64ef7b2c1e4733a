"""Logs in S3, read by the installed command under a role that may do exactly what docs/s3-logs.md says it must.

The emulator checks signatures and policies. A second, small endpoint does what it does not: faults, another region, archives.
"""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.cloudtrail_records import ACCOUNT, ROLE, document, record
from tests.conftest import Ran
from tests.emulator.server import ACCOUNT as EMULATED
from tests.emulator.server import Emulator
from tests.s3_endpoint import Faults, serving

pytestmark = pytest.mark.e2e

COMMAND = Path(sys.executable).parent / "secrets-cli"
BUCKET = "acme-org-trail"
READER = "log-reader"
OTHER = "444455556666"
ORG = "AWSLogs/o-exampleorg1"


def log_key(number: int, account: str = ACCOUNT, day: str = "2026/03/01") -> str:
    name = f"{account}_CloudTrail_eu-west-1_{day.replace('/', '')}T0800Z_{number:016}.json.gz"
    return f"{ORG}/{account}/CloudTrail/eu-west-1/{day}/{name}"


def log_objects() -> dict[str, bytes]:
    """A month of a role's calls, another account's, and a digest."""
    made: dict[str, bytes] = {}
    for number in range(60):
        day = f"2026/03/{number % 30 + 1:02}"
        one = record(eventTime=f"{day.replace('/', '-')}T08:00:00Z", eventID=f"e-{number}")
        made[log_key(number, day=day)] = gzip.compress(document(one, one), mtime=0)
    made[log_key(99, OTHER)] = gzip.compress(document(record(recipientAccountId=OTHER)), mtime=0)
    made[f"{ORG}/{ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/03/01/d.json.gz"] = b"x"
    return made


def documented_policy(checkout: Path) -> str:
    """The policy of docs/s3-logs.md, word for word."""
    text = (checkout / "docs" / "s3-logs.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if '"s3:ListBucket"' in block)


def run(environment: Mapping[str, str], *words: str) -> Ran:
    ran = subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, cwd="/", env=dict(environment), check=False, timeout=120
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture(scope="module")
def root(emulator: Emulator) -> boto3.Session:
    given = emulator.environment()
    return boto3.Session(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], region_name=given["AWS_REGION"])


@pytest.fixture(scope="module")
def reader(emulator: Emulator, root: boto3.Session, checkout: Path) -> dict[str, str]:
    """The environment of a session of the role with the documented policy, the bucket being filled."""
    s3 = root.client("s3", endpoint_url=emulator.url)
    s3.create_bucket(Bucket=BUCKET)
    for key, body in log_objects().items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    iam = root.client("iam", endpoint_url=emulator.url)
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{EMULATED}:root"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName=READER, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]
    iam.put_role_policy(RoleName=READER, PolicyName="read-logs", PolicyDocument=documented_policy(checkout))
    sts = root.client("sts", endpoint_url=emulator.url)
    found = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="reads")["Credentials"]
    return emulator.environment(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])


def coverage(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)["coverage"]
    return found


def test_the_documented_permissions_are_enough(reader: dict[str, str]) -> None:
    ran = run(reader, "usage", "scan", f"s3://{BUCKET}", "--format", "json")
    found = coverage(ran)
    assert (found["files"], found["records"], found["rejected"]) == (61, 121, [])
    assert [one["names"] for one in found["not_opened"]] == [["CloudTrail-Digest"]]
    assert sum(use["count"] for use in json.loads(ran.out)["uses"]) == 121


def test_nothing_of_them_is_too_much(
    reader: dict[str, str], emulator: Emulator, root: boto3.Session, checkout: Path
) -> None:
    iam = root.client("iam", endpoint_url=emulator.url)
    whole = json.loads(documented_policy(checkout))
    try:
        for statement, action in enumerate(("s3:ListBucket", "s3:GetObject")):
            assert whole["Statement"][statement]["Action"] == action
            less = {**whole, "Statement": [one for one in whole["Statement"] if one["Action"] != action]}
            iam.put_role_policy(RoleName=READER, PolicyName="read-logs", PolicyDocument=json.dumps(less))
            ran = run(reader, "usage", "scan", f"s3://{BUCKET}/{ORG}/{ACCOUNT}")
            assert (ran.code, ran.out) == (5, "")
            arn = f"arn:aws:s3:::{BUCKET}" + (f"/{ORG}/{ACCOUNT}/" if action == "s3:GetObject" else "`")
            assert f"`{action}` on `{arn}" in " ".join(ran.err.split())
    finally:
        iam.put_role_policy(RoleName=READER, PolicyName="read-logs", PolicyDocument=json.dumps(whole))


def test_days_and_accounts_are_pruned_and_a_role_is_narrowed(reader: dict[str, str], tmp_path: Path) -> None:
    window = ("--since", "2026-03-10", "--until", "2026-03-12")
    words = (f"s3://{BUCKET}", "--principal", ROLE, "--log-account", "own", *window)
    found = coverage(run(reader, "usage", "scan", *words, "--format", "json"))
    assert (found["files"], found["records"]) == (10, 20), "three days, one before and one after"
    assert {one["kind"]: one["names"] for one in found["not_opened"]}["account"] == [OTHER]
    policy = tmp_path / "policy.json"
    allow = {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": "*"}
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": allow}), encoding="utf-8")
    ran = run(reader, "role", "narrow", "--logs", *words, "--policy", str(policy), "--quiet")
    assert ran.code == 0, ran.err
    assert [one["Action"] for one in json.loads(ran.out)["Statement"]] == ["dynamodb:GetItem"]


def test_a_cache_answers_what_s3_would(
    reader: dict[str, str], emulator: Emulator, root: boto3.Session, tmp_path: Path
) -> None:
    words = ("usage", "scan", f"s3://{BUCKET}", "--format", "json", "--cache", str(tmp_path / "kept"))
    first = run(reader, *words)
    assert coverage(first)["records"] == 121
    iam = root.client("iam", endpoint_url=emulator.url)
    policy = iam.get_role_policy(RoleName=READER, PolicyName="read-logs")["PolicyDocument"]
    lists = {**policy, "Statement": [one for one in policy["Statement"] if one["Action"] == "s3:ListBucket"]}
    iam.put_role_policy(RoleName=READER, PolicyName="read-logs", PolicyDocument=json.dumps(lists))
    try:
        assert run(reader, *words).out == first.out, "without a right to open anything"
    finally:
        iam.put_role_policy(RoleName=READER, PolicyName="read-logs", PolicyDocument=json.dumps(policy))


@pytest.fixture
def keys() -> dict[str, str]:
    """Credentials for the small endpoint, which takes any."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "AWS_ACCESS_KEY_ID": "AKIDTEST",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def many(count: int) -> dict[str, bytes]:
    body = {
        day: gzip.compress(document(record(eventTime=f"2026-03-{day:02}T08:00:00Z")), mtime=0) for day in range(1, 31)
    }
    return {log_key(number, day=f"2026/03/{number % 30 + 1:02}"): body[number % 30 + 1] for number in range(count)}


def test_nothing_is_lost_where_s3_refuses_and_breaks_off(keys: dict[str, str]) -> None:
    faults = Faults(slow_down=0.1, broken=0.05)
    with serving(many(1200), faults=faults) as endpoint:
        found = coverage(run(keys, "usage", "scan", "s3://logs", "--endpoint-url", endpoint.url, "--format", "json"))
        assert endpoint.calls["SlowDown"] > 50
        assert endpoint.calls["broken"] > 20
    assert (found["files"], found["records"], found["rejected"]) == (1200, 1200, [])


def test_a_bucket_in_another_region_is_followed(keys: dict[str, str]) -> None:
    with serving(many(40), faults=Faults(region="eu-central-1")) as endpoint:
        found = coverage(run(keys, "usage", "scan", "s3://logs", "--endpoint-url", endpoint.url, "--format", "json"))
        assert endpoint.calls["redirected"]
    assert found["records"] == 40


def test_objects_that_cannot_be_had_are_named(keys: dict[str, str]) -> None:
    made = many(30)
    archived, gone, *_ = sorted(made)
    faults = Faults(of_keys={archived: (403, "InvalidObjectState", "x"), gone: (404, "NoSuchKey", "x")})
    with serving(made, faults=faults) as endpoint:
        ran = run(keys, "usage", "scan", "s3://logs", "--endpoint-url", endpoint.url, "--format", "json")
    assert {one["where"]: one["reason"].split(";")[0] for one in coverage(ran)["rejected"]} == {
        f"s3://logs/{archived}": "it is in an archive storage class, from which S3 reads nothing",
        f"s3://logs/{gone}": "it was there when listed and is gone now",
    }


def test_an_endpoint_that_is_not_there_ends_with_5(keys: dict[str, str]) -> None:
    with serving({}) as endpoint:
        url = endpoint.url
    ran = run({**keys, "AWS_MAX_ATTEMPTS": "1"}, "usage", "scan", "s3://logs", "--endpoint-url", url)
    assert (ran.code, ran.out) == (5, "")
    assert "`s3:ListBucket` on `arn:aws:s3:::logs` got no answer" in " ".join(ran.err.split())
