"""Rows of a CSV export, as Athena and CloudTrail Lake write it: a line of names, then RFC 4180; an empty field is NULL."""

import csv
from collections.abc import Iterator

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.exports_columns import Columns, columns_of, plain_name, record_of
from secrets_cli.usage.sources.exports_lines import LONGEST, Lines


def csv_records(lines: Lines) -> "Iterator[JsonValue | BadFileError]":
    """The records, one a row; a row that is broken by itself comes as the error.

    Raises BadFileError for the file as a whole, also in the middle of it: then nothing of it is to be believed.
    """
    csv.field_size_limit(LONGEST)
    rows = csv.reader(lines, strict=True)
    try:
        header = next(rows, None)
        if header is None:
            raise BadFileError("the file is empty")
        yield from _records(rows, columns_of(header))
    except csv.Error as error:
        raise BadFileError(f"not CSV: {error} (line {rows.line_num:,})") from None


def _records(rows: "Iterator[list[str]]", columns: Columns) -> "Iterator[JsonValue | BadFileError]":
    names = [plain_name(name) for name in columns.names]
    for row in rows:
        if not row:
            continue
        if len(row) != len(names):
            yield BadFileError(f"it has {len(row)} fields, where the first line names {len(names)} columns")
        else:
            yield record_of(dict(zip(names, row, strict=True)), columns)
