"""Log files: what one is wherever it lies, and which there are on disk.

A folder is walked for `.json`, `.ndjson`, `.jsonl` (and `.gz` of these), and for exports: `.csv`, `.csv.gz`, `.parquet`. Links
are followed, each folder once.
CloudTrail's digest and insight folders, and the folders of other services beside CloudTrail's, are not logs. What has a
log's name and is no file that can be read is listed as such, never left out. A file named by the user is taken whatever its
name.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.errors import NothingToRead, UnreadableSource

SUFFIXES = (".json", ".json.gz", ".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".parquet")
"""What the names of logs in a folder end in."""
_SIGNATURES = {"result_sign.json"}
"""What CloudTrail Lake puts beside the results of a query: their hashes."""
_NOT_LOGS = {"CloudTrail-Digest", "CloudTrail-Insight"}


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file to read."""

    path: str
    """On disk, or `s3://bucket/key`."""
    name: str
    """What reports call it: the path below the folder that was named, or the path itself; of an object always the path."""
    size: int
    """Bytes as it is stored, for sharing the work out."""
    is_delivered: bool = False
    """It lies below a folder `AWSLogs`, where CloudTrail delivers."""
    real: str = ""
    """The path on disk with links resolved: the same for each way to a file."""
    version: str = ""
    """Of a file on disk, when it and its entry were last changed, to the nanosecond; empty where it cannot be read twice."""
    etag: str = ""
    """What S3 calls this version of the object, quotes included; empty on disk."""
    is_named: bool = False
    """The user named it, rather than a folder that holds it."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A folder that could not be listed, or an entry that is no file: missing evidence."""

    name: str
    reason: str


def log_files(source: str) -> tuple[tuple[LogFile, ...], tuple[Unlisted, ...]]:
    """The log files of one source, sorted by name, and what in it could not be taken as a file or listed.

    Raises NothingToRead where the source does not exist or its folder holds no log file, UnreadableSource where the folder or
    the file named cannot be opened.
    """
    file = named_file(source)
    if file is not None:
        return (file,), ()
    unlisted: list[Unlisted] = []
    found = sorted(_walk(source, unlisted), key=lambda file: file.name)
    if not found and any(entry.name == printable(source) for entry in unlisted):
        raise UnreadableSource(f"`{printable(source)}`: {unlisted[0].reason}", "check the folder's permissions")
    if not found and not unlisted:
        raise NothingToRead(f"`{printable(source)}` holds no log file", f"logs end in {', '.join(SUFFIXES)}")
    return tuple(found), tuple(unlisted)


def named_file(source: str) -> LogFile | None:
    """The file that was named, whatever its name; None where it is a folder. Raises as `log_files`."""
    kind = _kind_of(source)
    if stat.S_ISDIR(kind.st_mode):
        return None
    if stat.S_ISREG(kind.st_mode):
        _open_once(source)
    return LogFile(
        source,
        printable(source),
        kind.st_size,
        is_named=True,
        real=os.path.realpath(source),
        version=_version_of(kind),
    )


def printable(path: str) -> str:
    r"""The path as text that can be written anywhere: bytes of a name that are no UTF-8 become `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def why(error: OSError) -> str:
    """What the system said, as our messages say it."""
    return (error.strerror or "unknown error").lower()


def _kind_of(source: str) -> os.stat_result:
    try:
        return Path(source).stat()
    except (FileNotFoundError, NotADirectoryError):
        raise NothingToRead(f"there is no file or folder `{printable(source)}`", "check the path of the logs") from None
    except OSError as error:
        raise UnreadableSource(f"`{printable(source)}` cannot be opened: {why(error)}", "check the path") from None


def _open_once(source: str) -> None:
    """Refuse a file at once that the user named and that cannot be opened; a pipe is left alone, as it has one reader."""
    try:
        with Path(source).open("rb"):
            pass
    except OSError as error:
        raise UnreadableSource(
            f"`{printable(source)}` cannot be read: {why(error)}", "check the file's permissions"
        ) from None


def _walk(source: str, unlisted: list[Unlisted]) -> Iterator[LogFile]:
    def note(error: OSError) -> None:
        folder = str(error.filename or source)
        unlisted.append(Unlisted(_below(source, folder), f"folder cannot be listed: {why(error)}"))

    seen: set[str] = set()
    for path, folders, names in os.walk(source, onerror=note, followlinks=True):
        real = os.path.realpath(path)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if name not in _NOT_LOGS and not _is_other_service(path, name))
        below = "" if path == source else f"{_below(source, path)}/"
        folder = _Folder(path, real, below, is_delivered="AWSLogs" in Path(path).parts)
        for name in names:
            if name.endswith(SUFFIXES) and name not in _SIGNATURES:
                yield from _entry(folder, name, unlisted)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder of logs, with what is the same for each file in it: there may be millions."""

    path: str
    real: str
    below: str
    """The folder as reports give it, with a slash; empty for the source itself."""
    is_delivered: bool


def _entry(folder: _Folder, entry: str, unlisted: list[Unlisted]) -> Iterator[LogFile]:
    path, name = os.path.join(folder.path, entry), folder.below + printable(entry)  # noqa: PTH118 - one call a file
    try:
        kind = os.lstat(path)
        is_link = stat.S_ISLNK(kind.st_mode)
        if is_link:
            kind = os.stat(path)  # noqa: PTH116 - as above
    except OSError as error:
        reason = (
            "a link that leads nowhere" if isinstance(error, FileNotFoundError) else f"cannot be read: {why(error)}"
        )
        unlisted.append(Unlisted(name, reason))
        return
    if stat.S_ISREG(kind.st_mode):
        real = os.path.realpath(path) if is_link else os.path.join(folder.real, entry)  # noqa: PTH118 - as above
        yield LogFile(path, name, kind.st_size, folder.is_delivered, real, _version_of(kind))
    else:
        unlisted.append(Unlisted(name, "no regular file"))


def _version_of(kind: os.stat_result) -> str:
    """The time of the entry is there for contents that were replaced and given the old time back."""
    return f"{kind.st_mtime_ns}-{kind.st_ctime_ns}" if stat.S_ISREG(kind.st_mode) else ""


def _below(source: str, path: str) -> str:
    """The path as reports give it: below the source, or the source itself."""
    relative = os.path.relpath(path, source)
    return printable(source if relative == "." else relative)


def _is_other_service(folder: str, name: str) -> bool:
    """Whether `folder/name` is where another service delivers: `AWSLogs/ACCOUNT/Config` beside `AWSLogs/ACCOUNT/CloudTrail`."""
    path = Path(folder)
    is_account = len(path.name) == 12 and path.name.isdigit()
    return is_account and "AWSLogs" in path.parts[-3:] and name != "CloudTrail"
