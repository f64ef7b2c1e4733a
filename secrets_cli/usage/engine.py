"""The local engine: files in, usage out.

Every file is one task; what it adds up is merged as it comes. Large inputs are read by several processes, the largest
files first. What a file holds that cannot be used is a value in the result, never an exception.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import NothingToRead
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.garbage import rarely_collected
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.log_reading import LogReading
from secrets_cli.usage.pool import gathered
from secrets_cli.usage.sources.files import LogFile, log_files, printable
from secrets_cli.usage.usage import Rejected, Usage
from secrets_cli.usage.window import EVERYTHING, Window

_ALONE = 8_000_000
"""Bytes on disk up to which starting other processes costs more than it gains."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is."""

    files: int
    all_files: int
    bytes: int
    """On disk."""
    all_bytes: int


def scan(
    sources: Sequence[str],
    principals: frozenset[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    processes: int | None = None,
    window: Window = EVERYTHING,
) -> Usage:
    """The usage in the sources: folders or files, a file named twice read once.

    `principals` limits `uses` and `not_counted` to these ARNs; coverage and the list of principals are of all records of the
    window.
    Raises NothingToRead and UnreadableSource for a source as a whole. Other processes are ended before an exception,
    KeyboardInterrupt included, leaves here.
    """
    if not sources:
        raise NothingToRead("no log file was named")
    work, rejected = _work(sources)
    total = Aggregate(rejected=rejected)
    done = Progress(0, len(work), 0, sum(file.size for file in work))
    is_small = done.all_bytes < _ALONE
    task = _Task(principals, any(file.is_delivered for file in work), window)
    with closing(gathered(task, work, 1 if is_small else processes or os.cpu_count() or 1)) as parts:
        for files, part in parts:
            if part:
                with rarely_collected():
                    total.add_all(part)
            for file in files:
                done = Progress(done.files + 1, done.all_files, done.bytes + file.size, done.all_bytes)
                if progress:
                    progress(done)
    with rarely_collected():
        return total.usage()


class _Task:
    """Reading files, as it is sent to other processes: each adds up what it reads, and tells it at the end."""

    def __init__(self, principals: frozenset[str] | None, has_delivered: bool, window: Window) -> None:
        self._principals = principals
        self._has_delivered = has_delivered
        """Some file of the scan lies where CloudTrail delivers, so one that does not may be a bystander."""
        self._window = window
        self._reading: LogReading | None = None

    def __call__(self, file: LogFile) -> Aggregate | None:
        """Read a file; nothing is told yet."""
        with rarely_collected():
            if self._reading is None:
                self._reading = LogReading(self._principals, packaged_meaning(), self._window)
            self._reading.add_file(file, may_be_other_json=self._has_delivered and not file.is_delivered)
        return None

    def rest(self) -> Aggregate | None:
        """What the files added up to; None where there was none."""
        with rarely_collected():
            return self._reading.take() if self._reading else None


@cache
def packaged_meaning() -> Meaning:
    """The event map over the packaged catalog, one for each process."""
    catalog = load_catalog()
    return lambda call: meaning_of(call, catalog)


def _work(sources: Sequence[str]) -> tuple[list[LogFile], list[Rejected]]:
    """The files of all sources, each once, the largest first; and what could not be listed."""
    files: dict[str, LogFile] = {}
    rejected: dict[str, Rejected] = {}
    full: dict[str, str] = {}
    for source in sources:
        found, unlisted = log_files(source)
        for file in found:
            real = os.path.realpath(file.path)
            files.setdefault(real, file)
            full.setdefault(real, printable(file.path))
        rejected |= {f"{source}\0{entry.name}": Rejected(entry.name, entry.reason) for entry in unlisted}
    names = Counter(file.name for file in files.values())
    work = [replace(file, name=full[real]) if names[file.name] > 1 else file for real, file in files.items()]
    return sorted(work, key=lambda file: (-file.size, file.name)), list(rejected.values())
