"""What one log file adds: in all, or day by day for keeping."""

from dataclasses import dataclass

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.log_reading import LogReading
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.usage import Fate, Rejected
from secrets_cli.usage.window import EVERYTHING, Window


@dataclass(frozen=True, slots=True)
class FileParts:
    """What one file adds, day by day, of everybody and with the days of use."""

    files: int
    """1; 0 for a file that is `ignored`."""
    records: int
    """Rejected ones included."""
    bytes: int
    """Decompressed."""
    rejected: tuple[Rejected, ...]
    """The file, or records of it."""
    rejected_records: int
    """Records among `rejected`."""
    ignored: tuple[str, ...]
    """The file's name, where it is whole JSON of another kind."""
    days: tuple[tuple[str, Aggregate], ...]
    """UTC days (`2026-09-01`; empty for records without a time), sorted; each without the fields above."""

    def total(self) -> Aggregate:
        """The parts as one running total."""
        whole = Aggregate(
            files=self.files,
            records=self.records,
            bytes=self.bytes,
            rejected=list(self.rejected),
            ignored=list(self.ignored),
        )
        whole.fates[Fate.REJECTED] += self.rejected_records
        for _, part in self.days:
            whole.add_all(part)
        return whole


def read_file(
    file: LogFile,
    principals: frozenset[str] | None,
    meaning: Meaning,
    window: Window = EVERYTHING,
    *,
    may_be_other_json: bool = False,
) -> Aggregate:
    """What one file adds, as `LogReading.add_file`. Whoever reads many keeps a `LogReading`, which remembers judgements."""
    reading = LogReading(principals, meaning, window)
    reading.add_file(file, may_be_other_json=may_be_other_json)
    return reading.take()


def read_content(
    data: bytes | bytearray,
    name: str,
    principals: frozenset[str] | None,
    meaning: Meaning,
    window: Window = EVERYTHING,
    *,
    may_be_other_json: bool = False,
) -> Aggregate:
    """What a file's decompressed bytes add, as `read_file`; `name` is what reports call it."""
    reading = LogReading(principals, meaning, window)
    reading.add_content(data, name, may_be_other_json=may_be_other_json)
    return reading.take()


def read_days(file: LogFile, meaning: Meaning, *, may_be_other_json: bool = False) -> FileParts:
    """What one file adds, day by day: for keeping, as it answers for any principals and any whole days."""
    reading = LogReading(None, meaning, by_day=True)
    reading.add_file(file, may_be_other_json=may_be_other_json)
    return parts_of(reading)


def content_days(data: bytes | bytearray, name: str, meaning: Meaning, *, may_be_other_json: bool = False) -> FileParts:
    """What a file's decompressed bytes add, as `read_days`; `name` is what reports call it."""
    reading = LogReading(None, meaning, by_day=True)
    reading.add_content(data, name, may_be_other_json=may_be_other_json)
    return parts_of(reading)


def parts_of(reading: LogReading) -> FileParts:
    """What a reading by day has added since the last time. One reading for many files, asked after each, is the fast way."""
    whole, days = reading.take_days()
    return FileParts(
        files=whole.files,
        records=whole.records,
        bytes=whole.bytes,
        rejected=tuple(whole.rejected),
        rejected_records=whole.fates[Fate.REJECTED],
        ignored=tuple(whole.ignored),
        days=tuple(sorted(days.items())),
    )
