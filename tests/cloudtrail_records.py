"""CloudTrail records for tests, in AWS's documented shape."""

import gzip
import json
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/apps/orders"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"


def role_identity(role: str = ROLE, session: str = "orders-fn") -> dict[str, Any]:
    """`userIdentity` of a role session."""
    name = role.rpartition("/")[2]
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}",
        "accountId": ACCOUNT,
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role, "accountId": ACCOUNT, "userName": name}},
    }


def user_identity(arn: str = USER) -> dict[str, Any]:
    """`userIdentity` of an IAM user."""
    return {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": arn, "accountId": ACCOUNT, "userName": "ann"}


def record(**changes: Any) -> dict[str, Any]:
    """A GetItem by ROLE; a change to `...` takes the field away."""
    fields: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": role_identity(),
        "eventTime": "2026-03-01T08:00:00Z",
        "eventSource": "dynamodb.amazonaws.com",
        "eventName": "GetItem",
        "awsRegion": "eu-west-1",
        "requestParameters": {"tableName": "orders", "key": {"pk": "HIDDEN_DUE_TO_SECURITY_REASONS"}},
        "responseElements": None,
        "eventID": "00000000-0000-4000-8000-000000000001",
        "resources": [{"accountId": ACCOUNT, "type": "AWS::DynamoDB::Table", "ARN": TABLE}],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
        "recipientAccountId": ACCOUNT,
    }
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not ...}


def document(*records: Any) -> bytes:
    """A delivered file's JSON."""
    return json.dumps({"Records": records}).encode()


def delivered(folder: Path, *records: Any, name: str = "a") -> Path:
    """A file in CloudTrail's own layout below `folder`."""
    path = folder / f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/03/01/{ACCOUNT}_CloudTrail_eu-west-1_{name}.json.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(document(*records)))
    return path
