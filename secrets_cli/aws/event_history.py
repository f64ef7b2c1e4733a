"""CloudTrail's event history: the management events of the last 90 days of one region, with or without a trail.

At most 50 events an answer and two requests a second in each region of an account:
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, ConfigurationError, Throttled

DAYS = 90
"""How far back it reaches."""
PAGE = 50
"""Events of one answer, at most."""
A_SECOND = 2
"""Requests that AWS allows in each region."""
_ROUNDS = 6
"""How often one page is asked for while AWS throttles, each time with all the tries of the SDK: others may use up the rate."""
_LONGEST_WAIT = 30.0
_ACTION = "cloudtrail:LookupEvents"


class _CloudTrail(Protocol):
    """The calls that are made; the stubs installed have no CloudTrail."""

    def lookup_events(self, **parameters: Any) -> dict[str, Any]: ...


class _Ec2(Protocol):
    def describe_regions(self) -> dict[str, Any]: ...


class EventHistory:
    """The event history of the connection's region."""

    def __init__(
        self,
        connection: Connection,
        wait: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`wait` is given seconds, and may raise to end the reading; `clock` tells seconds."""
        self.connection = connection
        self.requests = 0
        """Made so far, a throttled one once."""
        self._wait = wait
        self._clock = clock
        self._next = 0.0

    @property
    def _cloudtrail(self) -> _CloudTrail:
        client: _CloudTrail = self.connection.client("cloudtrail")
        return client

    def pages(self, since: str, until: str) -> Iterator[tuple[str, ...]]:
        """The records from `since` to `until`, both included, each as JSON text, newest first, a page at a time.

        Times are as CloudTrail writes them (`2026-09-01T00:00:00Z`, UTC), to the second. No lookup attribute is used: `Username`
        is the session's name for a role and misses what it did under others, and only one can be given. An event without its
        record comes as an empty text. Raises AccessDenied, Throttled, Unreachable, AwsFailure; ConfigurationError where AWS does
        not accept the credentials.
        """
        asked: dict[str, Any] = {"StartTime": _moment(since), "EndTime": _moment(until), "MaxResults": PAGE}
        while True:
            answer = self._patiently(asked)
            yield tuple(event.get("CloudTrailEvent") or "" for event in answer["Events"])
            if not answer.get("NextToken"):
                return
            asked["NextToken"] = answer["NextToken"]

    def _patiently(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.requests += 1
        for round_ in range(_ROUNDS):
            self._pace()
            try:
                return self._asked(asked)
            except Throttled:
                if round_ == _ROUNDS - 1:
                    raise
            self._wait(min(_LONGEST_WAIT, 2.0 ** (round_ + 1)))
        raise AssertionError("the last round returns or raises")

    def _pace(self) -> None:
        """Wait until the next request is due, so that they are never more than AWS allows."""
        if (left := self._next - self._clock()) > 0:
            self._wait(left)
        self._next = self._clock() + 1 / A_SECOND

    def _asked(self, asked: dict[str, Any]) -> dict[str, Any]:
        region = self.connection.region
        try:
            with translated(_ACTION, region):
                answer = self._cloudtrail.lookup_events(**asked)
                answer["Events"]  # a member that AWS always sends: without it the answer is not AWS's
        except AccessDenied as error:
            raise AccessDenied(
                error.message, f"a policy that allows `{_ACTION}` on `*` is missing", error.code
            ) from None
        except ConfigurationError as error:
            raise ConfigurationError(f"`{_ACTION}` in `{region}`: {error.message}", error.help) from None
        return answer


def enabled_regions(connection: Connection) -> tuple[str, ...]:
    """The regions that are enabled for the account, sorted, by ec2:DescribeRegions.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
    """
    with translated("ec2:DescribeRegions"):
        client: _Ec2 = connection.client("ec2")
        return tuple(sorted(region["RegionName"] for region in client.describe_regions()["Regions"]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
