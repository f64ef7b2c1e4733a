"""Exports of CloudTrail events: results of Athena and CloudTrail Lake queries, saved as files.

Told by content, not by name: Parquet by its first bytes, CSV by its line of names, one JSON object a row by the names in the
first (`eventname`, where CloudTrail writes `eventName`). They are read as they stream, so their size is not limited.
"""

import csv
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.csv_rows import csv_records
from secrets_cli.usage.sources.exports_columns import (
    WHOLE_EVENT,
    Columns,
    NoExportError,
    columns_of,
    plain_name,
    record_of,
)
from secrets_cli.usage.sources.exports_lines import Lines, lines_of, opening_of
from secrets_cli.usage.sources.parquet_rows import parquet_records

_PARQUET = b"PAR1"
_DELIVERED = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[|\{\s*"(?:Records|Events)"\s*:)')
"""A log as CloudTrail delivers it, a list, or the output of `lookup-events`: its first line may be the whole file."""
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ROW = msgspec.json.Decoder(dict)
_ERRORS = (msgspec.DecodeError, RecursionError)


class _Kind(enum.Enum):
    CSV = "csv"
    PARQUET = "parquet"
    ROWS = "rows"


@dataclass(slots=True)
class Export:
    """A file that is an export; its records are read once."""

    path: str
    name: str
    """What messages call it."""
    kind: _Kind
    size: int
    """Bytes on disk."""
    bytes: int = 0
    """Decompressed bytes of text read so far; of Parquet, the bytes on disk."""

    def records(self) -> "Iterator[JsonValue | BadFileError]":
        """The records, one a row; a row that is broken by itself comes as the error.

        Raises BadFileError for the file as a whole, also in the middle of it (nothing of it is to be believed then):
        NoExportError where it holds no column of CloudTrail's; ConfigurationError where Parquet cannot be read here.
        """
        if self.kind is _Kind.PARQUET:
            yield from parquet_records(self.path, self.name)
            self.bytes = self.size
            return
        with lines_of(self.path) as lines:
            try:
                yield from csv_records(lines) if self.kind is _Kind.CSV else _rows(lines)
            finally:
                self.bytes = lines.bytes


def export_at(path: str, name: str, size: int) -> Export | None:
    """The file as an export; None where it is none, and what it is else is not judged. Raises BadFileError: it cannot be
    opened, or its beginning is damaged.

    A name as CloudTrail's own files have (`.json.gz`) is believed without a look, as there may be millions.
    """
    if name.endswith(".json.gz"):
        return None
    opening = opening_of(path)
    if opening.startswith(_PARQUET):
        return Export(path, name, _Kind.PARQUET, size)
    if _DELIVERED.match(opening):
        return None
    is_csv = name.lower().endswith((".csv", ".csv.gz"))
    try:
        with lines_of(path) as lines:
            first = next((line for line in lines if line.strip()), "")
    except BadFileError:
        if is_csv:
            return Export(path, name, _Kind.CSV, size)
        return None
    if first.lstrip().startswith(("{", "[")):
        return Export(path, name, _Kind.ROWS, size) if _is_row(first) else None
    return Export(path, name, _Kind.CSV, size) if is_csv or _is_header(first) else None


def _is_header(line: str) -> bool:
    try:
        columns_of(next(csv.reader([line]), []))
    except NoExportError:
        return False
    except (BadFileError, csv.Error):
        return "," in line
    return True


def _is_row(line: str) -> bool:
    """Whether it is an object whose names, or the texts that its structures are, show a query's result."""
    try:
        fields = _FIELDS.decode(line)
    except _ERRORS:
        return False
    if "eventName" in fields or "eventSource" in fields:
        nested = (fields.get("userIdentity"), fields.get("requestParameters"))
        return any(value is not None and bytes(memoryview(value)[:1]) == b'"' for value in nested)
    return bool({plain_name(name) for name in fields} & {"eventname", *WHOLE_EVENT})


def _rows(lines: Lines) -> "Iterator[JsonValue | BadFileError]":
    """One object a line. A row may leave out what is NULL, so only at the end is it known which columns there are."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = {plain_name(name): value for name, value in _ROW.decode(line).items()}
        except _ERRORS:
            yield BadFileError(f"line {number:,} is no JSON object")
            continue
        seen.update(row)
        whole = next((name for name in WHOLE_EVENT if name in row), "")
        yield record_of(row, Columns(tuple(row), whole))
    columns_of(sorted(seen))
