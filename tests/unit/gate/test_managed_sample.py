"""docs/gate-managed-sample.*: what was read is what is said now, and the share that is wrong is small."""

import pytest

from scripts.gate_managed_sample import PAGE, Reading, judged_sample, page_text, readings, unread

READINGS = readings()


@pytest.mark.parametrize("reading", READINGS, ids=[f"seed {one.seed}" for one in READINGS])
def test_every_finding_of_the_sample_was_read(reading: Reading) -> None:
    assert unread(reading, judged_sample(reading.seed, reading.count)) == [], (
        "read them (python -m scripts.gate_managed_sample), write the verdicts, make the page (--report)"
    )


@pytest.mark.parametrize("reading", READINGS, ids=[f"seed {one.seed}" for one in READINGS])
def test_at_most_two_percent_are_wrong(reading: Reading) -> None:
    assert sum(reading.said(verdict) for verdict in ("right", "arguable", "wrong")) == len(reading.findings) > 0
    assert reading.said("wrong") / len(reading.findings) <= 0.02


def test_the_page_is_made_of_the_verdicts() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text(READINGS)
