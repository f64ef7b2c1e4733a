"""Objects of S3: what CloudFormation and Lambda fetch a template and a zip from, and logs that are read.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, API_GetObject.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from secrets_cli.aws.direct_get import DirectGet
from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, KeyUnusable, NotThere, Throttled, Unreachable

ROUNDS = 5
"""How often a call is made that S3 refuses for the time being, each time with all the tries of the SDK."""
LONGEST_WAIT = 20.0
"""Seconds between two rounds, at most."""
_FIRST_WAIT = 0.5
_FOR_NOW = frozenset({"InternalError", "ServiceUnavailable", "RequestTimeout", "500", "502", "503", "504"})
_KMS_DENIAL = re.compile(r"kms:Decrypt on resource: (arn:[^\s,]+)")
_OLD_KMS_DENIAL = "The ciphertext refers to a customer master key"
Answer = TypeVar("Answer")


class Bucket:
    """One bucket, which must be of the connection's own account: a name somebody else took is refused."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self.name = name

    @property
    def _s3(self) -> Any:
        return self.connection.client("s3")

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object, by s3:PutObject."""
        with translated("s3:PutObject", f"s3://{self.name}/{key}"):
            self._s3.put_object(
                Bucket=self.name,
                Key=key,
                Body=body,
                ContentType=content_type,
                ExpectedBucketOwner=self.connection.account,
            )

    def url(self, key: str) -> str:
        """The address CloudFormation takes for a template; with the bucket in the path, as `aws cloudformation deploy` has it:
        in a host's name, one with dots would not match the certificate."""
        suffix = "amazonaws.com.cn" if self.connection.partition == "aws-cn" else "amazonaws.com"
        return f"https://s3.{self.connection.region}.{suffix}/{self.name}/{key}"


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """An object as a listing has it."""

    key: str
    size: int
    """Bytes."""
    etag: str
    """Of this version of it, quotes included."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a listing, in the order of keys."""

    objects: tuple[ObjectEntry, ...]
    folders: tuple[str, ...]
    """The prefixes up to and with the delimiter below which there is more."""
    token: str
    """What the next page is asked for with; empty on the last one."""


class BrokenBody(AwsFailure):
    """The answer began and did not come whole, also when asked for again."""


class ObjectGone(NotThere):
    """The object is no longer there, or has been replaced since it was listed."""


class ObjectArchived(AwsFailure):
    """The object lies in an archive: it must be restored before it can be read."""


class _S3(Protocol):
    """The calls that are made; the stubs installed have no S3."""

    def list_objects_v2(self, **parameters: Any) -> dict[str, Any]: ...
    def get_object(self, **parameters: Any) -> dict[str, Any]: ...
    def head_object(self, **parameters: Any) -> dict[str, Any]: ...


