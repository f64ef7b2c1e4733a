"""The shape of an answer, of a log line and of the grants document."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.get_secret_events import APP, GRANTS, REQUEST_ID, ask, document, grant
from tests.get_secret_run import CANARY, handler, invoke, stored

ORIGIN = "https://app.example"


@pytest.fixture(scope="module", autouse=True)
def parameters() -> Iterator[None]:
    with stored():
        yield


def _headers(origin: str) -> dict[str, str]:
    return {"content-type": "application/json; charset=UTF-8", "origin": origin}


@pytest.mark.parametrize("name", ["/app/prod/db", "/other/db", "//"])
def test_no_answer_is_kept_on_the_way(name: str) -> None:
    headers = invoke(ask(name)).response["headers"]
    assert headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def test_every_answer_has_the_request_id_of_the_log() -> None:
    ran = invoke(ask("/app/prod/db"))
    assert ran.body["requestId"] == ran.lines[0]["requestId"] == REQUEST_ID


def test_the_log_line() -> None:
    (line,) = invoke(ask("/app/prod/db:stable")).lines
    assert datetime.fromisoformat(line.pop("timestamp")).utcoffset() is not None
    assert line == {
        "level": "INFO",
        "event": "get-secret",
        "outcome": "handed-out",
        "status": 200,
        "caller": APP.id,
        "callerArn": APP.iam["userArn"],
        "name": "/app/prod/db",
        "selector": "stable",
        "version": 2,
        "requestId": REQUEST_ID,
    }


def test_another_method_is_told_which_one() -> None:
    assert invoke(ask("/app/prod/db", method="GET")).response["headers"]["allow"] == "POST"


def test_an_origin_that_is_listed_may_read_the_answer() -> None:
    ran = invoke(ask("/app/prod/db", headers=_headers(ORIGIN)), document(origins=[ORIGIN]))
    assert ran.status == 200
    assert ran.response["headers"]["access-control-allow-origin"] == ORIGIN
    assert ran.response["headers"]["vary"] == "origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "*", f"{ORIGIN}.evil.example", ORIGIN.upper()])
def test_no_other_origin_may(origin: str) -> None:
    ran = invoke(ask("/app/prod/db", headers=_headers(origin)), document(origins=[ORIGIN]))
    assert not [name for name in ran.response["headers"] if name.startswith("access-control")]


def test_a_preflight_of_a_listed_origin() -> None:
    asked = ask(method="OPTIONS", who=None, headers={"origin": ORIGIN, "access-control-request-method": "POST"})
    ran = invoke(asked, document(origins=[ORIGIN]))
    assert (ran.status, ran.response["body"], ran.outcomes) == (204, "", ["preflight"])
    assert ran.response["headers"]["access-control-allow-origin"] == ORIGIN
    assert ran.response["headers"]["access-control-allow-methods"] == "POST"


def _changed(**fields: Any) -> str:
    return document(**fields)


def _in_grant(**fields: Any) -> str:
    return document([{**grant(APP, "app", ["/app/prod/db"]), **fields}])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        _changed(mode="open"),
        _changed(front="rest-api"),
        _changed(region="us-east-1.evil.example"),
        _changed(account="1234"),
        _changed(partition="AWS"),
        _changed(origins=["*"]),
        _changed(origins=["https://*.example"]),
        _changed(origins="https://app.example"),
        _changed(domains=["*"]),
        _changed(expires="2026-12-31"),
        _changed(version=2),
        document([{}]),
        document([7]),  # type: ignore[list-item]  # malformed on purpose
        _in_grant(id="AROA*"),
        _in_grant(id=None),
        _in_grant(arn="arn:aws:iam::123456789012:root"),
        _in_grant(arn="*"),
        _in_grant(reader=""),
        _in_grant(reader="arn:aws:iam::999988887777:role/reader"),
        _in_grant(reader="arn:aws:iam::123456789012:user/reader"),
        _in_grant(names="/app/prod/db"),
        _in_grant(names=["/app/prod/*"]),
        _in_grant(names=["//app"]),
        _in_grant(paths=["app"]),
        _in_grant(paths=["/app/"]),
        _in_grant(paths=["/"]),
        _in_grant(keys=["*"]),
        _in_grant(keys=["alias/x"]),
        _in_grant(unless="/app/prod/db"),
    ],
)
def test_grants_that_are_not_as_they_should_be_give_nothing(text: str) -> None:
    ran = invoke(ask("/app/prod/db"), text)
    assert (ran.status, ran.outcomes, ran.lines[0]["level"]) == (502, ["misconfigured"], "ERROR")
    assert not ran.shows(CANARY)


def test_grants_are_read_from_the_file_beside_where_the_environment_has_none(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GET_SECRET_GRANTS", raising=False)
    monkeypatch.setattr(handler, "__file__", str(tmp_path / "handler.py"))
    assert handler.load_settings() is None
    (tmp_path / "grants.json").write_text(document(), encoding="utf-8")
    assert len(handler.load_settings().grants) == len(GRANTS)
    monkeypatch.setenv("GET_SECRET_GRANTS", "")
    assert handler.load_settings() is None


def test_an_error_nobody_thought_of_shows_its_kind_and_place_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(handler, "read_by_grants", broken)
    ran = invoke(ask("/app/prod/db"))
    assert (ran.status, ran.body["error"], ran.outcomes) == (502, "upstream", ["internal-error"])
    assert ran.lines[0]["fault"].startswith("ZeroDivisionError at ")
    assert not ran.shows(CANARY)


def test_a_debug_log_of_the_sdk_is_not_to_be_had() -> None:
    import logging

    ran = invoke(ask("/app/prod/db"))
    assert logging.getLogger("botocore.endpoint").getEffectiveLevel() == logging.INFO
    assert CANARY not in ran.logged
    assert json.loads(ran.response["body"])["secrets"][0]["value"].startswith(CANARY)
