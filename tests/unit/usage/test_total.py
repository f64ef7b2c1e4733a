"""A total says the same, whether its uses are in memory or on disk."""

from dataclasses import replace
from pathlib import Path

import pytest

from secrets_cli.usage import total as module
from secrets_cli.usage.aggregate import Aggregate, UseKey
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.engine import packaged_meaning, scan
from secrets_cli.usage.reading import add_record
from secrets_cli.usage.record import read_record
from secrets_cli.usage.runs import Runs
from secrets_cli.usage.total import Total, told_of
from secrets_cli.usage.usage import Outcome, Usage
from tests.unit.usage.made_records import OTHER_ACCOUNT, record, write


def in_memory(usage: Usage) -> Usage:
    return replace(usage, uses=tuple(usage.uses))


def part(start: int, count: int) -> Aggregate:
    made = Aggregate(files=1, records=count, regions={"eu-west-1"})
    for n in range(start, start + count):
        name = f"arn:aws:s3:::b/{n:06}"
        key = UseKey("p", "", "s3.amazonaws.com", "GetObject", "s3:GetObject", name, (), "", "1", Outcome.USED)
        made.add_seen(key, 1, "", "", (), ("", "rule"))
    return made


def whole(*parts: Aggregate) -> Usage:
    total = Aggregate()
    for one in parts:
        total.add_all(one)
    return total.usage()


def test_few_uses_stay_in_memory() -> None:
    total = Total()
    for start in (0, 50):
        total.add(told_of(part(start, 100)))
    assert isinstance(total.usage().uses, tuple)
    assert total.usage() == whole(part(0, 100), part(50, 100))


def test_many_uses_told_of_at_once_go_to_disk() -> None:
    total = Total()
    for start in (0, 1_000):
        total.add(told_of(part(start, 2_000)))
    total.add(told_of(part(2_500, 700)))
    found = total.usage()
    assert isinstance(found.uses, Runs)
    assert in_memory(found) == whole(part(0, 2_000), part(1_000, 2_000), part(2_500, 700))


def test_many_uses_told_of_little_by_little_go_to_disk() -> None:
    total = Total()
    for start in range(0, 12_000, 600):
        total.add(told_of(part(start, 600)))
        assert len(total.part.uses) <= module._MOST
    assert in_memory(total.usage()) == whole(*(part(start, 600) for start in range(0, 12_000, 600)))


def test_copies_are_settled_against_all_that_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FEW", 0)
    monkeypatch.setattr(module, "_MOST", 0)
    own = record(eventID="own", sharedEventID="s-1")
    copy = record(eventID="copy", sharedEventID="s-1", recipientAccountId=OTHER_ACCOUNT)
    lone = record(eventID="lone", sharedEventID="s-2", recipientAccountId=OTHER_ACCOUNT)
    total = Total()
    for raw in (copy, lone, own):
        one = Aggregate(records=1)
        add_record(one, read_record(raw), None, packaged_meaning())
        total.add(told_of(one))
    (use,) = total.usage().uses
    assert use.count == 2


def test_a_scan_of_many_uses_says_what_one_in_memory_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in range(4):
        names = [f"k{n}" for n in range(file * 1_000, file * 1_000 + 2_500)]
        made = [record(requestParameters={"bucketName": "b", "key": name}, resources=[]) for name in names]
        write(tmp_path / f"{file}.json", made)
    kept = scan([str(tmp_path)], processes=2)
    assert isinstance(kept.uses, Runs)
    monkeypatch.setattr(module, "_FEW", 1_000_000)
    monkeypatch.setattr(module, "_MOST", 1_000_000)
    held = scan([str(tmp_path)], processes=1)
    assert isinstance(held.uses, tuple)
    assert in_memory(kept) == held
    assert digest_of(kept) == digest_of(held)
