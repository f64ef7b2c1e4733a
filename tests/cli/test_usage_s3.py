"""Logs in S3 on the command line: options, what is said, exit codes."""

import gzip
import json
from pathlib import Path

import pytest

from secrets_cli.aws.objects import ObjectArchived
from secrets_cli.aws.target import Connection
from tests.cloudtrail_records import ACCOUNT, ROLE, TABLE, document, record
from tests.conftest import RunCli
from tests.refused_calls import refuse
from tests.unit.usage.sources.s3_buckets import BUCKET, OTHER, filled, gets, log_key

SOURCE = f"s3://{BUCKET}/org"
POLICY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": "*"},
}


@pytest.fixture
def bucket(aws: Connection) -> None:
    later = record(eventTime="2026-03-02T08:00:00Z")
    made = {log_key(day="2026/03/01"): document(record()), log_key(OTHER, day="2026/03/02"): document(later)}
    filled(aws, {key: gzip.compress(body) for key, body in made.items()})


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(POLICY), encoding="utf-8")
    return str(path)


def test_a_bucket_is_scanned(bucket: None, cli: RunCli) -> None:
    ran = cli("usage", "scan", SOURCE, "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["coverage"]["files"], found["coverage"]["not_opened"]) == (0, 2, [])
    assert [use["count"] for use in found["uses"]] == [2]


def test_a_bucket_is_remembered(
    bucket: None, cli: RunCli, tmp_path: Path, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, store = (SOURCE, "--format", "json", "--quiet"), f"--store={tmp_path / 'usage.sqlite3'}"
    plain = json.loads(cli("usage", "scan", *words).out)
    asked = gets(monkeypatch)
    for objects in (2, 0):
        asked.clear()
        assert json.loads(cli("usage", "scan", *words, store).out) == plain
        assert len(asked) == objects
    role = ("role", "narrow", "--principal", ROLE, "--policy", policy, "--logs", SOURCE, "--log-account", ACCOUNT)
    assert cli(*role, store).out == cli(*role).out != ""


def test_event_history_is_not_remembered(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    ran = cli("usage", "scan", "lookup-events", "--lookup-region", "eu-west-1", "--store", "--quiet")
    assert (ran.code, "`--lookup-keep DIR` keeps days" in " ".join(ran.err.split())) == (2, True)


def test_what_was_not_opened_is_said(bucket: None, cli: RunCli) -> None:
    words = ("usage", "scan", SOURCE, "--principal", ROLE, "--log-account", "own", "--log-region", "eu-west-1")
    ran = cli(*words, "--since", "2026-03-01", "--format", "json")
    assert [(one["reason"], one["names"], one["count"]) for one in json.loads(ran.out)["coverage"]["not_opened"]] == [
        ("accounts not asked for (`--log-account`)", [OTHER], 1),
        ("keys of days before 2026/02/28 (`--since`, `--until`, `--days`)", [], 0),
    ]
    text = " ".join(cli(*words).out.split())
    assert f"not opened in {SOURCE}: accounts not asked for (`--log-account`): {OTHER}" in text


def test_a_role_is_narrowed_from_a_bucket(bucket: None, cli: RunCli, policy: str) -> None:
    words = ("role", "narrow", "--principal", ROLE, "--policy", policy, "--logs", SOURCE)
    ran = cli(*words, "--log-account", ACCOUNT)
    assert ran.code == 0, ran.err
    assert [one["Resource"] for one in json.loads(ran.out)["Statement"]] == [TABLE]
    assert f"Not opened in {SOURCE}: accounts not asked for (`--log-account`): {OTHER}." in " ".join(ran.err.split())


def test_an_archived_object_blocks_narrowing_until_it_is_accepted(
    bucket: None, cli: RunCli, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived = log_key(OTHER, day="2026/03/02")
    gets(monkeypatch, {archived: ObjectArchived("it is archived", "restore it", "InvalidObjectState")})
    words = ("role", "narrow", "--principal", ROLE, "--policy", policy, "--logs", SOURCE, "--format", "json")
    ran = cli(*words)
    assert ran.code == 21
    name = f"s3://{BUCKET}/{archived}"
    assert [(gap["name"], gap["reason"]) for gap in json.loads(ran.out)["gaps"]] == [
        (name, "it is archived; restore it")
    ]
    accepted = cli(*words, "--accept-gap", name)
    assert accepted.code == 0
    assert [gap["name"] for gap in json.loads(accepted.out)["gaps"]] == [name]


def test_a_region_or_an_own_account_that_is_left_out_blocks_narrowing(
    bucket: None, aws: Connection, cli: RunCli, policy: str
) -> None:
    aws.client("s3").put_object(Bucket=BUCKET, Key=log_key(region="us-east-1"), Body=document(record()))
    words = ("role", "narrow", "--principal", ROLE, "--policy", policy, "--logs", SOURCE, "--format", "json")
    ran = cli(*words, "--log-region", "eu-west-1")
    assert ran.code == 21
    assert [gap["name"] for gap in json.loads(ran.out)["gaps"]] == ["not-opened:region:us-east-1"]
    assert cli(*words, "--log-region", "eu-west-1", "--accept-gap", "not-opened:region:us-east-1").code == 0
    ran = cli(*words, "--log-account", OTHER)
    assert ran.code == 21
    assert [gap["name"] for gap in json.loads(ran.out)["gaps"]] == [f"not-opened:account:{ACCOUNT}"]


def test_holdout_reads_a_bucket_again(
    bucket: None, cli: RunCli, policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = gets(monkeypatch)
    words = ("role", "narrow", "--principal", ROLE, "--policy", policy, "--logs", SOURCE, "--holdout", "2026-03-02")
    ran = cli(*words, "--cache", str(tmp_path / "cache"), "--format", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["holdout"]
    assert len(called) == 2, "each once: the other readings are from the cache"


def test_visibility_is_told_from_a_bucket(bucket: None, cli: RunCli) -> None:
    ran = cli("usage", "visibility", "--logs", SOURCE, "--service", "dynamodb", "--log-account", ACCOUNT)
    assert ran.code == 0
    assert f"not opened in {SOURCE}: accounts not asked for" in " ".join(ran.out.split())
    found = json.loads(cli("usage", "visibility", "--logs", SOURCE, "--format", "json").out)
    assert found["coverage"]["data_event_types"] == ["AWS::DynamoDB::Table"]
    assert found["coverage"]["not_opened"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("logs/", "--log-account", ACCOUNT), "`--log-account` is about logs in S3, and none were named"),
        (("logs/", "--cache", "c"), "`--cache` is about logs in S3, and none were named"),
        (("logs/", "--late-days", "0"), "`--late-days` is about logs in S3, and none were named"),
        (("logs/", "--requester-pays"), "`--requester-pays` is about logs in S3, and none were named"),
        (("s3://b/x", "--log-account", "1234"), "`--log-account` is no account: `1234`"),
        (("s3://b/x", "--log-account", "own"), "`--log-account own` is of the principals' accounts, and no principal"),
        (("s3://b/x", "--log-region", "Ireland"), "`--log-region` is no region: `Ireland`"),
        (("s3://b/x", "--late-days", "32"), "`--late-days` takes 0 to 31"),
        (("s3://",), "`s3://` names no bucket"),
    ],
)
def test_an_option_that_cannot_be_meant_is_refused(cli: RunCli, words: tuple[str, ...], message: str) -> None:
    ran = cli("usage", "scan", *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("operation", "answer", "code", "message"),
    [
        ("ListObjectsV2", "AccessDenied", 5, f"AWS denied `s3:ListBucket` on `arn:aws:s3:::{BUCKET}`"),
        ("ListObjectsV2", "NoSuchBucket", 3, f"there is no bucket `{BUCKET}`"),
        ("GetObject", "AccessDenied", 5, f"nothing could be read: `s3://{BUCKET}/org/"),
    ],
)
def test_what_cannot_be_read_at_all_ends_with_its_code(
    bucket: None, cli: RunCli, monkeypatch: pytest.MonkeyPatch, operation: str, answer: str, code: int, message: str
) -> None:
    refuse(monkeypatch, {operation: [(answer, "Access Denied")]})
    ran = cli("usage", "scan", SOURCE)
    assert (ran.code, ran.out) == (code, "")
    assert message in " ".join(ran.err.split())


def test_the_network_is_down(bucket: None, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient
    from botocore.exceptions import EndpointConnectionError

    def down(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.amazonaws.com")

    monkeypatch.setattr(BaseClient, "_make_api_call", down)
    ran = cli("usage", "scan", SOURCE)
    assert ran.code == 5
    assert f"`s3:ListBucket` on `arn:aws:s3:::{BUCKET}` got no answer" in " ".join(ran.err.split())
