"""Where digests and the log files they list lie: a bucket, or a folder that is a copy of one.

A folder keeps no metadata of objects, and in it lies the signature of the newest digest: its log files are then compared with
their hashes, and nothing vouches for these. AWS's guide on validating offline says the same:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from secrets_cli.aws.objects import LogBucket, ObjectEntry, ObjectGone
from secrets_cli.usage.sources.files import printable

_TREE = "AWSLogs"
THREADS = 16
"""Objects of a bucket read at a time."""


class DigestPlace(Protocol):
    """Keys and bytes. A key is a path with `/`."""

    @property
    def threads(self) -> int:
        """How many objects are worth being read at a time."""

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that begin so; the prefix ends in `/` or is empty."""

    def read(self, key: str) -> bytes | None:
        """The object's bytes as they are stored; None where there is none. Raises OSError, AwsFailure."""

    def signature(self, key: str) -> str:
        """The digest's own signature, hexadecimal; empty where it is not known. Raises AwsFailure."""

    def key_of(self, bucket: str, key: str) -> str | None:
        """Where an object that CloudTrail delivered to `bucket` lies here; None where it does not."""

    def name_of(self, key: str) -> str:
        """What reports call the object: as a scan of the same source does."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that holds a bucket's tree `AWSLogs`."""

    root: str
    """The folder in which `AWSLogs` lies, absolute."""
    source: str
    """The folder as it was named, absolute: names in reports are below it."""
    threads: int = 1

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that begin so."""
        top = os.path.join(self.root, prefix)  # noqa: PTH118  # a walk of very many files; strings are far cheaper than paths
        seen: set[str] = set()
        for folder, folders, names in os.walk(top, followlinks=True):
            real = os.path.realpath(folder)
            if real in seen:
                folders.clear()
                continue
            seen.add(real)
            folders.sort()
            for name in sorted(names):
                yield os.path.relpath(os.path.join(folder, name), self.root)  # noqa: PTH118  # as above

    def read(self, key: str) -> bytes | None:
        """The file's bytes; of a log file that was decompressed in its place, those. Raises OSError."""
        for name in (key, key.removesuffix(".gz")):
            path = Path(self.root, name)
            if path.is_file():
                return path.read_bytes()
        return None

    def signature(self, key: str) -> str:  # noqa: ARG002  # as the protocol has it
        """Not known."""
        return ""

    def key_of(self, bucket: str, key: str) -> str | None:  # noqa: ARG002  # as the protocol has it
        """The same place in the tree, whatever the bucket and the prefix before it."""
        _, tree, rest = key.rpartition(f"{_TREE}/")
        return tree + rest if tree else None

    def name_of(self, key: str) -> str:
        """The path below the folder that was named."""
        path = os.path.join(self.root, key)  # noqa: PTH118  # as above
        if not os.path.exists(path) and os.path.exists(path.removesuffix(".gz")):  # noqa: PTH110  # as above
            path = path.removesuffix(".gz")
        return printable(os.path.relpath(path, self.source))


@dataclass(slots=True)
class S3:
    """A bucket itself."""

    bucket: LogBucket
    threads: int = THREADS
    _entries: dict[str, ObjectEntry] = field(default_factory=dict, init=False)

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that begin so, by s3:ListBucket."""
        token = ""
        while True:
            page = self.bucket.page(prefix, token=token)
            for entry in page.objects:
                self._entries[entry.key] = entry
                yield entry.key
            token = page.token
            if not token:
                return

    def read(self, key: str) -> bytes | None:
        """The object's bytes, by s3:GetObject; None where the listing did not have it, or it has gone since."""
        entry = self._entries.get(key)
        try:
            return self.bucket.get(entry) if entry else None
        except ObjectGone:
            return None

    def signature(self, key: str) -> str:
        """The object's metadata `signature`, by s3:GetObject."""
        return self.bucket.metadata(key).get("signature", "")

    def key_of(self, bucket: str, key: str) -> str | None:
        """The key, in this bucket alone."""
        return key if bucket == self.bucket.name else None

    def name_of(self, key: str) -> str:
        """`s3://bucket/key`."""
        return f"s3://{self.bucket.name}/{key}"


def trees_in(source: str) -> Iterator[tuple[Folder, str]]:
    """Each tree `AWSLogs` of a folder, with the key prefix of the part that was named."""
    path = os.path.abspath(source)  # noqa: PTH100  # as above
    parts = Path(path).parts
    if _TREE in parts:
        place = len(parts) - 1 - parts[::-1].index(_TREE)
        yield Folder(str(Path(*parts[:place])), path), "/".join([*parts[place:], ""])
        return
    for folder, folders, _ in os.walk(path, followlinks=True):
        if _TREE in folders:
            folders.remove(_TREE)
            yield Folder(folder, path), f"{_TREE}/"
