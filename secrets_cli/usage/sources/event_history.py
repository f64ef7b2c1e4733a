"""CloudTrail's event history as a source: asked for region by region side by side, and day by day in each.

Each page of events goes the way of a file that `aws cloudtrail lookup-events` wrote. A day that is over can be kept in a
folder, from which a later run takes it; so a run that was broken off repeats the days it was at, and no other.
"""

import gzip
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from secrets_cli.aws.event_history import DAYS, EventHistory, enabled_regions
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AwsFailure, ConfigurationError, UnreadableSource
from secrets_cli.usage.sources.content import BadFileError, read_bytes
from secrets_cli.usage.sources.files import why
from secrets_cli.usage.window import Window, text_of

SOURCE = "lookup-events"
"""How it is named where logs are named; a folder of that name is `./lookup-events`."""
_SETTLED = timedelta(hours=1)
"""After the end of a day until it is kept: events come in up to some 15 minutes late
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html)."""
_AHEAD = 32
"""Pages that are had before they are counted."""
_TICK = 0.2


@dataclass(frozen=True, slots=True)
class HistoryAsk:
    """What of the event history is asked for."""

    target: Target
    regions: tuple[str, ...]
    now: datetime
    """UTC; nothing later is asked for."""
    folder: Path | None = None
    """Where days are kept."""
    progress: "Callable[[HistoryProgress], None] | None" = None


@dataclass(frozen=True, slots=True)
class HistoryProgress:
    """How far it is."""

    days: int
    """Of a region each."""
    all_days: int
    requests: int
    events: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One region on one UTC day, or on the part of it that is asked for."""

    region: str
    day: str
    since: str
    until: str
    """The last second, included."""
    is_settled: bool
    """The whole of a day that is over."""

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"{SOURCE}/{self.region}/{self.day}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a piece's events."""

    piece: Piece
    data: bytes
    """As the bytes of a log file."""
    events: int
    number: int
    """In its piece, from 1."""
    is_last: bool
    requests: int
    """1; 0 where it was kept."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A region whose event history could not be had, or not to its end."""

    region: str
    error: AwsFailure


class _StoppedError(Exception):
    """Nobody wants the pages any more."""


def pieces_of(ask: HistoryAsk, window: Window) -> dict[str, tuple[Piece, ...]]:
    """What is asked for in each region, the newest day first.

    Raises ConfigurationError where the window ends before event history begins, or begins after now.
    """
    begin = max(
        ask.now - timedelta(days=DAYS), _moment(window.since) if window.since else ask.now - timedelta(days=DAYS)
    )
    end = min(ask.now, _moment(window.until) if window.until else ask.now)
    if begin >= end:
        raise ConfigurationError(
            f"`{SOURCE}` holds the {DAYS} days up to now, {text_of(ask.now - timedelta(days=DAYS))} to {text_of(ask.now)}: "
            "the window that is asked for lies outside",
            "ask for days within, or read the logs of a trail",
        )
    return {region: tuple(_days(region, begin, end, ask.now)) for region in ask.regions}


