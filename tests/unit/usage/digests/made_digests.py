"""A trail with log file validation, made from nothing: its log files, its digests, and the pair of keys that signs them."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from secrets_cli.usage.digests.keys import GivenKeys
from tests.unit.usage.made_records import ACCOUNT, delivered, record

FINGERPRINT = "31e8b5433410dfb61a9dc45cc65b22ff"
REGION = "eu-west-1"
BEGIN = datetime(2026, 3, 1)
ROOT = f"AWSLogs/{ACCOUNT}"


@cache
def pair() -> rsa.RSAPrivateKey:
    """The pair, made once, as it takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_der(form: PublicFormat = PublicFormat.PKCS1) -> bytes:
    return pair().public_key().public_bytes(Encoding.DER, form)


def keys() -> GivenKeys:
    return GivenKeys({FINGERPRINT: public_der()})


def keys_document(form: PublicFormat = PublicFormat.PKCS1) -> str:
    """What `aws cloudtrail list-public-keys` prints."""
    key = {"Value": base64.b64encode(public_der(form)).decode(), "Fingerprint": FINGERPRINT}
    return json.dumps({"PublicKeyList": [key | {"ValidityStartTime": 1436317441.0, "ValidityEndTime": 1438909441.0}]})


def hour(number: int) -> datetime:
    return BEGIN + timedelta(hours=number)


def log_key(number: int, root: str = ROOT, region: str = REGION, mark: str = "a") -> str:
    """A log file delivered in that hour."""
    when = hour(number) + timedelta(minutes=30)
    return (
        f"{root}/CloudTrail/{region}/{when:%Y/%m/%d}/{ACCOUNT}_CloudTrail_{region}_{when:%Y%m%dT%H%M}Z_{mark}.json.gz"
    )


def digest_key(number: int, root: str = ROOT, region: str = REGION, *, is_backfill: bool = False) -> str:
    """The digest of that hour, which ends with it."""
    end = hour(number + 1)
    suffix = "_backfill" if is_backfill else ""
    return (
        f"{root}/CloudTrail-Digest/{region}/{end:%Y/%m/%d}/"
        f"{ACCOUNT}_CloudTrail-Digest_{region}_main_us-east-1_{end:%Y%m%dT%H%M%S}Z{suffix}.json.gz"
    )


def iso(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}Z"


def log_bytes(number: int, mark: str = "a") -> bytes:
    return gzip.compress(
        delivered([record(eventID=f"e-{number}-{mark}", eventTime=iso(hour(number) + timedelta(minutes=25)))])
    )


@dataclass
class Trail:
    """Objects of a bucket; a digest's own signature is metadata of it."""

    prefix: str = ""
    bucket: str = "trail-logs"
    objects: dict[str, bytes] = field(default_factory=dict)
    signatures: dict[str, str] = field(default_factory=dict)
    threads: int = 1
    reads: list[str] = field(default_factory=list)

    def list(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.objects if key.startswith(prefix))

    def read(self, key: str) -> bytes | None:
        self.reads.append(key)
        return self.objects.get(key)

    def signature(self, key: str) -> str:
        return self.signatures.get(key, "")

    def key_of(self, bucket: str, key: str) -> str | None:
        return key if bucket == self.bucket else None

    def name_of(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    @property
    def root(self) -> str:
        return f"{self.prefix}{ROOT}"

    def log(self, number: int, mark: str = "a", region: str = REGION) -> dict[str, Any]:
        """Deliver a log file; its entry in a digest."""
        key = log_key(number, self.root, region, mark)
        self.objects[key] = log_bytes(number, mark)
        return {
            "s3Bucket": self.bucket,
            "s3Object": key,
            "hashValue": hashlib.sha256(gzip.decompress(self.objects[key])).hexdigest(),
            "hashAlgorithm": "SHA-256",
            "newestEventTime": iso(hour(number) + timedelta(minutes=25)),
            "oldestEventTime": iso(hour(number) + timedelta(minutes=20)),
        }

    def digest(
        self,
        number: int,
        previous: str,
        *entries: dict[str, Any],
        is_backfill: bool = False,
        region: str = REGION,
        **changes: Any,
    ) -> str:
        """Deliver a digest; its key."""
        key = digest_key(number, self.root, region, is_backfill=is_backfill)
        before = gzip.decompress(self.objects[previous]) if previous else b""
        document = {
            "awsAccountId": ACCOUNT,
            "digestStartTime": iso(hour(number)),
            "digestEndTime": iso(hour(number + 1)),
            "digestS3Bucket": self.bucket,
            "digestS3Object": key,
            "digestPublicKeyFingerprint": FINGERPRINT,
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": None,
            "oldestEventTime": None,
            "previousDigestS3Bucket": self.bucket if previous else None,
            "previousDigestS3Object": previous or None,
            "previousDigestHashValue": hashlib.sha256(before).hexdigest() if previous else None,
            "previousDigestHashAlgorithm": "SHA-256" if previous else None,
            "previousDigestSignature": self.signatures[previous] if previous else None,
            "logFiles": list(entries),
        } | changes
        self.put_digest(key, document)
        return key

    def put_digest(self, key: str, document: dict[str, Any]) -> None:
        """Write and sign a digest as CloudTrail does."""
        data = json.dumps(document).encode()
        self.objects[key] = gzip.compress(data)
        text = (
            f"{document['digestEndTime']}\n{document['digestS3Bucket']}/{document['digestS3Object']}\n"
            f"{hashlib.sha256(data).hexdigest()}\n{document['previousDigestSignature'] or 'null'}"
        )
        self.signatures[key] = pair().sign(text.encode(), padding.PKCS1v15(), SHA256()).hex()

    def document(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(gzip.decompress(self.objects[key]))
        return found

    def save(self, folder: Path) -> Path:
        """The bucket as a folder, as `aws s3 sync` leaves it: without metadata."""
        for key, body in self.objects.items():
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        return folder


def trail(hours: int = 6, prefix: str = "", region: str = REGION) -> Trail:
    """One log file an hour, and a digest of it at the hour's end; hour 2 is without activity."""
    made = Trail(prefix)
    extend(made, range(hours), region=region)
    return made


def extend(made: Trail, hours: range, previous: str = "", region: str = REGION) -> str:
    for number in hours:
        entries = [] if number == 2 else [made.log(number, region=region)]
        previous = made.digest(number, previous, *entries, region=region)
    return previous
