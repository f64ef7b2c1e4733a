"""The walk of a bucket: what is found, what is left out without being listed, and what cannot be listed."""

import threading
from collections.abc import Iterable

import pytest

from secrets_cli.aws.objects import LogBucket
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, NothingToRead
from secrets_cli.usage.sources import s3_listing
from secrets_cli.usage.sources.s3_layout import Choice, s3_place
from secrets_cli.usage.sources.s3_listing import Listing, listed
from secrets_cli.usage.usage import LeftOut
from tests.unit.usage.sources.s3_buckets import ACCOUNT, BUCKET, ORG, OTHER, filled, log_key

DAYS = ("2025/12/31", "2026/08/30", "2026/08/31", "2026/09/01", "2026/09/30", "2026/10/01", "2026/10/02", "2026/11/01")
NO_LOGS = (
    f"{ORG}{ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/09/01/d.json.gz",
    f"{ORG}{ACCOUNT}/CloudTrail-Insight/eu-west-1/2026/09/01/i.json.gz",
    f"{ORG}{ACCOUNT}/Config/eu-west-1/2026/9/1/c.json.gz",
    f"{ORG}{ACCOUNT}/CloudTrail/eu-west-1/2026/09/01/readme.txt",
    f"{ORG}{ACCOUNT}/CloudTrail/eu-west-1/2026/09/02/",
)
LOGS = tuple(
    log_key(account, region, day)
    for account in (ACCOUNT, OTHER)
    for region in ("eu-west-1", "us-east-1")
    for day in DAYS
)


@pytest.fixture
def bucket(aws: Connection) -> LogBucket:
    return filled(aws, dict.fromkeys((*LOGS, *NO_LOGS), b"x"))


def walk(bucket: LogBucket, *sources: str, choice: Choice | None = None) -> tuple[list[str], Listing]:
    listing = Listing()
    places = [s3_place(source) for source in sources]
    found = list(listed(places, lambda _: bucket, choice or Choice(), listing))
    assert listing.objects == len(found)
    assert listing.bytes == sum(file.size for file in found)
    assert listing.is_over
    prefix = f"s3://{BUCKET}/"
    assert all(file.path == file.name and file.path.startswith(prefix) and file.etag for file in found)
    return sorted(file.path.removeprefix(prefix) for file in found), listing


def keys(*texts: str, of: Iterable[str] = LOGS) -> list[str]:
    return sorted(key for key in of if all(text in key for text in texts))


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("", ()),
        ("/", ()),
        ("/org", ()),
        ("/org/AWSLogs", ()),
        (f"/{ORG}", ()),
        (f"/{ORG}{ACCOUNT}", (f"/{ACCOUNT}/",)),
        (f"/{ORG}{ACCOUNT}/CloudTrail/", (f"/{ACCOUNT}/",)),
        (f"/{ORG}{ACCOUNT}/CloudTrail/us-east-1", (f"/{ACCOUNT}/", "us-east-1")),
        (f"/{ORG}{OTHER}/CloudTrail/us-east-1/2026", (f"/{OTHER}/", "us-east-1", "/2026/")),
        (f"/{ORG}{OTHER}/CloudTrail/us-east-1/2026/09/", (f"/{OTHER}/", "us-east-1", "/2026/09/")),
        (f"/{ORG}{OTHER}/CloudTrail/us-east-1/2026/09/30", (f"/{OTHER}/", "us-east-1", "/2026/09/30")),
        (f"/{log_key()}", (log_key(),)),
    ],
)
def test_logs_are_found_from_above_and_below(bucket: LogBucket, source: str, texts: tuple[str, ...]) -> None:
    found, listing = walk(bucket, f"s3://{BUCKET}{source}")
    assert found == keys(*texts)
    assert not listing.unlisted


