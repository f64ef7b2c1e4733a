"""Files and folders into usage: all accounted for, whatever is in them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.errors import NothingToRead
from secrets_cli.usage import engine
from secrets_cli.usage.engine import Progress, scan
from secrets_cli.usage.sources import content
from secrets_cli.usage.usage import Fate, Usage
from tests.unit.usage.made_records import ROLE, USER, delivered, record, user, write


def rejected(usage: Usage) -> dict[str, str]:
    return {entry.where: entry.reason for entry in usage.coverage.rejected}


def assert_adds_up(usage: Usage) -> None:
    fates = dict(usage.coverage.fates)
    assert sum(fates.values()) == usage.coverage.records
    assert sum(entry.count for entry in usage.not_counted) == fates[Fate.NOT_COUNTED]


def test_a_folder_in_cloudtrail_s_layout(tmp_path: Path) -> None:
    day = tmp_path / "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01"
    first = write(day / "111122223333_CloudTrail_eu-west-1_20260301T1000Z_a.json.gz", [record(), record(eventID="e-2")])
    second = write(day / "111122223333_CloudTrail_eu-west-1_20260301T1005Z_b.json.gz", [record(userIdentity=user())])
    usage = scan([str(tmp_path)])
    assert (usage.coverage.files, usage.coverage.records) == (2, 3)
    assert usage.coverage.bytes == sum(len(gzip.decompress(path.read_bytes())) for path in (first, second))
    assert [(use.principal, use.count) for use in usage.uses] == [(ROLE, 2), (USER, 1)]
    assert_adds_up(usage)


def test_everything_that_is_wrong_is_named_and_nothing_else_is_lost(tmp_path: Path) -> None:
    whole = gzip.compress(delivered([record()]))
    write(tmp_path / "a-good.json", [record(), 7, record(eventName=...), record(userIdentity="x"), record()])
    (tmp_path / "b-truncated.json.gz").write_bytes(whole[:-9])
    (tmp_path / "c-wrong.json").write_text('{"Records": [', encoding="utf-8")
    (tmp_path / "d-policy.json").write_text('{"Statement": []}', encoding="utf-8")
    (tmp_path / "e-empty.json").write_bytes(b"")
    (tmp_path / "f-dead.json").symlink_to(tmp_path / "gone")
    (tmp_path / "g-lines.ndjson").write_bytes(json.dumps(record()).encode() + b"\n{]\n")
    usage = scan([str(tmp_path)])
    assert rejected(usage) == {
        "a-good.json#2": "it is not a JSON object",
        "a-good.json#3": "it has no `eventName`",
        "a-good.json#4": "`userIdentity` is not an object",
        "b-truncated.json.gz": usage.coverage.rejected[3].reason,
        "c-wrong.json": "not JSON: truncated",
        "d-policy.json": "no CloudTrail file: it has neither `Records` nor `Events`",
        "e-empty.json": "the file is empty",
        "f-dead.json": "a link that leads nowhere",
        "g-lines.ndjson#2": rejected(usage)["g-lines.ndjson#2"],
    }
    assert usage.coverage.rejected[3].reason.startswith("truncated gzip data: ends after ")
    assert rejected(usage)["g-lines.ndjson#2"].startswith("line 2 is not JSON: ")
    assert (usage.coverage.files, usage.coverage.records) == (6, 7)
    assert dict(usage.coverage.fates)[Fate.REJECTED] == 4
    assert sum(use.count for use in usage.uses) == 3
    assert_adds_up(usage)


def test_a_rejected_record_names_the_principal_it_certainly_belongs_to(tmp_path: Path) -> None:
    odd: list[Any] = [record(eventName=...), record(eventSource=7, userIdentity={}), "x"]
    path = write(tmp_path / "a.json", odd)
    assert [entry.principal for entry in scan([str(path)]).coverage.rejected] == [ROLE, "", ""]


def test_a_bomb_is_rejected_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "FREE", 100_000)
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(bytes(2_000_000)))
    write(tmp_path / "good.json", [record()])
    usage = scan([str(tmp_path)])
    assert rejected(usage) == {"bomb.json.gz": "decompresses to more than 250 times its size: no log"}
    assert usage.coverage.records == 1


def test_a_file_in_a_folder_that_cannot_be_opened_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.json", [record()])
    write(tmp_path / "closed.json", [record()])
    real = Path.open

    def refusing(self: Path, *args: Any, **named: Any) -> Any:
        if self.name == "closed.json":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **named)

    monkeypatch.setattr(Path, "open", refusing)
    usage = scan([str(tmp_path)])
    assert rejected(usage) == {"closed.json": "cannot be read: permission denied"}
    assert (usage.coverage.files, usage.coverage.records) == (2, 1)


def test_nested_records_that_are_too_deep_are_rejected_alone(tmp_path: Path) -> None:
    # Under the decoder's own limit, and deep enough for what walks the parameters.
    deep: Any = "x"
    for _ in range(400):
        deep = {"a": [deep]}
    write(tmp_path / "a.json", [record(), record(requestParameters=deep), record(eventID="e-2")])
    usage = scan([str(tmp_path)])
    assert usage.coverage.records == 3
    assert sum(use.count for use in usage.uses if use.resource == "arn:aws:s3:::b/k") >= 2
    assert_adds_up(usage)


def test_a_file_named_in_several_ways_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.json", [record()])
    (tmp_path / "logs/b.json").symlink_to(path)
    named = [str(path), str(tmp_path / "logs"), str(tmp_path / "logs/../logs/a.json")]
    usage = scan(named)
    assert (usage.coverage.files, usage.coverage.records) == (1, 1)


def test_files_of_the_same_name_in_two_sources_are_told_apart(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.json").write_bytes(b"{")
        (tmp_path / folder / f"{folder}.json").write_bytes(b"{")
    usage = scan([str(tmp_path / "x"), str(tmp_path / "y")])
    assert set(rejected(usage)) == {str(tmp_path / "x/a.json"), str(tmp_path / "y/a.json"), "x.json", "y.json"}


def test_no_source_is_nothing_to_read() -> None:
    with pytest.raises(NothingToRead, match=r"^no log file was named$"):
        scan([])


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.json", [record()] * n) for n in (1, 2, 3)]
    seen: list[Progress] = []
    scan([str(tmp_path)], progress=seen.append)
    size = sum(path.stat().st_size for path in paths)
    assert [step.files for step in seen] == [1, 2, 3]
    assert seen[-1] == Progress(3, 3, size, size)


def test_several_processes_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(7):
        write(
            tmp_path / f"{n}.json.gz", [record(eventID=f"{n}-{m}", eventTime=f"2026-03-0{m}T00:00:00Z") for m in (1, 2)]
        )
    (tmp_path / "x.json").write_bytes(b"{")
    alone = scan([str(tmp_path)], processes=1)
    monkeypatch.setattr(engine, "_ALONE", 0)
    assert scan([str(tmp_path)], processes=3) == alone
    assert scan([str(tmp_path)], frozenset({USER}), processes=2).uses == ()
