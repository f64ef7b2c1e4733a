"""Log files on disk: which they are, and their bytes.

A folder is walked for `.json`, `.json.gz`, `.ndjson`, `.jsonl` (and `.gz` of these); symbolic links to folders are not
followed, CloudTrail's digest and insight folders are not log files. A file named by the user is taken whatever its name.
"""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.errors import NothingToRead, UnreadableSource

LARGEST = 1 << 30
"""Decompressed bytes of one file; CloudTrail delivers some tens of megabytes at most."""
_SUFFIXES = (".json", ".json.gz", ".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
_NOT_LOGS = {"CloudTrail-Digest", "CloudTrail-Insight"}
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file to read."""

    path: str
    name: str
    """What reports call it: the path below the folder that was named, or the path itself."""
    size: int
    """Bytes on disk, for sharing the work out."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A folder that could not be listed: its files are missing evidence."""

    name: str
    reason: str


class BadFileError(Exception):
    """The file's bytes cannot be had; the text says why."""


def log_files(source: str) -> tuple[tuple[LogFile, ...], tuple[Unlisted, ...]]:
    """The log files of one source, sorted by name, and the folders in it that could not be listed.

    Raises NothingToRead where the source does not exist or its folder holds no log file, UnreadableSource where the folder
    itself cannot be listed.
    """
    root = Path(source)
    if not root.exists():
        raise NothingToRead(f"there is no file or folder `{source}`", "check the path of the logs")
    if not root.is_dir():
        return (LogFile(source, source, root.stat().st_size),), ()
    unlisted: list[Unlisted] = []
    found = sorted(_walk(source, unlisted), key=lambda file: file.name)
    if not found and any(folder.name == source for folder in unlisted):
        raise UnreadableSource(f"`{source}` cannot be listed: {unlisted[0].reason}", "check the folder's permissions")
    if not found and not unlisted:
        raise NothingToRead(f"`{source}` holds no log file", f"logs end in {', '.join(_SUFFIXES)}")
    return tuple(found), tuple(unlisted)


def read_bytes(path: str) -> bytes:
    """The file's bytes, decompressed where they are gzip (told by content, not by name).

    Raises BadFileError: unreadable, truncated, corrupt, or larger than LARGEST when decompressed.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BadFileError(f"cannot be read: {(error.strerror or 'unknown error').lower()}") from None
    if not data.startswith(_GZIP):
        if len(data) > LARGEST:
            raise BadFileError(f"larger than {LARGEST:,} bytes")
        return data
    return _decompressed(data)


def _decompressed(data: bytes) -> bytes:
    parts: list[bytes] = []
    total = 0
    left = data
    while left:
        stream = zlib.decompressobj(wbits=31)
        try:
            part = stream.decompress(left, LARGEST - total + 1)
        except zlib.error:
            raise BadFileError("corrupt gzip data") from None
        total += len(part)
        if total > LARGEST:
            raise BadFileError(f"larger than {LARGEST:,} bytes when decompressed")
        if not stream.eof:
            raise BadFileError(f"truncated gzip data: ends after {total:,} decompressed bytes")
        parts.append(part)
        left = stream.unused_data.lstrip(b"\0")
    return b"".join(parts)


def _walk(source: str, unlisted: list[Unlisted]) -> Iterator[LogFile]:
    def note(error: OSError) -> None:
        folder = error.filename or source
        unlisted.append(Unlisted(str(folder), (error.strerror or "unknown error").lower()))

    for folder, folders, names in os.walk(source, onerror=note):
        folders[:] = sorted(name for name in folders if name not in _NOT_LOGS and not _is_other_service(folder, name))
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 - one call a file, and there may be millions
            if name.endswith(_SUFFIXES) and os.path.isfile(path):  # noqa: PTH113 - as above
                yield LogFile(path, os.path.relpath(path, source), os.path.getsize(path))  # noqa: PTH202 - as above


def _is_other_service(folder: str, name: str) -> bool:
    """Whether `folder/name` is where another service delivers: `AWSLogs/ACCOUNT/Config` beside `AWSLogs/ACCOUNT/CloudTrail`."""
    path = Path(folder)
    is_account = len(path.name) == 12 and path.name.isdigit()
    return is_account and "AWSLogs" in path.parts[-3:] and name != "CloudTrail"
