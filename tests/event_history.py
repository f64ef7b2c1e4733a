"""A stand-in for CloudTrail's LookupEvents, which no emulator has: times, pages of 50 and tokens as AWS documents them."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from secrets_cli.aws.target import Connection


class History:
    """Event history of all regions, and what was asked of it."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refusals: dict[str, str] = {}
        """Region -> error code."""
        self.before_answer: Callable[[], None] = lambda: None

    def add(self, *records: dict[str, Any]) -> None:
        """Put records into the regions they name."""
        for record in records:
            self.records.setdefault(record["awsRegion"], []).append(record)

    def client(self, connection: Connection, service: str, *, threads: int = 0) -> Any:
        """In place of `Connection.client`."""
        return _Client(self, connection.region)


class _Client:
    def __init__(self, history: History, region: str) -> None:
        self._history = history
        self._region = region

    def describe_regions(self) -> dict[str, Any]:
        return {"Regions": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": "arn:aws:iam::111122223333:user/auditor"}

    def lookup_events(self, **asked: Any) -> dict[str, Any]:
        self._history.before_answer()
        self._history.asked.append((self._region, asked))
        if code := self._history.refusals.get(self._region):
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "LookupEvents")
        since, until = (asked[name].strftime("%Y-%m-%dT%H:%M:%SZ") for name in ("StartTime", "EndTime"))
        found = [one for one in self._history.records.get(self._region, []) if since <= one["eventTime"] <= until]
        found.sort(key=lambda one: one["eventTime"], reverse=True)
        start = int(asked.get("NextToken", 0))
        page = [{"EventId": one["eventID"], "CloudTrailEvent": json.dumps(one)} for one in found[start : start + 50]]
        rest = {"NextToken": str(start + 50)} if start + 50 < len(found) else {}
        return {"Events": page} | rest
