"""The typed calls of event history, against answers of the API's own shape."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from secrets_cli.aws.event_history import EventHistory, enabled_regions
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, ConfigurationError, Throttled

SINCE, UNTIL = "2026-03-01T00:00:00Z", "2026-03-01T23:59:59Z"
ASKED = {
    "StartTime": datetime(2026, 3, 1, tzinfo=UTC),
    "EndTime": datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC),
    "MaxResults": 50,
}


class Clock:
    """Time that passes only where it is waited for."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def stub(aws: Connection) -> Iterator[Stubber]:
    with Stubber(aws.client("cloudtrail")) as stub:
        yield stub
        stub.assert_no_pending_responses()


def events(*texts: str) -> list[dict[str, Any]]:
    return [{"EventId": str(number), "CloudTrailEvent": text} for number, text in enumerate(texts)]


def test_pages_follow_the_token_and_are_paced(aws: Connection, stub: Stubber) -> None:
    stub.add_response("lookup_events", {"Events": events("1", "2"), "NextToken": "t"}, ASKED)
    stub.add_response("lookup_events", {"Events": events("3"), "NextToken": "u"}, ASKED | {"NextToken": "t"})
    stub.add_response("lookup_events", {"Events": [{"EventId": "x"}]}, ASKED | {"NextToken": "u"})
    clock = Clock()
    history = EventHistory(aws, clock.wait, lambda: clock.now)
    assert list(history.pages(SINCE, UNTIL)) == [("1", "2"), ("3",), ("",)]
    assert history.requests == 3
    assert clock.waits == [0.5, 0.5]


def test_requests_that_take_long_are_not_held_up_further(aws: Connection, stub: Stubber) -> None:
    for token in ("t", ""):
        stub.add_response("lookup_events", {"Events": []} | ({"NextToken": token} if token else {}))
    clock = Clock()
    for _ in EventHistory(aws, clock.wait, lambda: clock.now).pages(SINCE, UNTIL):
        clock.now += 3
    assert clock.waits == []


def test_throttling_is_waited_out(aws: Connection, stub: Stubber) -> None:
    for _ in range(3):
        stub.add_client_error("lookup_events", "ThrottlingException", "Rate exceeded")
    stub.add_response("lookup_events", {"Events": events("1")}, ASKED)
    clock = Clock()
    history = EventHistory(aws, clock.wait, lambda: clock.now)
    assert list(history.pages(SINCE, UNTIL)) == [("1",)]
    assert (clock.waits, history.requests) == ([2.0, 4.0, 8.0], 1)


def test_throttling_without_end_is_said(aws: Connection, stub: Stubber) -> None:
    for _ in range(6):
        stub.add_client_error("lookup_events", "ThrottlingException", "Rate exceeded")
    with pytest.raises(Throttled, match="`cloudtrail:LookupEvents` on `us-east-1` was throttled"):
        list(EventHistory(aws, Clock().wait).pages(SINCE, UNTIL))


def test_a_denial_names_the_action(aws: Connection, stub: Stubber) -> None:
    stub.add_client_error("lookup_events", "AccessDeniedException", "User: x is not authorized")
    with pytest.raises(AccessDenied, match="`cloudtrail:LookupEvents` on `us-east-1`") as refused:
        list(EventHistory(aws, Clock().wait).pages(SINCE, UNTIL))
    assert refused.value.help == "a policy that allows `cloudtrail:LookupEvents` on `*` is missing"


def test_expired_credentials_name_the_action(aws: Connection, stub: Stubber) -> None:
    stub.add_client_error("lookup_events", "ExpiredTokenException", "The security token included is expired")
    with pytest.raises(ConfigurationError, match=r"`cloudtrail:LookupEvents` in `us-east-1`: .*ExpiredTokenException"):
        list(EventHistory(aws, Clock().wait).pages(SINCE, UNTIL))


def test_an_answer_without_events_is_none(aws: Connection, stub: Stubber) -> None:
    stub.add_response("lookup_events", {})
    with pytest.raises(AwsFailure, match="an answer that is not AWS's"):
        list(EventHistory(aws, Clock().wait).pages(SINCE, UNTIL))


def test_enabled_regions_are_listed(aws: Connection) -> None:
    with Stubber(aws.client("ec2")) as stub:
        stub.add_response(
            "describe_regions", {"Regions": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]}, {}
        )
        assert enabled_regions(aws) == ("eu-west-1", "us-east-1")
        stub.add_client_error("describe_regions", "UnauthorizedOperation", "no")
        with pytest.raises(AccessDenied, match="`ec2:DescribeRegions`"):
            enabled_regions(aws)
