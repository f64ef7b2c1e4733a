"""One log file: its bytes, wherever they come from, and what its records add up to.

Fetching (`read_bytes`, or a source of its own) and reading (`read_content`) are apart. What a file holds that cannot be used
is a value in the result, never an exception.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.reading import add_record, rejected_record
from secrets_cli.usage.record import OddRecordError, Record, read_record
from secrets_cli.usage.sources.content import BadFileError, read_bytes
from secrets_cli.usage.sources.exports import Export, export_at
from secrets_cli.usage.sources.exports_columns import NoExportError
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.shape import OtherJsonError, raw_records
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
    """What one file adds: all its records, or the file as rejected - or as ignored, where it may be other JSON and is."""
    try:
        if export := export_at(file.path, file.name, file.size):
            return _read_export(export, principals, meaning, window, is_named=file.is_named)
        data = read_bytes(file.path)
    except BadFileError as error:
        return Aggregate(files=1, rejected=[Rejected(file.name, str(error))])
    return read_content(data, file.name, principals, meaning, window, may_be_other_json=may_be_other_json)


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
    part = Aggregate(files=1)

    def add(record: Record) -> None:
        add_record(part, record, principals, meaning, window)

    _read(data, name, part, add, may_be_other_json=may_be_other_json)
    return part


def read_days(file: LogFile, meaning: Meaning, *, may_be_other_json: bool = False) -> FileParts:
    """What one file adds, day by day: for keeping, as it answers for any principals and any whole days."""
    try:
        if export := export_at(file.path, file.name, file.size):
            return _export_days(export, meaning, is_named=file.is_named)
        data = read_bytes(file.path)
    except BadFileError as error:
        return FileParts(1, 0, 0, (Rejected(file.name, str(error)),), 0, (), ())
    return content_days(data, file.name, meaning, may_be_other_json=may_be_other_json)


def content_days(data: bytes | bytearray, name: str, meaning: Meaning, *, may_be_other_json: bool = False) -> FileParts:
    """What a file's decompressed bytes add, as `read_days`; `name` is what reports call it."""
    days: dict[str, Aggregate] = {}
    whole = Aggregate(files=1)
    _read(data, name, whole, _to_days(days, meaning), may_be_other_json=may_be_other_json)
    return _parts(whole, days)


def _read_export(
    export: Export, principals: frozenset[str] | None, meaning: Meaning, window: Window, *, is_named: bool
) -> Aggregate:
    """What an export adds: all or, where it turns out damaged, nothing of it. One without CloudTrail's columns is ignored,
    where the user did not name it. Raises BadFileError."""
    part = Aggregate(files=1)

    def add(record: Record) -> None:
        add_record(part, record, principals, meaning, window)

    try:
        _add_each(export.records(), export.name, part, add)
    except NoExportError:
        if is_named:
            raise
        return Aggregate(ignored=[export.name])
    part.bytes = export.bytes
    return part


def _export_days(export: Export, meaning: Meaning, *, is_named: bool) -> FileParts:
    """As `_read_export`, day by day."""
    days: dict[str, Aggregate] = {}
    whole = Aggregate(files=1)
    try:
        _add_each(export.records(), export.name, whole, _to_days(days, meaning))
    except NoExportError:
        if is_named:
            raise
        return FileParts(0, 0, 0, (), 0, (export.name,), ())
    whole.bytes = export.bytes
    return _parts(whole, days)


def _to_days(days: dict[str, Aggregate], meaning: Meaning) -> Callable[[Record], None]:
    def add(record: Record) -> None:
        # Added apart first: a record that cannot be judged must not leave an empty day behind.
        one = Aggregate()
        add_record(one, record, None, meaning, with_days=True)
        days.setdefault(record.event_time[: len("2026-09-01")], Aggregate()).add_all(one)

    return add


def _parts(whole: Aggregate, days: dict[str, Aggregate]) -> FileParts:
    return FileParts(
        files=whole.files,
        records=whole.records,
        bytes=whole.bytes,
        rejected=tuple(whole.rejected),
        rejected_records=whole.fates[Fate.REJECTED],
        ignored=tuple(whole.ignored),
        days=tuple(sorted(days.items())),
    )


def _read(
    data: bytes | bytearray, name: str, part: Aggregate, add: Callable[[Record], None], *, may_be_other_json: bool
) -> None:
    """Add each record; what concerns the file, and the records that cannot be read, go to `part`."""
    try:
        records = raw_records(data)
    except OtherJsonError as error:
        # A log whose `Records` is damaged still holds names of events: that is missing evidence wherever it lies.
        if may_be_other_json and b'"eventName"' not in data:
            part.files = 0
            part.ignored.append(name)
        else:
            part.rejected.append(Rejected(name, str(error)))
        return
    except BadFileError as error:
        part.rejected.append(Rejected(name, str(error)))
        return
    part.bytes = len(data)
    _add_each(records, name, part, add)


def _add_each(
    records: "Iterator[JsonValue | BadFileError]", name: str, part: Aggregate, add: Callable[[Record], None]
) -> None:
    for number, raw in enumerate(records, 1):
        part.records += 1
        where = f"{name}#{number}"
        if isinstance(raw, BadFileError):
            part.reject(Rejected(where, str(raw)))
            continue
        try:
            add(read_record(raw))
        except (OddRecordError, RecursionError) as error:
            part.reject(rejected_record(where, error, raw))