def test_what_is_no_log_is_counted(bucket: LogBucket) -> None:
    _, listing = walk(bucket, f"s3://{BUCKET}")
    assert [(one.kind, one.names, one.count) for one in listing.not_opened(Choice())] == [
        (LeftOut.NO_LOGS, ("CloudTrail-Digest", "CloudTrail-Insight"), 2),
        (LeftOut.OTHER_SERVICE, ("Config",), 1),
    ]


def test_accounts_regions_and_days_are_left_out_before_they_are_listed(
    bucket: LogBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    page = LogBucket.page

    def noted(self: LogBucket, prefix: str, **more: str) -> object:
        asked.append((prefix, more.get("after", "")))
        return page(self, prefix, **more)

    monkeypatch.setattr(LogBucket, "page", noted)
    choice = Choice(frozenset({ACCOUNT}), frozenset({"us-east-1"}), "2026/08/31", "2026/10/01")
    found, listing = walk(bucket, f"s3://{BUCKET}", choice=choice)
    assert found == sorted(log_key(day=day, region="us-east-1") for day in DAYS[2:6])
    assert not [prefix for prefix, _ in asked if OTHER in prefix or "eu-west-1" in prefix or "/2025" in prefix]
    month = f"{ORG}{ACCOUNT}/CloudTrail/us-east-1/2026/08/"
    assert (month, f"{month}31/") in asked
    assert not [prefix for prefix, _ in asked if "/2026/11" in prefix]
    said = {one.kind: (one.names, one.count) for one in listing.not_opened(choice)}
    assert said[LeftOut.ACCOUNT] == ((OTHER,), 1)
    assert said[LeftOut.REGION] == (("eu-west-1",), 1)
    assert said[LeftOut.DAYS] == (("2025", "2026/11"), 2)


def test_an_edge_that_is_cut_within_a_month_is_said_too(bucket: LogBucket) -> None:
    source = f"s3://{BUCKET}/{ORG}{ACCOUNT}/CloudTrail/us-east-1/2026/09"
    choice = Choice(last_day="2026/09/29")
    found, listing = walk(bucket, source, choice=choice)
    assert found == [log_key(region="us-east-1", day="2026/09/01")]
    assert [(one.kind, one.names, one.count) for one in listing.not_opened(choice)] == [(LeftOut.DAYS, (), 0)]


def test_a_listing_of_several_pages_stops_at_the_last_day(aws: Connection) -> None:
    many = [log_key(day=day, name=f"{number:04}") for day in ("2026/09/01", "2026/09/02") for number in range(1100)]
    found, _ = walk(filled(aws, dict.fromkeys(many, b"")), f"s3://{BUCKET}", choice=Choice(last_day="2026/09/01"))
    assert found == many[:1100]


def test_places_within_each_other_are_read_once(bucket: LogBucket) -> None:
    below = f"s3://{BUCKET}/{ORG}{ACCOUNT}"
    found, _ = walk(bucket, below, f"s3://{BUCKET}/org/", f"s3://{BUCKET}/org", f"{below}/CloudTrail")
    assert found == keys()


def test_a_neighbour_with_a_longer_name_is_another_place(aws: Connection) -> None:
    bucket = filled(aws, {"a/1.json": b"x", "ab/2.json": b"x", "a-b/3.json": b"x"})
    found, _ = walk(bucket, f"s3://{BUCKET}/a", f"s3://{BUCKET}/a-b", f"s3://{BUCKET}/ab")
    assert found == ["a-b/3.json", "a/1.json", "ab/2.json"]


def test_a_tree_of_another_layout_is_walked(aws: Connection) -> None:
    objects = ("copies/2026/09/x.json", "copies/b.ndjson.gz", "copies/notes.txt", "AWSLogs/old/c.jsonl")
    bucket = filled(aws, dict.fromkeys(objects, b"x"))
    found, _ = walk(bucket, f"s3://{BUCKET}", choice=Choice(frozenset({OTHER}), last_day="2020/01/01"))
    assert found == ["AWSLogs/old/c.jsonl", "copies/2026/09/x.json", "copies/b.ndjson.gz"]


def test_what_may_be_an_export_is_told(aws: Connection) -> None:
    objects = ("x/a.json", "x/out.csv", "x/deep/out.parquet", "x/notes.txt")
    found, listing = walk(filled(aws, dict.fromkeys(objects, b"x")), f"s3://{BUCKET}/x")
    assert found == ["x/a.json"]
    assert sorted((one.name, one.reason.partition(":")[0]) for one in listing.unlisted) == [
        (f"s3://{BUCKET}/x/deep/out.parquet", "may be an export of a query, which is read from disk alone"),
        (f"s3://{BUCKET}/x/out.csv", "may be an export of a query, which is read from disk alone"),
    ]


def test_a_named_object_is_taken_whatever_its_name(aws: Connection) -> None:
    bucket = filled(aws, {"exports/events": b"x", "exports/events-2": b"x"})
    assert walk(bucket, f"s3://{BUCKET}/exports/events")[0] == ["exports/events"]


def test_another_service_that_is_named_is_read(bucket: LogBucket) -> None:
    assert walk(bucket, f"s3://{BUCKET}/{ORG}{ACCOUNT}/Config")[0] == [NO_LOGS[2]]


@pytest.mark.parametrize(
    ("source", "message", "help_"),
    [
        ("nothing/here", "holds no log object", "check the prefix"),
        (
            f"{ORG}{ACCOUNT}/CloudTrail-Digest",
            "holds no log that was asked for",
            "no logs: CloudTrail-Digest",
        ),
        (f"{ORG}{OTHER}", "holds no log that was asked for", f"accounts not asked for (`--log-account`): {OTHER}"),
    ],
)
def test_a_place_without_logs_is_refused(bucket: LogBucket, source: str, message: str, help_: str) -> None:
    with pytest.raises(NothingToRead) as caught:
        walk(bucket, f"s3://{BUCKET}/{source}", choice=Choice(frozenset({ACCOUNT})))
    assert message in caught.value.message
    assert help_ in caught.value.help


def denied_below(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    page = LogBucket.page

    def refused(self: LogBucket, prefix: str, **more: str) -> object:
        if text in prefix:
            raise AccessDenied("AWS denied it", "allow it", "AccessDenied")
        return page(self, prefix, **more)

    monkeypatch.setattr(LogBucket, "page", refused)


def test_a_folder_that_cannot_be_listed_is_missing_evidence(bucket: LogBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    denied_below(monkeypatch, f"{OTHER}/CloudTrail/eu-west-1/")
    found, listing = walk(bucket, f"s3://{BUCKET}")
    assert len(found) == 24
    assert [(one.name, one.reason) for one in listing.unlisted] == [
        (f"s3://{BUCKET}/{ORG}{OTHER}/CloudTrail/eu-west-1/", "folder cannot be listed: AWS denied it; allow it")
    ]


def test_a_place_that_cannot_be_listed_at_all_is_an_error(bucket: LogBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    denied_below(monkeypatch, "org/")
    with pytest.raises(AwsFailure, match="AWS denied it"):
        walk(bucket, f"s3://{BUCKET}/org")


def test_a_bug_in_a_thread_is_not_swallowed(bucket: LogBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(s3_listing._Walk, "_logs", broken)
    with pytest.raises(ZeroDivisionError):
        walk(bucket, f"s3://{BUCKET}")


def test_listing_waits_for_reading_and_ends_with_it(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_listing, "AHEAD", 2)
    days = [f"2026/{month:02}/01" for month in range(1, 13)]
    bucket = filled(aws, {log_key(day=day): b"" for day in days})
    before = threading.active_count()
    listing = Listing()
    files = listed([s3_place(f"s3://{BUCKET}")], lambda _: bucket, Choice(), listing)
    next(files)
    assert not listing.is_over
    files.close()
    until_gone(before)
    assert listing.objects <= 1 + 2 + s3_listing.THREADS
    assert not listing.is_over


def until_gone(threads: int) -> None:
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread():
            thread.join(5)
    assert threading.active_count() <= threads
