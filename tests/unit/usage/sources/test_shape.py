"""The forms records come in, and what is said of a file that is none of them."""

import json
from typing import Any

import pytest

from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.shape import NotCloudTrailError, NotJsonError, raw_records
from tests.unit.usage.made_records import delivered, record

ONE, TWO = record(), record(eventID="e-2", eventName="PutObject")


def text(value: object) -> bytes:
    return json.dumps(value).encode()


def got(data: bytes | bytearray) -> list[Any]:
    """The records; an error as its text."""
    return [str(item) if isinstance(item, BadFileError) else item for item in raw_records(data)]


def refusal(data: bytes) -> str:
    with pytest.raises(BadFileError) as caught:
        raw_records(data)
    return str(caught.value)


LINES = text(ONE) + b"\n" + text(TWO) + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        delivered([ONE, TWO]),
        bytearray(delivered([ONE, TWO])),
        json.dumps({"Records": [ONE, TWO]}, indent=2).encode(),
        json.dumps({"other": 1, "Records": [ONE, TWO], "more": {}}, indent=1).encode(),
        text([ONE, TWO]),
        LINES,
        LINES.replace(b"\n", b"\r\n"),
        b"\n\n" + LINES.replace(b"\n", b"\n \n"),
        delivered([ONE]) + b"\n" + delivered([TWO]) + b"\n",
        text(
            {"Events": [{"EventId": "x", "CloudTrailEvent": json.dumps(item)} for item in (ONE, TWO)], "NextToken": "t"}
        ),
    ],
    ids=[
        "delivered",
        "bytearray",
        "pretty",
        "with more",
        "list",
        "lines",
        "crlf",
        "blank lines",
        "files in lines",
        "lookup",
    ],
)
def test_every_form_gives_the_same_records(data: bytes) -> None:
    assert got(data) == [ONE, TWO]
    assert got(b"\xef\xbb\xbf" + data) == [ONE, TWO]
    assert got(b" \t\r\n" + data) == [ONE, TWO]


def test_a_single_record_is_a_file() -> None:
    assert got(text(ONE)) == got(json.dumps(ONE, indent=4).encode()) == got(text(ONE) + b"\n") == [ONE]


def test_a_file_may_hold_no_records() -> None:
    assert got(b'{"Records":[]}') == got(b"[]") == got(b'{"Events":[]}') == []


@pytest.mark.parametrize("data", [b"", b"  \n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_file_is_none(data: bytes) -> None:
    with pytest.raises(NotCloudTrailError, match=r"^the file is empty$"):
        raw_records(data)


@pytest.mark.parametrize(
    "data",
    [b"{}", b'{"Statement":[]}', b'{"Records":{}}', b'{"Records":null}', b'{"Events":"x"}', b'{"digestS3Object":"x"}'],
)
def test_other_json_is_no_cloudtrail_file(data: bytes) -> None:
    with pytest.raises(NotCloudTrailError, match=r"^no CloudTrail file: it has neither `Records` nor `Events`$"):
        raw_records(data)


@pytest.mark.parametrize("data", [b"<html>", b"a,b\n1,2\n", b"\x00\x01", b"\xff\xff"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(NotJsonError, match=r"^not JSON: "):
        raw_records(data)


@pytest.mark.parametrize("data", [b"12", b'"x"', b"null", b"true"])
def test_what_is_no_object_and_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(NotCloudTrailError, match=r"^no CloudTrail file: "):
        raw_records(data)


def test_utf_16_is_named() -> None:
    assert refusal(delivered([ONE]).decode().encode("utf-16")) == "not JSON: UTF-16 text, where UTF-8 is needed"


def test_broken_json_of_several_lines_gives_its_place() -> None:
    broken = b'{\n  "Records": [\n    {"eventName": }\n  ]\n}\n'
    assert refusal(broken) == "not JSON: invalid character at line 3, column 19"
    assert refusal(b"\xef\xbb\xbf" + broken) == "not JSON: invalid character at line 3, column 19"


def test_broken_json_of_one_line_gives_its_place() -> None:
    assert refusal(b'{"Records":[{"a":1}') == "not JSON: truncated"
    assert refusal(delivered([ONE]) + b"x").startswith("not JSON: trailing characters at line 1, column ")


def test_a_broken_line_spoils_that_line_only() -> None:
    lines = [text(ONE), b'{"eventName": }', b"rubbish", text(TWO)]
    first, second, third, fourth = got(b"\n".join(lines))
    assert (first, fourth) == (ONE, TWO)
    assert second.startswith("line 2 is not JSON: ")
    assert third.startswith("line 3 is not JSON: ")


def test_a_first_line_may_be_the_broken_one() -> None:
    first, second = got(b'{"eventName": \n' + text(ONE))
    assert first.startswith("line 1 is not JSON: ")
    assert second == ONE


def test_a_truncated_last_line_spoils_itself_only() -> None:
    first, second = got(text(ONE) + b"\n" + text(TWO)[:50])
    assert (first, second) == (ONE, "line 2 is not JSON: truncated")


def test_a_record_with_broken_text_spoils_itself_only() -> None:
    data = delivered([ONE, TWO]).replace(b'"GetObject"', b'"Get\xffObject"')
    assert got(data) == ["it is not JSON: text that is not UTF-8", TWO]


def test_a_half_surrogate_is_refused_without_a_stack() -> None:
    assert refusal(b'{"Records":[{"eventName":"\\ud800"}]}').startswith("not JSON: ")


def test_of_a_name_twice_the_last_counts() -> None:
    assert got(b'{"Records":[{"a":1,"a":2}],"Records":[{"a":3,"a":4}]}') == [{"a": 4}]


def test_numbers_of_any_size_are_read() -> None:
    assert got(b'[{"a":123456789012345678901234567890}]') == [{"a": 123456789012345678901234567890}]
    assert got(b'[{"a":1e999},{"a":1}]')[1] == {"a": 1}


def test_deep_nesting_is_a_reason_not_a_crash() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert refusal(deep) == "not JSON: nested too deeply"
    assert refusal(b'{"Records":[' + deep + b"]}") == "not JSON: nested too deeply"


def test_looked_up_events_without_a_record_spoil_themselves_only() -> None:
    events: list[Any] = [{"CloudTrailEvent": json.dumps(ONE)}, {"CloudTrailEvent": "{"}, {"EventId": "x"}, 7]
    assert got(text({"Events": events})) == [
        ONE,
        "its `CloudTrailEvent` is not JSON: truncated",
        "it has no `CloudTrailEvent`",
        "it has no `CloudTrailEvent`",
    ]
