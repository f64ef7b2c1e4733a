"""Rows of the aggregation's SQL, and the usage they are: each group is judged once, by the local engine's own code.

Judgement reads values, never the text they were written in. `request_parameters`, `response_elements` and `resources` are
parsed here, so two texts of one value (other white space, key order, escapes, `1e2` for `100.0`) are judged alike: an engine
that groups by its own spelling of the JSON makes more or fewer groups, and the counts of equal uses are then added. What the
SQL leaves out of the key is not read for that record: `additionalEventData` by nothing; of a response all but ARNs and the
fields of three services; of other principals' records all but what coverage says. tests/unit/usage/engines hold each of these.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import DENIED_SAMPLES, Aggregate
from secrets_cli.usage.group import RecordGroup, add_group
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.reading import add_record, rejected_record
from secrets_cli.usage.record import OddRecordError, read_record
from secrets_cli.usage.usage import Fate, Rejected, Usage
from secrets_cli.usage.window import EVERYTHING, Window

_decode = msgspec.json.Decoder().decode
_decode_samples = msgspec.json.Decoder(list[str]).decode


class GroupRow(NamedTuple):
    """One row of the aggregation, in the order of its columns: see aggregate.duckdb.sql."""

    row_kind: str
    place: str
    content: str
    event_source: str
    event_name: str
    event_category: str
    management_event: str
    aws_region: str
    recipient_account_id: str
    has_identity: str
    identity_type: str
    identity_account_id: str
    issuer_arn: str
    identity_arn: str
    event_type: str
    error_code: str
    error_message: str
    shared_event_id: str
    identity_principal_id: str
    identity_invoked_by: str
    request_parameters: str
    response_elements: str
    resources: str
    odd_time: str
    event_day: str
    records: int
    first_time: str
    last_time: str
    samples: str
    """JSON: a list of `time event-id`."""


class OddRowError(Exception):
    """A row that is not one of the aggregation: the engine's view or text is not ours."""


def group_row(values: Sequence[object]) -> GroupRow:
    """A row of an engine that gives values or their texts; NULL reads as ''. Raises OddRowError."""
    texts = ["" if value is None else str(value) for value in values]
    if len(texts) != len(GroupRow._fields):
        raise OddRowError(f"{len(texts)} columns, where {len(GroupRow._fields)} are made")
    count = texts[_RECORDS]
    if not count.isdecimal():
        raise OddRowError("`records` is no number")
    return GroupRow(*texts[:_RECORDS], int(count), *texts[_RECORDS + 1 :])  # type: ignore[call-arg, arg-type]  # a star hides the order of types


_RECORDS = GroupRow._fields.index("records")


def groups_to_usage(
    rows: Iterable[GroupRow], principals: frozenset[str] | None, meaning: Meaning, window: Window = EVERYTHING
) -> Usage:
    """The usage that the rows are: `principals` and `window` as of the view they were made of."""
    groups = Groups(principals, meaning, window)
    groups.add_all(rows)
    return groups.total.usage()


