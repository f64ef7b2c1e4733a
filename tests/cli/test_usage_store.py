"""`--store` and `usage store` as their callers see them: the same output, JSON by its schema, exit codes, bad input."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cloudtrail_records import ROLE, USER, delivered, record, user_identity
from tests.conftest import RunCli

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    delivered(tmp_path / "logs", record(), record(eventID="2", userIdentity=user_identity()), record(eventName=...))
    return tmp_path / "logs"


def checked(checkout: Path, name: str, text: str) -> Any:
    """The JSON, valid by the schema of that name."""
    found = json.loads(text)
    schema = json.loads((checkout / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


@pytest.mark.parametrize("format_", ["json", "text"])
@pytest.mark.parametrize("more", [(), ("--principal", ROLE), ("--since", "2026-03-01", "--until", "2026-03-01")])
def test_the_output_is_that_without_a_store(cli: RunCli, logs: Path, format_: str, more: tuple[str, ...]) -> None:
    plain = cli("usage", "scan", str(logs), "--format", format_, *more)
    assert plain.code == 0
    for _ in range(2):
        assert cli("usage", "scan", "--store", str(logs), "--format", format_, *more) == plain


def test_a_bare_store_is_in_the_cache_folder(cli: RunCli, logs: Path, cache: Path) -> None:
    assert cli("usage", "scan", str(logs), "--store").code == 0
    assert (cache / "secrets-cli" / "usage.sqlite3").is_file()


def test_a_store_elsewhere(cli: RunCli, logs: Path, cache: Path, tmp_path: Path) -> None:
    assert cli("usage", "scan", str(logs), f"--store={tmp_path / 'mine'}").code == 0
    assert (tmp_path / "mine").is_file()
    assert not cache.exists()


def test_a_store_given_twice_is_refused(cli: RunCli, logs: Path) -> None:
    ran = cli("usage", "scan", str(logs), "--store", "--store=x")
    assert ran.code == 2
    assert "`--store` is given twice" in ran.err


def test_part_of_a_day_is_refused(cli: RunCli, logs: Path) -> None:
    for window in (("--days", "3"), ("--since", "2026-03-01T12:00:00Z")):
        ran = cli("usage", "scan", str(logs), "--store", *window)
        assert (ran.code, ran.out) == (2, "")
        assert "a store answers for whole UTC days" in ran.err
        assert "give days (`--since" in ran.err


def test_narrow_is_the_same_with_a_store(cli: RunCli, logs: Path, tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(POLICY), encoding="utf-8")
    words = ("role", "narrow", "--logs", str(logs), "--principal", ROLE, "--policy", str(tmp_path / "policy.json"))
    gap = ("--accept-gap", f"{next(logs.rglob('*.gz')).relative_to(logs)}#3", "--format", "json")
    plain = cli(*words, *gap)
    assert plain.code == 0
    for _ in range(2):
        assert cli(*words, *gap, "--store") == plain


def test_narrow_measures_a_holdout_within_a_day_without_the_store(cli: RunCli, tmp_path: Path) -> None:
    times = [f"2026-03-0{day}T{hour:02}:00:00Z" for day in range(1, 5) for hour in range(6, 18)]
    delivered(tmp_path / "logs", *(record(eventTime=time, eventID=str(n)) for n, time in enumerate(times)))
    (tmp_path / "policy.json").write_text(json.dumps(POLICY), encoding="utf-8")
    words = ("role", "narrow", "--logs", str(tmp_path / "logs"), "--principal", ROLE)
    more = ("--policy", str(tmp_path / "policy.json"), "--format", "json", "--holdout")
    for cut in ("30%", "2026-03-03"):
        plain = cli(*words, *more, cut)
        assert plain.code == 0, plain.err
        assert cli(*words, *more, cut, "--store") == plain


def test_info_compact_and_drop(cli: RunCli, logs: Path, checkout: Path, cache: Path) -> None:
    cli("usage", "scan", str(logs), "--store")
    found = checked(checkout, "usage-store-info-1", cli("usage", "store", "info", "--format", "json").out)
    store = cache / "secrets-cli" / "usage.sqlite3"
    assert found | {"bytes": 0} == {
        "schema": "secrets-cli/usage-store-info/1",
        "path": str(store),
        "bytes": 0,
        "files": 1,
        "stale": 0,
        "records": 2,
        "first_day": "2026-03-01",
        "last_day": "2026-03-01",
        "days": 1,
        "merged_days": 1,
        "principals": 2,
    }
    assert "remembered: 1 files; 2 records" in cli("usage", "store", "info").out
    assert "days merged: 0;" in cli("usage", "store", "compact").out
    found = checked(checkout, "usage-store-compact-1", cli("usage", "store", "compact", "--format", "json").out)
    assert found["bytes"] == store.stat().st_size
    found = checked(checkout, "usage-store-drop-1", cli("usage", "store", "drop", "--format", "json").out)
    assert found["path"] == str(store)
    assert not store.exists()
    for verb in ("info", "compact", "drop"):
        ran = cli("usage", "store", verb)
        assert (ran.code, ran.out) == (3, "")
        assert "there is no store" in ran.err


def test_days_that_may_still_get_files_are_not_merged(cli: RunCli, logs: Path, checkout: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "mine")
    cli("usage", "scan", str(logs), f"--store={store}")
    ran = cli("usage", "store", "compact", "--store", store, "--closed-after", "100000", "--format", "json")
    assert checked(checkout, "usage-store-compact-1", ran.out)["merged_days"] == 0
    assert cli("usage", "store", "compact", "--closed-after", "-1").code == 2


def test_a_file_that_is_no_store_is_refused_everywhere(cli: RunCli, logs: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("important " * 100, encoding="utf-8")
    for words in (
        ("usage", "scan", str(logs), f"--store={notes}"),
        *(("usage", "store", verb, "--store", str(notes)) for verb in ("info", "compact", "drop")),
    ):
        ran = cli(*words)
        assert (ran.code, ran.out) == (2, ""), words
        assert "is no store" in ran.err
    assert notes.read_text(encoding="utf-8") == "important " * 100


def test_a_damaged_store_is_malformed_input(cli: RunCli, logs: Path, tmp_path: Path) -> None:
    store = tmp_path / "mine"
    cli("usage", "scan", str(logs), f"--store={store}")
    store.write_bytes(store.read_bytes()[:9000])
    ran = cli("usage", "scan", str(logs), f"--store={store}")
    assert (ran.code, ran.out) == (4, "")
    assert "is damaged" in ran.err
    assert f"`secrets-cli usage store drop --store '{store}'`" in ran.err
    assert cli("usage", "store", "drop", "--store", str(store)).code == 0
    assert cli("usage", "scan", str(logs), f"--store={store}", "--principal", USER).code == 0
