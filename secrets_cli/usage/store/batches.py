"""Reading what is not remembered: files on disk one at a time, objects of S3 in batches that are fetched ahead."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import TypeAlias

from secrets_cli.usage.deliveries import Work
from secrets_cli.usage.engine import packaged_meaning, processes_for
from secrets_cli.usage.garbage import collect_rarely
from secrets_cli.usage.part_reading import PartReader, content_on_disk
from secrets_cli.usage.parts import WorkParts
from secrets_cli.usage.sources.content import BadFileError, UnfetchedFileError
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_layout import is_s3
from secrets_cli.usage.sources.s3_reading import AHEAD_BYTES, THREADS, Objects, S3Access, Unread
from secrets_cli.usage.store.units import Identity, PackedWork, key_of, packed

Pair: TypeAlias = tuple[Identity, Work]
_OBJECTS = 256
"""Objects of a batch, and ..."""
_BYTES = 16_000_000
"""... their bytes. What is read of a batch is kept when all of it is."""
_ALONE = 400
"""Objects up to which starting other processes costs more than it gains."""


def batches(missing: Iterable[Pair]) -> Iterator[tuple[Pair, ...]]:
    """The work as it is handed to a process: what is on disk singly, as what is kept of it soon is lost last."""
    waiting: list[Pair] = []
    size = 0
    for pair in missing:
        if not _is_remote(pair[1]):
            yield (pair,)
            continue
        waiting.append(pair)
        size += pair[1].size
        if len(waiting) >= _OBJECTS or size >= _BYTES:
            yield tuple(waiting)
            waiting, size = [], 0
    if waiting:
        yield tuple(waiting)


def processes_of(missing: Sequence[Pair], processes: int | None) -> int:
    """How many processes read this; `processes` as of `secrets_cli.usage.engine.processes_for`."""
    if sum(_is_remote(work) for _, work in missing) > _ALONE:
        return processes_for(_BYTES, processes)
    return processes_for(sum(work.size for _, work in missing), processes)


class BatchReader:
    """Reading one batch after the other, as it is sent to other processes."""

    def __init__(self, access: S3Access) -> None:
        self._access = access
        self._reader: PartReader | None = None
        self._objects: Objects | None = None

    def __call__(self, batch: tuple[Pair, ...]) -> tuple[PackedWork, ...]:
        """What each item of the batch adds up to, in its order."""
        collect_rarely()  # `scan_remembered`, or the end of the process, undoes it
        if self._reader is None:
            self._reader = PartReader(packaged_meaning())
        single = [work for _, work in batch if isinstance(work, LogFile) and is_s3(work.path)]
        fetched = dict(self._fetched(self._reader, single)) if single else {}
        return tuple(
            packed(self._read(self._reader, work)) if (had := fetched.get(identity.key)) is None else had
            for identity, work in batch
        )

    def _fetched(self, reader: PartReader, files: Sequence[LogFile]) -> Iterator[tuple[bytes, PackedWork]]:
        with closing(self._s3.contents(files)) as contents:
            for file, had in contents:
                yield key_of(file), packed(reader.read_from(file, partial(_bytes_of, had)))

    def _read(self, reader: PartReader, work: Work) -> WorkParts:
        if not _is_remote(work):
            return reader.read(work)
        files = (work,) if isinstance(work, LogFile) else work.files
        with ThreadPoolExecutor(THREADS) as threads:
            return reader.read_from(work, _InOrder(self._s3, files, threads))

    @property
    def _s3(self) -> Objects:
        if self._objects is None:
            self._objects = Objects(self._access)
        return self._objects


class _InOrder:
    """The content of files that are asked for in a known order, fetched ahead of being asked for."""

    def __init__(self, objects: Objects, files: Iterable[LogFile], threads: ThreadPoolExecutor) -> None:
        self._objects = objects
        self._left = deque(file for file in files if is_s3(file.path))
        self._threads = threads
        self._asked: dict[str, Future[bytes | Unread]] = {}
        self._ahead = 0
        """Bytes of what was asked for, as they are stored."""

    def __call__(self, file: LogFile) -> bytes | bytearray:
        if not is_s3(file.path):
            return content_on_disk(file)
        while self._left and len(self._asked) < THREADS and (not self._asked or self._ahead < AHEAD_BYTES):
            one = self._left.popleft()
            self._ahead += one.size
            self._asked[one.path] = self._threads.submit(self._objects.content, one)
        asked = self._asked.pop(file.path, None)
        if asked is None:
            return _bytes_of(self._objects.content(file))
        self._ahead -= file.size
        return _bytes_of(asked.result())


def _bytes_of(had: bytes | Unread, _: LogFile | None = None) -> bytes:
    if isinstance(had, Unread):
        raise BadFileError(had.reason) if had.is_fetched else UnfetchedFileError(had.reason)
    return had


def _is_remote(work: Work) -> bool:
    files = (work,) if isinstance(work, LogFile) else work.files
    return any(is_s3(file.path) for file in files)
