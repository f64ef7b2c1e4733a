"""CloudTrail records and log files for tests, each made from nothing."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from secrets_cli.usage.record import Record, read_record

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/path/app"
USER = f"arn:aws:iam::{ACCOUNT}:user/dev/ann"


def role_session(role: str = ROLE, session: str = "app-dev", account: str = ACCOUNT) -> dict[str, Any]:
    """`userIdentity` of a session of a role."""
    name = role.rpartition("/")[2]
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": role, "accountId": account, "userName": name},
            "attributes": {"mfaAuthenticated": "false"},
        },
    }


def user(arn: str = USER) -> dict[str, Any]:
    """`userIdentity` of an IAM user."""
    return {"type": "IAMUser", "arn": arn, "accountId": ACCOUNT, "userName": arn.rpartition("/")[2]}


def record(**fields: Any) -> dict[str, Any]:
    """A record of a role reading one S3 object; `fields` replace its own, and one that is `...` is left out."""
    made: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": role_session(),
        "eventTime": "2026-03-01T10:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": "b", "key": "k"},
        "responseElements": None,
        "eventID": "e-1",
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
        "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/k"}],
        "recipientAccountId": ACCOUNT,
    }
    made.update(fields)
    return {name: value for name, value in made.items() if value is not ...}


def read(**fields: Any) -> Record:
    """`record(...)`, read."""
    return read_record(record(**fields))


def delivered(records: Sequence[object]) -> bytes:
    """A file as CloudTrail delivers it, not compressed."""
    return json.dumps({"Records": list(records)}, separators=(",", ":")).encode()


def write(path: Path, records: Sequence[object]) -> Path:
    """A log file, compressed where its name says so; its folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = delivered(records)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
