"""Log files read into a running total: fast where they are as CloudTrail delivers them, carefully where they are not.

A delivered file is decoded by its records' known types, in chunks, as it is decompressed; each kind of records is judged
once. A record of another shape in it is read by itself. A file that turns out to be of another form, or damaged, counts nothing
this way and is read again from its start, record by record. Both ways say the same of every file.
"""

from collections.abc import Iterable

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import Aggregate, merged
from secrets_cli.usage.chunks import NotDeliveredError
from secrets_cli.usage.delivered import DeliveredFile
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.judgements import Judgements
from secrets_cli.usage.others import Known, Others
from secrets_cli.usage.reading import add_record, is_asked, rejected_record
from secrets_cli.usage.record import OddRecordError, Record, day_of, read_record
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.slices import Slices
from secrets_cli.usage.sources.content import BadFileError, read_bytes, read_pieces
from secrets_cli.usage.sources.exports import Export, export_at
from secrets_cli.usage.sources.exports_columns import NoExportError
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.json_text import ERRORS
from secrets_cli.usage.sources.shape import OtherJsonError, decoded, raw_records
from secrets_cli.usage.tally import Tally
from secrets_cli.usage.usage import Fate, Rejected
from secrets_cli.usage.window import EVERYTHING, Window

_MOST_KINDS = 6_000
"""Kinds counted before they are poured into the total, which holds one entry for each distinct use."""
_MUCH = 3_000
"""Uses in the total, after which it had better be taken."""
_PIECE = 512 * 1024


