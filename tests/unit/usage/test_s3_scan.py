"""Logs in S3 give what the same files in a folder give."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure
from secrets_cli.usage.engine import Progress, scan
from secrets_cli.usage.s3_scan import BatchTask, Remote, S3Ask
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_cache import Cache
from secrets_cli.usage.sources.s3_layout import s3_place
from secrets_cli.usage.sources.s3_reading import S3Access
from secrets_cli.usage.usage import Rejected, Usage
from secrets_cli.usage.window import EVERYTHING, Window
from tests.refused_calls import refuse
from tests.unit.usage.made_records import OTHER_ACCOUNT, ROLE, delivered, record, user
from tests.unit.usage.sources.s3_buckets import BUCKET, ORG, OTHER, filled, gets, log_key

SOURCE = f"s3://{BUCKET}"


def objects() -> dict[str, bytes]:
    """Good files, an odd record, a damaged file, and other JSON beside the tree."""
    found = {
        log_key(day=f"2026/03/{day:02}", name=str(day)): gzip.compress(
            delivered([record(eventTime=f"2026-03-{day:02}T08:00:00Z", eventID=f"e-{day}")])
        )
        for day in range(1, 8)
    }
    found[log_key(account=OTHER)] = gzip.compress(delivered([record(userIdentity=user()), record(eventName=...)]))
    found[log_key(name="broken")] = gzip.compress(delivered([record()]))[:-9]
    found["org/manifest.json"] = json.dumps({"about": "this bucket"}).encode()
    return found


def folder_of(tmp_path: Path, made: dict[str, bytes]) -> str:
    for key, body in made.items():
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return str(tmp_path)


def unnamed(usage: Usage) -> Usage:
    """The usage, objects and files named by their key alone."""
    coverage = usage.coverage

    def bare(name: str) -> str:
        return name.removeprefix(f"{SOURCE}/")

    return replace(
        usage,
        coverage=replace(
            coverage,
            rejected=tuple(replace(one, where=bare(one.where)) for one in coverage.rejected),
            ignored=tuple(map(bare, coverage.ignored)),
            not_opened=(),
        ),
    )


def test_a_bucket_gives_what_its_folder_gives(aws: Connection, tmp_path: Path) -> None:
    made = objects()
    filled(aws, made)
    usage = scan([SOURCE])
    assert unnamed(usage) == scan([folder_of(tmp_path, made)])
    assert [one.where for one in usage.coverage.rejected] == [
        f"{SOURCE}/{log_key(name='broken')}",
        f"{SOURCE}/{log_key(account=OTHER)}#2",
    ]
    assert usage.coverage.ignored == (f"{SOURCE}/org/manifest.json",)


def test_records_of_one_role_are_cut_out_of_a_bucket_as_out_of_its_folder(aws: Connection, tmp_path: Path) -> None:
    made = objects()
    filled(aws, made)
    asked = frozenset({ROLE})
    usage = scan([SOURCE], asked, covers_all=False)
    assert unnamed(usage) == unnamed(scan([folder_of(tmp_path, made)], asked, covers_all=False))
    assert usage.uses == scan([SOURCE], asked).uses != ()
    assert usage.principals == (ROLE,)


def test_other_json_without_a_tree_beside_it_is_rejected(aws: Connection) -> None:
    filled(aws, {"exports/manifest.json": b'{"about": "this"}', "exports/a.json": delivered([record()])})
    coverage = scan([SOURCE]).coverage
    assert coverage.rejected == (
        Rejected(f"{SOURCE}/exports/manifest.json", "no CloudTrail file: it has neither `Records` nor `Events`"),
    )
    assert (coverage.files, coverage.ignored) == (2, ())


def test_folders_and_buckets_together(aws: Connection, tmp_path: Path) -> None:
    filled(aws, {log_key(): gzip.compress(delivered([record()]))})
    (tmp_path / "a.json").write_bytes(delivered([record(), record()]))
    seen: list[Progress] = []
    usage = scan([str(tmp_path), SOURCE], frozenset({ROLE}), seen.append)
    assert [use.count for use in usage.uses] == [3]
    assert usage.coverage.files == 2
    assert (seen[-1].files, seen[-1].all_files) == (2, 2)
    assert seen[-1].bytes == seen[-1].all_bytes


def test_days_outside_the_window_are_not_opened_and_it_is_said(
    aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {key: body for key, body in objects().items() if "/03/" in key}
    filled(aws, made)
    window = Window("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    called = gets(monkeypatch)
    usage = scan([SOURCE], window=window)
    assert len(called) == 3, "the day asked for, one before and one after"
    whole = scan([folder_of(tmp_path, made)], window=window)
    assert usage.uses == whole.uses
    assert [use.count for use in usage.uses] == [1]
    (left_out,) = usage.coverage.not_opened
    assert left_out.where == SOURCE
    assert left_out.reason.startswith("keys of days before 2026/03/04 and after 2026/03/06 (")


def test_a_late_delivery_is_read_where_asked(aws: Connection) -> None:
    late = record(eventTime="2026-03-05T23:00:00Z")
    filled(aws, {log_key(day="2026/03/05"): delivered([record()]), log_key(day="2026/03/20"): delivered([late])})
    window = Window("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    assert scan([SOURCE], window=window).uses == ()
    assert [use.count for use in scan([SOURCE], window=window, s3=S3Ask(late_days=20)).uses] == [1]


def test_an_account_that_was_not_asked_for_is_said(aws: Connection) -> None:
    filled(aws, objects())
    usage = scan([SOURCE], s3=S3Ask(accounts=frozenset({OTHER})))
    assert usage.coverage.records == 2
    assert [(one.names, one.count) for one in usage.coverage.not_opened] == [(("111122223333",), 1)]
    assert OTHER == OTHER_ACCOUNT


def test_an_object_that_is_denied_is_missing_evidence(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    made = objects()
    filled(aws, made)
    key = log_key(day="2026/03/03", name="3")
    gets(monkeypatch, {key: AccessDenied("AWS denied it", "allow it", "AccessDenied")})
    usage = scan([SOURCE])
    (lost,) = (one for one in usage.coverage.rejected if one.is_unfetched)
    assert (lost.where, lost.reason) == (f"{SOURCE}/{key}", "AWS denied it; allow it")
    assert usage.coverage.files + len(usage.coverage.ignored) == len(made)


def test_nothing_that_can_be_read_is_an_error(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(aws, objects())
    refuse(monkeypatch, {"GetObject": [("AccessDenied", "Access Denied")]})
    with pytest.raises(AwsFailure) as caught:
        scan([SOURCE])
    assert caught.value.message.startswith(f"nothing could be read: `{SOURCE}/org/")
    assert caught.value.message.endswith("and 9 more")
    assert "`s3:GetObject`" in caught.value.help


def test_a_bucket_that_cannot_be_listed_is_an_error(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(aws, {log_key(): b""})
    refuse(monkeypatch, {"ListObjectsV2": [("AccessDenied", "Access Denied")]})
    with pytest.raises(AccessDenied, match="`s3:ListBucket`"):
        scan([SOURCE])


def test_a_second_run_opens_nothing_with_a_cache(
    aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(aws, objects())
    cache = Cache(str(tmp_path / "cache"))
    cache.prepare()
    ask = S3Ask(S3Access(cache=cache))
    first = scan([SOURCE], s3=ask)
    called = gets(monkeypatch, otherwise=AccessDenied("AWS denied it"))
    assert scan([SOURCE], s3=ask) == first
    assert called == []


def test_batches_hold_every_object_once_and_are_bounded() -> None:
    remote = Remote([s3_place(SOURCE)], S3Ask(), EVERYTHING)
    files = [LogFile(f"s3://b/{number}", "", 1000 if number % 50 else 20_000_000) for number in range(2000)]
    told: list[tuple[int, int]] = []
    batches = list(remote._batches(iter(files), lambda *seen: told.append(seen)))
    assert [file for batch in batches for file in batch] == files
    assert max(map(len, batches)) <= 512
    assert all(sum(file.size for file in batch[:-1]) < 32 * 1024 * 1024 for batch in batches)
    assert len(told) >= len(batches)


def test_a_task_can_be_sent_to_another_process() -> None:
    import pickle

    from secrets_cli.usage.engine import packaged_meaning

    task = BatchTask(packaged_meaning, None, EVERYTHING, S3Access())
    assert pickle.loads(pickle.dumps(task)) == task


def test_an_organisation_s_tree_is_delivered(aws: Connection) -> None:
    filled(aws, {f"{ORG}{OTHER}/CloudTrail/eu-west-1/2026/03/01/a.json": b"{}"})
    assert [one.where for one in scan([SOURCE]).coverage.rejected] == [
        f"{SOURCE}/{ORG}{OTHER}/CloudTrail/eu-west-1/2026/03/01/a.json"
    ]
