"""Event history as a source: windows, regions, pages, days that are kept, and what cannot be had."""

import gzip
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws import event_history as calls
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AccessDenied, ConfigurationError, UnreadableSource
from secrets_cli.usage.engine import scan
from secrets_cli.usage.sources.event_history import SOURCE, HistoryAsk, HistoryProgress, Page, history_pages, pieces_of
from secrets_cli.usage.usage import AskedHistory
from secrets_cli.usage.window import EVERYTHING, Window
from tests.event_history import History
from tests.unit.usage.made_records import ACCOUNT, ROLE, record, write

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
ASK = HistoryAsk(Target(region="us-east-1"), ("eu-west-1", "us-east-1"), NOW)
DAYS = Window("2026-03-01T06:00:00Z", "2026-03-03T00:00:00Z")


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> History:
    made = History()
    monkeypatch.setattr(Connection, "client", lambda self, service, *, threads=0: made.client(self, service))
    monkeypatch.setattr(calls, "A_SECOND", 1_000_000)
    return made


def used(number: int = 0, **fields: Any) -> dict[str, Any]:
    made = {"eventID": f"e-{number}", "eventSource": "ssm.amazonaws.com", "eventName": "GetParameter"}
    management = {"eventCategory": "Management", "managementEvent": True, "resources": None}
    return record(**(made | management | {"requestParameters": {"name": f"/p/{number % 3}"}} | fields))


def test_it_is_what_a_file_of_the_same_records_is(history: History, tmp_path: Path) -> None:
    records = [used(n, eventTime=f"2026-03-0{1 + n % 2}T{n % 24:02}:00:00Z") for n in range(260)]
    records += [used(300 + n, awsRegion="us-east-1", errorCode="AccessDenied") for n in range(3)]
    history.add(*records)
    found = scan([SOURCE], window=DAYS, history=ASK)
    log = scan([str(write(tmp_path / "a.json", records))], window=DAYS)
    assert (found.uses, found.not_counted, found.principals) == (log.uses, log.not_counted, log.principals)
    assert found.coverage.data_event_types == ()
    assert (found.coverage.files, found.coverage.days) == (0, log.coverage.days)
    inside = [one for one in records if DAYS.holds(one["eventTime"])]
    eu, us = found.coverage.event_history
    assert eu.events + us.events == len(inside) == found.coverage.records
    assert us == AskedHistory("us-east-1", "2026-03-01T06:00:00Z", "2026-03-02T23:59:59Z", 2, 3)
    assert eu.requests + us.requests == len(history.asked)


def test_the_window_goes_into_the_requests_and_no_attribute_does(history: History) -> None:
    scan([SOURCE], frozenset({ROLE}), window=DAYS, history=replace(ASK, regions=("eu-west-1",)))
    moments = [(asked["StartTime"].isoformat(), asked["EndTime"].isoformat()) for _, asked in history.asked]
    assert moments == [
        ("2026-03-02T00:00:00+00:00", "2026-03-02T23:59:59+00:00"),
        ("2026-03-01T06:00:00+00:00", "2026-03-01T23:59:59+00:00"),
    ]
    assert {tuple(asked) for _, asked in history.asked} == {("StartTime", "EndTime", "MaxResults")}


def test_without_a_window_it_is_ninety_days() -> None:
    (days,) = pieces_of(replace(ASK, regions=("eu-west-1",)), EVERYTHING).values()
    assert (len(days), days[0].until, days[-1].since) == (91, "2026-03-03T11:59:59Z", "2025-12-03T12:00:00Z")
    assert [day.is_settled for day in days[:3]] == [False, True, True]
    assert not days[-1].is_settled
    assert pieces_of(ASK, Window("2020-01-01T00:00:00Z", "")) == pieces_of(ASK, EVERYTHING)


@pytest.mark.parametrize("window", [Window("", "2025-12-01T00:00:00Z"), Window("2026-03-04T00:00:00Z", "")])
def test_a_window_outside_of_it_is_refused(window: Window) -> None:
    with pytest.raises(ConfigurationError, match=r"holds the 90 days up to now, 2025-12-03T12:00:00Z to 2026-03-03"):
        pieces_of(ASK, window)


def test_a_region_that_refuses_is_a_gap_by_name(history: History) -> None:
    history.add(used())
    history.refusals["us-east-1"] = "AccessDeniedException"
    found = scan([SOURCE], window=DAYS, history=ASK)
    (gap,) = found.coverage.rejected
    assert gap.where == "lookup-events/us-east-1"
    assert gap.reason.startswith("AWS denied `cloudtrail:LookupEvents` on `us-east-1`")
    assert len(tuple(found.uses)) == 1


