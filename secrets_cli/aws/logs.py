"""CloudWatch Logs: reading a log group, once or as it grows.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient

_SECONDS_BETWEEN = 2.0
_OVERLAP_MS = 60_000
"""How far back each look of a follower reaches: events come in late and out of order."""


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event of a log group."""

    id: str = field(repr=False)
    when: datetime
    """UTC."""
    stream: str
    message: str


class LogGroups:
    """CloudWatch Logs on one connection."""

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self.connection = connection
        self._sleep = sleep

    @property
    def _logs(self) -> "CloudWatchLogsClient":
        client: CloudWatchLogsClient = self.connection.client("logs")
        return client

    def exists(self, group: str) -> bool:
        """Whether there is a log group of exactly that name, by logs:DescribeLogGroups."""
        with translated("logs:DescribeLogGroups", group):
            pages = self._logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=group)
            return any(item.get("logGroupName") == group for page in pages for item in page["logGroups"])

    def events(self, group: str, since: datetime) -> Iterator[LogEvent]:
        """The events since a time (UTC), oldest first within a page, by logs:FilterLogEvents. Raises NotThere."""
        token: dict[str, Any] = {}
        while True:
            with translated("logs:FilterLogEvents", group):
                answer = self._logs.filter_log_events(
                    logGroupName=group, startTime=int(since.timestamp() * 1000), **token
                )
                page = [_event(item) for item in answer["events"]]
            yield from page
            if not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def follow(self, group: str, since: datetime) -> Iterator[LogEvent]:
        """The events since a time, then those to come, without end; each once."""
        seen: dict[str, int] = {}
        while True:
            for event in self.events(group, since):
                if event.id not in seen:
                    seen[event.id] = int(event.when.timestamp() * 1000)
                    yield event
            if seen:
                until = max(seen.values()) - _OVERLAP_MS
                since = max(since, datetime.fromtimestamp(until / 1000, UTC))
                seen = {event_id: when for event_id, when in seen.items() if when >= until}
            self._sleep(_SECONDS_BETWEEN)


def _event(item: Any) -> LogEvent:
    return LogEvent(
        # Emulators leave the id out; the same stream, time and text is the same event.
        id=item.get("eventId") or f"{item.get('logStreamName', '')} {item['timestamp']} {item['message']}",
        when=datetime.fromtimestamp(item["timestamp"] / 1000, UTC),
        stream=item.get("logStreamName", ""),
        message=item["message"],
    )