class LogBucket:
    """Objects of one bucket, of whatever account and region, read by many threads at once.

    A bucket in another region is found by the SDK, which follows S3's redirect.
    """

    def __init__(
        self,
        connection: Connection,
        name: str,
        *,
        threads: int,
        requester_pays: bool = False,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.connection = connection
        self.name = name
        self._threads = threads
        self._payer = {"RequestPayer": "requester"} if requester_pays else {}
        self._wait = wait
        self._making = threading.Lock()
        self._way: DirectGet | None = None

    @property
    def _s3(self) -> _S3:
        client: _S3 = self.connection.client("s3", threads=self._threads)
        return client

    @property
    def _direct(self) -> DirectGet:
        with self._making:
            if self._way is None:
                self._way = DirectGet(self.connection, self._s3)
            return self._way

    @property
    def arn(self) -> str:
        """ARN of the bucket."""
        return f"arn:{self.connection.partition}:s3:::{self.name}"

    def page(self, prefix: str, *, delimiter: str = "", after: str = "", token: str = "") -> Page:
        """Up to 1,000 keys that begin with `prefix`, those after the key `after`, by s3:ListBucket.

        Raises NotThere (no such bucket), AccessDenied, Throttled, Unreachable, AwsFailure.
        """
        more = {"Delimiter": delimiter, "StartAfter": after, "ContinuationToken": token}
        asked = {name: value for name, value in more.items() if value}

        def listed() -> Page:
            with self._named("s3:ListBucket", self.arn):
                return _page(self._s3.list_objects_v2(Bucket=self.name, Prefix=prefix, **asked, **self._payer))

        return self._patiently(listed)

    def get(self, entry: ObjectEntry) -> bytes:
        """The object's bytes, whole and of the version that was listed, by s3:GetObject.

        Raises ObjectGone, ObjectArchived, KeyUnusable (KMS), AccessDenied, BrokenBody, Throttled, Unreachable, AwsFailure.
        """
        return self._patiently(lambda: self._whole(entry))

    def metadata(self, key: str) -> dict[str, str]:
        """The object's own metadata, names in lower case, by s3:GetObject (a HEAD request). Raises as `get`."""

        def asked() -> dict[str, str]:
            with self._named("s3:GetObject", f"{self.arn}/{key}"):
                found: dict[str, str] = self._s3.head_object(Bucket=self.name, Key=key, **self._payer)["Metadata"]
                return found

        return self._patiently(asked)

    def _whole(self, entry: ObjectEntry) -> bytes:
        headers = {"x-amz-request-payer": "requester"} if self._payer else {}
        if entry.etag:
            headers["If-Match"] = entry.etag
        data = self._direct.get(entry.key, entry.size, headers)
        if data is None:
            data = self._by_sdk(entry)
            self._direct.learn(entry.key)
        return data

    def _by_sdk(self, entry: ObjectEntry) -> bytes:
        version = {"IfMatch": entry.etag} if entry.etag else {}
        with self._named("s3:GetObject", f"{self.arn}/{entry.key}"):
            answer = self._s3.get_object(Bucket=self.name, Key=entry.key, **version, **self._payer)
            body = answer["Body"]
        try:
            with translated("s3:GetObject", f"{self.arn}/{entry.key}"):
                data: bytes = body.read()
        except AwsFailure as error:
            raise BrokenBody(f"`s3:GetObject`: the answer broke off ({error.message})", _BROKEN_HELP) from None
        if len(data) != entry.size:
            text = f"`s3:GetObject`: {len(data):,} bytes came, where {entry.size:,} were listed"
            raise BrokenBody(text, _BROKEN_HELP)
        return data

    def _patiently(self, call: Callable[[], Answer]) -> Answer:
        """The call's answer, tried again where S3 asks for less (503 SlowDown), fails for now, or breaks off."""
        for round_ in range(ROUNDS):
            try:
                return call()
            except AwsFailure as error:
                if round_ == ROUNDS - 1 or not _is_for_now(error):
                    raise
            # Jitter over the whole range: https://docs.aws.amazon.com/general/latest/gr/api-retries.html
            self._wait(random.uniform(0, min(LONGEST_WAIT, _FIRST_WAIT * 2**round_)))  # noqa: S311 - no secret
        raise AssertionError("the last round returns or raises")

    @contextmanager
    def _named(self, action: str, arn: str) -> Iterator[None]:
        """`translated`, with S3's own codes named."""
        try:
            with translated(action, arn):
                yield
        except (NotThere, Throttled, Unreachable):
            raise
        except AwsFailure as error:
            raise self._explained(error, action, arn) from None

    def _explained(self, error: AwsFailure, action: str, arn: str) -> AwsFailure:
        code = error.code
        if code == "NoSuchBucket":
            return NotThere(f"there is no bucket `{self.name}`", "check the name after `s3://`", code)
        if code in ("NoSuchKey", "NoSuchVersion"):
            return ObjectGone("it was there when listed and is gone now", "read the logs again", code)
        if code in ("PreconditionFailed", "412"):
            return ObjectGone("it was replaced after it was listed", "read the logs again", code)
        if code == "InvalidObjectState":
            return ObjectArchived("it is in an archive storage class, from which S3 reads nothing", _RESTORE_HELP, code)
        if code.startswith("KMS.") or _OLD_KMS_DENIAL in error.message:
            return KeyUnusable(f"its KMS key cannot be used ({code})", _KMS_HELP.format("its KMS key"), code)
        if key := _KMS_DENIAL.search(error.message):
            text = f"AWS denied `kms:Decrypt` on `{key[1]}`, the key that `{arn}` is encrypted with"
            return AccessDenied(text, _KMS_HELP.format(f"`{key[1]}`"), code)
        if isinstance(error, AccessDenied):
            payer = "" if self._payer else "; where the reader pays for requests: `--requester-pays`"
            return AccessDenied(error.message, f"{error.help}{payer}", code)
        if code in ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"):
            text = f"`{action}` on `{arn}`: the bucket is in another region, and S3 did not say which ({code})"
            return AwsFailure(text, "give the bucket's region: `--region`", code)
        return error


def _page(answer: dict[str, Any]) -> Page:
    return Page(
        tuple(ObjectEntry(one["Key"], one["Size"], one.get("ETag", "")) for one in answer.get("Contents", ())),
        tuple(one["Prefix"] for one in answer.get("CommonPrefixes", ())),
        answer.get("NextContinuationToken", "") if answer["IsTruncated"] else "",
    )


def _is_for_now(error: AwsFailure) -> bool:
    return isinstance(error, (BrokenBody, Throttled)) or error.code in _FOR_NOW


_BROKEN_HELP = "check the network between, and read the logs again"
_RESTORE_HELP = "restore it (`aws s3api restore-object`, or S3 Batch Operations for many), then read the logs again"
_KMS_HELP = "the caller's policies and the policy of the key must both let it use `kms:Decrypt` on {}"
