"""Print the canary matrix: each command, each way it can end, and where its secret was found beyond what was asked.

A cell runs the real command in a process of its own against the emulator of AWS, through a proxy that makes calls fail.
Searched are stdout, stderr, the command lines of the process and its children, and every file in its home, working and
temporary folder, for the marker as it is and in six encodings. Exit 1 if there is a leak or a command ends wrongly.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection, Target
from secrets_cli.secret_value import SecretValue
from tests.canary.cells import ROWS, Outcome, Row
from tests.canary.marker import MARKER
from tests.canary.run import Cell, Scene, run_cell
from tests.emulator.proxy import proxied
from tests.emulator.server import Emulator, running

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).parent / "secrets-cli"
STACK = "canary"
KEYS = ("alias/canary-one", "alias/canary-two")


def main() -> int:
    """Run the matrix and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="rows whose command begins with this")
    parser.add_argument("--outcomes", default="", help="outcomes whose name begins with this, beside `ok`")
    parser.add_argument("--workers", type=int, default=4)
    asked = parser.parse_args()
    rows = [row for row in ROWS if row.command.startswith(asked.only)]
    outcomes = [one for one in Outcome if one is Outcome.OK or one.value.startswith(asked.outcomes)]
    cells = run_matrix(rows, asked.workers, outcomes)
    _print(rows, cells, outcomes)
    return 1 if any(cell.leaks or cell.wrong for cell in cells) else 0


def run_matrix(rows: Sequence[Row], workers: int, outcomes: Sequence[Outcome] = tuple(Outcome)) -> list[Cell]:
    """Every cell of the rows, on an emulator of their own."""
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch), CHECKOUT) as emulator:
        os.environ.update(emulator.environment())
        stage = _set_up(emulator, any(row.command.startswith("lambda") for row in rows))
        places = _Places(stage, Path(scratch), outcomes)
        with ThreadPoolExecutor(workers) as pool:
            return list(itertools.chain.from_iterable(pool.map(places.row, rows)))


@dataclass(frozen=True, slots=True)
class Stage:
    """What all cells share."""

    emulator: Emulator
    user: str
    """ARN of the user whom the function hands out all of `/canary`."""
    user_environment: Mapping[str, str]
    url: str
    """Of the function; empty where no row calls it."""


def _set_up(emulator: Emulator, function_is_called: bool) -> Stage:
    """Two keys, a user, and the getSecret function."""
    connection = Connection(Target())
    for alias in KEYS:
        _make_key(alias)
    iam = connection.client("iam")
    user = iam.create_user(UserName="canary")["User"]["Arn"]
    access = iam.create_access_key(UserName="canary")["AccessKey"]
    as_user = emulator.environment(access["AccessKeyId"], access["SecretAccessKey"])
    return Stage(emulator, user, as_user, _deploy(emulator, user) if function_is_called else "")


def _make_key(alias: str) -> None:
    kms = Connection(Target()).client("kms")
    kms.create_alias(AliasName=alias, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])


def _deploy(emulator: Emulator, user: str) -> str:
    words = ["lambda", "deploy", "--stack", STACK, "--allow", f"{user}=/canary/", "--key", KEYS[0], "--yes"]
    ran = subprocess.run(
        [PROGRAM, *words, "--format", "json"], env=emulator.environment(), capture_output=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr.decode())
    url: str = json.loads(ran.stdout)["url"]
    return url


class _Places:
    """Gives each row a folder, a proxy and parameters of its own."""

    def __init__(self, stage: Stage, scratch: Path, outcomes: Sequence[Outcome]) -> None:
        self._stage, self._scratch, self._outcomes = stage, scratch, outcomes
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def row(self, row: Row) -> list[Cell]:
        """Every cell of a row; the first tells which calls the command makes."""
        with self._lock:
            number = next(self._numbers)
        folder = self._scratch / f"row{number}"
        folder.mkdir()
        cells: list[Cell] = []
        with proxied(self._stage.emulator.url) as (url, proxy):
            environment = {**self._environment(row, folder), "AWS_ENDPOINT_URL": url}
            for column, outcome in enumerate(self._outcomes):
                names = self._names(f"/canary/row{number}/{column}", folder)
                _put_secrets(names["p"])
                _make_key(names["own"])
                scene = Scene(PROGRAM, environment, proxy, folder, names)
                cells.append(run_cell(row, outcome, scene, cells[0].calls if cells else ()))
        return cells

    def _names(self, path: str, folder: Path) -> dict[str, str]:
        return {
            "p": path,
            "k": KEYS[0],
            "k2": KEYS[1],
            "own": f"alias/own{path}",
            "f": str(folder),
            "user": self._stage.user,
            "stack": STACK,
            "url": self._stage.url,
        }

    def _environment(self, row: Row, folder: Path) -> dict[str, str]:
        caller = self._stage.user_environment if row.as_user else self._stage.emulator.environment()
        own = {"HOME": str(folder), "TMPDIR": str(folder), "AWS_MAX_ATTEMPTS": "2", "PYTHONWARNINGS": "default"}
        return {**caller, **own}


def _put_secrets(path: str) -> None:
    store = ParameterStore(Connection(Target()))
    for name in (f"{path}/a", f"{path}/a", f"{path}/b", f"{path}2/a"):
        store.put(Write(name, SecretValue(MARKER), KEYS[0]))


def _print(rows: Sequence[Row], cells: Sequence[Cell], outcomes: Sequence[Outcome]) -> None:
    of_row = {id(row): [cell for cell in cells if cell.row is row] for row in rows}
    width = max(len(_title(row)) for row in rows)
    for number, outcome in enumerate(outcomes):
        print(f"{'':{width}}  {'  ' * number}{outcome.value}")
    for row in rows:
        print(f"{_title(row):{width}}  " + " ".join(_sign(cell) for cell in of_row[id(row)]))
    print("\n. nothing found   - the fault could not be reached   X leak   ! ended wrongly")
    for line in _troubles(cells):
        print(line)
    run = [cell for cell in cells if cell.reached]
    leaks = sum(len(cell.leaks) for cell in run)
    wrong = sum(len(cell.wrong) for cell in run)
    print(f"\n{len(rows)} rows x {len(outcomes)} outcomes: cells run {len(run)}, leaks {leaks}, ended wrongly {wrong}")


def _sign(cell: Cell) -> str:
    if cell.leaks:
        return "X"
    if cell.wrong:
        return "!"
    return "." if cell.reached else "-"


def _title(row: Row) -> str:
    return f"{row.command} ({row.name})" if row.name else row.command


def _troubles(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        for trouble in (*cell.leaks, *cell.wrong):
            yield f"{_title(cell.row)}, {cell.outcome.value}, exit {cell.code}: {trouble}"


if __name__ == "__main__":
    sys.exit(main())
