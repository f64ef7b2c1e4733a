"""Bodies on their way through."""

import io
from collections.abc import Iterator

import pytest

from secrets_cli.aws.wire import WireRequest
from secrets_cli.usage.recorder.bodies import (
    REQUEST_KEPT,
    BadBody,
    Copy,
    answer_kept,
    pieces_of,
    request_kept,
    without_aws_chunks,
)
from secrets_cli.usage.recorder.scope import Scope

S3 = Scope("A", "eu-west-1", "s3")
SSM = Scope("A", "eu-west-1", "ssm")


def _body(content: bytes, **headers: str) -> bytes:
    source = io.BytesIO(content)
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return b"".join(pieces_of(source.read, source.readline, told))


def test_a_body_ends_where_its_headers_say() -> None:
    assert _body(b"abcdef", content_length="4") == b"abcd"
    assert _body(b"") == b""
    assert _body(b"4\r\nabcd\r\n2;x=y\r\nef\r\n0\r\nTrailer: t\r\n\r\n", transfer_encoding="chunked") == b"abcdef"


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"ab", {"content_length": "4"}),
        (b"", {"content_length": "x"}),
        (b"z\r\n", {"transfer_encoding": "chunked"}),
        (b"4\r\nab", {"transfer_encoding": "chunked"}),
    ],
)
def test_a_body_that_is_not_what_its_headers_say_is_refused(content: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(BadBody):
        _body(content, **headers)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_signed_chunks_are_opened_however_they_come(size: int) -> None:
    content = b"5;chunk-signature=abc\r\nhello\r\n6;chunk-signature=def\r\n world\r\n"
    content += b"0;chunk-signature=0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n"
    pieces = (content[at : at + size] for at in range(0, len(content), size))
    assert b"".join(without_aws_chunks(pieces)) == b"hello world"


def test_signed_chunks_that_end_early_are_refused() -> None:
    cut: Iterator[bytes] = iter([b"5;chunk-signature=abc\r\nhel"])
    with pytest.raises(BadBody):
        list(without_aws_chunks(cut))


def test_of_a_body_that_is_too_large_nothing_is_kept() -> None:
    copy = Copy(4)
    copy.add(b"ab")
    assert copy.body() == b"ab"
    copy.add(b"cde")
    assert (copy.body(), copy.size) == (None, 5)


@pytest.mark.parametrize(
    ("method", "path", "query", "scope", "kept"),
    [
        ("PUT", "/b/k", "", S3, False),
        ("PUT", "/b/k", "partNumber=1&uploadId=u&x-id=UploadPart", S3, False),
        ("PUT", "/b", "policy", S3, True),
        ("POST", "/b", "delete", S3, True),
        ("POST", "/", "", SSM, True),
    ],
)
def test_an_objects_content_is_not_kept(method: str, path: str, query: str, scope: Scope, kept: bool) -> None:
    assert (request_kept(WireRequest(method, path, query, {}, None), scope) > 0) == kept


def test_what_is_kept_of_an_answer() -> None:
    assert answer_kept(S3, 200, "application/json") == 0
    assert answer_kept(S3, 403, "application/xml") > 0
    assert answer_kept(SSM, 200, "application/x-amz-json-1.1") > 0
    assert answer_kept(SSM, 200, "application/vnd.amazon.eventstream") == 0
    assert (
        request_kept(
            WireRequest("POST", "/", "", {"content-type": "application/x-www-form-urlencoded"}, None), Scope("", "", "")
        )
        == REQUEST_KEPT
    )
