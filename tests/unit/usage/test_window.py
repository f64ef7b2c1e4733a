"""The days whose records count."""

import datetime

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.window import EVERYTHING, Window, window_of

NOW = datetime.datetime(2026, 9, 30, 12, 0, tzinfo=datetime.UTC)


def test_without_limits_everything_counts() -> None:
    assert window_of(None, None, None, NOW) == EVERYTHING
    assert EVERYTHING.holds("2026-09-01T00:00:00Z")
    assert EVERYTHING.holds("")


def test_since_is_counted_and_until_is_not() -> None:
    window = Window("2026-09-01T00:00:00Z", "2026-09-02T00:00:00Z")
    assert window.holds("2026-09-01T00:00:00Z")
    assert window.holds("2026-09-01T23:59:59Z")
    assert not window.holds("2026-09-02T00:00:00Z")
    assert not window.holds("2026-08-31T23:59:59Z")


def test_a_record_without_a_time_is_in_no_limited_window() -> None:
    assert not Window("2026-09-01T00:00:00Z", "").holds("")
    assert not Window("", "2026-09-01T00:00:00Z").holds("")


def test_a_day_as_the_end_is_meant_whole() -> None:
    assert window_of("2026-09-01", "2026-09-02", None, NOW) == Window("2026-09-01T00:00:00Z", "2026-09-03T00:00:00Z")


def test_moments_are_taken_in_their_zone() -> None:
    window = window_of("2026-09-01T02:00:00+02:00", "2026-09-01T12:00:00", None, NOW)
    assert window == Window("2026-09-01T00:00:00Z", "2026-09-01T12:00:00Z")


def test_days_count_back_from_now_or_from_the_end() -> None:
    assert window_of(None, None, 30, NOW) == Window("2026-08-31T12:00:00Z", "")
    assert window_of(None, "2026-09-10", 1, NOW) == Window("2026-09-10T00:00:00Z", "2026-09-11T00:00:00Z")


@pytest.mark.parametrize(
    ("since", "until", "days", "message"),
    [
        ("yesterday", None, None, "`--since` is no time: `yesterday`"),
        (None, "2026-13-01", None, "`--until` is no time"),
        ("2026-09-02", "2026-09-01T00:00:00Z", None, "the window is empty"),
        ("2026-09-01", None, 3, "`--days` and `--since`"),
        (None, None, 0, "`--days` takes 1 to"),
        (None, None, 10**9, "`--days` takes 1 to"),
        (None, "9999-12-31", None, "`--until` is no time"),
    ],
)
def test_what_is_no_window_is_refused(since: str | None, until: str | None, days: int | None, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        window_of(since, until, days, NOW)
