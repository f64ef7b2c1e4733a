"""The bytes of objects, fetched by several threads ahead of what reads them.

At most AHEAD_BYTES, and twice as many objects as threads, are on their way or waiting in one process; a single larger object
is fetched alone.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field

from secrets_cli.aws.objects import LogBucket, ObjectEntry
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AwsFailure
from secrets_cli.usage.sources.content import LARGEST
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_cache import Cache
from secrets_cli.usage.sources.s3_layout import s3_place

THREADS = 16
"""Objects fetched at a time by one process."""
AHEAD_BYTES = 16 * 1024 * 1024
"""Of objects as they are stored."""


@dataclass(frozen=True, slots=True)
class S3Access:
    """How S3 is read; sent to every process that reads."""

    target: Target = field(default_factory=Target)
    requester_pays: bool = False
    """The caller pays for the requests."""
    cache: Cache | None = None


@dataclass(frozen=True, slots=True)
class Unfetched:
    """An object whose bytes could not be had: missing evidence."""

    reason: str


class Objects:
    """Objects by their place, over one connection: each process makes its own of the S3Access it is sent."""

    def __init__(self, access: S3Access) -> None:
        self._access = access
        self._connection = Connection(access.target)
        self._buckets: dict[str, LogBucket] = {}
        self._making = threading.Lock()

    def bucket(self, name: str) -> LogBucket:
        """The bucket, one value for all that read it."""
        with self._making:
            if name not in self._buckets:
                self._buckets[name] = LogBucket(
                    self._connection, name, threads=THREADS, requester_pays=self._access.requester_pays
                )
            return self._buckets[name]

    def fetched(self, files: Iterable[LogFile]) -> Generator[tuple[LogFile, bytes | Unfetched], None, None]:
        """Each object with its bytes, or why they could not be had, in the order they come."""
        waiting = deque(files)
        flight = _Flight(self.fetch)
        size = 0
        try:
            while waiting or flight.objects:
                while waiting and (not flight.objects or _has_room(flight.objects, size + waiting[0].size)):
                    size += waiting[0].size
                    flight.ask(waiting.popleft())
                file, had = flight.next()
                yield file, had
                size -= file.size
        finally:
            flight.end()

    def fetch(self, file: LogFile) -> bytes | Unfetched:
        """One object's bytes, from the cache or from S3, or why they could not be had."""
        cache = self._access.cache
        kept = cache.kept(file) if cache else None
        if kept is not None:
            return kept
        if file.size > LARGEST:
            return Unfetched(f"larger than {LARGEST:,} bytes: download and split it")
        place = s3_place(file.path)
        try:
            body = self.bucket(place.bucket).get(ObjectEntry(place.prefix, file.size, file.etag))
        except AwsFailure as error:
            return Unfetched(error.message + (f"; {error.help}" if error.help else ""))
        if cache:
            cache.keep(file, body)
        return body


def _has_room(objects: int, size: int) -> bool:
    return objects < 2 * THREADS and size <= AHEAD_BYTES


class _Flight:
    """Objects on their way: asked for by one thread, fetched by others."""

    def __init__(self, fetch: Callable[[LogFile], bytes | Unfetched]) -> None:
        self._fetch = fetch
        self._asked: queue.SimpleQueue[LogFile | None] = queue.SimpleQueue()
        self._had: queue.SimpleQueue[tuple[LogFile, bytes | Unfetched | Exception]] = queue.SimpleQueue()
        self._threads = 0
        self._is_over = False
        self.objects = 0
        """Asked for and not taken yet."""

    def ask(self, file: LogFile) -> None:
        """Have the object fetched."""
        self.objects += 1
        self._asked.put(file)
        if self._threads < min(THREADS, self.objects):
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()

    def next(self) -> tuple[LogFile, bytes | Unfetched]:
        """The object that came next."""
        file, had = self._had.get()
        self.objects -= 1
        if isinstance(had, Exception):
            raise had
        return file, had

    def end(self) -> None:
        """Let the threads go; what is still on its way is nobody's."""
        self._is_over = True
        for _ in range(self._threads):
            self._asked.put(None)

    def _work(self) -> None:
        while (file := self._asked.get()) is not None:
            if self._is_over:
                continue
            try:
                self._had.put((file, self._fetch(file)))
            except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
                self._had.put((file, error))