def test_all_regions_refusing_is_an_error(history: History) -> None:
    history.refusals = {"us-east-1": "AccessDeniedException", "eu-west-1": "AccessDeniedException"}
    with pytest.raises(AccessDenied, match="cloudtrail:LookupEvents"):
        scan([SOURCE], window=DAYS, history=ASK)


def test_expired_credentials_end_it(history: History) -> None:
    history.refusals["eu-west-1"] = "ExpiredTokenException"
    with pytest.raises(ConfigurationError, match="`cloudtrail:LookupEvents` in `eu-west-1`"):
        scan([SOURCE], window=DAYS, history=ASK)


def test_broken_events_are_rejected_by_place(history: History) -> None:
    history.add(used(eventName=..., eventTime="2026-03-01T10:00:00Z"), used(2, eventTime="2026-03-01T11:00:00Z"))
    (gap,) = scan([SOURCE], window=DAYS, history=ASK).coverage.rejected
    assert (gap.where, gap.reason) == ("lookup-events/eu-west-1/2026-03-01#2", "it has no `eventName`")


def test_days_that_are_over_are_kept_and_not_asked_for_again(history: History, tmp_path: Path) -> None:
    history.add(*(used(n, eventTime=f"2026-03-02T{n % 24:02}:00:00Z") for n in range(60)))
    ask = replace(ASK, regions=("eu-west-1",), folder=tmp_path / "kept")
    window = Window("2026-03-01T06:00:00Z", "")
    first = scan([SOURCE], window=window, history=ask)
    assert len(history.asked) == 4
    (kept,) = (tmp_path / "kept").rglob("*.json.gz")
    assert kept.relative_to(tmp_path / "kept") == Path(
        f"{ACCOUNT}/eu-west-1/{ACCOUNT}_lookup-events_eu-west-1_2026-03-02.json.gz"
    )
    again = scan([SOURCE], window=window, history=ask)
    assert len(history.asked) == 6
    assert (again.uses, again.coverage.records) == (first.uses, first.coverage.records)
    assert again.coverage.event_history[0].requests == 2
    assert scan([str(tmp_path / "kept")]).uses == first.uses
    kept.write_bytes(b"{}")
    with pytest.raises(UnreadableSource, match="is damaged"):
        scan([SOURCE], window=window, history=ask)


def test_a_day_with_a_text_that_is_no_json_is_not_kept(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.add(used(eventTime="2026-03-02T01:00:00Z"))
    monkeypatch.setattr(json, "dumps", lambda value: "{broken")
    ask = replace(ASK, regions=("eu-west-1",), folder=tmp_path)
    pages = [page for page in history_pages(ask, DAYS) if isinstance(page, Page)]
    assert [page.events for page in pages] == [1, 0]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written_is_said(history: History, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UnreadableSource, match="cannot be written"):
        scan([SOURCE], window=DAYS, history=replace(ASK, folder=tmp_path / "file"))


def test_kept_days_are_whole_or_not_there(history: History, tmp_path: Path) -> None:
    history.add(*(used(n, eventTime="2026-03-02T01:00:00Z") for n in range(120)))
    history.before_answer = lambda: history.refusals.update(
        {"eu-west-1": "AccessDeniedException"} if len(history.asked) == 2 else {}
    )
    ask = replace(ASK, regions=("eu-west-1",), folder=tmp_path)
    found = scan([SOURCE], window=DAYS, history=ask)
    assert [gap.where for gap in found.coverage.rejected] == ["lookup-events/eu-west-1"]
    assert found.coverage.records == 50
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_closing_ends_the_requests(history: History) -> None:
    history.add(*(used(n, eventTime="2026-03-02T01:00:00Z") for n in range(50 * 200)))
    before = threading.active_count()
    pages = history_pages(replace(ASK, regions=("eu-west-1",)), DAYS)
    next(pages)
    pages.close()
    for thread in threading.enumerate():
        if thread.daemon:
            thread.join(5)
    assert threading.active_count() <= before
    assert len(history.asked) < 100


def test_progress_counts_days_and_events(history: History) -> None:
    history.add(*(used(n, eventTime="2026-03-02T01:00:00Z") for n in range(70)))
    seen: list[HistoryProgress] = []
    scan([SOURCE], window=DAYS, history=replace(ASK, progress=seen.append))
    assert seen[-1] == HistoryProgress(4, 4, 5, 70)
    assert [one.days for one in seen] == sorted(one.days for one in seen)


def test_kept_bytes_are_those_of_the_events(history: History, tmp_path: Path) -> None:
    one = used(eventTime="2026-03-02T01:00:00Z", userAgent="ü\u2028")
    history.add(one)
    scan([SOURCE], window=DAYS, history=replace(ASK, regions=("eu-west-1",), folder=tmp_path))
    (kept,) = tmp_path.rglob("*.json.gz")
    assert json.loads(gzip.decompress(kept.read_bytes())) == {"Records": [one]}
