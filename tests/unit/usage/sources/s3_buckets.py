"""A bucket of logs in moto."""

from collections.abc import Mapping

from secrets_cli.aws.objects import LogBucket
from secrets_cli.aws.target import Connection

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
