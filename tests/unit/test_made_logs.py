"""The logs that are made up for measuring."""

import json
from collections import Counter
from pathlib import Path

from scripts.made_logs import ASKED, write_logs
from secrets_cli.usage.engine import scan


def test_the_same_bytes_in_any_number_of_processes(tmp_path: Path) -> None:
    write_logs(tmp_path / "a", 3_000, seed=3, processes=1)
    write_logs(tmp_path / "b", 3_000, seed=3, processes=2)
    first, second = (
        {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in (tmp_path / name).rglob("*.gz")}
        for name in ("a", "b")
    )
    assert first == second
    write_logs(tmp_path / "c", 3_000, seed=4, processes=1)
    assert set(first) != {str(path.relative_to(tmp_path / "c")) for path in (tmp_path / "c").rglob("*.gz")}


def test_the_mix(tmp_path: Path) -> None:
    made = write_logs(tmp_path, 8_000, processes=1)
    usage = scan([str(tmp_path)], processes=1)
    assert (usage.coverage.records, usage.coverage.files, usage.coverage.bytes) == (8_000, made.files, made.bytes)
    assert not usage.coverage.rejected
    assert len(usage.coverage.accounts) == 4
    assert len(usage.coverage.regions) >= 2
    counts: Counter[str] = Counter()
    for use in usage.uses:
        counts[use.principal] += use.count
    assert all(counts[role] > 0 for role in ASKED)
    assert 0.02 < sum(counts[role] for role in ASKED) / 8_000 < 0.10
    assert {fate.value: count for fate, count in usage.coverage.fates if count}.keys() >= {
        "used",
        "denied",
        "not-counted",
    }
    assert json.dumps(usage.principals).count("svc-") > 30
