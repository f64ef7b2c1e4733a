"""What every engine says of one corpus, as one table: `python -m scripts.engine_digests [LOGS]`.

The reference is Python's own json, one record at a time. Rows of Spark need pyspark (`make spark`, then run this with
`.venv-spark/bin/python`), the row of Athena the emulator (`make emulator`). Athena's table tells nothing of files and bytes, so
all digests are of the answer without them, and of the whole answer beside it. A second question, of two roles and their own
records alone, is answered by cutting these out of the text. Fails where two answers to one question differ.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias
from unittest.mock import patch

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage import slices as slices_module
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.engine import of_asked, scan
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.reading import add_record, is_asked
from secrets_cli.usage.record import read_record
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.store.remembering import scan_remembered
from secrets_cli.usage.usage import Usage

Engine: TypeAlias = tuple[str, Callable[[], Usage]]
"""A name, and what answers."""


EVERYBODY = "everybody"
OWN = "two roles, own coverage"


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
    question: str = EVERYBODY


def answers(engines: Iterable[Engine], question: str = EVERYBODY) -> list[Answer]:
    """Each engine asked, one after the other."""
    found = []
    for name, ask in engines:
        begun = time.monotonic()
        usage = ask()
        seconds = time.monotonic() - begun
        bare = replace(usage, coverage=replace(usage.coverage, files=0, bytes=0, ignored=(), not_opened=()))
        found.append(Answer(name, seconds, digest_of(usage), digest_of(bare), usage.coverage.records, question))
    return found


def table(found: Sequence[Answer]) -> str:
    """The answers as text, a line each."""
    lines = [f"{'engine':<52} {'seconds':>8} {'records':>10}  without files and bytes  whole"]
    lines += [
        f"{_named(one):<52} {one.seconds:>8.1f} {one.records:>10,}  {one.evidence[:23]}  {one.whole[:23]}"
        for one in found
    ]
    return "\n".join(lines)


def _named(one: Answer) -> str:
    return one.name if one.question == EVERYBODY else f"{one.question}: {one.name}"


def agree(found: Sequence[Answer]) -> bool:
    """Whether all say the same of each question; of files and bytes only what is read from files is compared."""
    for question in {one.question for one in found}:
        same = [one for one in found if one.question == question]
        whole = {one.whole for one in same if not one.name.startswith("athena")}
        if len({one.evidence for one in same}) != 1 or len(whole) != 1:
            return False
    return True


def reference(logs: Path, meaning: Meaning, own: frozenset[str] | None = None) -> Usage:
    """Every record of a folder of delivered files by Python's json, judged one at a time; of some principals, where `own` names
    them, and of their own coverage."""
    total = Aggregate()
    for path in sorted(logs.rglob("*.json.gz")):
        data = gzip.decompress(path.read_bytes())
        total.files += 1
        total.bytes += len(data)
        for raw in json.loads(data)["Records"]:
            record = read_record(raw)
            if is_asked(record, own):
                total.records += 1
                add_record(total, record, own, meaning)
    return of_asked(total.usage()) if own else total.usage()


def slices(logs: Path, meaning: Meaning) -> list[Engine]:
    """The engine that cuts records out of the text, and what it stands beside."""
    calls: Counter[str] = Counter()
    for use in scan([str(logs)]).uses:
        calls[use.principal] += use.count
    own = frozenset(arn for arn, _ in calls.most_common(2))

    def full_decode() -> Usage:
        with patch.object(slices_module, "_MOST", 0):  # principals beyond it are not searched for
            return scan([str(logs)], own, processes=1, covers_all=False)

    return [
        ("reference (json, one by one)", lambda: reference(logs, meaning, own)),
        ("slice, one process", lambda: scan([str(logs)], own, processes=1, covers_all=False)),
        ("slice, two processes", lambda: scan([str(logs)], own, processes=2, covers_all=False)),
        ("full decode", full_decode),
    ]


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
        wanted = tuple(asked.only or ("",))
        found += answers([one for one in slices(logs, meaning) if one[0].startswith(wanted)], OWN)
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
