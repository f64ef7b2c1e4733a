"""Objects of logs: what is asked of S3, what is tried again, and what each refusal is called."""

from types import SimpleNamespace
from typing import Any

import pytest

from secrets_cli.aws.objects import ROUNDS, BrokenBody, LogBucket, ObjectArchived, ObjectEntry, ObjectGone
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, KeyUnusable, NotThere, Throttled
from tests.refused_calls import DENIED, refuse

KEY = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/09/01/a.json.gz"
BUCKET = "trail-logs"
BODY = b"some bytes"
ARN = f"arn:aws:s3:::trail-logs/{KEY}"
KMS_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234"


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def bucket(aws: Connection, waits: list[float]) -> LogBucket:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=BODY)
    return LogBucket(aws, BUCKET, threads=4, wait=waits.append)


def entry(bucket: LogBucket) -> ObjectEntry:
    (found,) = bucket.page("AWSLogs/").objects
    return found


def test_an_object_is_listed_and_got(bucket: LogBucket) -> None:
    found = entry(bucket)
    assert (found.key, found.size) == (KEY, len(BODY))
    assert bucket.get(found) == BODY
    page = bucket.page("", delimiter="/")
    assert (page.folders, page.objects, page.token) == (("AWSLogs/",), (), "")
    assert bucket.page("AWSLogs/", after=KEY).objects == ()


def test_a_long_listing_goes_on(bucket: LogBucket) -> None:
    for number in range(1001):
        bucket.connection.client("s3").put_object(Bucket=BUCKET, Key=f"many/{number:04}", Body=b"")
    first = bucket.page("many/")
    second = bucket.page("many/", token=first.token)
    keys = [one.key for one in first.objects + second.objects]
    assert (len(keys), len(set(keys)), second.token) == (1001, 1001, "")


def test_an_object_that_goes_or_changes_is_noticed(bucket: LogBucket) -> None:
    found = entry(bucket)
    bucket.connection.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"other bytes")
    with pytest.raises(ObjectGone, match="it was replaced after it was listed"):
        bucket.get(found)
    bucket.connection.client("s3").delete_object(Bucket=BUCKET, Key=KEY)
    with pytest.raises(ObjectGone, match="it was there when listed and is gone now"):
        bucket.get(found)


def test_there_is_no_such_bucket(aws: Connection) -> None:
    with pytest.raises(NotThere, match="there is no bucket `nowhere`"):
        LogBucket(aws, "nowhere", threads=1).page("")


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ServiceUnavailable", "503"])
def test_what_s3_refuses_for_now_is_tried_again(
    bucket: LogBucket, waits: list[float], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = entry(bucket)
    refuse(monkeypatch, {"GetObject": [(code, "later")] * (ROUNDS - 1) + [None]})
    assert bucket.get(found) == BODY
    assert len(waits) == ROUNDS - 1
    assert all(0 <= wait <= 0.5 * 2**place for place, wait in enumerate(waits))


def test_what_s3_refuses_for_good_is_throttled(
    bucket: LogBucket, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    called = refuse(monkeypatch, {"ListObjectsV2": [("SlowDown", "later")]})
    with pytest.raises(Throttled):
        bucket.page("")
    assert (len(called), len(waits)) == (ROUNDS, ROUNDS - 1)


class Broken:
    """A client, and a body that gives what its reads are told to."""

    meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_: None))

    def __init__(self, *reads: bytes | Exception) -> None:
        self.reads = list(reads)

    def get_object(self, **_: Any) -> dict[str, Any]:
        return {"Body": self}

    def read(self) -> bytes:
        given = self.reads.pop(0)
        if isinstance(given, Exception):
            raise given
        return given


