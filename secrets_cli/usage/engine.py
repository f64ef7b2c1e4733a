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
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.one_file import read_file
from secrets_cli.usage.pool import answers
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.s3_scan import BatchTask, Remote, S3Ask, refuse_unfetched, settle_bystanders
from secrets_cli.usage.sources.files import LogFile, log_files, printable
from secrets_cli.usage.sources.s3_layout import is_s3, s3_place
from secrets_cli.usage.usage import Rejected, Usage
from secrets_cli.usage.window import EVERYTHING, Window

_ALONE = 8_000_000
"""Bytes on disk up to which starting other processes costs more than it gains."""
S3_AS_IT_IS = S3Ask()
"""All keys, with the credentials and the region that the AWS configuration has."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is."""

    files: int
    all_files: int
    bytes: int
    """As they are stored."""
    all_bytes: int
    """Known so far."""
    is_listing: bool = False
    """More may be found: `all_files` and `all_bytes` grow."""


def scan(
    sources: Sequence[str],
    principals: frozenset[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    processes: int | None = None,
    window: Window = EVERYTHING,
    s3: S3Ask = S3_AS_IT_IS,
) -> Usage:
    """The usage in the sources: folders, files, or `s3://bucket/prefix`; what is named twice is read once.

    `principals` limits `uses` and `not_counted` to these ARNs; coverage and the list of principals are of all records of the
    window.
    Raises NothingToRead and UnreadableSource for a source as a whole, AwsFailure where nothing could be had of S3. Other
    processes are ended before an exception, KeyboardInterrupt included, leaves here.
    """
    if not sources:
        raise NothingToRead("no log file was named")
    places = [s3_place(source) for source in sources if is_s3(source)]
    work, rejected = _work([source for source in sources if not is_s3(source)])
    total = Aggregate(rejected=rejected)
    done = Progress(0, len(work), 0, sum(file.size for file in work))
    is_small = done.all_bytes < _ALONE
    task = _Task(principals, any(file.is_delivered for file in work), window)
    with closing(answers(task, work, 1 if is_small else processes or os.cpu_count() or 1)) as parts:
        for file, part in parts:
            total.add_all(part)
            done = Progress(done.files + 1, done.all_files, done.bytes + file.size, done.all_bytes)
            if progress:
                progress(done)
    return _with_s3(total, Remote(places, s3, window), task, processes, done, progress) if places else total.usage()


def _with_s3(
    total: Aggregate,
    remote: Remote,
    local: "_Task",
    processes: int | None,
    done: Progress,
    progress: Callable[[Progress], None] | None,
) -> Usage:
    """The usage, with what the S3 sources add to what files did."""
    here = done

    def seen(objects: int, size: int) -> None:
        nonlocal done
        is_listing = not remote.listing.is_over
        done = replace(done, all_files=here.all_files + objects, all_bytes=here.all_bytes + size, is_listing=is_listing)
        if progress:
            progress(done)

    has_delivered = local.has_delivered
    task = BatchTask(_meaning, local.principals, local.window, remote.ask.access)
    with closing(remote.read(task, processes, seen)) as parts:
        for batch, part in parts:
            total.add_all(part)
            has_delivered = has_delivered or any(file.is_delivered for file in batch)
            size = sum(file.size for file in batch)
            done = replace(done, files=done.files + len(batch), bytes=done.bytes + size)
            if progress:
                progress(done)
    total.rejected += remote.rejected()
    settle_bystanders(total, has_delivered)
    refuse_unfetched(total)
    usage = total.usage()
    return replace(usage, coverage=replace(usage.coverage, not_opened=remote.not_opened()))


@dataclass(frozen=True, slots=True)
class _Task:
    """Reading one file, as it is sent to other processes."""

    principals: frozenset[str] | None
    has_delivered: bool
    """Some file of the scan lies where CloudTrail delivers, so one that does not may be a bystander."""
    window: Window

    def __call__(self, file: LogFile) -> Aggregate:
        is_bystander = self.has_delivered and not file.is_delivered
        return read_file(file, self.principals, _meaning(), self.window, may_be_other_json=is_bystander)


@cache
def _meaning() -> Meaning:
    """The event map over the packaged catalog, one for each process."""
    catalog = load_catalog()
    return remembered(lambda call: meaning_of(call, catalog))


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
