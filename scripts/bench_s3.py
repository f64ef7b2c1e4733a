"""Logs in S3: listing and reading many small objects, beside a bare loop of the SDK and a folder on disk.

A small S3 on loopback (tests/s3_endpoint.py, a process of its own) holds objects in CloudTrail's layout. Three ways to read
them, interleaved, each a process of its own with the same number of processes and threads: `bare` lists and gets with boto3
and keeps nothing; `ours` is the installed `usage scan`; `faults` is `ours` with 5 % of the calls answered 503 SlowDown and 1 %
of the bodies cut short. All answers are compared with that of the same files in a folder. What is measured is the client and
the server together, on the same cores: S3's own latency is what `--delay` says.
"""

import argparse
import concurrent.futures
import gzip
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from secrets_cli.usage.sources.s3_reading import THREADS
from tests.cloudtrail_records import record
from tests.s3_endpoint import Faults, serving

BUCKET = "logs"
_RECORDS = 8
"""Records an object: the median file of a quiet account has a few."""
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_ACCOUNTS = ("111122223333", "444455556666", "777788889999")
_REGIONS = ("eu-west-1", "us-east-1")
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Run:
    """One way of reading, once."""

    seconds: float
    answer: dict[str, Any]
    """What was counted, without names of files."""


def made_objects(count: int) -> Iterator[tuple[str, bytes]]:
    """Key and body of each object, in CloudTrail's layout; the same every time."""
    for number in range(count):
        account, region = _ACCOUNTS[number % 3], _REGIONS[number // 3 % 2]
        day = number // 6 % _DAYS + 1
        name = f"{account}_CloudTrail_{region}_202609{day:02}T{number % 24:02}00Z_{number:016x}.json.gz"
        records = [
            record(
                eventTime=f"2026-09-{day:02}T{number % 24:02}:{row:02}:00Z",
                eventID=f"{number:08x}-0000-4000-8000-{row:012x}",
                awsRegion=region,
                requestParameters={
                    "tableName": f"orders-{(number + row) % 20}",
                    "key": {"pk": _HIDDEN},
                },
                resources=...,
            )
            for row in range(_RECORDS)
        ]
        key = f"AWSLogs/o-exampleorg1/{account}/CloudTrail/{region}/2026/09/{day:02}/{name}"
        text = json.dumps({"Records": records}, separators=(",", ":"))
        yield key, gzip.compress(text.encode(), mtime=0)


def _serve(count: int, faults: Faults, pipe: "Pipe[Any, Any]") -> None:
    with serving(dict(made_objects(count)), BUCKET, faults) as endpoint:
        pipe.send(endpoint.url)
        pipe.recv()
        pipe.send(dict(endpoint.calls))


def bare(url: str, processes: int, threads: int) -> tuple[int, int]:
    """Objects and bytes that a loop of the SDK lists and gets, each process with a client and threads of its own."""
    import boto3

    pages = boto3.client("s3", endpoint_url=url).get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
    shares = [(url, keys[start::processes], threads) for start in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return len(keys), sum(pool.starmap(_bare_share, shares))


def _bare_share(url: str, keys: Sequence[str], threads: int) -> int:
    import boto3
    from botocore.config import Config

    config = Config(max_pool_connections=threads, retries={"mode": "standard", "total_max_attempts": 8})
    client = boto3.client("s3", endpoint_url=url, config=config)

    def size(key: str) -> int:
        return len(client.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(size, keys))


def _run_bare(url: str, processes: int) -> Run:
    return _run([sys.executable, "-m", "scripts.bench_s3", "--bare", url, "--processes", str(processes)])


def _run_ours(source: str, *more: str) -> Run:
    command = str(Path(sys.executable).with_name("secrets-cli"))
    run = _run([command, "usage", "scan", source, "--format", "json", *more])
    del run.answer["coverage"]["not_opened"]
    return run


def _run(words: Sequence[str]) -> Run:
    start = time.monotonic()
    ran = subprocess.run(words, env=_environment(), capture_output=True, text=True, check=True)
    return Run(time.monotonic() - start, json.loads(ran.stdout))


def _environment() -> dict[str, str]:
    given = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "eu-west-1"}
    return dict(os.environ) | given | {"AWS_EC2_METADATA_DISABLED": "true"}


class Server:
    """The S3 of one kind of fault, in a process of its own."""

    def __init__(self, count: int, faults: Faults) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(count, faults, there), daemon=True)
        self._process.start()
        self.url: str = self._pipe.recv()

    def end(self) -> dict[str, int]:
        """Stop it; the calls it answered, by kind."""
        self._pipe.send("end")
        calls: dict[str, int] = self._pipe.recv()
        self._process.join()
        return calls


