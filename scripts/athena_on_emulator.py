"""The engine `athena` against the emulator, over a table made of a folder of logs: one row of `scripts.engine_digests`."""

import datetime
import gzip
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from secrets_cli.aws.athena import AthenaService
from secrets_cli.aws.target import Connection, Target
from secrets_cli.usage.engines.athena import plan_query, run_query
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.sources.s3_layout import Choice
from secrets_cli.usage.sources.s3_reading import S3Access
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import EVERYTHING
from tests.emulator.athena_dialect import translating
from tests.emulator.athena_table import make_table, table_file
from tests.emulator.server import REGION, ROOT_KEY, ROOT_SECRET, running

_BUCKET = "digests"


def athena_on_emulator(logs: Path, meaning: Meaning) -> Usage:
    """The usage of the logs, by Athena's query; the emulator is started for it and ended."""
    checkout = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory(prefix="athena-") as name, running(Path(name), checkout) as emulator:
        session = boto3.Session(ROOT_KEY, ROOT_SECRET, region_name=REGION)
        s3: Any = session.client("s3", endpoint_url=emulator.url)
        s3.create_bucket(Bucket=_BUCKET)
        key = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01/a.json.gz"
        s3.put_object(Bucket=_BUCKET, Key=key, Body=table_file(Path(name), _records(logs)))
        make_table(session, emulator.url, "audit", f"s3://{_BUCKET}/AWSLogs/")
        with translating(emulator.url) as (url, _):
            os.environ.update(emulator.environment() | {"AWS_ENDPOINT_URL": url})
            target = Target(region=REGION, endpoint_url=url)
            service = AthenaService(Connection(target), "primary", f"s3://{_BUCKET}/results/")
            table = service.table("audit", "trail")
            today = datetime.datetime.now(datetime.UTC).date()
            plan = plan_query(table, None, EVERYTHING, Choice(), S3Access(target), today)
            return run_query(service, plan, meaning).usage


def _records(logs: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(logs.rglob("*.json.gz")):
        yield from json.loads(gzip.decompress(path.read_bytes()))["Records"]
