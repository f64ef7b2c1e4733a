"""The demo's CloudTrail log files, under the keys and in the form in which a trail delivers them to its bucket.

Key form: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from secrets_cli.demo.orders import ACCOUNT
from secrets_cli.demo.record import RecordJson, digest
from secrets_cli.demo.traffic import records_of_days
from secrets_cli.errors import ConfigurationError

FIRST_DAY = date(2026, 9, 14)
DAYS = 14
_DELIVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DemoLogs:
    """The log files that were written."""

    folder: Path
    """Holds the folder `AWSLogs`; what to give as a SOURCE."""
    files: int
    records: int
    first: str
    """The earliest eventTime, UTC, ISO 8601."""
    last: str
    regions: tuple[str, ...]


def write_demo_logs(folder: Path, first_day: date = FIRST_DAY, days: int = DAYS) -> DemoLogs:
    """Write `days` days of logs, from `first_day` on, below `folder`; the same arguments give the same bytes.

    Files that are there under the same names are overwritten, others stay. Raises ConfigurationError where the folder
    cannot be written or `days` is less than 1.
    """
    if days < 1:
        raise ConfigurationError("the demo needs at least 1 day of logs", help="leave the number of days out")
    deliveries: defaultdict[str, list[RecordJson]] = defaultdict(list)
    records = sorted(records_of_days(first_day, days), key=lambda record: str(record["eventTime"]))
    for record in records:
        deliveries[_key(record)].append(record)
    for key, batch in deliveries.items():
        _write(folder / key, batch)
    return DemoLogs(
        folder=folder,
        files=len(deliveries),
        records=len(records),
        first=str(records[0]["eventTime"]),
        last=str(records[-1]["eventTime"]),
        regions=tuple(sorted({str(record["awsRegion"]) for record in records})),
    )


def _key(record: RecordJson) -> str:
    """The key of the delivery a record arrives with: one file a region and five minutes."""
    region = str(record["awsRegion"])
    moment = datetime.strptime(str(record["eventTime"]), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    delivered = datetime.fromtimestamp(moment.timestamp() // _DELIVERY.seconds * _DELIVERY.seconds, UTC) + _DELIVERY
    unique = digest("file", region, delivered)[:16]
    name = f"{ACCOUNT}_CloudTrail_{region}_{delivered:%Y%m%dT%H%MZ}_{unique}.json.gz"
    return f"AWSLogs/{ACCOUNT}/CloudTrail/{region}/{delivered:%Y/%m/%d}/{name}"


def _write(path: Path, records: list[RecordJson]) -> None:
    text = json.dumps({"Records": records}, separators=(",", ":"), ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    except OSError as error:
        raise ConfigurationError(
            f"cannot write `{path}` ({(error.strerror or 'unknown reason').lower()})",
            help="name another folder with `--out`",
        ) from error