def measure(count: int, rounds: int, delay: float, cache: bool, save: Path | None = None) -> bool:
    """Run everything and print it; whether all answers are right."""
    good = Server(count, Faults(delay=delay))
    bad = Server(count, Faults(slow_down=0.05, broken=0.01, delay=delay))
    processes = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "logs"
        for key, body in made_objects(count):
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(body)
        disk = _run_ours(str(folder))
        runs: dict[str, list[Run]] = {"bare": [], "ours": [], "faults": []}
        for _ in range(rounds):
            runs["bare"].append(_run_bare(good.url, processes))
            runs["ours"].append(_run_ours(f"s3://{BUCKET}", "--endpoint-url", good.url))
            runs["faults"].append(_run_ours(f"s3://{BUCKET}", "--endpoint-url", bad.url))
        if cache:
            words = ("--endpoint-url", good.url, "--cache", str(Path(scratch) / "cache"))
            runs["fill cache"] = [_run_ours(f"s3://{BUCKET}", *words)]
            runs["from cache"] = [_run_ours(f"s3://{BUCKET}", *words)]
    calls, refused = good.end(), bad.end()
    print(
        f"{count:,} objects of {_RECORDS} records, {processes} processes x {THREADS} threads, {delay * 1000:.0f} ms delay"
    )
    for name, found in {"folder on disk": [disk], **runs}.items():
        seconds = statistics.median(run.seconds for run in found)
        print(f"{name:<16}{seconds:>8.1f} s {count / seconds:>8,.0f} objects/s")
    ratio = statistics.median(run.seconds for run in runs["ours"]) / statistics.median(
        run.seconds for run in runs["bare"]
    )
    is_equal = all(run.answer == disk.answer for name, found in runs.items() if name != "bare" for run in found)
    is_equal = is_equal and all(run.answer["objects"] == count for run in runs["bare"])
    print(f"ours / bare: {ratio:.2f} (aim: 1.3 at most)")
    if save:
        medians = {name: statistics.median(run.seconds for run in found) for name, found in runs.items()}
        saved = {"objects": count, "processes": processes, "ratio": ratio, "is_equal": is_equal, "seconds": medians}
        save.write_text(json.dumps(saved, indent=1) + "\n")
    print(f"calls: {_words(calls)}; with faults: {_words(refused)}")
    print(f"counts equal to the folder's, nothing lost: {'yes' if is_equal else 'NO'}")
    return is_equal


def _words(calls: dict[str, int]) -> str:
    return ", ".join(f"{kind} {number:,}" for kind, number in sorted(calls.items()))


def main() -> int:
    """Parse, measure; 1 where an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each answer takes longer")
    parser.add_argument("--cache", action="store_true", help="also fill a cache and read from it")
    parser.add_argument("--save", type=Path, help="a JSON file for the figures")
    parser.add_argument("--bare", metavar="URL", help="run the bare loop alone, and print what it got")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if asked.bare:
        objects, size = bare(asked.bare, asked.processes, THREADS)
        print(json.dumps({"objects": objects, "bytes": size}))
        return 0
    return 0 if measure(asked.objects, asked.rounds, asked.delay, asked.cache, asked.save) else 1


if __name__ == "__main__":
    sys.exit(main())
