"""`--verify-digests`, as its users meet it: a folder, a bucket, and a narrowing that waits for a gap to be accepted."""

import json
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.digest_keys import DigestKeys
from secrets_cli.aws.target import Connection
from tests.cli.test_usage_commands import scanned
from tests.conftest import RunCli
from tests.unit.usage.digests.made_digests import (
    FINGERPRINT,
    Trail,
    digest_key,
    keys_document,
    log_bytes,
    log_key,
    public_der,
    trail,
)
from tests.unit.usage.made_records import ROLE, record, write


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys.json"
    path.write_text(keys_document(), encoding="utf-8")
    return str(path)


def test_a_folder_is_verified_with_a_file_of_keys(cli: RunCli, tmp_path: Path, keys: str) -> None:
    logs = str(trail().save(tmp_path / "logs"))
    document = scanned(cli, logs, "--verify-digests", "--digest-keys", keys)
    assert document["coverage"]["rejected"] == []
    assert document["coverage"]["digests"] == [
        {
            "account": "111122223333",
            "region": "eu-west-1",
            "trail": "main",
            "since": "2026-03-01T00:00:00Z",
            "until": "2026-03-01T05:00:00Z",
            "digests": 5,
            "files": 4,
            "pending": 1,
        }
    ]
    assert scanned(cli, logs)["coverage"]["digests"] == []
    said = cli("usage", "scan", logs, "--verify-digests", "--digest-keys", keys).out
    assert "digest-verified: trail main, 111122223333 eu-west-1, delivered 2026-03-01T00:00:00Z to" in " ".join(
        said.split()
    )
    assert "4 log files by 5 digests; 1 log file not vouched for yet" in " ".join(said.split())


def test_gaps_have_the_names_that_a_scan_gives(cli: RunCli, tmp_path: Path, keys: str) -> None:
    made = trail()
    made.objects[log_key(3)] = made.objects[log_key(3)][:-9]
    folder = made.save(tmp_path / "logs")
    write(folder / "loose.json", [record()])
    document = scanned(cli, str(folder), "--verify-digests", "--digest-keys", keys)
    rejected = document["coverage"]["rejected"]
    assert [gap["where"] for gap in rejected] == [log_key(3), log_key(3), "loose.json"]
    assert rejected[2]["reason"] == "no digest lists it: it lies outside of `AWSLogs`"


@pytest.fixture
def policy(tmp_path: Path) -> str:
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    return str(path)


def test_a_narrowing_waits_until_a_gap_is_accepted(cli: RunCli, tmp_path: Path, keys: str, policy: str) -> None:
    made = trail()
    del made.objects[log_key(3)]
    logs = str(made.save(tmp_path / "logs"))
    words = ("role", "narrow", "--logs", logs, "--principal", ROLE, "--policy", policy, "--quiet")
    assert cli(*words).code == 0
    ran = cli(*words, "--verify-digests", "--digest-keys", keys)
    assert ran.code == 21
    assert log_key(3) in "".join(ran.err.split())
    assert cli(*words, "--verify-digests", "--digest-keys", keys, "--accept-gap", log_key(3)).code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("{logs}", "--digest-keys", "{keys}"), 2, "add `--verify-digests`"),
        (("{logs}/AWSLogs/x.json", "--verify-digests"), 2, "is about folders and `s3://` sources"),
        (("lookup-events", "--verify-digests", "--lookup-region", "eu-west-1"), 2, "`lookup-events` is none"),
        (("{loose}", "--verify-digests", "--digest-keys", "{keys}"), 3, "holds no folder `AWSLogs`"),
        (("{logs}", "--verify-digests", "--digest-keys", "{loose}/a.json"), 4, "has no `PublicKeyList`"),
        (("{bare}", "--verify-digests", "--digest-keys", "{keys}"), 3, "has no digest files"),
    ],
)
def test_what_cannot_be_verified_is_said(
    cli: RunCli, tmp_path: Path, keys: str, words: tuple[str, ...], code: int, said: str
) -> None:
    logs = trail(1).save(tmp_path / "logs")
    write(tmp_path / "loose/a.json", [record()])
    bare = Trail()
    bare.log(1)
    bare.save(tmp_path / "bare")
    names = {"logs": str(logs), "keys": keys, "loose": str(tmp_path / "loose"), "bare": str(tmp_path / "bare")}
    ran = cli("usage", "scan", *(word.format(**names) for word in words))
    assert (ran.code, ran.out) == (code, "")
    assert said in " ".join(ran.err.split())


@pytest.fixture
def bucket(aws: Connection) -> Any:
    """A bucket with a trail's logs, its digests and their metadata."""
    made = trail(prefix="org/")
    client = aws.client("s3")
    client.create_bucket(Bucket=made.bucket)
    for key, body in made.objects.items():
        metadata = (
            {"signature": made.signatures[key], "signature-algorithm": "SHA256withRSA"}
            if key in made.signatures
            else {}
        )
        client.put_object(Bucket=made.bucket, Key=key, Body=body, Metadata=metadata)
    return client


def test_a_bucket_is_verified_to_its_newest_digest(cli: RunCli, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def between(self: DigestKeys, since: str, until: str) -> dict[str, bytes]:
        asked.append(self.connection.region)
        return {FINGERPRINT: public_der()}

    monkeypatch.setattr(DigestKeys, "between", between)
    document = scanned(cli, "s3://trail-logs/org", "--verify-digests")
    (one,) = document["coverage"]["digests"]
    assert (one["digests"], one["files"], one["pending"], asked) == (6, 5, 0, ["eu-west-1"])
    assert document["coverage"]["rejected"] == []
    bucket.put_object(Bucket="trail-logs", Key="org/" + log_key(3), Body=log_bytes(99))
    bucket.delete_object(Bucket="trail-logs", Key="org/" + log_key(1))
    bucket.delete_object(Bucket="trail-logs", Key="org/" + digest_key(4))
    document = scanned(cli, "s3://trail-logs/org/AWSLogs", "--verify-digests")
    assert [(gap["where"], gap["reason"].split(":")[0]) for gap in document["coverage"]["rejected"]] == [
        ("s3://trail-logs/org/" + log_key(3), "it was altered after CloudTrail delivered it"),
        ("s3://trail-logs/org/" + log_key(1), "it is missing"),
        ("s3://trail-logs/org/" + digest_key(4), "a digest is missing"),
        ("s3://trail-logs/org/" + log_key(4), "no digest lists it"),
    ]
