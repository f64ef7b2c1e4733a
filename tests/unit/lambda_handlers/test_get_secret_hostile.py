"""Every hostile event ends as it must, shows nothing, and is logged as one line for each name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.get_secret_events import ask
from tests.get_secret_hostile import HOSTILE, Hostile
from tests.get_secret_run import CANARY, ECHO, invoke, stored


@pytest.fixture(scope="module", autouse=True)
def aws() -> Iterator[None]:
    with stored():
        yield


def test_there_are_forty_at_least() -> None:
    assert len(HOSTILE) >= 40
    assert len({attempt.title for attempt in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("attempt", HOSTILE, ids=lambda attempt: attempt.title)
def test_a_hostile_event(attempt: Hostile) -> None:
    ran = invoke(attempt.event, attempt.settings or None)
    assert (ran.status, ran.body.get("error", "")) == (attempt.status, attempt.error)
    assert tuple(item["name"] for item in ran.body.get("secrets", ()) if "value" in item) == attempt.given
    assert not ran.shows(ECHO)
    assert attempt.given or not ran.shows(CANARY)
    assert attempt.status == 200 or set(ran.body) == {"error", "requestId"}
    assert ran.only_audit_lines


def _answer(event: dict[str, Any]) -> tuple[Any, ...]:
    response = invoke(event).response
    return response["statusCode"], response["body"], json.dumps(response["headers"])


def test_nobody_can_tell_what_is_not_there_from_what_is_not_granted() -> None:
    not_granted, no_such, not_mine = "/other/db", "/app/prod/web/none", "/nobody/has/this"
    assert _answer(ask(not_granted)) == _answer(ask(no_such)) == _answer(ask(not_mine))


def test_an_audit_line_that_cannot_be_written_keeps_the_value_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.get_secret_run import handler

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(handler, "log_line", full)
    with pytest.raises(OSError, match="no space left") as caught:
        invoke(ask("/app/prod/db"))
    assert CANARY not in str(caught.value)
