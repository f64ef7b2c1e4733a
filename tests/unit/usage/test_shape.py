"""The forms in which records come in a file, and what is none of them."""

import json
from typing import Any

import pytest

from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.shape import NotCloudTrailError, NotJsonError, raw_records
from tests.cloudtrail_records import document, record

ONE, TWO = record(eventID="1"), record(eventID="2")


def read(data: bytes) -> list[Any]:
    """The records; an entry that is none as its reason."""
    return [str(raw) if isinstance(raw, BadFileError) else raw for raw in raw_records(data)]


def lines(*values: Any) -> bytes:
    """One value a line."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


@pytest.mark.parametrize(
    "data",
    [
        document(ONE, TWO),
        b"\xef\xbb\xbf" + document(ONE, TWO),
        json.dumps({"Records": [ONE, TWO]}, indent=2).encode(),
        json.dumps([ONE, TWO]).encode(),
        lines(ONE, TWO),
        lines(ONE, TWO).rstrip(),
        lines(ONE) + b"\n\r\n" + lines(TWO),
        lines({"Records": [ONE]}, {"Records": [TWO]}),
        json.dumps({"Events": [{"CloudTrailEvent": json.dumps(each)} for each in (ONE, TWO)]}).encode(),
    ],
    ids=(
        "delivered",
        "byte order mark",
        "indented",
        "list",
        "lines",
        "no last line feed",
        "blank lines",
        "files in lines",
        "lookup-events",
    ),
)
def test_every_form_gives_the_same_records(data: bytes) -> None:
    assert read(data) == [ONE, TWO]


def test_one_record_by_itself_is_read() -> None:
    assert read(json.dumps(ONE, indent=1).encode()) == [ONE]
    assert read(lines(ONE)) == [ONE]


def test_a_file_without_records_is_read() -> None:
    assert read(b'{"Records":[]}') == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"Records":[{"a":1},\n{"b":}]}', "not JSON: invalid character at line 2, column 6"),
        (b'{"Records":[{"eventName":"GetItem"', "not JSON: truncated"),
        (b"hello", "not JSON: invalid character at line 1, column 1"),
        (document(ONE) + b"x", "not JSON: trailing characters at line 1"),
        (b"[" * 100_000, "not JSON: nested too deeply"),
        (document(ONE).decode().encode("utf-16"), "not JSON: UTF-16 text"),
    ],
)
def test_what_is_no_json_is_refused_with_the_place(data: bytes, reason: str) -> None:
    with pytest.raises(NotJsonError) as error:
        read(data)
    assert str(error.value).startswith(reason)


@pytest.mark.parametrize(
    "data", [b"", b" \n", b'{"hello": 1}', b'{"Records": null}', b'{"Records": {}}', b'"x"', b"5", b"null"]
)
def test_what_is_no_cloudtrail_file_is_refused(data: bytes) -> None:
    with pytest.raises(NotCloudTrailError):
        read(data)


def test_a_line_that_is_not_json_spoils_itself_alone() -> None:
    good = lines(ONE)
    assert read(good + b'{"eventName": \n' + lines(TWO)) == [ONE, "line 2 is not JSON: truncated", TWO]
    assert read(b'{"eventName": \n' + good) == ["line 1 is not JSON: truncated", ONE]
    assert read(good + good[:50]) == [ONE, "line 2 is not JSON: truncated"]


def test_an_answer_of_lookup_events_may_lack_records() -> None:
    data = json.dumps({"Events": [{"EventId": "1"}, {"CloudTrailEvent": "{"}, {"CloudTrailEvent": json.dumps(ONE)}]})
    assert read(data.encode()) == [
        "it has no `CloudTrailEvent`",
        "its `CloudTrailEvent` is not JSON: truncated",
        ONE,
    ]


def test_text_that_is_no_utf_8_spoils_one_record() -> None:
    broken = document(ONE, TWO).replace(b'"GetItem"', b'"Get\xff"', 1)
    assert read(broken) == ["it is not JSON: text that is not UTF-8", TWO]
