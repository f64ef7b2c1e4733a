"""The document of `usage scan --format json` read back: what a scan had, and files of earlier versions."""

import json
from typing import Any

from secrets_cli.catalog.load import load_catalog
from secrets_cli.report.usage_json import usage_json
from secrets_cli.usage.document import read_usage
from secrets_cli.usage.usage import DayOfUse, Outcome, Usage
from tests.unit.usage.made_records import ROLE, record
from tests.unit.usage.test_aggregate import total

USAGE = total(record(), record(errorCode="AccessDenied"), principals=frozenset({ROLE}))


def written() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(usage_json(USAGE, load_catalog().header)))
    return document


def read(document: dict[str, Any]) -> Usage:
    return read_usage(json.dumps(document), "usage.json")


def test_days_are_read_back() -> None:
    assert read(written()).days == USAGE.days
    assert USAGE.days == tuple(
        DayOfUse(ROLE, "s3", "2026-03-01", outcome, 1) for outcome in (Outcome.DENIED, Outcome.USED)
    )


def test_a_document_from_before_there_were_days_has_none() -> None:
    document = written()
    del document["days"]
    assert read(document).days == ()
    assert read(document).uses == USAGE.uses