class LogReading:
    """A running total of log files. Not shared between threads.

    `principals` None: everybody's uses. `by_day`: the total is kept apart for each UTC day, with the days of use. Without
    `covers_all` nothing is told of the records of others than the principals: they are passed over, and `records` says nothing.
    """

    def __init__(
        self,
        principals: frozenset[str] | None,
        meaning: Meaning,
        window: Window = EVERYTHING,
        *,
        by_day: bool = False,
        covers_all: bool = True,
    ) -> None:
        self._principals = principals
        self._meaning = remembered(meaning)
        self._window = window
        self._by_day = by_day
        self._with_days = by_day or principals is not None
        self._judgements = Judgements(principals, meaning)
        self._known = Known(principals) if principals is not None else None
        self._slices = None if covers_all or principals is None else Slices(principals)
        self._others = Others()
        self._tally = Tally()
        self._whole = Aggregate()
        self._parts: dict[tuple[str, str], Aggregate] = {}
        """By day and principal; under empty texts where they are not kept apart."""

    def add_file(self, file: LogFile, *, may_be_other_json: bool = False) -> None:
        """Add a file on disk: all its records, or the file as rejected - or as ignored, where it may be other JSON and is."""
        if not self.add_delivered_file(file):
            self._read_carefully(file, may_be_other_json=may_be_other_json)

    def add_delivered_file(self, file: LogFile) -> bool:
        """Add a file on disk that is in the form in which CloudTrail delivers; False, and nothing is added, for any other."""
        # A pipe can be read once: what it holds is taken whole.
        return file.size > 0 and self._add_delivered(read_pieces(file.path), file.name)

    def add_content(self, data: bytes | bytearray, name: str, *, may_be_other_json: bool = False) -> None:
        """Add a file by its decompressed bytes, as `add_file`; `name` is what reports call it."""
        if not self.add_delivered_content(data, name):
            self._add_carefully(data, name, may_be_other_json=may_be_other_json)

    def add_delivered_content(self, data: bytes | bytearray, name: str) -> bool:
        """The same of `add_delivered_file`."""
        pieces = (bytes(data[start : start + _PIECE]) for start in range(0, len(data), _PIECE))
        return self._add_delivered(pieces, name)

    @property
    def is_much(self) -> bool:
        """Whether so much was added that it had better be taken."""
        return any(len(part.uses) >= _MUCH for part in self._parts.values())

    def take(self) -> Aggregate:
        """What was added since the last time."""
        whole, parts = self.take_parts()
        for part in parts.values():
            whole = merged(whole, part)
        return whole

    def finish(self) -> Aggregate:
        """What was added since the last time; nothing is added any more, and what was remembered is forgotten first."""
        self._judgements.forget()
        return self.take()

    def take_days(self) -> tuple[Aggregate, dict[str, Aggregate]]:
        """What was added since the last time: what concerns files as a whole, and each day's records (one part, under an
        empty text, where they are not kept apart)."""
        whole, parts = self.take_parts()
        days: dict[str, Aggregate] = {}
        for (day, _), part in parts.items():
            days.setdefault(day, Aggregate()).add_all(part)
        return whole, days

    def take_parts(self) -> tuple[Aggregate, dict[tuple[str, str], Aggregate]]:
        """The same, each day's records kept apart by principal, too; an empty text for callers without policies of their own."""
        self._tally.pour(self._part, with_days=self._with_days)
        self._cover_others()
        found = self._whole, self._parts
        self._whole, self._parts = Aggregate(), {}
        return found

    def _cover_others(self) -> None:
        if self._known:
            self._others.cover(self._part("", ""))
            self._others = Others()

    def _part(self, day: str, principal: str) -> Aggregate:
        key = (day, principal) if self._by_day else ("", "")
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = Aggregate()
        return part

    def _add_delivered(self, pieces: Iterable[bytes], name: str) -> bool:
        """Add a file in the form in which CloudTrail delivers; False, and nothing is added, where it is in another."""
        file = DeliveredFile(self._judgements, self._window, self._known, self._slices, with_days=self._with_days)
        try:
            file.add_all(pieces)
        except (NotDeliveredError, BadFileError, *ERRORS):
            return False
        file.count(self._tally)
        self._add_whole(file, name)
        return True

    def _add_whole(self, file: DeliveredFile, name: str) -> None:
        self._whole.files += 1
        self._whole.bytes += file.bytes
        self._whole.records += file.records
        if file.outside:
            self._whole.fates[Fate.OUTSIDE_WINDOW] += file.outside
        for number, text in file.odd:
            self._add_raw(decoded(text), f"{name}#{number}")
        if file.covered_days:
            self._part("", "").covered_days.update(where for where in file.covered_days if where[1])
        self._others.add_all(file.others)
        if len(self._others) >= _MOST_KINDS:
            self._cover_others()
        if len(self._tally) >= _MOST_KINDS:
            self._tally.pour(self._part, with_days=self._with_days)

    def _read_carefully(self, file: LogFile, *, may_be_other_json: bool) -> None:
        try:
            export = export_at(file.path, file.name, file.size) if file.size else None
            if export:
                self._add_export(export, is_named=file.is_named)
                return
            data = read_bytes(file.path)
        except BadFileError as error:
            self._reject_file(file.name, error)
            return
        self._add_carefully(data, file.name, may_be_other_json=may_be_other_json)

    def _add_carefully(self, data: bytes | bytearray, name: str, *, may_be_other_json: bool) -> None:
        try:
            records = raw_records(data)
        except OtherJsonError as error:
            # A log whose `Records` is damaged still holds names of events: that is missing evidence wherever it lies.
            if may_be_other_json and b'"eventName"' not in data:
                self._whole.ignored.append(name)
            else:
                self._reject_file(name, error)
            return
        except BadFileError as error:
            self._reject_file(name, error)
            return
        self._whole.files += 1
        self._whole.bytes += len(data)
        for number, raw in enumerate(records, 1):
            self._whole.records += 1
            self._add_raw(raw, f"{name}#{number}")

    def _add_export(self, export: Export, *, is_named: bool) -> None:
        """Add an export: all or, where it turns out damaged, nothing of it. One without CloudTrail's columns is ignored, where
        the user did not name it. Raises BadFileError."""
        covers_all = self._slices is None
        reading = LogReading(self._principals, self._meaning, self._window, by_day=self._by_day, covers_all=covers_all)
        try:
            for number, raw in enumerate(export.records(), 1):
                reading._whole.records += 1
                reading._add_raw(raw, f"{export.name}#{number}")
        except NoExportError:
            if is_named:
                raise
            self._whole.ignored.append(export.name)
            return
        self._whole.files += 1
        self._whole.bytes += export.bytes
        whole, parts = reading.take_parts()
        self._whole.add_all(whole)
        for (day, principal), part in parts.items():
            self._part(day, principal).add_all(part)

    def _reject_file(self, name: str, error: BadFileError) -> None:
        self._whole.files += 1
        self._whole.rejected.append(Rejected(name, str(error)))

    def _add_raw(self, raw: "JsonValue | BadFileError", where: str) -> None:
        """Add one record, or note why it cannot be."""
        if isinstance(raw, BadFileError):
            self._reject(Rejected(where, str(raw)))
            return
        try:
            self._add_record(read_record(raw))
        except (OddRecordError, RecursionError) as error:
            self._reject(rejected_record(where, error, raw))

    def _reject(self, rejected: Rejected) -> None:
        if self._slices is None or (self._principals and rejected.principal in self._principals):
            self._whole.reject(rejected)

    def _add_record(self, record: Record) -> None:
        if self._slices is not None and not is_asked(record, self._principals):
            return
        if not self._by_day:
            add_record(self._part("", ""), record, self._principals, self._meaning, self._window)
            return
        # Added apart first: a record that cannot be judged must not leave an empty day behind.
        one = Aggregate()
        add_record(one, record, self._principals, self._meaning, self._window, with_days=True)
        self._part(day_of(record.event_time), next(iter(one.principals), "")).add_all(one)