def test_a_body_that_breaks_off_is_asked_for_again(
    bucket: LogBucket, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import IncompleteReadError, ResponseStreamingError

    found = entry(bucket)
    errors = [ResponseStreamingError(error="reset"), IncompleteReadError(actual_bytes=1, expected_bytes=2)]
    client = Broken(*errors, BODY[:4], BODY)
    monkeypatch.setattr(bucket.connection, "client", lambda *_, **__: client)
    assert bucket.get(found) == BODY
    assert len(waits) == 3
    client.reads = [BODY[:4]] * ROUNDS
    with pytest.raises(BrokenBody, match="4 bytes came, where 10 were listed"):
        bucket.get(found)


@pytest.mark.parametrize(
    ("answer", "kind", "message", "help_"),
    [
        (
            ("AccessDenied", DENIED.format(action="s3:GetObject", arn=ARN)),
            AccessDenied,
            f"AWS denied `s3:GetObject` on `{ARN}`",
            f"a policy that allows `s3:GetObject` on `{ARN}` is missing, or another denies it; where the reader pays",
        ),
        (
            ("AccessDenied", DENIED.format(action="kms:Decrypt", arn=KMS_ARN)),
            AccessDenied,
            f"AWS denied `kms:Decrypt` on `{KMS_ARN}`, the key that `{ARN}` is encrypted with",
            f"must both let it use `kms:Decrypt` on `{KMS_ARN}`",
        ),
        (
            ("AccessDenied", "The ciphertext refers to a customer master key that does not exist"),
            KeyUnusable,
            "its KMS key cannot be used (AccessDenied)",
            "`kms:Decrypt` on its KMS key",
        ),
        (("KMS.DisabledException", "disabled"), KeyUnusable, "its KMS key cannot be used (KMS.DisabledException)", ""),
        (("InvalidObjectState", "x"), ObjectArchived, "it is in an archive storage class", "aws s3api restore-object"),
        (("PermanentRedirect", "x"), AwsFailure, "the bucket is in another region", "--region"),
        (("TeapotError", "x"), AwsFailure, f"`s3:GetObject` on `{ARN}` failed: AWS answered TeapotError", ""),
    ],
)
def test_each_refusal_says_what_to_do(
    bucket: LogBucket,
    answer: tuple[str, str],
    kind: type[AwsFailure],
    message: str,
    help_: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = entry(bucket)
    refuse(monkeypatch, {"GetObject": [answer]})
    with pytest.raises(kind) as caught:
        bucket.get(found)
    assert message in caught.value.message
    assert help_ in caught.value.help


def test_a_denied_listing_names_the_bucket(bucket: LogBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, {"ListObjectsV2": [("AccessDenied", "Access Denied")]})
    with pytest.raises(AccessDenied) as caught:
        bucket.page("")
    assert "`s3:ListBucket` on `arn:aws:s3:::trail-logs`" in caught.value.message


def test_the_requester_pays_where_asked(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Client(Broken):
        def list_objects_v2(self, **parameters: Any) -> dict[str, Any]:
            asked.append(parameters)
            return {"IsTruncated": False}

        def get_object(self, **parameters: Any) -> dict[str, Any]:
            asked.append(parameters)
            return {"Body": self}

    monkeypatch.setattr(aws, "client", lambda *_, **__: Client(b""))
    bucket = LogBucket(aws, BUCKET, threads=1, requester_pays=True)
    bucket.page("a/")
    bucket.get(ObjectEntry("a/b", 0, '"e"'))
    assert asked == [
        {"Bucket": BUCKET, "Prefix": "a/", "RequestPayer": "requester"},
        {"Bucket": BUCKET, "Key": "a/b", "IfMatch": '"e"', "RequestPayer": "requester"},
    ]


def test_a_client_of_many_threads_has_a_connection_for_each(aws: Connection) -> None:
    assert aws.client("s3", threads=40).meta.config.max_pool_connections == 40
    assert aws.client("s3").meta.config.retries["mode"] == "standard"  # the same client
    assert aws.client("iam").meta.config.retries["mode"] == "adaptive"
