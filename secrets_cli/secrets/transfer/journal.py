"""What a re-encryption has done so far, so that an interrupted one can be finished: names and versions, never a value.

One file a (path, key) in the user's state folder, mode 0600, one JSON object a line, appended as things happen. It goes
when everything is done. A last line that was cut off in the middle is as if never written. A lock keeps a second run on
the same path and key out, as the two would write each parameter twice.
"""

import fcntl
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from secrets_cli.errors import ConfigurationError, MalformedInput, UnreadableSource

_FORM: Final = "secrets-cli/reencrypt-journal/1"


@dataclass(frozen=True, slots=True)
class Entry:
    """How far one parameter came."""

    read: int
    """The version whose value is written again."""
    labels: tuple[str, ...]
    """Labels of that version, to be moved to the new one."""
    written: int | None = None
    """The new version; None where it is not known to be written."""
    done: bool = False
    """Written, labelled and read back."""

    @property
    def newest(self) -> int:
        """The new version, as far as is known: it may have been written without the journal's knowing."""
        return self.written or self.read + 1


class Journal:
    """The journal of one run, open and locked. Safe to use from many threads."""

    def __init__(self, path: Path, stream: IO[str], entries: dict[str, Entry]) -> None:
        self.path = path
        self._stream = stream
        self._entries = entries
        self._lock = threading.Lock()

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Names that were begun and not ended, in this run or an earlier one."""
        with self._lock:
            return tuple(sorted(name for name, entry in self._entries.items() if not entry.done))

    def entry(self, name: str) -> Entry | None:
        """How far a parameter came; None for one not begun, or done."""
        found = self._entries.get(name)
        return None if found is None or found.done else found

    def begun(self, name: str, read: int, labels: tuple[str, ...]) -> None:
        """A new version is about to be written."""
        self._note(name, Entry(read, labels))

    def written(self, name: str, version: int) -> Entry:
        """The new version is there; how far the parameter has come by that."""
        before = self._entries[name]
        entry = Entry(before.read, before.labels, version)
        self._note(name, entry)
        return entry

    def done(self, name: str) -> None:
        """The new version is labelled and verified."""
        before = self._entries[name]
        self._note(name, Entry(before.read, before.labels, before.written, True))

    def forget(self, name: str) -> None:
        """What was begun is of no use any more: the parameter has gone, or somebody else has written it."""
        before = self._entries.get(name)
        if before is not None:
            self._note(name, Entry(before.read, before.labels, before.written, True))

    def close(self) -> None:
        """Close, and remove the file where nothing is left to do."""
        if not self.unfinished:
            self.path.unlink(missing_ok=True)
        self._stream.close()

    def _note(self, name: str, entry: Entry) -> None:
        line = {
            "name": name,
            "read": entry.read,
            "labels": list(entry.labels),
            "written": entry.written,
            "done": entry.done,
        }
        with self._lock:
            self._entries[name] = entry
            self._stream.write(f"{json.dumps(line)}\n")
            self._stream.flush()


def journal_path(folder: Path, path: str, key_arn: str) -> Path:
    """The file for re-encrypting a path under a key; the key's ARN says account and region."""
    return folder / f"{sha256(f'{key_arn} {path}'.encode()).hexdigest()[:24]}.jsonl"


def open_journal(file: Path, path: str, key_arn: str) -> Journal:
    """Open, lock and read the journal; made where there is none.

    Raises ConfigurationError where another run holds it, MalformedInput where it is not a journal of this path and key,
    UnreadableSource where it cannot be opened.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnreadableSource(
            f"the journal `{file}` cannot be opened ({os.strerror(error.errno or 0).lower()})",
            "make its folder writable, or set XDG_STATE_HOME to one that is",
        ) from None
    stream = os.fdopen(descriptor, "r+", encoding="utf-8")
    try:
        _lock(stream)
        entries = _read(stream, file, {"form": _FORM, "path": path, "key": key_arn})
    except BaseException:
        stream.close()
        raise
    return Journal(file, stream, entries)


def _lock(stream: IO[str]) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise ConfigurationError(
            "another re-encryption of this path under this key is running", "wait until it has ended"
        ) from None


def _read(stream: IO[str], file: Path, head: Mapping[str, str]) -> dict[str, Entry]:
    stream.seek(0)
    whole, newline, cut = stream.read().rpartition("\n")
    if cut:
        stream.truncate(len(f"{whole}{newline}".encode()))
    stream.seek(0, os.SEEK_END)
    if not whole:
        stream.write(f"{json.dumps(dict(head))}\n")
        stream.flush()
        return {}
    first, *lines = whole.split("\n")
    try:
        fits = json.loads(first) == head
        entries = dict(_entry(line) for line in lines)
    except (ValueError, KeyError, TypeError):
        fits, entries = False, {}
    if not fits:
        raise MalformedInput(
            f"`{file}` is not a journal of this re-encryption", "remove it to start anew; nothing is lost by that"
        )
    return entries


def _entry(line: str) -> tuple[str, Entry]:
    item = json.loads(line)
    written = item["written"]
    labels = tuple(str(label) for label in item["labels"])
    return str(item["name"]), Entry(
        int(item["read"]), labels, None if written is None else int(written), bool(item["done"])
    )
