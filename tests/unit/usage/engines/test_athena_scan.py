"""A query over a trail's table: estimated, run, watched, stopped, and read as usage."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from secrets_cli.aws.athena import AthenaService, QueryState
from secrets_cli.aws.target import Connection, Target
from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ConfigurationError, EngineFailure
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.engines.athena import AthenaPlan, dollars, plan_query, run_query
from secrets_cli.usage.reading import add_record
from secrets_cli.usage.record import read_record
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.sources.s3_layout import Choice
from secrets_cli.usage.sources.s3_reading import S3Access
from secrets_cli.usage.window import EVERYTHING
from tests.athena_samples import trail_table
from tests.sql_events import groups_of
from tests.unit.usage.made_records import record

CATALOG = load_catalog()
MEANING = remembered(lambda call: meaning_of(call, CATALOG))
TODAY = datetime.date(2026, 11, 20)
ID = "12345678-1234-1234-1234-123456789012"
RUNNING = QueryState("RUNNING", "", 10, 1.0)
DONE = QueryState("SUCCEEDED", "", 2_000_000_000, 4.0)


class PlayedAthena(AthenaService):
    """Athena as a list of states, and rows."""

    def __init__(self, states: Sequence[QueryState], rows: Sequence[Sequence[object]] = ()) -> None:
        super().__init__(Connection(Target()), "primary")
        self._states = states
        self._rows = rows
        self.queries: list[str] = []
        self.stopped: list[str] = []

    def start(self, query: str, database: str) -> str:
        self.queries.append(query)
        return ID

    def states(self, query_id: str) -> Iterator[QueryState]:
        yield from self._states

    def stop(self, query_id: str) -> None:
        self.stopped.append(query_id)

    def rows(self, query_id: str) -> Iterator[tuple[str, ...]]:
        yield from (tuple("" if value is None else str(value) for value in row) for row in self._rows)


@pytest.fixture
def plan(aws: Connection) -> AthenaPlan:
    """A query over a table whose bucket is not there."""
    return plan_query(trail_table(), None, EVERYTHING, Choice(), S3Access(Target(region="us-east-1")), TODAY)


def test_the_rows_are_the_usage_of_the_records(plan: AthenaPlan) -> None:
    raws = [record(eventID=f"{n}") for n in range(7)] + [record(errorCode="AccessDenied", eventID="d")]
    service = PlayedAthena([RUNNING, DONE], groups_of(raws))
    seen: list[QueryState] = []
    answer = run_query(service, plan, MEANING, seen.append)
    expected = Aggregate(records=len(raws))
    for raw in raws:
        add_record(expected, read_record(raw), None, MEANING)
    assert answer.usage == expected.usage()
    assert (answer.groups, answer.state, seen) == (2, DONE, [RUNNING, DONE])
    assert service.queries == [plan.query]
    assert service.stopped == []


def test_an_interruption_stops_the_query(plan: AthenaPlan) -> None:
    def interrupt(state: QueryState) -> None:
        raise KeyboardInterrupt

    service = PlayedAthena([RUNNING, DONE])
    with pytest.raises(KeyboardInterrupt):
        run_query(service, plan, MEANING, interrupt)
    assert service.stopped == [ID]


def test_a_query_that_reads_too_much_is_stopped(plan: AthenaPlan) -> None:
    service = PlayedAthena([replace(RUNNING, scanned_bytes=11), DONE])
    with pytest.raises(EngineFailure, match="it had read 11 bytes of at most 10"):
        run_query(service, plan, MEANING, max_bytes=10)
    assert service.stopped == [ID]


def test_a_failed_query_is_told_and_not_read(plan: AthenaPlan) -> None:
    with pytest.raises(EngineFailure, match="failed: SYNTAX_ERROR"):
        run_query(PlayedAthena([QueryState("FAILED", "SYNTAX_ERROR", 0, 1.0)]), plan, MEANING)


def test_rows_of_another_query_are_refused(plan: AthenaPlan) -> None:
    with pytest.raises(EngineFailure, match="rows that are not ours"):
        run_query(PlayedAthena([DONE], [["1"]]), plan, MEANING)


def test_the_estimate_is_of_the_objects_asked_for(aws: Connection) -> None:
    client: Any = aws.client("s3")
    client.create_bucket(Bucket="trail-logs")
    for region, day, size in (("eu-west-1", "01", 1000), ("eu-west-1", "02", 200), ("us-east-1", "01", 30)):
        key = f"AWSLogs/111122223333/CloudTrail/{region}/2026/03/{day}/a.json.gz"
        client.put_object(Bucket="trail-logs", Key=key, Body=b"x" * size)

    def estimate(choice: Choice) -> tuple[int | None, int]:
        table = trail_table({"region": "string", "timestamp": "date"})
        found = plan_query(table, None, EVERYTHING, choice, S3Access(aws.target), TODAY).estimate
        return found.bytes, found.objects

    assert estimate(Choice()) == (1230, 3)
    assert estimate(Choice(regions=frozenset({"eu-west-1"}), first_day="2026/03/02")) == (200, 1)
    assert estimate(Choice(first_day="2026/04/01")) == (0, 0)


def test_a_bucket_that_cannot_be_listed_leaves_the_estimate_open(plan: AthenaPlan) -> None:
    assert plan.estimate.bytes is None
    assert "no bucket `trail-logs`" in plan.estimate.why_unknown


def test_a_template_says_where_the_files_are(aws: Connection) -> None:
    aws.client("s3").create_bucket(Bucket="other")
    table = trail_table({"timestamp": "string"}, {"storage.location.template": "s3://other/p/AWSLogs/1/${timestamp}"})
    found = plan_query(table, None, EVERYTHING, Choice(), S3Access(aws.target), TODAY).estimate
    assert (found.bytes, "s3://other/p/AWSLogs/1/" in found.why_unknown) == (0, True)


def test_a_query_that_athena_does_not_take_is_refused(aws: Connection) -> None:
    many = frozenset(f"arn:aws:iam::111122223333:role/{n:060}" for n in range(2_000))
    with pytest.raises(ConfigurationError, match="longer than the 262,144 bytes"):
        plan_query(trail_table(), many, EVERYTHING, Choice(), S3Access(aws.target), TODAY)


def test_what_a_query_costs() -> None:
    assert dollars(3 * 10**12) == 15.0
    assert dollars(0) == dollars(10_000_000) == 0.00005
    assert dollars(10**12, 9.0) == 9.0