@dataclass(slots=True)
class Groups:
    """A running total of rows."""

    principals: frozenset[str] | None
    meaning: Meaning
    window: Window = EVERYTHING
    total: Aggregate = field(default_factory=Aggregate)
    files: dict[str, int | None] = field(default_factory=dict)
    """Place of each file that has a row of its own -> its bytes; None where the engine could not read it as a log."""
    groups: int = 0
    """Rows that were groups of records."""

    def add_all(self, rows: Iterable[GroupRow]) -> None:
        """Add rows, in whatever order."""
        for row in rows:
            self.add(row)

    def add(self, row: GroupRow) -> None:
        """Add one row. Raises OddRowError for one of no kind that there is."""
        match row.row_kind:
            case "record":
                self.total.records += row.records
                self._add_group(row)
            case "odd":
                self.total.records += row.records
                self._add_odd(row)
            case "outside":
                self.total.records += row.records
                self.total.fates[Fate.OUTSIDE_WINDOW] += row.records
            case "file":
                self.files[row.place] = int(row.content) if row.content.isdecimal() else None
            case other:
                raise OddRowError(f"`row_kind` is `{other}`")

    def _add_group(self, row: GroupRow) -> None:
        self.groups += 1
        try:
            record = read_record(_raw(row))
        except OddRecordError as error:
            self._reject(row, str(error))
            return
        time = record.event_time
        is_plain = bool(row.event_day)
        if not is_plain and not self.window.holds(time):
            self.total.fates[Fate.OUTSIDE_WINDOW] += row.records
            return
        group = RecordGroup(
            record=record,
            day=time[: len("2026-09-01")],
            count=row.records,
            first=row.first_time if is_plain else time,
            last=row.last_time if is_plain else time,
            samples=tuple(_samples(row, "" if is_plain else time)),
        )
        try:
            add_group(self.total, group, self.principals, self.meaning)
        except RecursionError:
            self._reject(row, "it is nested too deeply")

    def _add_odd(self, row: GroupRow) -> None:
        """A record that the SQL does not read, read as the local engine reads it."""
        raw: JsonValue = None
        try:
            raw = _decode(row.content)
            add_record(self.total, read_record(raw), self.principals, self.meaning, self.window)
        except (msgspec.DecodeError, OddRecordError, RecursionError) as error:
            self.total.reject(rejected_record(row.place, error, raw))

    def _reject(self, row: GroupRow, why: str) -> None:
        """All records of a row: told by their file, as an engine has no place in it, and how many they are."""
        where = row.place or f"{row.event_source}:{row.event_name} of {row.event_day or 'no day'}"
        said = why if row.records == 1 else f"{row.records:,} records: {why}"
        self.total.fates[Fate.REJECTED] += row.records
        self.total.rejected.append(Rejected(where, said))


def _samples(row: GroupRow, odd_time: str) -> Iterator[tuple[str, str]]:
    for sample in _decode_samples(row.samples or "[]")[:DENIED_SAMPLES]:
        time, _, event_id = sample.partition(" ")
        yield odd_time or time, event_id


def _raw(row: GroupRow) -> dict[str, JsonValue]:
    """The record as JSON would say it, as far as the row has it."""
    return {
        "eventSource": row.event_source or None,
        "eventName": row.event_name or None,
        "eventTime": row.odd_time or row.first_time,
        "eventType": row.event_type,
        "eventCategory": row.event_category,
        "managementEvent": _FLAGS.get(row.management_event),
        "awsRegion": row.aws_region,
        "errorCode": row.error_code,
        "errorMessage": row.error_message,
        "recipientAccountId": row.recipient_account_id,
        "sharedEventID": row.shared_event_id,
        "userIdentity": _identity(row),
        "requestParameters": _value(row.request_parameters),
        "responseElements": _value(row.response_elements),
        "resources": _resources(row.resources),
    }


_FLAGS = {"true": True, "false": False}


def _identity(row: GroupRow) -> dict[str, JsonValue]:
    if row.has_identity != "yes":
        return {}
    identity: dict[str, JsonValue] = {
        "type": row.identity_type,
        "arn": row.identity_arn,
        "principalId": row.identity_principal_id,
        "accountId": row.identity_account_id,
        "invokedBy": row.identity_invoked_by,
    }
    if row.issuer_arn:
        identity["sessionContext"] = {"sessionIssuer": {"arn": row.issuer_arn}}
    return identity


def _value(text: str) -> JsonValue:
    """The JSON value; a text that is no JSON is a text: an engine's reader drops the quotes of a string."""
    if not text:
        return None
    try:
        value: JsonValue = _decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    return value


def _resources(text: str) -> JsonValue:
    """The list as the record has it; an entry that is a pair or a text is an ARN with its type, or the type alone."""
    items = _value(text)
    if not isinstance(items, list):
        return None
    return [_resource(item) for item in items]


def _resource(item: JsonValue) -> JsonValue:
    match item:
        case [arn, kind]:
            return {"ARN": arn, "type": kind}
        case str():
            return {"type": item}
        case None:
            return {}
        case _:
            return item
