"""The document of `usage scan --format json` read back: what a scan had, and files of earlier versions."""

import json
from dataclasses import replace
from typing import Any

from secrets_cli.catalog.load import load_catalog
from secrets_cli.report.usage_json import usage_json
from secrets_cli.usage.document import read_usage
from secrets_cli.usage.usage import AskedHistory, DayOfUse, DigestVerified, Outcome, Usage
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


def test_what_was_asked_of_event_history_and_what_digests_vouch_for_are_read_back() -> None:
    history = AskedHistory("eu-west-1", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", 3, 120)
    verified = DigestVerified("111122223333", "eu-west-1", "main", "", "2026-03-02T00:00:00Z", 2, 40, 1)
    usage = replace(USAGE, coverage=replace(USAGE.coverage, event_history=(history,), digests=(verified,)))
    document = json.loads(json.dumps(usage_json(usage, load_catalog().header)))
    assert read(document).coverage.event_history == (history,)
    assert read(document).coverage.digests == (verified,)
