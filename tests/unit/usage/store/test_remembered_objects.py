"""Logs in S3, remembered: the answer is that of the folder they are copied to, and an object is got once."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, NothingToRead
from secrets_cli.usage.engine import Progress
from secrets_cli.usage.s3_scan import S3Ask
from secrets_cli.usage.store import batches
from secrets_cli.usage.store.database import opened
from secrets_cli.usage.store.remembering import scan_remembered
from secrets_cli.usage.store.units import known_units
from secrets_cli.usage.usage import Fate
from secrets_cli.usage.window import Window
from tests.unit.usage.made_records import ROLE, delivered, record
from tests.unit.usage.sources.s3_buckets import ACCOUNT, BUCKET, filled, gets, log_key
from tests.unit.usage.test_s3_scan import SOURCE, folder_of, objects, unnamed


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "usage.sqlite3"


def body(day: int, number: int = 0) -> bytes:
    event = record(eventTime=f"2026-03-{day:02}T08:00:00Z", eventID=f"e-{day}-{number}")
    return gzip.compress(delivered([event]))


def delivery(prefix: str, day: int, name: str) -> str:
    date = f"2026/03/{day:02}"
    return f"{prefix}AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/{date}/{ACCOUNT}_CloudTrail_eu-west-1_{name}.json.gz"


@pytest.mark.parametrize("principals", [None, frozenset({ROLE})], ids=["all", "one"])
def test_the_answer_is_that_of_the_folder(
    aws: Connection, tmp_path: Path, store: Path, principals: frozenset[str] | None
) -> None:
    made = objects()
    filled(aws, made)
    folder = folder_of(tmp_path / "copy", made)
    for _ in range(2):
        usage = scan_remembered([SOURCE], store, principals)
        assert unnamed(usage) == scan_remembered([folder], store, principals)
    assert len(usage.coverage.rejected) == 2


def test_an_object_is_got_once_and_again_when_it_changed(
    aws: Connection, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {log_key(day=f"2026/03/{day:02}", name=str(day)): body(day) for day in range(1, 6)}
    filled(aws, made)
    asked = gets(monkeypatch)
    first = scan_remembered([SOURCE], store)
    assert sorted(asked) == sorted(made)
    asked.clear()
    assert scan_remembered([SOURCE], store) == first
    assert asked == []
    changed = log_key(day="2026/03/02", name="2")
    aws.client("s3").put_object(Bucket=BUCKET, Key=changed, Body=body(2, 7))
    assert scan_remembered([SOURCE], store) != first
    assert asked == [changed]


def test_a_deleted_object_counts_no_more_and_is_forgotten(aws: Connection, store: Path) -> None:
    made = {log_key(day=f"2026/03/{day:02}", name=str(day)): body(day) for day in (1, 2)}
    filled(aws, made)
    assert scan_remembered([SOURCE], store).coverage.records == 2
    aws.client("s3").delete_object(Bucket=BUCKET, Key=log_key(day="2026/03/01", name="1"))
    assert scan_remembered([SOURCE], store).coverage.records == 1
    with opened(store) as database:
        assert len(list(known_units(database))) == 1


def test_keys_that_a_question_leaves_out_stay_remembered(
    aws: Connection, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {log_key(day=f"2026/03/{day:02}", name=str(day)): body(day) for day in (1, 20)}
    filled(aws, made)
    asked = gets(monkeypatch)
    scan_remembered([SOURCE], store)
    asked.clear()
    part = scan_remembered([SOURCE], store, window=Window("2026-03-20T00:00:00Z", "2026-03-21T00:00:00Z"))
    assert (part.coverage.records, [one.kind.value for one in part.coverage.not_opened]) == (1, ["days"])
    assert scan_remembered([SOURCE], store).coverage.records == 2
    assert asked == []


def test_an_event_that_two_trails_deliver_is_counted_once(aws: Connection, store: Path, tmp_path: Path) -> None:
    made = {delivery(prefix, day, str(day)): body(day) for prefix in ("one/", "two/") for day in (1, 2, 3)}
    filled(aws, made)
    usage = scan_remembered([SOURCE], store)
    assert dict(usage.coverage.fates)[Fate.DUPLICATE] == 3
    assert sum(use.count for use in usage.uses) == 3
    assert unnamed(usage) == scan_remembered([folder_of(tmp_path / "copy", made)], store)
    mixed = scan_remembered([f"{SOURCE}/one", folder_of(tmp_path / "disk", made)], store)
    assert dict(mixed.coverage.fates)[Fate.DUPLICATE] == 6


def test_what_could_not_be_had_is_told_and_asked_for_again(
    aws: Connection, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {log_key(day=f"2026/03/{day:02}", name=str(day)): body(day) for day in (1, 2)}
    filled(aws, made)
    refused = {
        log_key(day="2026/03/02", name="2"): AccessDenied("s3:GetObject is denied", "ask for it", "AccessDenied")
    }
    asked = gets(monkeypatch, refused)
    usage = scan_remembered([SOURCE], store)
    (one,) = usage.coverage.rejected
    assert (one.where.endswith("_2.json.gz"), one.is_unfetched, usage.coverage.records) == (True, True, 1)
    refused.clear()
    asked.clear()
    assert scan_remembered([SOURCE], store).coverage.records == 2
    assert asked == [log_key(day="2026/03/02", name="2")]


def test_nothing_to_be_had_is_a_failure(aws: Connection, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(aws, {log_key(): body(1)})
    gets(monkeypatch, otherwise=AccessDenied("s3:GetObject is denied", "ask for it", "AccessDenied"))
    with pytest.raises(AwsFailure, match="nothing could be read"):
        scan_remembered([SOURCE], store)
    with pytest.raises(NothingToRead):
        scan_remembered([f"{SOURCE}/none/"], store)
    with pytest.raises(NothingToRead):
        scan_remembered([], store)


def test_batches_end_where_they_are_full(aws: Connection, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {log_key(day="2026/03/01", name=str(number)): body(1, number) for number in range(7)}
    filled(aws, made)
    monkeypatch.setattr(batches, "_OBJECTS", 3)
    seen: list[Progress] = []
    assert scan_remembered([SOURCE], store, progress=seen.append).coverage.records == 7
    assert [one.files for one in seen] == [3, 6, 7]
    assert seen[-1].bytes == seen[-1].all_bytes


def test_accounts_left_out_are_said(aws: Connection, store: Path) -> None:
    filled(aws, {log_key(): body(1), log_key(account="444455556666"): body(2)})
    usage = scan_remembered([SOURCE], store, s3=replace(S3Ask(), accounts=frozenset({ACCOUNT})))
    assert [(one.kind.value, one.names) for one in usage.coverage.not_opened] == [("account", ("444455556666",))]
