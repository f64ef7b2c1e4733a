"""`role denials` on what is read over the network: CloudTrail's event history."""

from datetime import UTC, datetime, timedelta

import pytest

from secrets_cli.aws import event_history as calls
from secrets_cli.aws.target import Connection
from tests.cli.test_role_apply import DENIED, Desk, desk, record
from tests.event_history import History

__all__ = ["desk"]

_WHEN = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> History:
    made = History()
    monkeypatch.setattr(Connection, "client", lambda self, service, *, threads=0: made.client(self, service))
    monkeypatch.setattr(calls, "A_SECOND", 1_000_000)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made.add(record("PutObject", _WHEN, **DENIED))
    return made


def _words(desk: Desk) -> list[str]:
    since = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d")
    return ["app", "--narrowing", str(desk.narrowing), "--since", since]


def test_without_logs_the_event_history_is_asked(desk: Desk, history: History) -> None:
    ran = desk.run("denials", *_words(desk), "--format", "json")
    document = desk.json(ran, "role-denials")
    assert [one["cause"] for one in document["denials"]] == ["removed"]
    assert [one["region"] for one in document["coverage"]["event_history"]] == ["eu-west-1", "us-east-1"]
    text = desk.run("denials", *_words(desk), "--lookup-region", "eu-west-1").err
    assert "1 record in event history, the last of" in text
    assert "data events are never in it" in " ".join(text.split())


def test_a_region_that_refuses_is_told(desk: Desk, history: History) -> None:
    history.refusals["us-east-1"] = "AccessDeniedException"
    ran = desk.run("denials", *_words(desk))
    assert ran.code == 0
    assert "could not be read: what they hold is not here" in ran.err


def test_options_of_sources_that_are_not_named_are_refused(desk: Desk) -> None:
    ran = desk.run("denials", *_words(desk), "--logs", str(desk.folder), "--lookup-region", "eu-west-1")
    assert (ran.code, "`--lookup-region` is about `lookup-events`" in ran.err) == (2, True)
    ran = desk.run("denials", *_words(desk), "--logs", str(desk.folder), "--requester-pays")
    assert (ran.code, "`--requester-pays` is about logs in S3" in ran.err) == (2, True)