def _days(region: str, begin: datetime, end: datetime, now: datetime) -> Iterator[Piece]:
    day = (end - timedelta(seconds=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    while day + timedelta(days=1) > begin:
        since, until = max(begin, day), min(end, day + timedelta(days=1))
        is_whole = since == day and until == day + timedelta(days=1)
        yield Piece(
            region,
            text_of(day)[: len("2026-09-01")],
            text_of(since),
            text_of(until - timedelta(seconds=1)),
            is_whole and until + _SETTLED <= now,
        )
        day -= timedelta(days=1)


def regions_of(target: Target, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The regions named, each once, or all that are enabled (by ec2:DescribeRegions)."""
    return tuple(dict.fromkeys(asked)) or enabled_regions(Connection(target))


def history_pages(ask: HistoryAsk, window: Window) -> Generator[Page | Failed, None, None]:
    """The pages of all regions, as they come. Closing the generator ends the requests.

    Raises as `pieces_of`; ConfigurationError where AWS does not accept the credentials; UnreadableSource where the folder
    cannot be written to.
    """
    pieces = pieces_of(ask, window)
    account = Connection(_in_region(ask.target, ask.regions[0])).account if ask.folder else ""
    had: queue.Queue[Page | Failed | Exception | None] = queue.Queue(_AHEAD)
    stop = threading.Event()
    for region, days in pieces.items():
        work = _RegionWork(ask, region, days, account, had, stop)
        threading.Thread(target=work.run, daemon=True).start()
    left = len(pieces)
    try:
        while left:
            found = had.get()
            if found is None:
                left -= 1
            elif isinstance(found, Exception):
                raise found
            else:
                yield found
    finally:
        stop.set()


@dataclass(frozen=True, slots=True)
class _RegionWork:
    """One region's days, had one after the other in a thread of its own."""

    ask: HistoryAsk
    region: str
    days: tuple[Piece, ...]
    account: str
    had: "queue.Queue[Page | Failed | Exception | None]"
    stop: threading.Event

    def run(self) -> None:
        try:
            history = EventHistory(Connection(_in_region(self.ask.target, self.region)), self._wait)
            for piece in self.days:
                self._read(piece, history)
            self._put(None)
        except _StoppedError:
            return
        except AwsFailure as error:
            self._end(Failed(self.region, error))
        except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
            self._end(error)

    def _read(self, piece: Piece, history: EventHistory) -> None:
        kept = self._kept_path(piece)
        if kept and kept.exists():
            self._put(_kept_page(piece, kept))
            return
        keeping = _Keeping(kept) if kept else None
        held: tuple[str, ...] = ()
        number = 0
        try:
            for texts in history.pages(piece.since, piece.until):
                if number:
                    self._put(_page(piece, held, number, is_last=False))
                held, number = texts, number + 1
                if keeping:
                    keeping.add(texts)
            self._put(_page(piece, held, number, is_last=True))
            if keeping:
                keeping.end()
        finally:
            if keeping:
                keeping.drop()

    def _kept_path(self, piece: Piece) -> Path | None:
        if self.ask.folder is None or not piece.is_settled:
            return None
        return (
            self.ask.folder / self.account / self.region / f"{self.account}_{SOURCE}_{self.region}_{piece.day}.json.gz"
        )

    def _wait(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise _StoppedError

    def _put(self, found: Page | Failed | Exception | None) -> None:
        while not self.stop.is_set():
            try:
                self.had.put(found, timeout=_TICK)
            except queue.Full:
                continue
            return
        raise _StoppedError

    def _end(self, found: Failed | Exception) -> None:
        try:
            self._put(found)
            self._put(None)
        except _StoppedError:
            return


class _Keeping:
    """A day on its way to its file: written beside it as it comes, and renamed when whole.

    With one text that is not JSON the day is not kept: it would spoil the file.
    """

    def __init__(self, path: Path) -> None:
        """Raises UnreadableSource, as the other methods do."""
        self._path = path
        self._new = path.with_name(f".{path.name}.new")
        self._is_sound = True
        self._start = b'{"Records":['
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = gzip.open(self._new, "wb")  # noqa: SIM115 - closed by `end` or `drop`

    def add(self, texts: tuple[str, ...]) -> None:
        """Keep some records."""
        try:
            records = [bytes(msgspec.json.decode(text.encode(), type=msgspec.Raw)) for text in texts]
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            self._is_sound = False
            return
        with self._told():
            for record in records:
                self._file.write(self._start + record)
                self._start = b","

    def end(self) -> None:
        """The day is whole."""
        if self._is_sound:
            with self._told():
                self._file.write((b"" if self._start == b"," else self._start) + b"]}")
                self._file.close()
                self._new.replace(self._path)

    def drop(self) -> None:
        """Leave nothing half-written behind."""
        with suppress(OSError):
            self._file.close()
            self._new.unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            text = f"`{self._path}` cannot be written: {why(error)}"
            raise UnreadableSource(text, "check the folder of `--lookup-keep`") from None


def _page(piece: Piece, texts: tuple[str, ...], number: int, *, is_last: bool) -> Page:
    # A surrogate by itself is no text that JSON can hold: such an event is rejected like one that is not JSON.
    events = [{"CloudTrailEvent": text if text.isascii() or _is_text(text) else ""} for text in texts]
    return Page(piece, msgspec.json.encode({"Events": events}), len(texts), number, is_last, 1)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kept_page(piece: Piece, path: Path) -> Page:
    try:
        data = bytes(read_bytes(str(path)))
        count = len(msgspec.json.decode(data, type=dict[str, list[msgspec.Raw]])["Records"])
    except (BadFileError, msgspec.DecodeError, KeyError):
        raise UnreadableSource(f"`{path}` is damaged", "delete it: the day is asked for again") from None
    return Page(piece, data, count, 1, True, 0)


def _in_region(target: Target, region: str) -> Target:
    return Target(target.profile, region, target.endpoint_url)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
