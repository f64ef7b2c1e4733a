"""Exports of made records, as query engines write them."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

TEXTS = (
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "errorCode",
    "errorMessage",
    "eventID",
    "eventType",
    "eventCategory",
    "recipientAccountId",
    "sharedEventID",
)
DOCUMENTS = ("requestParameters", "responseElements", "additionalEventData")


def lowered(value: Any) -> Any:
    """The value with all names in lower case, as a struct's are."""
    if isinstance(value, dict):
        return {key.lower(): lowered(inner) for key, inner in value.items()}
    return [lowered(inner) for inner in value] if isinstance(value, list) else value


def rows(records: Sequence[dict[str, Any]], nested: Callable[[Any], Any] | None = None) -> list[dict[str, Any]]:
    """One row a record, as of a table over a trail; `nested` is how structs are written (as JSON where it is None)."""
    write = nested or json.dumps
    made = []
    for record in records:
        row: dict[str, Any] = {name.lower(): record.get(name) for name in TEXTS}
        for name in DOCUMENTS:
            row[name.lower()] = None if record.get(name) is None else json.dumps(record[name])
        for name in ("userIdentity", "resources"):
            row[name.lower()] = None if record.get(name) is None else write(lowered(record[name]))
        made.append(row)
    return made


def csv_of(table: Sequence[dict[str, Any]]) -> bytes:
    """The table as Athena writes it: every field quoted, and nothing for NULL."""
    text = io.StringIO(newline="")
    names = list(table[0])
    text.write(",".join(f'"{name}"' for name in names) + "\n")
    for row in table:
        fields = ("" if row[name] is None else '"' + str(row[name]).replace('"', '""') + '"' for name in names)
        text.write(",".join(fields) + "\n")
    return text.getvalue().encode()


def lake_csv(records: Sequence[dict[str, Any]]) -> bytes:
    """What CloudTrail Lake saves of `SELECT eventJson`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["eventJson"])
    writer.writerows([json.dumps(record)] for record in records)
    return gzip.compress(text.getvalue().encode())


def struct_text(value: Any) -> str:
    """A value as Trino writes it as text: nothing is escaped."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={struct_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(struct_text(inner) for inner in value) + "]"
    return str(value)
