"""A digest file: its name, and what it says.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
"""

import re
from dataclasses import dataclass

import msgspec

from secrets_cli.usage.sources.content import BadFileError

_NAME = re.compile(
    r"(?P<root>(?:.*/)?AWSLogs/(?:o-[a-z0-9]+/)?(?P<account>\d{12}))/CloudTrail-Digest/(?P<region>[a-z0-9-]+)/\d{4}/\d\d/\d\d/"
    r"\d{12}_CloudTrail-Digest_[a-z0-9-]+?_(?P<trail>.+)_(?P<home>[a-z0-9-]+)_(?P<end>\d{8}T\d{6}Z)(?P<backfill>_backfill)?"
    r"\.json\.gz"
)
_LOG = re.compile(
    r"(?P<root>(?:.*/)?AWSLogs/(?:o-[a-z0-9]+/)?\d{12})/CloudTrail/(?P<region>[a-z0-9-]+)/\d{4}/\d\d/\d\d/"
    r"\d{12}_CloudTrail_[a-z0-9-]+_(?P<time>\d{8}T\d{4}Z)_[^/]+\.json(?:\.gz)?"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """Whose digests refer to each other: those of one trail in one account and region."""

    root: str
    """Of the keys: up to the account."""
    account: str
    region: str
    trail: str
    home_region: str
    is_backfill: bool
    """Digests that came later, for log files that were delayed."""


@dataclass(frozen=True, slots=True)
class LogName:
    """What the key of a log file says."""

    root: str
    region: str
    time: str
    """UTC, ISO 8601, to the minute: about when it was delivered."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A log file as its digest lists it."""

    bucket: str
    key: str
    sha256: str
    """Of its decompressed bytes, hexadecimal."""
    oldest: str
    """Times of its events; empty where the digest does not say."""
    newest: str


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest."""

    bucket: str
    """Where it was delivered."""
    key: str
    start: str
    """UTC, ISO 8601: it lists the log files delivered from then on, ..."""
    end: str
    """... up to then."""
    fingerprint: str
    previous_bucket: str
    """Empty, as the next three, in the first digest after validation was switched on."""
    previous_key: str
    previous_sha256: str
    previous_signature: str
    """Hexadecimal."""
    log_files: tuple[Listed, ...]
    sha256: str
    """Of its own decompressed bytes."""

    def signed_text(self) -> bytes:
        """What its signature is of. `null` stands for a previous signature that there is none of.

        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
        """
        previous = self.previous_signature or "null"
        return f"{self.end}\n{self.bucket}/{self.key}\n{self.sha256}\n{previous}".encode()


class _LogFile(msgspec.Struct):
    s3Bucket: str  # noqa: N815  # CloudTrail's own spelling, here and below
    s3Object: str  # noqa: N815
    hashValue: str  # noqa: N815
    hashAlgorithm: str  # noqa: N815
    newestEventTime: str | None = None  # noqa: N815
    oldestEventTime: str | None = None  # noqa: N815


class _Document(msgspec.Struct):
    digestStartTime: str  # noqa: N815
    digestEndTime: str  # noqa: N815
    digestS3Bucket: str  # noqa: N815
    digestS3Object: str  # noqa: N815
    digestPublicKeyFingerprint: str  # noqa: N815
    digestSignatureAlgorithm: str  # noqa: N815
    previousDigestSignature: str | None  # noqa: N815
    logFiles: list[_LogFile]  # noqa: N815
    previousDigestS3Bucket: str | None = None  # noqa: N815
    previousDigestS3Object: str | None = None  # noqa: N815
    previousDigestHashValue: str | None = None  # noqa: N815


def chain_of(key: str) -> Chain | None:
    """The chain that a key belongs to; None where it is no digest's."""
    found = _NAME.fullmatch(key)
    if found is None:
        return None
    return Chain(
        found["root"], found["account"], found["region"], found["trail"], found["home"], found["backfill"] is not None
    )


def end_in_name(key: str) -> str:
    """When the digest of that key ends, as the name has it: `20260901T120000Z`, so that comparing texts compares times."""
    found = _NAME.fullmatch(key)
    assert found is not None, "asked of digests' keys only"
    return found["end"]


def log_name(key: str) -> LogName | None:
    """What the key of a log file says; None where it is no log file that CloudTrail delivered."""
    found = _LOG.fullmatch(key)
    if found is None:
        return None
    day, _, minute = found["time"].rstrip("Z").partition("T")
    return LogName(found["root"], found["region"], f"{day[:4]}-{day[4:6]}-{day[6:]}T{minute[:2]}:{minute[2:]}:00Z")


def read_digest(data: bytes, sha256: str) -> Digest:
    """The digest in decompressed bytes of that hash. Raises BadFileError."""
    try:
        found = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadFileError(f"it is no digest: {str(error)[:1].lower()}{str(error)[1:]}") from None
    if found.digestSignatureAlgorithm != "SHA256withRSA":
        raise BadFileError(
            f"it is signed with `{found.digestSignatureAlgorithm}`, where CloudTrail uses `SHA256withRSA`"
        )
    other = next((one.hashAlgorithm for one in found.logFiles if one.hashAlgorithm != "SHA-256"), None)
    if other is not None:
        raise BadFileError(f"it has hashes of `{other}`, where CloudTrail uses `SHA-256`")
    return Digest(
        bucket=found.digestS3Bucket,
        key=found.digestS3Object,
        start=found.digestStartTime,
        end=found.digestEndTime,
        fingerprint=found.digestPublicKeyFingerprint,
        previous_bucket=found.previousDigestS3Bucket or "",
        previous_key=found.previousDigestS3Object or "",
        previous_sha256=found.previousDigestHashValue or "",
        previous_signature=found.previousDigestSignature or "",
        log_files=tuple(
            Listed(one.s3Bucket, one.s3Object, one.hashValue, one.oldestEventTime or "", one.newestEventTime or "")
            for one in found.logFiles
        ),
        sha256=sha256,
    )
