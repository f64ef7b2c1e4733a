"""How fast logs are read, against the aims: `python -m scripts.bench_usage [LOGS] [--events N] [--trailscraper COMMAND]`.

LOGS is a folder of delivered log files; without it, N events are made (`scripts.made_logs`), and kept in .bench/ for next time.
Every run is a process of its own, timed from outside, start included; all are interleaved, and figures are medians:

* `floor`: every file read and decompressed by isal in one go, nothing else done, in one process on one core.
* ours: the installed command, `secrets-cli usage scan LOGS --format json --quiet`, its output thrown away; on one core (it then
  uses one process) or on all. Two roles are asked for by `--principal`; with `own coverage` also by `--coverage asked`, which
  passes over the records of all others, as trailscraper does.
* trailscraper `select` for the same two roles, and DuckDB's `read_json` with typed columns and a GROUP BY of role, source, name,
  resources, region, account and error, on all cores: on a part of the files where there are more than --peer-events, and compared
  by seconds for each event.
* memory: the same command in runs of their own, the resident memory of all its processes summed.

Ratios are of seconds by the clock. On a busy machine those of processor time, which stand beside them, say more.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scripts import made_logs
from scripts.bench_runs import Run, interleaved, measured

PROGRAM = Path(sys.executable).with_name("secrets-cli")
KEPT = Path(".bench")
_TWO = "two roles"
_OWN = "two roles, own coverage"
_ALL = "everybody"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The logs that are read."""

    folder: Path
    files: int
    stored: int
    """Bytes of the files."""
    bytes: int
    """Decompressed."""
    events: int
    roles: tuple[str, ...]
    """The two that are asked for."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table."""

    what: str
    value: float
    aim: float
    is_most: bool
    """The aim is the most that it may be, not the least."""
    by_processor: float | None
    """The same ratio of processor times; None where it says nothing."""
    unit: str = ""
    profile: str = ""
    """What `--profile` is asked for where the aim is missed."""

    @property
    def is_met(self) -> bool:
        """Whether the aim is reached."""
        return self.value <= self.aim if self.is_most else self.value >= self.aim


def corpus_of(folder: Path, roles: Sequence[str]) -> Corpus:
    """What a folder holds; without `roles`, the two of the account with the most events that are asked for."""
    files = _files(folder)
    if not files:
        raise SystemExit(f"`{folder}` holds no .json.gz file")
    run = subprocess.run(_scan(folder), capture_output=True, check=True)
    found = json.loads(run.stdout)
    asked = tuple(roles) or _asked(folder, found)
    coverage = found["coverage"]
    return Corpus(folder, len(files), sum(map(_size, files)), coverage["bytes"], coverage["records"], asked)


def _asked(folder: Path, found: dict[str, Any]) -> tuple[str, ...]:
    """The roles that the generator made to be asked for; else the two with most calls."""
    stats = folder / "STATS.json"
    if stats.exists() and (named := json.loads(stats.read_text()).get("audited_roles")):
        return tuple(named)
    counts: dict[str, int] = {}
    for use in found["uses"]:
        counts[use["principal"]] = counts.get(use["principal"], 0) + use["count"]
    if set(made_logs.ASKED) <= set(counts):
        return made_logs.ASKED
    return tuple(sorted(counts, key=lambda arn: (-counts[arn], arn))[:2])


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json.gz"))


def _size(path: Path) -> int:
    return path.stat().st_size


def _content_size(path: Path) -> int:
    """Decompressed bytes, as the end of a gzip file of one member tells: https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1"""
    return int.from_bytes(path.read_bytes()[-4:], "little")


def _scan(folder: Path, roles: Sequence[str] = ()) -> list[str]:
    asked = [word for role in roles for word in ("--principal", role)]
    return [str(PROGRAM), "usage", "scan", str(folder), "--format", "json", "--quiet", *asked]


def part_of(corpus: Corpus, events: int, place: Path) -> Corpus:
    """Links to some of the files, evenly chosen, of about so many events; the corpus itself where it has no more."""
    step = corpus.events / events
    if step <= 1:
        return corpus
    files = _files(corpus.folder)
    for path in files[:: round(step)]:
        link = place / path.relative_to(corpus.folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path.absolute())
    return corpus_of(place, corpus.roles)


def floor(folder: Path) -> None:
    """Decompress every file."""
    from isal import isal_zlib

    for path in _files(folder):
        isal_zlib.decompress(path.read_bytes(), wbits=31)


def by_duckdb(folder: Path) -> None:
    """Group all records by DuckDB's own reader of JSON."""
    import duckdb

    record = (
        "STRUCT(eventTime VARCHAR, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR, recipientAccountId VARCHAR,"
        " errorCode VARCHAR, resources STRUCT(ARN VARCHAR, type VARCHAR)[],"
        " userIdentity STRUCT(arn VARCHAR, sessionContext STRUCT(sessionIssuer STRUCT(arn VARCHAR))))[]"
    )
    largest = 2 * max(map(_content_size, _files(folder)))
    duckdb.execute(
        f"""
        WITH records AS (
            SELECT unnest(Records) AS r
            FROM read_json('{folder}/**/*.json.gz', columns = {{Records: '{record}'}}, maximum_object_size = {largest})
        )
        SELECT r.userIdentity.sessionContext.sessionIssuer.arn, r.userIdentity.arn, r.eventSource, r.eventName, r.resources,
               r.awsRegion, r.recipientAccountId, r.errorCode, count(*), min(r.eventTime), max(r.eventTime)
        FROM records GROUP BY ALL
        """
    ).fetchall()


