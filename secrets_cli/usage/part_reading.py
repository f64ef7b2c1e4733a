"""Reading files into parts: each record into that of its day and its caller.

Of files that may hold the same events, an event counts where it is met first, in the order of the files; so what such files
add up to depends on the files alone, and not on who lists them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.deliveries import Shared, Work, delivered_at
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.log_reading import LogReading
from secrets_cli.usage.parts import (
    BadRecord,
    DayPart,
    Days,
    FileReport,
    FileState,
    WorkParts,
    add_file,
    records_in,
)
from secrets_cli.usage.reading import add_record, is_asked, rejected_record
from secrets_cli.usage.record import OddRecordError, Record, read_record
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.sources.content import BadFileError, UnfetchedFileError, UnreadableFileError, read_bytes
from secrets_cli.usage.sources.exports import export_at
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.shape import OtherJsonError, raw_records
from secrets_cli.usage.usage import Fate
from secrets_cli.usage.window import Window

Content: TypeAlias = Callable[[LogFile], bytes | bytearray]
"""A file's bytes, decompressed. Raises BadFileError for damaged ones, UnreadableFileError where they cannot be had now."""
_Add: TypeAlias = Callable[[Record, bool], None]
"""Takes a record, and whether it is a second delivery. Raises OddRecordError or RecursionError, having added nothing."""
_DAY = len("2026-09-01")


class PartReader:
    """Reads one item of work after the other, each into its parts. Not shared between threads."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = remembered(meaning)
        self._delivered = LogReading(None, meaning, by_day=True)

    def read(self, work: Work) -> WorkParts:
        """What the files add up to, for all questions: fast, where it is one file as CloudTrail delivers it."""
        if isinstance(work, LogFile) and self._delivered.add_delivered_file(work):
            return _as_parts(*self._delivered.take_parts())
        return read_parts(work, self._meaning)

    def read_from(self, work: Work, content: Content) -> WorkParts:
        """The same, of files whose bytes `content` has."""
        if isinstance(work, LogFile):
            return self._read_alone(work, content)
        return read_parts(work, self._meaning, content)

    def _read_alone(self, file: LogFile, content: Content) -> WorkParts:
        try:
            data = content(file)
        except BadFileError as error:
            return WorkParts((_refused(error).done(),), {})
        if self._delivered.add_delivered_content(data, file.name):
            return _as_parts(*self._delivered.take_parts())
        return read_parts(file, self._meaning, lambda _: data)


def _as_parts(whole: Aggregate, parts: Mapping[tuple[str, str], Aggregate]) -> WorkParts:
    """What a reading of one file adds up to, as parts."""
    bad = tuple(
        BadRecord(int(rejected.where.rpartition("#")[2]), rejected.reason, rejected.principal)
        for rejected in whole.rejected
    )
    days: Days = {}
    for (day, principal), one in parts.items():
        part = days.setdefault(day, DayPart())
        part.by_principal[principal] = one
        part.records += records_in(one)
    return WorkParts((FileReport(FileState.READ, "", whole.bytes, whole.records, bad),), days)


def content_on_disk(file: LogFile) -> bytearray:
    """As `Content`. Refuses an export, of which no parts are made."""
    if file.size and export_at(file.path, file.name, file.size):
        raise BadFileError("is an export of a query: read it without `--store`")
    return read_bytes(file.path)


def read_parts(work: Work, meaning: Meaning, content: Content = content_on_disk) -> WorkParts:
    """What the files add up to, for all questions, record by record."""
    days: Days = {}

    def add(record: Record, is_duplicate: bool) -> None:
        caller = caller_of(record)
        principal = caller.arn if isinstance(caller, Principal) else ""
        day = days.get(record.event_time[:_DAY]) or DayPart()
        one = day.by_principal.get(principal) or Aggregate()
        if is_duplicate:
            one.fates[Fate.DUPLICATE] += 1
        else:
            add_record(one, record, None, meaning, with_days=True)
        # Kept only now: a record that cannot be judged must not leave an empty part behind.
        day.records += 1
        day.by_principal[principal] = one
        days[record.event_time[:_DAY]] = day

    return WorkParts(_read(work, add, content), days)


def read_shared(
    work: Shared,
    principals: frozenset[str] | None,
    meaning: Meaning,
    window: Window,
    *,
    has_delivered: bool,
    covers_all: bool = True,
) -> Aggregate:
    """What files that may hold the same events add to the answer of one question.

    A second delivery has the fate `duplicate` where its first would have counted. `has_delivered` says whether some file of
    the question lies where CloudTrail delivers; `covers_all` as of `LogReading`.
    """
    total = Aggregate()
    known = remembered(meaning)

    def add(record: Record, is_duplicate: bool) -> None:
        if not covers_all and not is_asked(record, principals):
            return
        if not is_duplicate or not window.holds(record.event_time):
            add_record(total, record, principals, known, window)
            return
        total.fates[Fate.DUPLICATE if is_asked(record, principals) else Fate.OTHER_PRINCIPAL] += 1

    for file, report in zip(work.files, _read(work, add, content_on_disk), strict=True):
        bad = (one for one in report.bad if covers_all or (principals and one.principal in principals))
        undated = replace(report, bad=tuple(replace(one, day=None) for one in bad))
        add_file(total, file.name, undated, may_be_other_json=has_delivered and not file.is_delivered)
    return total


class _Identity(NamedTuple):
    """What tells an event from all others; the fields beside the id guard against one that is not unique."""

    event_id: str
    event_time: str
    event_source: str
    event_name: str


class _Held(NamedTuple):
    """A record of an earlier day than its file's: the files of the day before may have it, too."""

    report: "_Report"
    number: int
    record: Record
    raw: JsonValue


