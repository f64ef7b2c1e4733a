"""Which objects of S3 are logs: a walk of the key layout, many folders at a time.

Accounts, regions, years and months that are not asked for are never listed, days at the edges are skipped by where the listing
starts and ends. The walk goes ahead of reading by a stated number of pages only, so memory does not grow with the bucket.
"""

import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

from secrets_cli.aws.objects import LogBucket, ObjectEntry
from secrets_cli.errors import AwsFailure, NothingToRead
from secrets_cli.usage.sources.files import LogFile, Unlisted
from secrets_cli.usage.sources.s3_layout import (
    EXPORTS,
    SUFFIXES,
    Choice,
    Level,
    S3Place,
    Spot,
    spot_of,
)
from secrets_cli.usage.usage import LeftOut, NotOpened

THREADS = 8
"""Listings at a time."""
AHEAD = 16
"""Pages of up to 1,000 objects that are listed before they are read."""
_TICK = 0.2
"""Seconds after which a thread that waits looks whether it is still wanted."""
_NO_EXPORTS = "may be an export of a query, which is read from disk alone: download it, or name the folder of the logs"


@dataclass(slots=True)
class Listing:
    """What the walk has found so far; complete when its generator has ended."""

    objects: int = 0
    bytes: int = 0
    is_over: bool = False
    unlisted: list[Unlisted] = field(default_factory=list)
    left_out: dict[tuple[str, LeftOut], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """(source, kind) -> what was left out, and how often."""

    def not_opened(self, choice: Choice) -> tuple[NotOpened, ...]:
        """What was left out by its name, as `choice` had it."""
        order = list(LeftOut)
        return tuple(
            NotOpened(where, kind, choice.reason(kind), tuple(sorted(names)), sum(names.values()))
            for (where, kind), names in sorted(
                self.left_out.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
            )
        )


def listed(
    places: Sequence[S3Place], bucket_of: Callable[[str], LogBucket], choice: Choice, listing: Listing
) -> Generator[LogFile, None, None]:
    """The log objects at the places, each once, as they are found; `listing` is kept up to date.

    A folder that cannot be listed is noted as unlisted. Raises NothingToRead where a place holds no log, and the AwsFailure where
    a place cannot be listed at all.
    """
    for place in _outermost(places):
        before = listing.objects, len(listing.unlisted)
        walk = _Walk(place, bucket_of(place.bucket), choice, listing)
        yield from walk.found()
        if (listing.objects, len(listing.unlisted)) == before:
            raise _nothing(place, listing, choice)
        if walk.first_error is not None and listing.objects == before[0]:
            raise walk.first_error
    listing.is_over = True


def _outermost(places: Sequence[S3Place]) -> Iterator[S3Place]:
    """The places that lie in no other, each once: so no object is read twice."""
    last: S3Place | None = None
    for place in sorted(places, key=lambda place: (place.bucket, folder_of(place.prefix))):
        if (
            last is None
            or last.bucket != place.bucket
            or not folder_of(place.prefix).startswith(folder_of(last.prefix))
        ):
            last = place
            yield place


def folder_of(prefix: str) -> str:
    """The prefix as a folder's: with a `/` at its end, or empty for the whole bucket."""
    return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


def _nothing(place: S3Place, listing: Listing, choice: Choice) -> NothingToRead:
    found = (entry for entry in listing.not_opened(choice) if entry.where == str(place))
    left_out = [f"{entry.reason}: {', '.join(entry.names[:6])}" for entry in found if entry.names]
    if left_out:
        return NothingToRead(f"`{place}` holds no log that was asked for", f"left out: {'; '.join(left_out)}")
    return NothingToRead(f"`{place}` holds no log object", f"check the prefix; logs end in {', '.join(SUFFIXES)}")


class _Walk:
    """One place, walked by several threads that share the folders still to be listed."""

    def __init__(self, place: S3Place, bucket: LogBucket, choice: Choice, listing: Listing) -> None:
        self._place = place
        self._root = folder_of(place.prefix)
        self._is_other_service = spot_of(self._root).level is Level.OTHER_SERVICE
        self._bucket = bucket
        self._choice = choice
        self._listing = listing
        self._lock = threading.Lock()
        self._folders: queue.LifoQueue[str | None] = queue.LifoQueue()
        self._pages: queue.Queue[list[LogFile] | None] = queue.Queue(AHEAD)
        self._open = 1
        """Folders queued or being listed."""
        self._is_unwanted = False
        self._bug: Exception | None = None
        self.first_error: AwsFailure | None = None

    def found(self) -> Generator[LogFile, None, None]:
        """The objects, as they are found."""
        if (named := self._named_object()) is not None:
            yield named
            return
        self._folders.put(self._root)
        for _ in range(THREADS):
            threading.Thread(target=self._work, daemon=True).start()
        try:
            while (page := self._pages.get()) is not None:
                yield from page
        finally:
            self._is_unwanted = True
            for _ in range(THREADS):
                self._folders.put(None)
        if self._bug is not None:
            raise self._bug

    def _named_object(self) -> LogFile | None:
        """The object that the place names, whatever its name; asked for only where the name has no final `/`."""
        key = self._place.prefix
        if not key or key.endswith("/"):
            return None
        if not key.endswith(SUFFIXES):
            folder = self._bucket.page(self._root, delimiter="/")
            if folder.objects or folder.folders:
                return None
        first = self._bucket.page(key).objects[:1]
        return self._counted(first)[0] if first and first[0].key == key else None

    def _work(self) -> None:
        while (folder := self._folders.get()) is not None:
            try:
                if not self._is_unwanted:
                    self._list(folder)
            except AwsFailure as error:
                self._note(folder, error)
            except Exception as error:  # noqa: BLE001 - raised again in the thread that reads
                self._bug = self._bug or error
            self._close_one()

    def _close_one(self) -> None:
        with self._lock:
            self._open -= 1
            is_last = not self._open
        if is_last:
            self._hand_over(None)

    def _note(self, folder: str, error: AwsFailure) -> None:
        reason = f"folder cannot be listed: {error.message}" + (f"; {error.help}" if error.help else "")
        with self._lock:
            self.first_error = self.first_error or error
            self._listing.unlisted.append(Unlisted(f"s3://{self._place.bucket}/{folder}", reason))

    def _list(self, folder: str) -> None:
        spot = spot_of(folder)
        if folder == self._root and self._is_left_out(spot):
            return
        if spot.level in (Level.MONTH, Level.BELOW_MONTH):
            self._list_days(folder, spot)
            return
        token = ""
        while not self._is_unwanted:
            page = self._bucket.page(folder, delimiter="/", token=token)
            for below in page.folders:
                if not self._is_left_out(spot_of(below)):
                    with self._lock:
                        self._open += 1
                    self._folders.put(below)
            self._hand_over(self._logs(page.objects))
            token = page.token
            if not token:
                return

    def _list_days(self, folder: str, spot: Spot) -> None:
        """All objects of a month, or a part of it, from the first day asked for to the last."""
        first, last = self._choice.first_day, self._choice.last_day
        is_cut = spot.level is Level.MONTH and first.startswith(f"{spot.day}/")
        after = f"{folder}{first[-2:]}/" if is_cut else ""
        token = ""
        while not self._is_unwanted:
            page = self._bucket.page(folder, after=after, token=token)
            inside = [one for one in page.objects if not last or spot_of(one.key).day <= last]
            self._hand_over(self._logs(inside))
            token = page.token
            if not token or len(inside) < len(page.objects):
                return

    def _is_left_out(self, spot: Spot) -> bool:
        if spot.level is Level.OTHER_SERVICE and self._is_other_service:
            return False  # it was named
        if spot.day or spot.level is Level.REGION:
            self._say_days()
        kind = self._choice.leaves_out(spot)
        if kind is not None:
            names = {LeftOut.ACCOUNT: spot.account, LeftOut.REGION: spot.region, LeftOut.DAYS: spot.day}
            with self._lock:
                self._listing.left_out[str(self._place), kind][names.get(kind, spot.service)] += 1
        return kind is not None

    def _say_days(self) -> None:
        """Days at the edges are skipped without being seen, so that some may be is said whether or not there are any."""
        if self._choice.first_day or self._choice.last_day:
            with self._lock:
                self._listing.left_out[str(self._place), LeftOut.DAYS].update(())

    def _logs(self, objects: Sequence[ObjectEntry]) -> list[LogFile]:
        for one in objects:
            if one.key.endswith(EXPORTS) and "AWSLogs/" not in one.key:
                # It may hold events: what is not read must be told.
                with self._lock:
                    self._listing.unlisted.append(Unlisted(f"s3://{self._place.bucket}/{one.key}", _NO_EXPORTS))
        return self._counted([one for one in objects if one.key.endswith(SUFFIXES)])

    def _counted(self, objects: Sequence[ObjectEntry]) -> list[LogFile]:
        with self._lock:
            self._listing.objects += len(objects)
            self._listing.bytes += sum(one.size for one in objects)
        return [self._file(one) for one in objects]

    def _file(self, one: ObjectEntry) -> LogFile:
        path = f"s3://{self._place.bucket}/{one.key}"
        return LogFile(path, path, one.size, "AWSLogs/" in one.key, etag=one.etag)

    def _hand_over(self, page: list[LogFile] | None) -> None:
        """Wait until the page is wanted; dropped where nothing is any more."""
        while page != [] and not self._is_unwanted:
            try:
                self._pages.put(page, timeout=_TICK)
            except queue.Full:
                continue
            return
