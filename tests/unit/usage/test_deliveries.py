"""Which files are read together, and that each event of them counts once."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.usage.deliveries import Shared, delivered_at, work_of
from secrets_cli.usage.engine import scan
from secrets_cli.usage.sources.content import read_bytes
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.store.remembering import scan_remembered
from secrets_cli.usage.usage import Fate, Usage
from secrets_cli.usage.window import Window
from tests.unit.usage.made_records import ACCOUNT, OTHER_ACCOUNT, ROLE, USER, record, user, write
from tests.unit.usage.store.made_logs import QUESTIONS, log_path, mixed_records

NAME = f"{ACCOUNT}_CloudTrail_eu-west-1_20260301T1000Z_a.json.gz"
KEYS = f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/03/01"


def file(path: str, size: int = 1) -> LogFile:
    return LogFile(path, path, size)


def groups(*paths: str) -> list[list[str]]:
    """The paths of files that are read together."""
    return [[one.path for one in work.files] for work in work_of([file(p) for p in paths]) if isinstance(work, Shared)]


@pytest.mark.parametrize(
    "paths",
    [
        (f"{KEYS}/a.json.gz", f"{KEYS}/b.json.gz"),
        (f"x/{KEYS}/a.json.gz", f"x/{KEYS.replace('/01', '/02')}/a.json.gz"),
        (f"x/{KEYS}/a.json.gz", f"y/{KEYS.replace('eu-west-1', 'us-east-1')}/a.json.gz"),
        (f"x/{KEYS}/a.json.gz", f"y/{KEYS.replace(ACCOUNT, OTHER_ACCOUNT)}/a.json.gz"),
        (f"2026/03/01/{NAME}", f"2026/03/02/{NAME.replace('0301T', '0302T')}"),
        (f"l/day=2026-03-01/{NAME}", f"l/day=2026-03-01/hour=10/{NAME.replace('_a', '_b')}"),
        (f"eu-west-1/{NAME}", f"us-east-1/{NAME.replace('_a', '_b')}"),
        ("a/one.json", "b/two.json"),
        ("events.json",),
    ],
)
def test_ordinary_files_are_read_alone(paths: tuple[str, ...]) -> None:
    assert groups(*paths) == []
    assert len(work_of([file(path) for path in paths])) == len(paths)


@pytest.mark.parametrize(
    ("paths"),
    [
        (f"b/{KEYS}/z.json.gz", f"a/{KEYS}/a.json.gz"),
        (f"AWSLogs/o-abc123/{ACCOUNT}/CloudTrail/eu-west-1/2026/03/01/a.json.gz", f"{KEYS}/b.json.gz"),
        (f"copies/{NAME}", f"trail/{KEYS}/other.json.gz"),
        (f"copies/{NAME}", f"more/{NAME}"),
        ("a/events.json", "b/events.json"),
    ],
)
def test_files_that_may_hold_the_same_events_are_read_together(paths: tuple[str, ...]) -> None:
    assert groups(*paths) == [sorted(paths)] == groups(*reversed(paths))


def test_files_of_one_name_and_two_sizes_are_no_copies() -> None:
    assert work_of([file("a/events.json", 1), file("b/events.json", 2)]) == [
        file("a/events.json", 1),
        file("b/events.json", 2),
    ]


def test_the_day_after_two_trails_sees_the_deliveries_before() -> None:
    first, second = f"a/{KEYS}/a.json.gz", f"b/{KEYS}/a.json.gz"
    after = f"a/{KEYS.replace('/01', '/02')}/a.json.gz"
    found = {one.day: one for one in work_of([file(after), file(second), file(first)]) if isinstance(one, Shared)}
    assert found["2026-03-02"].files == (file(after),)
    assert found["2026-03-02"].before == (file(first), file(second))
    assert found["2026-03-01"].before == ()


def test_a_day_that_is_none_has_none_before_it() -> None:
    bad = KEYS.replace("/03/01", "/00/00")
    assert groups(f"a/{bad}/x.json", f"b/{bad}/x.json") == [[f"a/{bad}/x.json", f"b/{bad}/x.json"]]


def test_the_minute_of_delivery_is_in_the_name() -> None:
    assert delivered_at(file(f"x/{NAME}")) == "2026-03-01T10:00"
    assert delivered_at(file("x/a.json")) == ""


def fates(usage: Usage) -> dict[Fate, int]:
    return {fate: count for fate, count in usage.coverage.fates if count}


def both(
    sources: list[Path], store: Path, principals: frozenset[str] | None = None, window: Window | None = None
) -> Usage:
    """The engine's answer, which is the store's."""
    named = [str(source) for source in sources]
    found = scan(named, principals, window=window or Window())
    for _ in range(2):
        assert scan_remembered(named, store, principals, window=window or Window()) == found
    return found


def once(usage: Usage) -> tuple[object, ...]:
    """All that must not be counted twice."""
    return usage.uses, usage.not_counted, usage.principals, usage.days


def test_two_trails_count_each_event_once(tmp_path: Path) -> None:
    for day in (1, 2):
        for name in ("a", "b"):
            records = mixed_records(day, f"{day}{name}")
            write(log_path(tmp_path / "logs", day, name, prefix="one"), records)
        write(
            log_path(tmp_path / "logs", day, "c", prefix="two"),
            mixed_records(day, f"{day}a") + mixed_records(day, f"{day}b"),
        )
    for principals in QUESTIONS:
        alone = scan([str(tmp_path / "logs/one")], principals)
        found = both([tmp_path / "logs"], tmp_path / "store", principals)
        assert once(found) == once(alone)
        assert found.coverage.records == 2 * alone.coverage.records == sum(fates(found).values())
    second = [one for day in (1, 2) for name in "ab" for one in mixed_records(day, f"{day}{name}") if is_readable(one)]
    assert fates(both([tmp_path / "logs"], tmp_path / "store"))[Fate.DUPLICATE] == len(second) == 34


def is_readable(one: Any) -> bool:
    return isinstance(one, dict) and "eventName" in one


def test_a_copied_file_counts_once(tmp_path: Path) -> None:
    path = write(log_path(tmp_path / "logs", 1, "a"), mixed_records(1, "x"))
    alone = scan([str(tmp_path / "logs")])
    (tmp_path / "logs/backup").mkdir()
    shutil.copy(path, tmp_path / "logs/backup" / path.name)
    assert once(both([tmp_path / "logs"], tmp_path / "store")) == once(alone)


def test_a_copied_file_of_any_name_counts_once(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / "logs" / folder / "events.json", [record(), record(eventID="e-2")])
    found = both([tmp_path / "logs"], tmp_path / "store")
    assert fates(found) == {Fate.USED: 2, Fate.DUPLICATE: 2}


def test_different_events_in_files_of_one_name_all_count(tmp_path: Path) -> None:
    write(tmp_path / "logs/a/events.json", [record(eventID="e-1")])
    write(tmp_path / "logs/b/events.json", [record(eventID="e-2")])
    assert fates(both([tmp_path / "logs"], tmp_path / "store")) == {Fate.USED: 2}


def test_records_without_an_id_are_nobody_s_second_delivery(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / "logs" / folder / "events.json", [record(eventID=...)])
    assert fates(both([tmp_path / "logs"], tmp_path / "store")) == {Fate.USED: 2}


def test_an_id_that_is_not_unique_takes_no_event_away(tmp_path: Path) -> None:
    write(tmp_path / "logs/a/events.json", [record(eventName="GetObject")])
    write(tmp_path / "logs/b/events.json", [record(eventName="PutObject")])
    assert fates(both([tmp_path / "logs"], tmp_path / "store")) == {Fate.USED: 2}


def test_a_second_delivery_of_others_is_of_others(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / "logs" / folder / "events.json", [record(), record(eventID="u", userIdentity=user())])
    found = both([tmp_path / "logs"], tmp_path / "store", frozenset((USER,)))
    assert fates(found) == {Fate.USED: 1, Fate.DUPLICATE: 1, Fate.OTHER_PRINCIPAL: 2}
    assert found.principals == (ROLE, USER)


def test_a_second_delivery_outside_the_window_is_outside(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / "logs" / folder / "events.json", [record()])
    found = both([tmp_path / "logs"], tmp_path / "store", window=Window("2026-03-02T00:00:00Z", ""))
    assert fates(found) == {Fate.OUTSIDE_WINDOW: 2}
    found = scan([str(tmp_path / "logs")], window=Window("2026-03-01T09:30:00Z", "2026-03-01T10:30:00Z"))
    assert fates(found) == {Fate.USED: 1, Fate.DUPLICATE: 1}


def test_an_event_that_trails_deliver_before_and_after_midnight_counts_once(tmp_path: Path) -> None:
    late = [record(eventTime="2026-03-01T23:59:30Z", eventID=f"late-{n}") for n in range(3)]
    for day in (1, 2):
        for prefix in ("one", "two"):
            own = [record(eventTime=f"2026-03-{day:02}T12:00:00Z", eventID=f"noon-{day}")]
            write(log_path(tmp_path / "logs", day, "noon", prefix), own)
    write(stamped(log_path(tmp_path / "logs", 1, "x", "one"), "2359"), late[:2])
    write(stamped(log_path(tmp_path / "logs", 2, "x", "two"), "0004"), late[1:])
    found = both([tmp_path / "logs"], tmp_path / "store")
    assert fates(found) == {Fate.USED: 5, Fate.DUPLICATE: 3}


def stamped(path: Path, time: str) -> Path:
    return path.with_name(path.name.replace("T1000Z", f"T{time}Z"))


def test_of_deliveries_before_midnight_only_those_are_read_that_may_hold_the_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for prefix in ("one", "two"):
        write(log_path(tmp_path, 1, "noon", prefix), [record(eventTime="2026-03-01T09:00:00Z", eventID="noon")])
    early = stamped(log_path(tmp_path, 2, "x", "one"), "0001")
    write(early, [record(eventTime="2026-03-01T23:59:00Z", eventID="late")])
    opened: list[str] = []

    def noted(path: str) -> bytearray:
        opened.append(path)
        return read_bytes(path)

    monkeypatch.setattr("secrets_cli.usage.part_reading.read_bytes", noted)
    scan([str(tmp_path)])
    assert len(opened) == 3  # each once: what was delivered at ten holds nothing of the last minute


def test_bystanders_of_one_name_are_ignored_as_ever(tmp_path: Path) -> None:
    write(log_path(tmp_path / "logs", 1, "a"), [record()])
    for folder in ("x", "y"):
        (tmp_path / "logs" / folder).mkdir()
        (tmp_path / "logs" / folder / "manifest.json").write_text("{}", encoding="utf-8")
    found = both([tmp_path / "logs"], tmp_path / "store")
    assert found.coverage.ignored == ("x/manifest.json", "y/manifest.json")
    assert found.coverage.rejected == ()


def test_what_is_wrong_with_a_copy_is_told_of_each(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / "logs" / folder / "events.json", [record(), record(eventName=...), 7])
        (tmp_path / "logs" / folder / "cut.json").write_text('{"Records": [', encoding="utf-8")
    found = both([tmp_path / "logs"], tmp_path / "store")
    assert [one.where for one in found.coverage.rejected] == [
        "a/cut.json",
        "a/events.json#2",
        "a/events.json#3",
        "b/cut.json",
        "b/events.json#2",
        "b/events.json#3",
    ]
    assert json.dumps([one.reason for one in found.coverage.rejected[:3]]) == json.dumps(
        [one.reason for one in found.coverage.rejected[3:]]
    )


def test_a_trail_that_comes_to_a_remembered_one(tmp_path: Path) -> None:
    logs, store = tmp_path / "logs", tmp_path / "store"
    for day in (1, 2, 3):
        write(log_path(logs, day, "a", "one"), mixed_records(day, f"{day}"))
    alone = both([logs], store)
    for day in (2, 3):
        write(log_path(logs, day, "b", "two"), mixed_records(day, f"{day}"))
    for _ in range(2):
        assert once(both([logs], store)) == once(alone)
    write(log_path(logs, 3, "c", "two"), mixed_records(3, "new"))
    both([logs], store)
    shutil.rmtree(logs / "two")
    assert both([logs], store) == alone