def profiled(folder: Path, roles: Sequence[str], *, covers_all: bool) -> None:
    """Print where one process' time goes."""
    import cProfile
    import pstats

    from secrets_cli.usage.engine import scan

    profile = cProfile.Profile()
    profile.runcall(scan, [str(folder)], frozenset(roles) or None, processes=1, covers_all=covers_all)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def measure(
    corpus: Corpus, part: Corpus, trailscraper: Path | None, rounds: int
) -> tuple[list[Figure], dict[str, Run]]:
    """The figures of the table that this script measures itself, and the runs they are made of."""
    two, everybody = _scan(corpus.folder, corpus.roles), _scan(corpus.folder)
    own = [*two, "--coverage", "asked"]
    nothing = [str(PROGRAM), "usage", "scan", "--help"]
    commands: dict[str, Callable[[], Run]] = {
        "start of the command": partial(measured, nothing, cores=1),
        "floor": partial(measured, _self(corpus.folder, "--run", "floor"), cores=1),
        f"{_OWN}, one core": partial(measured, own, cores=1),
        f"{_OWN}, all cores": partial(measured, own),
        f"{_TWO}, one core": partial(measured, two, cores=1),
        f"{_TWO}, all cores": partial(measured, two),
        f"{_ALL}, one core": partial(measured, everybody, cores=1),
        f"{_ALL}, all cores": partial(measured, everybody),
        f"memory, {_OWN}": partial(measured, own, is_sampled=True),
        f"memory, {_TWO}": partial(measured, two, is_sampled=True),
        f"memory, {_ALL}": partial(measured, everybody, is_sampled=True),
        "duckdb": partial(measured, _self(part.folder, "--run", "duckdb")),
    }
    if trailscraper:
        commands["trailscraper"] = partial(measured, _trailscraper(trailscraper, part))
    runs = interleaved(commands, rounds)
    return list(_figures(runs, corpus.events / part.events)), runs


def _figures(runs: dict[str, Run], share: float) -> Iterator[Figure]:
    def ratio(what: str, above: str, below: str, aim: float, scale: float = 1.0, profile: str = "") -> Figure:
        upper, lower = runs[above], runs[below]
        value = scale * upper.seconds / lower.seconds
        by_processor = None if what.startswith("two processes") else scale * upper.processor / lower.processor
        return Figure(what, value, aim, scale == 1.0 and above not in _PEERS, by_processor, profile=profile)

    yield ratio("two roles, own coverage / floor, one core", f"{_OWN}, one core", "floor", 1.7, profile="own")
    yield ratio("two roles / floor, one core", f"{_TWO}, one core", "floor", 1.7, profile="roles")
    yield ratio("everybody / floor, one core", f"{_ALL}, one core", "floor", 3.5, profile="everybody")
    yield ratio("two processes / one, two roles, own coverage", f"{_OWN}, all cores", f"{_OWN}, one core", 0.7)
    yield ratio("two processes / one, two roles", f"{_TWO}, all cores", f"{_TWO}, one core", 0.7, profile="roles")
    yield ratio("two processes / one, everybody", f"{_ALL}, all cores", f"{_ALL}, one core", 0.7, profile="everybody")
    for asked in (_OWN, _TWO, _ALL):
        memory = runs[f"memory, {asked}"].memory / 1e6
        yield Figure(f"most memory of all processes, {asked}", memory, 250, True, None, " MB")
    if "trailscraper" in runs:
        yield ratio("trailscraper / ours, two roles, own coverage", "trailscraper", f"{_OWN}, all cores", 15, share)
        yield ratio("trailscraper / ours, two roles", "trailscraper", f"{_TWO}, all cores", 15, share)
    yield ratio("DuckDB read_json / ours, everybody", "duckdb", f"{_ALL}, all cores", 15, share)


_PEERS = ("trailscraper", "duckdb")


def _self(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "scripts.bench_usage", str(folder), *words]


def _trailscraper(command: Path, corpus: Corpus) -> list[str]:
    asked = [word for role in corpus.roles for word in ("--filter-assumed-role-arn", role)]
    days = ["--from", "2000-01-01", "--to", "2100-01-01"]
    return [str(command), "select", "--log-dir", str(corpus.folder), *asked, *days]


def of_store(corpus: Corpus, rounds: int) -> tuple[list[Figure], dict[str, float]]:
    """Runs that remember all but a hundredth of the files, against the one that filled the store; and the seconds of each."""
    from scripts.bench_store import measure as measure_store

    rows = {row.what: row for row in measure_store(corpus.folder, rounds)}
    figures = [
        Figure(f"warm store, 1 % new files / cold, {asked}", rows[what].ratio, 0.1, True, None)
        for asked, what in ((_ALL, "warm, 1 % new files"), ("one role", "warm, one role, 1 % new files"))
    ]
    return figures, {what: row.seconds for what, row in rows.items()}


