"""Who read a parameter, and who last, by the JSON of `usage scan`."""

import json
from typing import Any

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.secrets.read_log import SCHEMA, ReadLog, parse_read_log

ARN = "arn:aws:ssm:us-east-1:123456789012:parameter"
COVERAGE: dict[str, Any] = {"rejected": [], "fates": {}, "first": None, "last": None, "regions": [], "accounts": []}


def _use(action: str, resource: str, when: str, outcome: str = "used") -> dict[str, Any]:
    return {
        "principal": f"arn:aws:iam::123456789012:role/{action.split(':')[1]}",
        "session_name": "s",
        "action": action,
        "resource": resource,
        "outcome": outcome,
        "count": 1,
        "last_seen": when,
    }


def _log(*uses: dict[str, Any]) -> ReadLog:
    return parse_read_log(json.dumps({"schema": SCHEMA, "coverage": COVERAGE, "uses": list(uses), "more": 1}), "u.json")


def test_the_latest_read_of_the_parameter_is_told() -> None:
    log = _log(
        _use("ssm:GetParameter", f"{ARN}/a/b", "2026-01-01T00:00:00Z"),
        _use("ssm:GetParameterHistory", f"{ARN}/a/b", "2026-02-01T00:00:00Z"),
        _use("ssm:GetParameters", f"{ARN}/a/b", "2026-03-01T00:00:00Z", "denied"),
        _use("ssm:PutParameter", f"{ARN}/a/b", "2026-04-01T00:00:00Z"),
    )
    read = log.latest(f"{ARN}/a/b")
    assert read is not None
    assert (read.last, read.action, read.is_certain) == ("2026-02-01T00:00:00Z", "ssm:GetParameterHistory", True)
    assert log.latest(f"{ARN}/a/bb") is None


@pytest.mark.parametrize("folder", [f"{ARN}/a/b", f"{ARN}/a", f"{ARN}/a/", f"{ARN}/", ARN])
def test_a_read_of_a_folder_above_may_have_read_it(folder: str) -> None:
    read = _log(_use("ssm:GetParametersByPath", folder, "2026-01-01T00:00:00Z")).latest(f"{ARN}/a/b/c")
    assert read is not None
    assert not read.is_certain


def test_a_read_of_a_neighbour_is_none_and_a_wildcard_is_maybe() -> None:
    log = _log(
        _use("ssm:GetParametersByPath", f"{ARN}/a/b/cc", "2026-01-01T00:00:00Z"),
        _use("ssm:GetParametersByPath", f"{ARN}/a/bb", "2026-01-01T00:00:00Z"),
    )
    assert log.latest(f"{ARN}/a/b/c") is None
    unsure = _log(_use("ssm:GetParameter", "*", "2026-01-01T00:00:00Z")).latest(f"{ARN}/a")
    assert unsure is not None
    assert not unsure.is_certain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        "{}",
        "\udc80",
        '{"schema":"secrets-cli/usage/1","uses":[]}',
        json.dumps({"schema": "x", "coverage": COVERAGE, "uses": []}),
    ],
)
def test_a_file_that_is_no_usage_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"`u\.json`"):
        parse_read_log(text, "u.json")


def test_a_session_is_that_of_the_latest_read_and_a_read_without_a_time_is_never_the_latest() -> None:
    early = _use("ssm:GetParameter", f"{ARN}/a", "2026-01-01T00:00:00Z") | {"session_name": "early", "count": 2}
    late = _use("ssm:GetParameter", f"{ARN}/a", "2026-03-01T00:00:00Z") | {"session_name": "late"}
    timeless = _use("ssm:GetParameterHistory", f"{ARN}/a", "") | {"last_seen": None}
    for order in ((early, late, timeless), (timeless, late, early)):
        log = _log(*order)
        assert [(read.count, read.session_name) for read in log.of(f"{ARN}/a")] == [(3, "late"), (1, "s")]
        assert log.latest(f"{ARN}/a") == log.of(f"{ARN}/a")[0]
    assert _log(timeless).latest(f"{ARN}/a") is None


def test_a_folder_beside_the_parameter_is_no_folder_above_it_even_with_a_wildcard() -> None:
    log = _log(_use("ssm:GetParametersByPath", f"{ARN}/a/x*", "2026-01-01T00:00:00Z"))
    assert log.latest(f"{ARN}/a/xy") is None
    assert log.latest(f"{ARN}/a/xy/z") is not None
