"""The public keys of the pairs that CloudTrail signed digests with, typed call.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
"""

from datetime import datetime
from typing import Any, Protocol

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection


class _CloudTrail(Protocol):
    """The calls that are made; the stubs installed have no CloudTrail."""

    def list_public_keys(self, **parameters: Any) -> dict[str, Any]: ...


class DigestKeys:
    """The keys of the connection's region: each region signs with its own."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def between(self, since: str, until: str) -> dict[str, bytes]:
        """Fingerprint -> key, DER in PKCS #1 form, of the keys used between two times (UTC, ISO 8601).

        By cloudtrail:ListPublicKeys. Raises AccessDenied, Throttled, Unreachable, AwsFailure.
        """
        client: _CloudTrail = self.connection.client("cloudtrail")
        asked: dict[str, Any] = {"StartTime": datetime.fromisoformat(since), "EndTime": datetime.fromisoformat(until)}
        found: dict[str, bytes] = {}
        while True:
            with translated("cloudtrail:ListPublicKeys", self.connection.region):
                answer = client.list_public_keys(**asked)
                found |= {key["Fingerprint"]: key["Value"] for key in answer["PublicKeyList"]}
            if not answer.get("NextToken"):
                return found
            asked["NextToken"] = answer["NextToken"]
