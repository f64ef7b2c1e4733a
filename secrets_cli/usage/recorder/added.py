"""Records of calls that AWS makes on the caller's behalf and an emulator does not: added only where that is asked for, and
marked (`additionalEventData.addedBy`).

Parameter Store decrypts a SecureString as the caller:
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from secrets_cli.json_value import JsonValue

ADDED_BY: Final = "secrets-cli usage record --add-kms"


def secure_names(name: str, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    """Names of the SecureStrings that a call of Parameter Store decrypted."""
    if not name.startswith("GetParameter") or not sent.get("WithDecryption"):
        return []
    found = [answer.get("Parameter"), *(answer.get("Parameters") or ())]
    secure = [one for one in found if isinstance(one, Mapping) and one.get("Type") == "SecureString"]
    return list(dict.fromkeys(str(one["Name"]) for one in secure if one.get("Name")))


def decrypted(
    event: Mapping[str, JsonValue], name: str, key: str, account: str, partition: str
) -> dict[str, JsonValue]:
    """The kms:Decrypt behind one parameter that `event` read; `key` is the key's ARN."""
    parameter = name if name.startswith("arn:") else _parameter(name, str(event["awsRegion"]), account, partition)
    kept = ("eventVersion", "eventTime", "awsRegion", "recipientAccountId")
    identity = event["userIdentity"]
    assert isinstance(identity, dict), "a record that is delivered has its caller"
    return {one: event[one] for one in kept} | {
        "userIdentity": identity | {"invokedBy": "ssm.amazonaws.com"},
        "eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt",
        "sourceIPAddress": "ssm.amazonaws.com",
        "userAgent": "ssm.amazonaws.com",
        "requestParameters": {
            "encryptionContext": {"PARAMETER_ARN": parameter},
            "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
        },
        "responseElements": None,
        "additionalEventData": {"addedBy": ADDED_BY},
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": True,
        "resources": [{"accountId": account, "type": "AWS::KMS::Key", "ARN": key}],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "eventCategory": "Management",
    }


def _parameter(name: str, region: str, account: str, partition: str) -> str:
    return f"arn:{partition}:ssm:{region}:{account}:parameter/{name.lstrip('/')}"
