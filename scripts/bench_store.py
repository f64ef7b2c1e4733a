"""How much the store saves: each run is the installed command as a process of its own, the ratios are what counts.

    .venv/bin/python -m scripts.bench_store CORPUS [--runs 3]

CORPUS is a folder of logs; it is copied, and a hundredth of its files, the last by name, held back for the run with new files.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).with_name("secrets-cli")
_BASE = "cold, with a store"
NEW_SHARE = 100
"""One file of so many is new."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure."""

    what: str
    seconds: float
    base: str
    """What the ratio is to."""
    ratio: float

    def __str__(self) -> str:
        return f"{self.what:<52} {self.seconds:8.3f} s   {self.ratio:7.3f} x {self.base}"


def measure(corpus: Path, runs: int = 3) -> tuple[Row, ...]:
    """The figures on a corpus, medians of interleaved runs, after a check that every answer is the one without a store."""
    with tempfile.TemporaryDirectory() as folder:
        return _Bench(corpus, Path(folder)).rows(runs)


class _Bench:
    def __init__(self, corpus: Path, folder: Path) -> None:
        self._logs, self._held, self._stores = folder / "logs", folder / "held", folder / "stores"
        shutil.copytree(corpus, self._logs)
        self._stores.mkdir()
        files = sorted(path for path in self._logs.rglob("*") if path.name.endswith(".json.gz"))
        self._new = files[-max(1, len(files) // NEW_SHARE) :]
        whole = json.loads(self._scan())
        self._role = Counter(use["principal"] for use in whole["uses"]).most_common(1)[0][0]

    def rows(self, runs: int) -> tuple[Row, ...]:
        times: dict[str, list[float]] = {}
        for run in range(runs):
            for what, seconds in self._run(run).items():
                times.setdefault(what, []).append(seconds)
        median = {what: statistics.median(seconds) for what, seconds in times.items()}
        return tuple(Row(what, seconds, _BASE, seconds / median[_BASE]) for what, seconds in median.items())

    def _run(self, run: int) -> dict[str, float]:
        store = f"--store={self._stores / str(run)}"
        one = ("--principal", self._role)
        times: dict[str, float] = {}
        plain = self._timed(times, "cold, without a store")
        plain_one = self._timed(times, "cold, one role, without a store", *one)
        self._hide()
        self._timed(times, _BASE, store)
        shutil.copy(self._stores / str(run), self._stores / "copy")
        self._show()
        same = [
            self._timed(times, "warm, 1 % new files", store) == plain,
            self._timed(times, "warm, unchanged", store) == plain,
            self._timed(times, "warm, one role, 1 % new files", f"--store={self._stores / 'copy'}", *one) == plain_one,
            self._timed(times, "warm, one role, unchanged", store, *one) == plain_one,
        ]
        if not all(same):
            raise SystemExit("an answer with the store is not the one without")
        times["warm, one role, of that the question alone"] = self._asked(Path(self._stores / str(run)))
        return times

    def _asked(self, store: Path) -> float:
        """Of a warm run, the part after the listing of the files and the start of the command."""
        from secrets_cli.catalog.load import load_catalog
        from secrets_cli.usage.deliveries import work_of
        from secrets_cli.usage.engine import listed_files
        from secrets_cli.usage.store.answering import Question, answer
        from secrets_cli.usage.store.database import opened
        from secrets_cli.usage.store.units import identity_of
        from secrets_cli.usage.store.version import reader_version
        from secrets_cli.usage.window import EVERYTHING

        files, rejected = listed_files([str(self._logs)])
        reader = reader_version(load_catalog().header)
        work = tuple((identity_of(one, reader), one) for one in work_of(files))
        question = Question(work, frozenset((self._role,)), EVERYTHING, tuple(rejected))
        with opened(store) as database:
            start = time.perf_counter()
            if answer(database, question, {}) is None:
                raise SystemExit("the store does not know the corpus")
            return time.perf_counter() - start

    def _timed(self, times: dict[str, float], what: str, *words: str) -> bytes:
        start = time.perf_counter()
        found = self._scan(*words)
        times[what] = time.perf_counter() - start
        return found

    def _scan(self, *words: str) -> bytes:
        command = [str(PROGRAM), "usage", "scan", str(self._logs), "--format", "json", "--quiet", *words]
        return subprocess.run(command, capture_output=True, check=True).stdout

    def _hide(self) -> None:
        self._moved(lambda path: (path, self._held / path.relative_to(self._logs)))

    def _show(self) -> None:
        self._moved(lambda path: (self._held / path.relative_to(self._logs), path))

    def _moved(self, way: Callable[[Path], tuple[Path, Path]]) -> None:
        for path in self._new:
            here, there = way(path)
            there.parent.mkdir(parents=True, exist_ok=True)
            here.rename(there)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser: Any = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args(arguments)
    for row in measure(asked.corpus, asked.runs):
        sys.stdout.write(f"{row}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
