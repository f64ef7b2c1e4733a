"""The local engine: files in, usage out.

Every file is one task; what it adds up is merged as it comes. Large inputs are read by several processes, each with accounts
of its own. What a file holds that cannot be used is a value in the result, never an exception.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import NothingToRead
from secrets_cli.usage.deliveries import Shared, Work, work_of
from secrets_cli.usage.garbage import collect_rarely, rarely_collected
from secrets_cli.usage.history_scan import HistoryScan
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.log_reading import LogReading
from secrets_cli.usage.part_reading import read_shared
from secrets_cli.usage.pool import cores, gathered
from secrets_cli.usage.queues import queues
from secrets_cli.usage.s3_scan import BatchTask, Remote, S3Ask, refuse_unfetched, settle_bystanders
from secrets_cli.usage.sources.event_history import SOURCE, HistoryAsk
from secrets_cli.usage.sources.files import LogFile, log_files, printable
from secrets_cli.usage.sources.s3_layout import is_s3, s3_place
from secrets_cli.usage.total import Told, Total, told_of
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

    def after(self, work: Work) -> "Progress":
        """The same, with one item of work done."""
        files = 1 if isinstance(work, LogFile) else len(work.files)
        return replace(self, files=self.files + files, bytes=self.bytes + work.size)


@rarely_collected()
def scan(
    sources: Sequence[str],
    principals: frozenset[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    processes: int | None = None,
    window: Window = EVERYTHING,
    s3: S3Ask = S3_AS_IT_IS,
    history: HistoryAsk | None = None,
    *,
    covers_all: bool = True,
) -> Usage:
    """The usage in the sources: folders, files, or `s3://bucket/prefix`; what is named twice is read once. `lookup-events` among
    them stands for `history`, where that is given.

    `principals` limits `uses` and `not_counted` to these ARNs; coverage and the list of principals are of all records of the
    window - or, without `covers_all`, of theirs: what others did, and what is wrong with it, is passed over.
    Raises NothingToRead and UnreadableSource for a source as a whole, AwsFailure where nothing could be had of S3. Other
    processes are ended before an exception, KeyboardInterrupt included, leaves here.
    """
    if not sources:
        raise NothingToRead("no log file was named")
    assert covers_all or (principals and not history), "what is cut out of files is of some principals"
    places = [s3_place(source) for source in sources if is_s3(source)]
    on_disk = [source for source in sources if not (is_s3(source) or (history and source == SOURCE))]
    files, rejected = listed_files(on_disk) if on_disk else ([], [])
    total = Total()
    total.part.rejected += rejected
    done = Progress(0, len(files), 0, sum(file.size for file in files))
    task = _Task(principals, any(file.is_delivered for file in files), window, covers_all=covers_all)
    with closing(gathered(task, queues(work_of(files), processes_for(done.all_bytes, processes)))) as parts:
        for items, told in parts:
            if told:
                total.add(told)
            for work in items:
                done = done.after(work)
                if progress:
                    progress(done)
    asked = HistoryScan(history, window).add_to(total.part, principals, packaged_meaning()) if history else ()
    usage = _with_s3(total, Remote(places, s3, window), task, processes, done, progress) if places else total.usage()
    usage = replace(usage, coverage=replace(usage.coverage, event_history=asked))
    return usage if covers_all else of_asked(usage)


def of_asked(usage: Usage) -> Usage:
    """The usage of a reading without `covers_all`: its records are those of a known fate."""
    coverage = usage.coverage
    records = sum(count for _, count in coverage.fates)
    return replace(usage, coverage=replace(coverage, records=records, is_of_asked=True))


def _with_s3(
    total: Total,
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
    task = BatchTask(packaged_meaning, local.principals, local.window, remote.ask.access, covers_all=local.covers_all)
    with closing(remote.read(task, processes, seen)) as parts:
        for batch, part in parts:
            total.add(Told(part, []))
            has_delivered = has_delivered or any(file.is_delivered for file in batch)
            size = sum(file.size for file in batch)
            done = replace(done, files=done.files + len(batch), bytes=done.bytes + size)
            if progress:
                progress(done)
    total.part.rejected += remote.rejected()
    settle_bystanders(total.part, has_delivered)
    usage = total.usage()
    refuse_unfetched(usage.coverage)
    return replace(usage, coverage=replace(usage.coverage, not_opened=remote.not_opened()))


def processes_for(size: int, processes: int | None) -> int:
    """How many processes read that many bytes; `processes` is what the caller wants, None: as many as there are cores for it."""
    return 1 if size < _ALONE else processes or cores()


class _Task:
    """Reading files, as it is sent to other processes: each adds up what it reads, and tells it as it becomes much, and at the
    end."""

    def __init__(
        self, principals: frozenset[str] | None, has_delivered: bool, window: Window, *, covers_all: bool
    ) -> None:
        self.principals = principals
        self.has_delivered = has_delivered
        """Some file of the scan lies where CloudTrail delivers, so one that does not may be a bystander."""
        self.window = window
        self.covers_all = covers_all
        self._reading: LogReading | None = None

    def __call__(self, work: Work) -> Told | None:
        """Read a file, of which nothing may be told yet, or files that may hold the same events."""
        collect_rarely()  # `scan`, or the end of the process, undoes it
        if isinstance(work, Shared):
            part = read_shared(
                work,
                self.principals,
                packaged_meaning(),
                self.window,
                has_delivered=self.has_delivered,
                covers_all=self.covers_all,
            )
            return told_of(part)
        if self._reading is None:
            meaning = packaged_meaning()
            self._reading = LogReading(self.principals, meaning, self.window, covers_all=self.covers_all)
        self._reading.add_file(work, may_be_other_json=self.has_delivered and not work.is_delivered)
        return told_of(self._reading.take()) if self._reading.is_much else None

    def rest(self) -> Iterator[Told]:
        """What the files added up to. What was remembered to read them is forgotten."""
        collect_rarely()
        reading, self._reading = self._reading, None
        if reading:
            yield told_of(reading.finish())


@cache
def packaged_meaning() -> Meaning:
    """The event map over the packaged catalog, one for each process."""
    catalog = load_catalog()
    return lambda call: meaning_of(call, catalog)


def listed_files(sources: Sequence[str]) -> tuple[list[LogFile], list[Rejected]]:
    """The files of all sources, each once, and what could not be listed. Raises as `scan`."""
    if not sources:
        raise NothingToRead("no log file was named")
    files: dict[str, LogFile] = {}
    rejected: dict[str, Rejected] = {}
    full: dict[str, str] = {}
    for source in sources:
        found, unlisted = log_files(source)
        for file in found:
            files.setdefault(file.real, file)
            full.setdefault(file.real, printable(file.path))
        rejected |= {f"{source}\0{entry.name}": Rejected(entry.name, entry.reason) for entry in unlisted}
    names = Counter(file.name for file in files.values())
    named = [replace(file, name=full[real]) if names[file.name] > 1 else file for real, file in files.items()]
    return named, list(rejected.values())
