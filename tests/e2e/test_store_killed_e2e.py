"""The installed command killed while it remembers what it reads: the next run answers right, each time."""

import json
import random
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.usage.made_records import write
from tests.unit.usage.store.made_logs import log_path, mixed_records

pytestmark = pytest.mark.e2e

KILLS = 20
FILES = 48


def change(logs: Path, salt: str) -> None:
    """Write all files anew, of six days."""
    for number in range(FILES):
        records = mixed_records(number % 6 + 1, f"{salt}{number}") * 6
        write(log_path(logs, number % 6 + 1, f"f{number}", region=f"eu-west-{number % 4}"), records)


def test_a_scan_killed_at_twenty_moments(checkout: Path, tmp_path: Path) -> None:
    program, logs, store = str(checkout / ".venv/bin/secrets-cli"), tmp_path / "logs", tmp_path / "store"
    chance = random.Random(20)

    def words(*more: str) -> list[str]:
        return [program, "usage", "scan", str(logs), "--format", "json", *more]

    def answer(*more: str) -> Any:
        ran = subprocess.run(words(*more), capture_output=True, check=True, timeout=120)
        return json.loads(ran.stdout)

    change(logs, "first")
    start = time.perf_counter()
    expected = answer(f"--store={tmp_path / 'timed'}")
    usual = time.perf_counter() - start
    died = 0
    for kill in range(KILLS):
        scan = subprocess.Popen(words(f"--store={store}"), stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1) * usual)
        scan.kill()
        died += scan.wait(60) != 0
        assert answer(f"--store={store}") == expected
        change(logs, f"k{kill}")
        expected = answer()
    assert died > KILLS / 2
    assert answer(f"--store={store}") == expected
