"""Counts before and after, and use by day."""

from dataclasses import replace

import pytest

from secrets_cli.report.narrowing_figures import SHADES, Figure, figures_of, timeline_of
from secrets_cli.report.narrowing_risk import Ways
from secrets_cli.usage.usage import Coverage, DayOfUse, Outcome
from tests.unit.narrow.cases import BUCKET, ROLE, allow, narrowed, policy, usage_of, use
from tests.unit.report.narrowing_samples import ordinary

COVERAGE = Coverage(1, 1, 1, (), "2026-03-01T08:00:00Z", "2026-03-10T08:00:00Z", (), (), ())


def day(when: str, count: int = 1, service: str = "s3", outcome: Outcome = Outcome.USED) -> DayOfUse:
    return DayOfUse(ROLE, service, when, outcome, count)


@pytest.mark.parametrize(
    ("before", "after", "less"),
    [(0, 0, ""), (5, 5, ""), (5, 6, ""), (5, 0, "-100 %"), (588, 26, "-95 %"), (1000, 1, "-99 %"), (1000, 999, "")],
)
def test_less_never_says_more_than_is_so(before: int, after: int, less: str) -> None:
    assert Figure("x", before, after).less == less


def test_figures_count_actions_reach_services_and_ways() -> None:
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), policy(allow(["s3:GetObject", "kms:Decrypt"])))
    figures = figures_of(result, Ways((), ()), ordinary().catalog)
    assert [(one.label, one.before, one.after) for one in figures] == [
        ("actions", 2, 1),
        ("actions on any resource", 2, 0),
        ("services", 2, 1),
        ("ways to more permissions", 0, 0),
    ]


def test_a_timeline_covers_the_days_of_the_logs_the_most_used_first() -> None:
    timeline = timeline_of([day("2026-03-02"), day("2026-03-03", 5, "kms"), day("2026-03-04", 2, "kms")], COVERAGE)
    assert timeline is not None
    assert (timeline.first, timeline.last, timeline.days, timeline.column) == ("2026-03-01", "2026-03-10", 10, 1)
    assert [(row.service, row.calls, row.days, len(row.cells)) for row in timeline.rows] == [
        ("kms", 7, 2, 10),
        ("s3", 1, 1, 10),
    ]
    assert [cell.calls for cell in timeline.rows[0].cells[:4]] == [0, 0, 5, 2]
    assert timeline.rows[0].cells[2].label == "2026-03-03"


def test_denied_calls_are_apart_and_failed_ones_are_calls() -> None:
    days = [
        day("2026-03-02", 3, outcome=Outcome.DENIED),
        day("2026-03-02", 2, outcome=Outcome.FAILED_AFTER_AUTHORIZATION),
    ]
    timeline = timeline_of(days, COVERAGE)
    assert timeline is not None
    (row,) = timeline.rows
    assert (row.calls, row.denied, row.days) == (2, 3, 1)
    assert (row.cells[1].calls, row.cells[1].denied) == (2, 3)


def test_shades_tell_some_from_none_and_the_most_from_less() -> None:
    timeline = timeline_of([day("2026-03-02", 10_000), day("2026-03-03", 1), day("2026-03-04", 2_500)], COVERAGE)
    assert timeline is not None
    assert [cell.shade for cell in timeline.rows[0].cells[:4]] == [0, SHADES, 1, SHADES // 2]


def test_long_times_have_columns_of_several_days() -> None:
    coverage = replace(COVERAGE, first="2025-03-01T00:00:00Z")
    timeline = timeline_of([day("2025-03-07"), day("2026-03-10")], coverage)
    assert timeline is not None
    assert timeline.column == 7
    cells = timeline.rows[0].cells
    assert len(cells) <= 62
    assert sum(cell.calls for cell in cells) == 2
    assert cells[0].label == "2025-03-01 to 2025-03-07"
    assert cells[-1].label.endswith("2026-03-10")


@pytest.mark.parametrize("odd", ["", "yesterday", "0000-01-01", "2026-13-01", "2026-W10-1"])
def test_what_is_no_day_is_passed_over(odd: str) -> None:
    assert timeline_of([day(odd)], COVERAGE) is None
    timeline = timeline_of([day("2026-03-02")], replace(COVERAGE, first=odd, last=odd))
    assert timeline is not None
    assert (timeline.first, timeline.last) == ("2026-03-02", "2026-03-02")


def test_the_ends_of_the_calendar_do_no_harm() -> None:
    timeline = timeline_of([day("0001-01-01"), day("9999-12-31")], COVERAGE)
    assert timeline is not None
    assert len(timeline.rows[0].cells) <= 62
    assert timeline.rows[0].calls == 2


def test_many_services_are_counted_not_shown() -> None:
    timeline = timeline_of([day("2026-03-02", service=f"s{n}") for n in range(30)], COVERAGE)
    assert timeline is not None
    assert (len(timeline.rows), timeline.left_out) == (24, 6)
