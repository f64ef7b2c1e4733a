"""Scanning: every record accounted for, coverage of all, uses of whom was asked for."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.errors import NothingToRead
from secrets_cli.usage import engine
from secrets_cli.usage.engine import Progress, scan
from secrets_cli.usage.usage import Fate, NotCountedReason, Outcome, Rejected, Usage, Use
from tests.cloudtrail_records import (
    ACCOUNT,
    ROLE,
    TABLE,
    USER,
    delivered,
    document,
    record,
    role_identity,
    user_identity,
)

OTHER_ACCOUNT = "444455556666"


def fates(usage: Usage) -> dict[Fate, int]:
    """Those that any record had."""
    found = {fate: count for fate, count in usage.coverage.fates if count}
    assert sum(found.values()) == usage.coverage.records
    return found


def scanned(folder: Path, *records: Any, **options: Any) -> Usage:
    """The usage of one delivered file."""
    delivered(folder, *records)
    return scan([str(folder)], **options)


def test_a_use_is_counted_with_its_times_and_first_event_ids(tmp_path: Path) -> None:
    times = [f"2026-03-01T08:00:{second:02}Z" for second in (30, 10, 50, 20, 0, 40, 45)]
    usage = scanned(tmp_path, *(record(eventTime=time, eventID=time[-3:-1]) for time in times))
    assert usage.uses == (
        Use(
            principal=ROLE,
            session_name="orders-fn",
            event_source="dynamodb.amazonaws.com",
            event_name="GetItem",
            action="dynamodb:GetItem",
            resource=TABLE,
            condition=(),
            region="eu-west-1",
            account=ACCOUNT,
            outcome=Outcome.USED,
            count=7,
            first_seen="2026-03-01T08:00:00Z",
            last_seen="2026-03-01T08:00:50Z",
            event_ids=("00", "10", "20", "30", "40"),
            rule=usage.uses[0].rule,
        ),
    )


def test_sessions_regions_and_outcomes_are_apart(tmp_path: Path) -> None:
    usage = scanned(
        tmp_path,
        record(),
        record(userIdentity=role_identity(session="other")),
        record(errorCode="AccessDenied"),
        record(errorCode="ThrottlingException"),
    )
    assert sorted((use.session_name, use.outcome.value, use.count) for use in usage.uses) == [
        ("orders-fn", "denied", 1),
        ("orders-fn", "failed-after-authorization", 1),
        ("orders-fn", "used", 1),
        ("other", "used", 1),
    ]


def test_every_record_has_one_fate(tmp_path: Path) -> None:
    usage = scanned(
        tmp_path,
        record(),
        record(errorCode="AccessDenied"),
        record(errorCode="ThrottlingException"),
        record(userIdentity=...),
        record(eventType="AwsServiceEvent"),
        record(eventName=...),
        "no record",
    )
    assert fates(usage) == {
        Fate.USED: 1,
        Fate.DENIED: 1,
        Fate.FAILED_AFTER_AUTHORIZATION: 1,
        Fate.NOT_COUNTED: 2,
        Fate.REJECTED: 2,
    }
    assert sorted(entry.reason.value for entry in usage.not_counted) == ["made-by-service", "unknown-principal"]


def test_rejected_records_have_their_place_and_whose_they_certainly_are(tmp_path: Path) -> None:
    service = {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}
    path = delivered(
        tmp_path,
        record(),
        record(eventName=...),
        record(userIdentity="x"),
        record(errorCode=5, userIdentity=service),
    )
    name = str(path.relative_to(tmp_path))
    assert scan([str(tmp_path)]).coverage.rejected == (
        Rejected(f"{name}#2", "it has no `eventName`", ROLE),
        Rejected(f"{name}#3", "`userIdentity` is not an object", ""),
        Rejected(f"{name}#4", "`errorCode` is no text", "lambda.amazonaws.com"),
    )


def test_a_bad_file_is_rejected_whole_and_the_others_are_read(tmp_path: Path) -> None:
    folder = delivered(tmp_path, record()).parent
    packed = gzip.compress(document(record(), record()))
    (folder / "truncated.json.gz").write_bytes(packed[:-10])
    (folder / "empty.json").touch()
    (folder / "other.json").write_text('{"hello": 1}')
    (folder / "wrong.json").write_text('{"Records": [}')
    usage = scan([str(folder)])
    assert (usage.coverage.files, usage.coverage.records) == (5, 1)
    assert [(entry.where, entry.reason.partition(":")[0]) for entry in usage.coverage.rejected] == [
        ("empty.json", "the file is empty"),
        ("other.json", "no CloudTrail file"),
        ("truncated.json.gz", "truncated gzip data"),
        ("wrong.json", "not JSON"),
    ]


def test_other_json_beside_a_delivered_tree_is_ignored_by_name(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"hello": 1}')
    coverage = scanned(tmp_path, record()).coverage
    assert (coverage.files, coverage.rejected, coverage.ignored) == (1, (), ("manifest.json",))


def test_coverage_is_of_all_records_whoever_is_asked_for(tmp_path: Path) -> None:
    records = (
        record(),
        record(eventName=...),
        record(
            userIdentity=user_identity(),
            awsRegion="us-east-1",
            eventTime="2026-03-02T00:00:00Z",
            eventSource="s3.amazonaws.com",
            eventName="GetObject",
            requestParameters={"bucketName": "b", "key": "k"},
            resources=[{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/k"}],
        ),
    )
    everybody = scanned(tmp_path, *records)
    one = scan([str(tmp_path)], frozenset({ROLE}))
    assert one.principals == everybody.principals == (ROLE, USER)
    assert one.coverage.data_event_types == ("AWS::DynamoDB::Table", "AWS::S3::Object")
    assert one.coverage.regions == ("eu-west-1", "us-east-1")
    assert one.coverage.rejected == everybody.coverage.rejected
    assert (one.coverage.first, one.coverage.last) == ("2026-03-01T08:00:00Z", "2026-03-02T00:00:00Z")
    assert one.uses == tuple(use for use in everybody.uses if use.principal == ROLE)
    assert fates(one) == {Fate.USED: 1, Fate.REJECTED: 1, Fate.OTHER_PRINCIPAL: 1}


def test_a_call_across_accounts_counts_once_whichever_record_comes_first(tmp_path: Path) -> None:
    copy = record(sharedEventID="s", recipientAccountId=OTHER_ACCOUNT, eventID="copy")
    own = record(sharedEventID="s", eventID="own")
    for number, order in enumerate([(copy, own), (own, copy)]):
        usage = scanned(tmp_path / str(number), *order)
        assert fates(usage) == {Fate.USED: 1, Fate.COPY: 1}
        assert [use.event_ids for use in usage.uses] == [("own",)]


def test_a_copy_whose_own_record_was_not_read_is_evidence(tmp_path: Path) -> None:
    usage = scanned(tmp_path, record(sharedEventID="s", recipientAccountId=OTHER_ACCOUNT))
    assert fates(usage) == {Fate.USED: 1}


def test_an_event_without_a_rule_is_named_and_not_guessed(tmp_path: Path) -> None:
    usage = scanned(tmp_path, record(eventName="InventTable"))
    assert [(entry.principal, entry.event_name, entry.reason) for entry in usage.not_counted] == [
        (ROLE, "InventTable", NotCountedReason.UNKNOWN_EVENT)
    ]
    assert usage.uses == ()


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = delivered(tmp_path, record())
    assert scan([str(tmp_path), str(path), f"{tmp_path}/."]).coverage.files == 1


def test_files_of_one_name_in_two_sources_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.json").write_text("{")
    usage = scan([str(tmp_path / "a"), str(tmp_path / "b")])
    assert {entry.where for entry in usage.coverage.rejected} == {
        str(tmp_path / "a/x.json"),
        str(tmp_path / "b/x.json"),
    }


def test_no_source_is_nothing_to_read() -> None:
    with pytest.raises(NothingToRead):
        scan([])


def test_several_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        names = [{"tableName": f"t{number % 5}"}, {"tableName": f"t{each}"}] if (each := number % 3) else []
        records = [record(requestParameters=name, resources=...) for name in names]
        delivered(tmp_path, *records, record(eventName=...), name=str(number))
    alone = scan([str(tmp_path)])
    seen: list[Progress] = []
    monkeypatch.setattr(engine, "_ALONE", 0)
    assert scan([str(tmp_path)], progress=seen.append, processes=2) == alone
    assert [progress.files for progress in seen] == list(range(1, 13))
    assert seen[-1].bytes == seen[-1].all_bytes


def test_bytes_are_of_the_decompressed_json(tmp_path: Path) -> None:
    records = [record(eventID=str(number)) for number in range(3)]
    assert scanned(tmp_path, *records).coverage.bytes == len(json.dumps({"Records": records}))
