"""A bucket of logs in moto."""

from collections.abc import Mapping

import pytest

from secrets_cli.aws.objects import LogBucket, ObjectEntry
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AwsFailure

BUCKET = "trail-logs"  # moto takes a bucket `logs` for the service of that name
ACCOUNT = "111122223333"
OTHER = "444455556666"
ORG = "org/AWSLogs/o-abcdefghij/"


def log_key(account: str = ACCOUNT, region: str = "eu-west-1", day: str = "2026/09/01", name: str = "a") -> str:
    """A key in CloudTrail's layout, of an organisation's trail."""
    return f"{ORG}{account}/CloudTrail/{region}/{day}/{account}_CloudTrail_{region}_{name}.json.gz"


def filled(aws: Connection, objects: Mapping[str, bytes]) -> LogBucket:
    """A bucket with these objects."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for key, body in objects.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    return LogBucket(aws, BUCKET, threads=4, wait=lambda _: None)


def gets(
    monkeypatch: pytest.MonkeyPatch,
    refused: Mapping[str, AwsFailure] | None = None,
    otherwise: AwsFailure | None = None,
) -> list[str]:
    """Note the keys that are got, and refuse those in `refused`, or all with `otherwise`."""
    asked: list[str] = []
    get = LogBucket.get

    def got(self: LogBucket, entry: ObjectEntry) -> bytes:
        asked.append(entry.key)
        if error := (refused or {}).get(entry.key, otherwise):
            raise error
        return get(self, entry)

    monkeypatch.setattr(LogBucket, "get", got)
    return asked
