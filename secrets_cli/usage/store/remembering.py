"""The engine with a memory: the same answer as `engine.scan`, and only what is new or changed is read.

What the sources hold now is what counts: remembered files that are no longer listed add nothing, and are forgotten where they
lay in a folder that was asked about. Only whole UTC days can be asked about, as a day is what is kept apart.
"""

import datetime
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ConfigurationError, NothingToRead
from secrets_cli.usage.deliveries import work_of
from secrets_cli.usage.engine import S3_AS_IT_IS, Progress, listed_files
from secrets_cli.usage.garbage import rarely_collected
from secrets_cli.usage.parts import is_whole_days
from secrets_cli.usage.pool import answers
from secrets_cli.usage.s3_scan import Remote, S3Ask, refuse_unfetched
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_layout import is_s3, s3_place
from secrets_cli.usage.sources.s3_reading import Objects
from secrets_cli.usage.store.answering import Question, answer
from secrets_cli.usage.store.batches import BatchReader, Pair, batches, processes_of
from secrets_cli.usage.store.compacting import CLOSED_AFTER, compact_asked
from secrets_cli.usage.store.database import Database, opened
from secrets_cli.usage.store.gone import forget_gone
from secrets_cli.usage.store.units import Identity, PackedWork, current_units, identity_of, save
from secrets_cli.usage.store.version import reader_version
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import EVERYTHING, Window

_EACH = 1.0
"""Seconds of reading that a kill can lose."""
_TOLD = 1_000
"""Objects listed between two words of it."""
_TRUSTED = 2
"""How often what was read is looked for in the store, before it is kept in memory: another process may make it forget."""


@rarely_collected()
def scan_remembered(
    sources: Sequence[str],
    store: Path,
    principals: frozenset[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    processes: int | None = None,
    window: Window = EVERYTHING,
    closed_after: int = CLOSED_AFTER,
    s3: S3Ask = S3_AS_IT_IS,
) -> Usage:
    """The usage in the sources, as `engine.scan` answers it; what was read is remembered in the store, made where there is none.
    An event that several files or objects hold is counted once.

    Days that ended more than `closed_after` days ago are merged when all of their files are read. Raises as `engine.scan` and
    `database.opened`, and ConfigurationError for a window that begins or ends within a day. An exception, KeyboardInterrupt
    included, loses nothing that was read.
    """
    refuse_part_of_day(window)
    if not sources:
        raise NothingToRead("no log file was named")
    on_disk = [source for source in sources if not is_s3(source)]
    files, rejected = listed_files(on_disk) if on_disk else ([], [])
    remote = Remote([s3_place(source) for source in sources if is_s3(source)], s3, window)
    files += _objects(remote, progress)
    rejected += remote.rejected()
    reader = reader_version(load_catalog().header)
    pairs = tuple((identity_of(one, reader), one) for one in work_of(files))
    question = Question(pairs, principals, window, tuple(rejected))
    with opened(store) as database:
        begun = Progress(0, len(files), 0, sum(file.size for file in files))
        scan = _Scan(database, question, BatchReader(s3.access), progress, processes, begun)
        scan.read_missing()
        if not rejected:
            forget_gone(database, on_disk, question, remote.whole_folders)
        compact_asked(database, question, last_closed(closed_after))
        while (found := answer(database, question, scan.held)) is None:
            scan.read_missing()
    refuse_unfetched(found.coverage)
    return replace(found, coverage=replace(found.coverage, not_opened=remote.not_opened()))


def _objects(remote: Remote, progress: Callable[[Progress], None] | None) -> list[LogFile]:
    """All objects of the S3 sources."""
    found: list[LogFile] = []
    if not remote.places:
        return found
    with closing(remote.listed(Objects(remote.ask.access))) as objects:
        for one in objects:
            found.append(one)
            if progress and len(found) % _TOLD == 0:
                progress(Progress(0, remote.listing.objects, 0, remote.listing.bytes, is_listing=True))
    return found


def refuse_part_of_day(window: Window) -> None:
    """Raise ConfigurationError where a window begins or ends within a day."""
    if not is_whole_days(window):
        raise ConfigurationError(
            "a store answers for whole UTC days, and the window begins or ends within one",
            "give days (`--since 2026-09-01 --until 2026-09-30`), or leave out `--store`",
        )


def last_closed(closed_after: int) -> str:
    """The last day of which no more files are expected."""
    today = datetime.datetime.now(datetime.UTC).date()
    return str(today - datetime.timedelta(days=closed_after + 1))


class _Scan:
    """One scan under way: what has to be read is, and handed to the store."""

    def __init__(
        self,
        database: Database,
        question: Question,
        task: BatchReader,
        progress: Callable[[Progress], None] | None,
        processes: int | None,
        done: Progress,
    ) -> None:
        self.held: dict[bytes, PackedWork] = {}
        """What cannot be remembered, by the identity's key."""
        self._database = database
        self._question = question
        self._task = task
        self._progress = progress
        self._processes = processes
        self._done = done
        self._rounds = 0

    def read_missing(self) -> None:
        """Read what neither the store nor `held` has."""
        self._rounds += 1
        with self._database.reading():
            known = current_units(self._database, self._question.identities)
        missing: list[Pair] = []
        for pair in self._question.work:
            if pair[0].key in known or pair[0].key in self.held:
                self._done = self._done.after(pair[1]) if self._rounds == 1 else self._done
            else:
                missing.append(pair)
        missing.sort(key=_cost)
        waiting: list[tuple[Identity, PackedWork]] = []
        written = time.monotonic()
        with closing(answers(self._task, batches(missing), processes_of(missing, self._processes))) as found:
            try:
                for batch, read in found:
                    for (identity, work), parts in zip(batch, read, strict=True):
                        if parts.is_lasting and identity.version and self._rounds <= _TRUSTED:
                            waiting.append((identity, parts))
                        else:
                            self.held[identity.key] = parts
                        self._done = self._done.after(work)
                    if time.monotonic() - written >= _EACH:
                        self._write(waiting)
                        written = time.monotonic()
                    if self._progress:
                        self._progress(self._done)
            finally:
                self._write(waiting)

    def _write(self, waiting: list[tuple[Identity, PackedWork]]) -> None:
        if waiting:
            save(self._database, waiting)
            waiting.clear()


def _cost(pair: Pair) -> tuple[int, bytes]:
    """The largest first."""
    identity, work = pair
    return -work.size, identity.key
