"""The local engine: files in, usage out.

Every file is one task; what it adds up is merged as it comes. Large inputs are read by several processes, the largest
files first. What a file holds that cannot be used is a value in the result, never an exception.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import NothingToRead
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.reading import add_record, rejected_record
from secrets_cli.usage.record import OddRecordError, read_record
from secrets_cli.usage.sources.files import BadFileError, LogFile, log_files, read_bytes
from secrets_cli.usage.sources.shape import raw_records
from secrets_cli.usage.usage import Rejected, Usage

_ALONE = 8_000_000
"""Bytes on disk up to which starting other processes costs more than it gains."""
_AHEAD = 4
"""Files handed to each process beyond the one it reads."""


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
) -> Usage:
    """The usage in the sources: folders or files, a file named twice read once.

    `principals` limits `uses` and `not_counted` to these ARNs; coverage and the list of principals are of all records.
    Raises NothingToRead and UnreadableSource for a source as a whole.
    """
    total = Aggregate()
    files: dict[str, LogFile] = {}
    for source in sources:
        found, unlisted = log_files(source)
        files |= {os.path.realpath(file.path): file for file in found}
        total.rejected += [Rejected(folder.name, f"folder cannot be listed: {folder.reason}") for folder in unlisted]
    if not files and not total.rejected:
        raise NothingToRead("no log file was named")
    work = sorted(files.values(), key=lambda file: -file.size)
    done = Progress(0, len(work), 0, sum(file.size for file in work))
    for file, part in _parts(work, principals, processes or os.cpu_count() or 1):
        total.add_all(part)
        done = Progress(done.files + 1, done.all_files, done.bytes + file.size, done.all_bytes)
        if progress:
            progress(done)
    return total.usage()


def read_file(file: LogFile, principals: frozenset[str] | None, catalog: Catalog) -> Aggregate:
    """What one file adds: all its records, or the file as rejected."""
    part = Aggregate(files=1)
    try:
        data = read_bytes(file.path)
        records = raw_records(data)
    except BadFileError as error:
        part.rejected.append(Rejected(file.name, str(error)))
        return part
    part.bytes = len(data)
    for number, raw in enumerate(records, 1):
        part.records += 1
        _read_one(part, f"{file.name}#{number}", raw, principals, catalog)
    return part


def _read_one(
    part: Aggregate, where: str, raw: "JsonValue | BadFileError", principals: frozenset[str] | None, catalog: Catalog
) -> None:
    if isinstance(raw, BadFileError):
        part.rejected.append(Rejected(where, str(raw)))
        return
    try:
        record = read_record(raw)
    except OddRecordError as error:
        part.rejected.append(rejected_record(where, str(error), raw))
        return
    add_record(part, record, principals, lambda call: meaning_of(call, catalog))


def _parts(
    work: Sequence[LogFile], principals: frozenset[str] | None, processes: int
) -> Iterator[tuple[LogFile, Aggregate]]:
    if processes < 2 or sum(file.size for file in work) < _ALONE:
        catalog = load_catalog()
        for file in work:
            yield file, read_file(file, principals, catalog)
        return
    pool = ProcessPoolExecutor(processes)
    try:
        yield from _from_pool(pool, iter(work), principals, processes)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _from_pool(
    pool: ProcessPoolExecutor, work: Iterator[LogFile], principals: frozenset[str] | None, processes: int
) -> Iterator[tuple[LogFile, Aggregate]]:
    running: dict[Future[Aggregate], LogFile] = {}
    _fill(pool, work, principals, running, processes * (1 + _AHEAD))
    while running:
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            yield running.pop(future), future.result()
        _fill(pool, work, principals, running, processes * (1 + _AHEAD))


def _fill(
    pool: ProcessPoolExecutor,
    work: Iterable[LogFile],
    principals: frozenset[str] | None,
    running: dict[Future[Aggregate], LogFile],
    most: int,
) -> None:
    if len(running) >= most:
        return
    for file in work:
        running[pool.submit(_in_other_process, file, principals)] = file
        if len(running) >= most:
            return


def _in_other_process(file: LogFile, principals: frozenset[str] | None) -> Aggregate:
    return read_file(file, principals, load_catalog())
