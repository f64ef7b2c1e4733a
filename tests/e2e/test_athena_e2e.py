"""usage scan --engine athena with the installed command, on an emulator that runs the query: the same usage as from the files.

The emulator's Athena is DuckDB, so a proxy turns the query into its dialect. The table's one file is Parquet in the columns
that CloudTrail's own reader makes of a record, with the partition columns among them.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.emulator.athena_dialect import Seen, translating
from tests.emulator.athena_table import make_table, table_file
from tests.emulator.server import REGION, ROOT_KEY, ROOT_SECRET, Emulator
from tests.unit.usage.made_records import OTHER_ACCOUNT, ROLE, record, role_session, user, write

pytestmark = pytest.mark.e2e
PROGRAM = str(Path(sys.executable).with_name("secrets-cli"))
BUCKET = "athena-e2e"


def made_records() -> list[dict[str, Any]]:
    """Records of several kinds, on two days."""
    times = [f"2026-03-0{day}T10:{minute:02}:00Z" for day in (1, 2) for minute in range(0, 60, 5)]
    raws = [record(eventID=f"r{n}", eventTime=time) for n, time in enumerate(times)]
    raws += [
        record(eventID=f"d{n}", errorCode="AccessDenied", userIdentity=user(), eventTime=t) for n, t in enumerate(times)
    ]
    raws += [
        record(
            eventID=f"k{n}",
            eventTime=time,
            eventSource="kms.amazonaws.com",
            eventName="Decrypt",
            requestParameters={"encryptionContext": {"é": 'it\'s "quoted",\nand more'}},
            resources=[{"ARN": f"arn:aws:kms:eu-west-1:111122223333:key/{n % 2}", "type": "AWS::KMS::Key"}],
            userIdentity=role_session(session="other"),
        )
        for n, time in enumerate(times)
    ]
    raws.append(record(eventID="s1", sharedEventID="s", recipientAccountId=OTHER_ACCOUNT))
    raws.append(record(eventID="s2", sharedEventID="s"))
    raws.append(record(eventID="x", eventTime="2026-03-02T01:30:00+02:00", userIdentity=None, resources=None))
    return raws


@pytest.fixture(scope="module")
def trail(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table `audit_e2e.trail`, and the same records in a file."""
    folder = tmp_path_factory.mktemp("athena")
    raws = made_records()
    session = boto3.Session(ROOT_KEY, ROOT_SECRET, region_name=REGION)
    s3: Any = session.client("s3", endpoint_url=emulator.url)
    s3.create_bucket(Bucket=BUCKET)
    key = "logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01/a.json.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=table_file(folder, raws))
    make_table(session, emulator.url, "audit_e2e", f"s3://{BUCKET}/logs/AWSLogs/")
    return write(folder / "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01/a.json.gz", raws)


@pytest.fixture
def athena(emulator: Emulator) -> Iterator[tuple[str, Seen]]:
    with translating(emulator.url) as proxy:
        yield proxy


WORDS = ("usage", "scan", "--engine", "athena", "--database", "audit_e2e", "--table", "trail")
OUTPUT = ("--output", f"s3://{BUCKET}/results/")


def run(emulator: Emulator, url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """The installed command against the proxy."""
    environment = {**emulator.environment(), "AWS_ENDPOINT_URL": url}
    return subprocess.run([PROGRAM, *words], env=environment, capture_output=True, text=True, timeout=120, check=False)


def told(text: str) -> dict[str, Any]:
    """The document without what a table does not know of files, and without the catalog."""
    document: dict[str, Any] = json.loads(text)
    for name in ("bytes", "files", "not_opened"):
        document["coverage"].pop(name, None)
    return document


def test_the_query_says_what_the_files_say(emulator: Emulator, athena: tuple[str, Seen], trail: Path) -> None:
    url, seen = athena
    found = run(emulator, url, *WORDS, *OUTPUT, "--yes", "--format", "json")
    assert found.returncode == 0, found.stderr
    local = run(emulator, url, "usage", "scan", str(trail), "--format", "json")
    assert told(found.stdout) == told(local.stdout)
    assert told(local.stdout)["coverage"]["records"] == len(made_records())
    assert "would read" in found.stderr
    assert "($5.00 a TB" in found.stderr
    assert "groups came back" in found.stderr
    assert len(seen.queries) == 1


def test_a_principal_and_days_are_asked_for_in_the_query(
    emulator: Emulator, athena: tuple[str, Seen], trail: Path
) -> None:
    url, seen = athena
    window = ("--principal", ROLE, "--since", "2026-03-02", "--until", "2026-03-02", "--format", "json")
    found = run(emulator, url, *WORDS, *OUTPUT, "--max-bytes", "1GB", "--log-region", "eu-west-1", *window)
    assert found.returncode == 0, found.stderr
    local = run(emulator, url, "usage", "scan", str(trail), *window)
    assert told(found.stdout) == told(local.stdout)
    assert "(\"region\" IN ('eu-west-1')) AND (\"timestamp\" BETWEEN '2026/03/01' AND '2026/03/03')" in seen.queries[0]


def test_a_dry_run_prints_the_query_and_runs_nothing(emulator: Emulator, athena: tuple[str, Seen], trail: Path) -> None:
    url, seen = athena
    found = run(emulator, url, *WORDS, "--dry-run")
    assert found.returncode == 0, found.stderr
    assert 'FROM "audit_e2e"."trail"' in found.stdout
    assert "StartQueryExecution" not in seen.operations


def test_nothing_runs_unasked(emulator: Emulator, athena: tuple[str, Seen], trail: Path) -> None:
    url, seen = athena
    assert run(emulator, url, *WORDS, *OUTPUT).returncode == 2
    over = run(emulator, url, *WORDS, *OUTPUT, "--max-bytes", "1KB")
    assert (over.returncode, "more than `--max-bytes 1KB`" in over.stderr) == (2, True)
    assert "StartQueryExecution" not in seen.operations


def test_what_athena_refuses_is_said(emulator: Emulator, athena: tuple[str, Seen], trail: Path) -> None:
    url, _ = athena
    without = run(emulator, url, *WORDS, "--yes")
    assert without.returncode == 5
    assert "No output location provided" in without.stderr
    assert "--output" in without.stderr
    unknown = run(emulator, url, *WORDS[:-1], "nosuch", "--yes")
    assert (unknown.returncode, "there is no table `audit_e2e.nosuch`" in unknown.stderr) == (3, True)


def test_a_query_that_fails_is_told_with_the_reason(emulator: Emulator, athena: tuple[str, Seen], trail: Path) -> None:
    url, _ = athena
    nowhere = run(emulator, url, *WORDS, "--output", "s3://no-such-bucket-e2e/", "--yes")
    assert nowhere.returncode == 5
    assert "failed: " in nowhere.stderr
    assert "Traceback" not in nowhere.stderr


def test_ctrl_c_stops_the_query(emulator: Emulator, athena: tuple[str, Seen], trail: Path) -> None:
    url, seen = athena
    seen.running = 1_000
    environment = {**emulator.environment(), "AWS_ENDPOINT_URL": url}
    words = [PROGRAM, *WORDS, *OUTPUT, "--yes"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 60
        while seen.operations.count("GetQueryExecution") < 2 and time.monotonic() < until:
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert seen.operations[-1] == "StopQueryExecution"
