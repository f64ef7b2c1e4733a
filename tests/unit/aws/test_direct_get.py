"""The short way to an object: taken after the SDK's first, left for the SDK wherever it does not lead to the whole."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from secrets_cli.aws.objects import LogBucket, ObjectEntry, ObjectGone
from secrets_cli.aws.target import Connection
from tests.refused_calls import refuse

BUCKET = "trail-logs"
KEYS = ("a/plain.json.gz", "a/day=01/x y+z~é%.json.gz", "a//double")


@pytest.fixture
def bucket(aws: Connection) -> LogBucket:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for key in KEYS:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    return LogBucket(aws, BUCKET, threads=4, wait=lambda _: None)


def sent_by(bucket: LogBucket, note: Callable[[Any], Any]) -> None:
    """Have `note` see each request for an object, and answer it where it does."""
    bucket.connection.client("s3").meta.events.register_first(
        "before-send.s3.GetObject", lambda request, **_: note(request)
    )


def test_only_the_first_object_is_got_by_the_sdk(bucket: LogBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    called = refuse(monkeypatch, {})
    entries = bucket.page("").objects
    assert [bucket.get(entry) for entry in entries] == [entry.key.encode() for entry in entries]
    assert called.count("GetObject") == 1


def test_it_asks_as_the_sdk_does(bucket: LogBucket) -> None:
    requests: list[Any] = []
    sent_by(bucket, requests.append)
    entries = {entry.key: entry for entry in bucket.page("").objects}
    bucket.get(entries[KEYS[0]])
    for key in KEYS:
        bucket.get(entries[key])
        other = LogBucket(bucket.connection, BUCKET, threads=4)
        other.get(entries[key])
        direct, by_sdk = requests[-2:]
        assert direct.url == by_sdk.url
        for name in ("If-Match", "User-Agent", "X-Amz-Security-Token", "X-Amz-Content-SHA256"):
            assert text(direct.headers[name]).split(" md/")[0] == text(by_sdk.headers[name]).split(" md/")[0]
        scopes = [text(one.headers["Authorization"]).split(",")[0] for one in (direct, by_sdk)]
        assert scopes[0] == scopes[1]


def text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def test_the_requester_pays_this_way_too(bucket: LogBucket) -> None:
    requests: list[Any] = []
    sent_by(bucket, requests.append)
    paid = LogBucket(bucket.connection, BUCKET, threads=4, requester_pays=True)
    for entry in paid.page("").objects:
        paid.get(entry)
    assert [text(one.headers["x-amz-request-payer"]) for one in requests] == ["requester"] * 3


@pytest.mark.parametrize(("status", "body"), [(503, b"<Error/>"), (403, b""), (200, b"shor"), (307, b"")])
def test_what_is_no_whole_answer_is_asked_for_again(
    bucket: LogBucket, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    entries = bucket.page("").objects
    bucket.get(entries[0])
    called = refuse(monkeypatch, {})

    def answered(self: Any, request: Any) -> Any:
        return SimpleNamespace(status_code=status, content=body)

    monkeypatch.setattr("secrets_cli.aws.direct_get.DirectGet._send", answered)
    assert bucket.get(entries[1]) == entries[1].key.encode()
    assert called == ["GetObject"]


def test_a_connection_that_breaks_is_asked_for_again(bucket: LogBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ConnectionClosedError
    from urllib3.exceptions import ProtocolError

    entries = bucket.page("").objects
    bucket.get(entries[0])
    called = refuse(monkeypatch, {})
    errors: list[Exception] = [ConnectionClosedError(endpoint_url="x"), ProtocolError("reset")]

    def broken(self: Any, request: Any) -> Any:
        raise errors.pop()

    monkeypatch.setattr("secrets_cli.aws.direct_get.DirectGet._send", broken)
    assert [bucket.get(entry) for entry in entries[1:]] == [entry.key.encode() for entry in entries[1:]]
    assert called == ["GetObject"] * 2


def test_an_object_that_was_replaced_is_noticed_this_way_too(bucket: LogBucket) -> None:
    entries = bucket.page("").objects
    bucket.get(entries[0])
    bucket.connection.client("s3").put_object(Bucket=BUCKET, Key=entries[1].key, Body=entries[1].key.upper().encode())
    with pytest.raises(ObjectGone, match="replaced"):
        bucket.get(entries[1])


def test_without_a_signature_of_the_common_kind_the_sdk_is_asked(
    bucket: LogBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_by(bucket, lambda request: request.headers.__setitem__("Authorization", "AWS4-ECDSA-P256-SHA256 Credential=x"))
    called = refuse(monkeypatch, {})
    for entry in bucket.page("").objects:
        assert bucket.get(ObjectEntry(entry.key, entry.size, "")) == entry.key.encode()
    assert called.count("GetObject") == 3
