"""What every engine says of one corpus, as one table: `python -m scripts.engine_digests [LOGS]`.

The reference is Python's own json, one record at a time. Rows of Spark need pyspark (`make spark`, then run this with
`.venv-spark/bin/python`), the row of Athena the emulator (`make emulator`). Athena's table tells nothing of files and bytes, so
all digests are of the answer without them, and of the whole answer beside it. Fails where two answers differ.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.engine import scan
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.reading import add_record
from secrets_cli.usage.record import read_record
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.store.remembering import scan_remembered
from secrets_cli.usage.usage import Usage

Engine: TypeAlias = tuple[str, Callable[[], Usage]]
"""A name, and what answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one engine said."""

    name: str
    seconds: float
    whole: str
    """Digest of the usage."""
    evidence: str
    """Digest of it without what is said of files."""
    records: int


def answers(engines: Iterable[Engine]) -> list[Answer]:
    """Each engine asked, one after the other."""
    found = []
    for name, ask in engines:
        begun = time.monotonic()
        usage = ask()
        seconds = time.monotonic() - begun
        bare = replace(usage, coverage=replace(usage.coverage, files=0, bytes=0, ignored=(), not_opened=()))
        found.append(Answer(name, seconds, digest_of(usage), digest_of(bare), usage.coverage.records))
    return found


def table(found: Sequence[Answer]) -> str:
    """The answers as text, a line each."""
    lines = [f"{'engine':<34} {'seconds':>8} {'records':>10}  without files and bytes  whole"]
    lines += [
        f"{one.name:<34} {one.seconds:>8.1f} {one.records:>10,}  {one.evidence[:23]}  {one.whole[:23]}" for one in found
    ]
    return "\n".join(lines)


def agree(found: Sequence[Answer]) -> bool:
    """Whether all say the same; of files and bytes only what is read from files is compared."""
    whole = {one.whole for one in found if not one.name.startswith("athena")}
    return len({one.evidence for one in found}) == 1 and len(whole) == 1


def reference(logs: Path, meaning: Meaning) -> Usage:
    """Every record of a folder of delivered files by Python's json, judged one at a time."""
    total = Aggregate()
    for path in sorted(logs.rglob("*.json.gz")):
        data = gzip.decompress(path.read_bytes())
        total.files += 1
        total.bytes += len(data)
        for raw in json.loads(data)["Records"]:
            total.records += 1
            add_record(total, read_record(raw), None, meaning)
    return total.usage()


def own_engines(logs: Path, meaning: Meaning, stack: ExitStack) -> list[Engine]:
    """The engines that can be had here."""
    store = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="store-"))) / "usage.sqlite3"
    engines: list[Engine] = [
        ("reference (json, one by one)", lambda: reference(logs, meaning)),
        ("local, one process", lambda: scan([str(logs)], processes=1)),
        ("local, two processes", lambda: scan([str(logs)], processes=2)),
        ("local, into a new store", lambda: scan_remembered([str(logs)], store)),
        ("local, out of the store", lambda: scan_remembered([str(logs)], store)),
    ]
    if find_spec("pyspark") is not None:
        engines += _spark_engines(logs, meaning, stack)
    if find_spec("duckdb") is not None:
        engines += [("sql by duckdb", lambda: _by_duckdb(logs, meaning))]
    if find_spec("duckdb") is not None and Path(".venv-emulator/bin/python").exists():
        from scripts.athena_on_emulator import athena_on_emulator

        engines += [("athena on the emulator", lambda: athena_on_emulator(logs, meaning))]
    return engines


def _spark_engines(logs: Path, meaning: Meaning, stack: ExitStack) -> list[Engine]:
    from scripts.spark_cluster_check import SETTINGS, cluster
    from secrets_cli.usage.engines.spark import SparkAsk, scan_on_spark

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digests-")))

    def standalone() -> Usage:
        with cluster(folder) as whole:
            return scan_on_spark([str(logs)], SparkAsk(whole.url, SETTINGS), meaning)

    return [
        ("spark local[2]", lambda: scan_on_spark([str(logs)], SparkAsk("local[2]"), meaning)),
        ("spark standalone, two workers", standalone),
    ]


def _by_duckdb(logs: Path, meaning: Meaning) -> Usage:
    from secrets_cli.usage.engines.groups import Groups
    from tests.sql_events import groups_of

    groups = Groups(None, meaning)
    for path in sorted(logs.rglob("*.json.gz")):
        data = gzip.decompress(path.read_bytes())
        groups.total.files += 1
        groups.total.bytes += len(data)
        groups.add_all(groups_of(json.loads(data)["Records"]))
    return groups.total.usage()


def main(arguments: list[str]) -> int:
    """Print the table; 1 where the engines do not agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", nargs="?", type=Path, help="a folder of delivered log files; else some are made")
    parser.add_argument("--files", type=int, default=60, help="files to make")
    parser.add_argument("--only", action="append", default=[], help="engines whose name begins so; else all")
    parser.add_argument("--save", type=Path, help="a JSON file for the answers")
    asked = parser.parse_args(arguments)
    catalog = load_catalog()
    meaning = remembered(lambda call: meaning_of(call, catalog))
    with ExitStack() as stack:
        logs = asked.logs
        if logs is None:
            from scripts.spark_cluster_check import make_logs

            logs = make_logs(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="logs-"))), asked.files, 200)
        engines = [one for one in own_engines(logs, meaning, stack) if one[0].startswith(tuple(asked.only or ("",)))]
        found = answers(engines)
        stored = sum(path.stat().st_size for path in logs.rglob("*.json.gz"))
    print(table(found))
    if asked.save:
        asked.save.write_text(
            json.dumps({"stored": stored, "answers": [asdict(one) for one in found]}, indent=1) + "\n"
        )
    print("all agree" if agree(found) else "THEY DIFFER")
    return 0 if agree(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