@dataclass(slots=True)
class _Report:
    """A FileReport in the making."""

    state: FileState = FileState.READ
    reason: str = ""
    bytes: int = 0
    records: int = 0
    bad: list[BadRecord] = field(default_factory=list)
    is_lasting: bool = True

    def done(self) -> FileReport:
        bad = tuple(sorted(self.bad, key=lambda bad: bad.number))
        return FileReport(self.state, self.reason, self.bytes, self.records, bad, self.is_lasting)

    def add(self, number: int, record: Record, raw: JsonValue, add: _Add, *, is_duplicate: bool) -> None:
        try:
            add(record, is_duplicate)
        except (OddRecordError, RecursionError) as error:
            self.bad.append(_bad(number, error, raw, record.event_time[:_DAY]))


def _read(work: Work, add: _Add, content: Content) -> tuple[FileReport, ...]:
    if isinstance(work, LogFile):
        report, records = _opened(work, content)
        for number, record, raw in records:
            report.add(number, record, raw, add, is_duplicate=False)
        return (report.done(),)
    return _read_shared(work, add, content)


def _read_shared(work: Shared, add: _Add, content: Content) -> tuple[FileReport, ...]:
    reports: list[_Report] = []
    held: list[_Held] = []
    seen: set[_Identity] = set()
    for file in work.files:
        report, records = _opened(file, content)
        reports.append(report)
        for number, record, raw in records:
            if record.event_time and record.event_time[:_DAY] < work.day:
                held.append(_Held(report, number, record, raw))
            else:
                report.add(number, record, raw, add, is_duplicate=_is_second(record, seen))
    if held:
        before, is_lasting = _delivered_before(work.before, {_identity(one.record) for one in held}, content)
        seen |= before
        reports[0].is_lasting &= is_lasting
    for one in held:
        one.report.add(one.number, one.record, one.raw, add, is_duplicate=_is_second(one.record, seen))
    return tuple(report.done() for report in reports)


def _is_second(record: Record, seen: set[_Identity]) -> bool:
    """Whether the event was met before; a record without an id is nobody's second delivery."""
    if not record.event_id:
        return False
    identity = _identity(record)
    if identity in seen:
        return True
    seen.add(identity)
    return False


def _identity(record: Record) -> _Identity:
    return _Identity(record.event_id, record.event_time, record.event_source, record.event_name)


def _delivered_before(
    files: Sequence[LogFile], wanted: set[_Identity], content: Content
) -> tuple[set[_Identity], bool]:
    """Which of the events are in the files, and whether it would be found the same again. What cannot be read there is told
    where those files are counted."""
    earliest = min(identity.event_time for identity in wanted)[: len("2026-09-01T00:00")]
    found: set[_Identity] = set()
    is_lasting = True
    for file in files:
        if (delivered_at(file) or earliest) >= earliest:
            report, records = _opened(file, content)
            is_lasting &= report.is_lasting
            found |= wanted.intersection(_identity(record) for _, record, _ in records)
    return found, is_lasting


def _opened(file: LogFile, content: Content) -> tuple[_Report, Iterator[tuple[int, Record, JsonValue]]]:
    """A file's report, and its readable records with their places; the report is whole when the records are through."""
    data: bytes | bytearray = b""
    try:
        data = content(file)
        records = raw_records(data)
    except OtherJsonError as error:
        # A log whose `Records` is damaged still holds names of events: that is missing evidence wherever it lies.
        state = FileState.REJECTED if b'"eventName"' in data else FileState.OTHER_JSON
        return _Report(state, str(error)), iter(())
    except BadFileError as error:
        return _refused(error), iter(())
    report = _Report(bytes=len(data))
    return report, _readable(records, report)


def _refused(error: BadFileError) -> _Report:
    state = FileState.UNFETCHED if isinstance(error, UnfetchedFileError) else FileState.REJECTED
    return _Report(state, str(error), is_lasting=not isinstance(error, UnreadableFileError))


def _readable(
    records: "Iterator[JsonValue | BadFileError]", report: _Report
) -> Iterator[tuple[int, Record, JsonValue]]:
    for number, raw in enumerate(records, 1):
        report.records += 1
        if isinstance(raw, BadFileError):
            report.bad.append(BadRecord(number, str(raw)))
            continue
        try:
            record = read_record(raw)
        except (OddRecordError, RecursionError) as error:
            report.bad.append(_bad(number, error, raw, None))
            continue
        yield number, record, raw


def _bad(number: int, error: Exception, raw: JsonValue, day: str | None) -> BadRecord:
    rejected = rejected_record("", error, raw)
    return BadRecord(number, rejected.reason, rejected.principal, day)
