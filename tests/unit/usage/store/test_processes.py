"""A store that processes die in, or write at the same time."""

import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from secrets_cli.usage.engine import scan
from secrets_cli.usage.store import remembering
from secrets_cli.usage.store.database import opened
from secrets_cli.usage.store.remembering import scan_remembered
from secrets_cli.usage.usage import Usage
from tests.unit.usage.made_records import write
from tests.unit.usage.store.made_logs import log_path, mixed_records

KILLS = 5
_Pipe: TypeAlias = "Connection[Any, Any]"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    for number in range(40):
        change(tmp_path / "logs", number, "first")
    return tmp_path / "logs"


def change(logs: Path, number: int, salt: str) -> None:
    """Write one of the files, of one of five days; every fourth comes by a second trail, too."""
    day = number % 5 + 1
    records = mixed_records(day, f"{salt}{number}") * 3
    for prefix in ("one", "two") if number % 4 == 0 else ("one",):
        write(log_path(logs, day, f"f{number}", prefix, region=f"eu-west-{number % 4}"), records)


def scanning(logs: str, store: str, there: _Pipe) -> None:
    """What the other process does: tell that it begins, scan with a transaction for each file, send the answer."""
    remembering._EACH = 0.0
    there.send("begun")
    there.send(scan_remembered([logs], Path(store)))


def begun(logs: Path, store: Path) -> tuple[Any, _Pipe]:
    """A process that is about to scan."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.unit.usage.store.test_processes"])
    here, there = context.Pipe()
    process = context.Process(target=scanning, args=(str(logs), str(store), there), daemon=True)
    process.start()
    there.close()
    assert here.poll(60)
    assert here.recv() == "begun"
    return process, here


def answer_of(process: Any, pipe: _Pipe) -> Usage:
    assert pipe.poll(60)
    found: Usage = pipe.recv()
    process.join(60)
    return found


def test_a_process_killed_at_any_moment_leaves_a_store_that_answers_right(logs: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    chance = random.Random(8)
    usual = 1.0
    died = 0
    for kill in range(KILLS):
        process, pipe = begun(logs, store)
        start = time.perf_counter()
        if pipe.poll(chance.uniform(0, usual)):
            usual = (time.perf_counter() - start) * 0.7
        process.kill()
        process.join(60)
        died += process.exitcode != 0
        if kill % 2:  # otherwise the next process goes on where this one died
            assert scan_remembered([str(logs)], store) == scan([str(logs)])
        for number in range(40):
            change(logs, number, f"k{kill}")
    assert died
    assert scan_remembered([str(logs)], store) == scan([str(logs)])
    with opened(store) as database, database.told() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_processes_that_write_at_once_all_answer_right(logs: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    expected = scan([str(logs)])
    for _ in range(3):
        at_once = [begun(logs, store) for _ in range(4)]
        assert [answer_of(*one) == expected for one in at_once] == [True] * 4
        for number in range(0, 40, 3):
            change(logs, number, "changed")
        expected = scan([str(logs)])
    with opened(store) as database, database.told() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
