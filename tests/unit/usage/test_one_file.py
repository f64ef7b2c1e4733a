"""One file: by the day and in all, from a path and from bytes."""

import gzip
from pathlib import Path

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.one_file import FileParts, content_days, read_content, read_days, read_file
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.usage import Rejected
from secrets_cli.usage.window import Window
from tests.unit.usage.made_records import ROLE, delivered, record, write

RECORDS = [
    record(eventID="a", eventTime="2026-03-01T23:59:59Z"),
    record(eventID="b", eventTime="2026-03-02T00:00:00Z"),
    record(eventID="c", eventTime="2026-03-02T00:00:00Z", eventName="DeleteObject"),
    record(eventID="d", eventTime=None),
    record(eventSource=5),
    "odd",
]


def meaning(call: ApiCall) -> EventMeaning:
    return meaning_of(call, load_catalog())


def test_the_days_of_a_file_add_up_to_the_file() -> None:
    parts = content_days(delivered(RECORDS), "f", meaning)
    assert [day for day, _ in parts.days] == ["", "2026-03-01", "2026-03-02"]
    assert (parts.records, parts.rejected_records) == (6, 2)
    whole = read_content(delivered(RECORDS), "f", None, meaning).usage()
    total = parts.total().usage()
    assert (total.coverage, total.uses, total.not_counted, total.principals) == (
        whole.coverage,
        whole.uses,
        whole.not_counted,
        whole.principals,
    )
    assert total.days == read_content(delivered(RECORDS), "f", frozenset({ROLE}), meaning).usage().days


def test_a_day_is_what_the_window_of_that_day_holds() -> None:
    days = dict(content_days(delivered(RECORDS), "f", meaning).days)
    of_window = read_content(
        delivered(RECORDS), "f", None, meaning, Window("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")
    ).usage()
    assert days["2026-03-02"].usage().uses == of_window.uses


def test_a_path_is_read_as_its_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "x.json.gz", RECORDS)
    file = LogFile(str(path), "x", path.stat().st_size)
    assert read_file(file, None, meaning).usage() == read_content(delivered(RECORDS), "x", None, meaning).usage()
    assert read_days(file, meaning) == content_days(delivered(RECORDS), "x", meaning)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b"{}", mtime=0)[:9], "truncated gzip data: ends after 0 decompressed bytes"),
        (b"", "the file is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_rejected(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "x.json.gz"
    path.write_bytes(data)
    parts = read_days(LogFile(str(path), "x", 0), meaning)
    assert parts == FileParts(1, 0, 0, (Rejected("x", reason),), 0, (), ())
    assert parts.total().usage() == read_file(LogFile(str(path), "x", 0), None, meaning).usage()


def test_other_json_is_ignored_where_it_may_be() -> None:
    assert content_days(b'{"a":1}', "m.json", meaning, may_be_other_json=True).ignored == ("m.json",)
    assert content_days(b'{"a":1}', "m.json", meaning).rejected != ()
    assert content_days(b'{"eventName":1,"Records":3}', "m", meaning, may_be_other_json=True).files == 1