def table(corpus: Corpus, part: Corpus, figures: Sequence[Figure], runs: dict[str, Run], rounds: int) -> Iterator[str]:
    """The result as Markdown."""
    cores = len(os.sched_getaffinity(0))
    yield f"{corpus.events:,} events in {corpus.files:,} files, {corpus.bytes:,} bytes in {corpus.stored:,} as gzip."
    yield f"{cores} cores, Python {platform.python_version()}, medians of {rounds}."
    if part.events != corpus.events:
        yield f"trailscraper and DuckDB read {part.events:,} of the events; compared by seconds for each event."
    yield ""
    yield "| figure | measured | of processor time | aim | |"
    yield "|---|---|---|---|---|"
    for one in figures:
        sign, beside = ("<=" if one.is_most else ">="), f"{one.by_processor:.2f}" if one.by_processor else "-"
        value = f"{one.value:.0f}{one.unit}" if one.unit or one.value >= 100 else f"{one.value:.2f}"
        verdict = "met" if one.is_met else "**missed**"
        yield f"| {one.what} | {value} | {beside} | {sign} {one.aim:g}{one.unit} | {verdict} |"
    yield ""
    yield "| run | seconds | processor seconds |"
    yield "|---|---|---|"
    for name, run in runs.items():
        if not run.memory:
            yield f"| {name} | {run.seconds:.2f} | {run.processor:.2f} |"


def _made(events: int, seed: int) -> Path:
    folder = KEPT / f"logs-{events}-{seed}"
    if not folder.exists():
        print(f"making {events:,} events in {folder}", file=sys.stderr, flush=True)
        beside = KEPT / f"unfinished-{os.getpid()}"
        made_logs.write_logs(beside, events, seed)
        beside.rename(folder)
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0, whatever the figures are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path, nargs="?", help="a folder of delivered log files; else some are made")
    parser.add_argument("--events", type=int, default=2_000_000, help="events to make")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--role", action="append", default=[], help="ARN to ask for; else two that make many calls")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-events", type=int, default=100_000, help="events that the other tools read at most")
    parser.add_argument("--trailscraper", type=Path, help="the command trailscraper; else it is not measured")
    parser.add_argument("--no-store", action="store_true", help="leave the store out")
    parser.add_argument("--save", type=Path, help="a JSON file for the figures")
    parser.add_argument(
        "--profile", choices=("own", "roles", "everybody"), help="only print where one process' time goes"
    )
    parser.add_argument("--run", choices=("floor", "duckdb"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.run:
        (floor if asked.run == "floor" else by_duckdb)(asked.logs)
        return 0
    folder = asked.logs or _made(asked.events, asked.seed)
    corpus = corpus_of(folder, asked.role)
    if asked.profile:
        roles = () if asked.profile == "everybody" else corpus.roles
        profiled(folder, roles, covers_all=asked.profile != "own")
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-usage-") as place:
        part = part_of(corpus, asked.peer_events, Path(place))
        figures, runs = measure(corpus, part, asked.trailscraper, asked.rounds)
        missed = sorted({one.profile for one in figures if one.profile and not one.is_met})
        profiles = {name: _profile(part, name) for name in missed}
    store: dict[str, float] = {}
    if not asked.no_store:
        more, store = of_store(corpus, asked.rounds)
        figures += more
    lines = list(table(corpus, part, figures, runs, asked.rounds))
    lines += [f"| store: {what} | {seconds:.2f} | - |" for what, seconds in store.items()]
    print("\n".join(lines))
    for name, text in profiles.items():
        print(f"\nwhere the time goes, {name}: python -m scripts.bench_usage {folder} --profile {name}\n\n{text}")
    if asked.save:
        saved = _saved(corpus, part, figures, runs, asked.rounds)
        saved |= {"store": store, "table": lines, "profiles": profiles}
        asked.save.write_text(json.dumps(saved, indent=1) + "\n")
    return 0


def _profile(part: Corpus, name: str) -> str:
    """What `--profile` prints for the part, without the checkout's and the interpreter's folders."""
    asked = [word for role in part.roles for word in ("--role", role)]
    said = subprocess.run(
        _self(part.folder, "--profile", name, *asked), capture_output=True, text=True, check=True
    ).stdout
    return said.replace(f"{Path.cwd()}/", "").replace(f"{sys.base_prefix}/", "").strip()


def _saved(
    corpus: Corpus, part: Corpus, figures: Sequence[Figure], runs: dict[str, Run], rounds: int
) -> dict[str, Any]:
    return {
        "corpus": asdict(corpus) | {"folder": corpus.folder.name},
        "part_events": part.events,
        "rounds": rounds,
        "cores": len(os.sched_getaffinity(0)),
        "figures": [asdict(one) | {"is_met": one.is_met} for one in figures],
        "runs": {name: asdict(run) for name, run in runs.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
