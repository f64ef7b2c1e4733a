"""Reading logs from S3: the listing goes ahead, objects are read in batches by one process or several.

What a batch's objects hold, and which of them could not be had, is a value in the result, as of files on disk.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain

from secrets_cli.errors import AwsFailure
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.log_reading import LogReading
from secrets_cli.usage.pool import answers, cores
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_layout import LATE_DAYS, Choice, S3Place, choice_of
from secrets_cli.usage.sources.s3_listing import Listing, folder_of, listed
from secrets_cli.usage.sources.s3_reading import Objects, S3Access, Unread
from secrets_cli.usage.sources.shape import OTHER_JSON
from secrets_cli.usage.usage import Coverage, NotOpened, Rejected
from secrets_cli.usage.window import Window

_FIRST_BATCH = 32
_LARGEST_BATCH = 512
_BATCH_BYTES = 32 * 1024 * 1024
_ALONE = 400
"""Objects, and ..."""
_ALONE_BYTES = 8_000_000
"""... their bytes, up to which starting other processes costs more than it gains."""


@dataclass(frozen=True, slots=True)
class S3Ask:
    """How the S3 sources of a scan are read, and which of their keys."""

    access: S3Access = field(default_factory=S3Access)
    accounts: frozenset[str] = frozenset()
    """Whose keys are opened; empty: all accounts'."""
    regions: frozenset[str] = frozenset()
    """Empty: all."""
    late_days: int = LATE_DAYS
    """Days after the window whose keys are opened too, as delivery is delayed."""


@dataclass(slots=True)
class BatchTask:
    """Reading a batch of objects, as it is sent to other processes."""

    meaning: Callable[[], Meaning]
    """Asked in the process that reads."""
    principals: frozenset[str] | None
    window: Window
    access: S3Access
    covers_all: bool = True
    """As of `secrets_cli.usage.log_reading.LogReading`."""
    objects: Objects | None = field(default=None, init=False)
    reading: LogReading | None = field(default=None, init=False)

    def __call__(self, batch: tuple[LogFile, ...]) -> Aggregate:
        """What the objects add up to."""
        self.objects = self.objects or Objects(self.access)
        self.reading = self.reading or LogReading(
            self.principals, self.meaning(), self.window, covers_all=self.covers_all
        )
        unread = Aggregate()
        with closing(self.objects.contents(batch)) as contents:
            for file, had in contents:
                if isinstance(had, Unread):
                    unread.files += 1
                    unread.rejected.append(Rejected(file.name, had.reason, is_unfetched=not had.is_fetched))
                    continue
                # Whether it lies beside a tree that CloudTrail delivered is known when all is listed.
                self.reading.add_content(had, file.name, may_be_other_json=not file.is_delivered)
        total = self.reading.take()
        total.add_all(unread)
        return total


@dataclass(slots=True)
class Remote:
    """The S3 sources of one scan."""

    places: Sequence[S3Place]
    ask: S3Ask
    window: Window
    listing: Listing = field(default_factory=Listing, init=False)

    @property
    def choice(self) -> Choice:
        """Which keys are opened."""
        return choice_of(self.window, self.ask.accounts, self.ask.regions, self.ask.late_days)

    def not_opened(self) -> tuple[NotOpened, ...]:
        """What was left out by its key."""
        return self.listing.not_opened(self.choice)

    def read(
        self, task: BatchTask, processes: int | None, seen: Callable[[int, int], None]
    ) -> Generator[tuple[tuple[LogFile, ...], Aggregate], None, None]:
        """Each batch with what it adds. `seen` is told the objects and bytes listed so far, as they are.

        Raises as `secrets_cli.usage.sources.s3_listing.listed`.
        """
        objects = Objects(self.ask.access)
        with closing(self.listed(objects)) as files:
            first = self._first(files)
            if self.listing.is_over:
                processes = 1
                task.objects = objects
            batches = self._batches(chain(first, files), seen)
            with closing(answers(task, batches, processes or cores())) as parts:
                yield from parts

    def listed(self, objects: Objects) -> Generator[LogFile, None, None]:
        """The objects as they are found. Raises as `secrets_cli.usage.sources.s3_listing.listed`."""
        return listed(self.places, objects.bucket, self.choice, self.listing)

    @property
    def whole_folders(self) -> tuple[str, ...]:
        """The places of which everything is listed, whatever the question; none where some keys are left out."""
        is_all = self.choice == Choice()
        return tuple(f"s3://{one.bucket}/{folder_of(one.prefix)}" for one in self.places) if is_all else ()

    def _first(self, files: Iterator[LogFile]) -> list[LogFile]:
        """As many objects as one process reads by itself, or all there are."""
        first = []
        size = 0
        for file in files:
            first.append(file)
            size += file.size
            if len(first) >= _ALONE or size > _ALONE_BYTES:
                break
        return first

    def _batches(self, files: Iterator[LogFile], seen: Callable[[int, int], None]) -> Iterator[tuple[LogFile, ...]]:
        """Small ones first, so that all processes are soon at work."""
        most = _FIRST_BATCH
        batch: list[LogFile] = []
        size = 0
        for file in files:
            batch.append(file)
            size += file.size
            if len(batch) >= most or size >= _BATCH_BYTES:
                seen(self.listing.objects, self.listing.bytes)
                yield tuple(batch)
                batch, size, most = [], 0, min(most * 2, _LARGEST_BATCH)
        seen(self.listing.objects, self.listing.bytes)
        if batch:
            yield tuple(batch)

    def rejected(self) -> list[Rejected]:
        """The folders that could not be listed."""
        return [Rejected(entry.name, entry.reason, is_unfetched=True) for entry in self.listing.unlisted]


def settle_bystanders(total: Aggregate, has_delivered: bool) -> None:
    """Objects of other JSON are ignored beside a tree that CloudTrail delivered, and rejected where there is none."""
    lone = [] if has_delivered else [name for name in total.ignored if name.startswith("s3://")]
    total.ignored = [name for name in total.ignored if name not in set(lone)]
    total.files += len(lone)
    total.rejected += [Rejected(name, OTHER_JSON) for name in lone]


def refuse_unfetched(coverage: Coverage) -> None:
    """Raise AwsFailure where nothing of what was listed could be had."""
    lost = [one for one in coverage.rejected if one.is_unfetched]
    if not lost or coverage.records or len(lost) < len(coverage.rejected) or coverage.files > len(lost):
        return
    first = min(lost, key=lambda one: one.where)
    more = f", and {len(lost) - 1:,} more" if len(lost) > 1 else ""
    reason, _, help_ = first.reason.partition("; ")
    raise AwsFailure(f"nothing could be read: `{first.where}`: {reason}{more}", help_)
