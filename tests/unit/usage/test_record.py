"""Which records are rejected, and what is read of the others."""

from typing import Any

import pytest

from secrets_cli.catalog.grant import CallResource
from secrets_cli.usage.record import OddRecordError, read_record
from tests.cloudtrail_records import TABLE, record


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"eventName": ...}, "it has no `eventName`"),
        ({"eventSource": ...}, "it has no `eventSource`"),
        ({"eventSource": 5}, "`eventSource` is no text"),
        ({"eventName": ""}, "`eventName` is no text"),
        ({"userIdentity": "ann"}, "`userIdentity` is not an object"),
        ({"errorCode": 403}, "`errorCode` is no text"),
        ({"errorCode": ["AccessDenied"]}, "`errorCode` is no text"),
        ({"errorMessage": {"message": "not authorized"}}, "`errorMessage` is no text"),
    ],
)
def test_what_cannot_be_judged_is_rejected(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(OddRecordError) as error:
        read_record(record(**change))
    assert str(error.value) == reason


@pytest.mark.parametrize("raw", [None, "x", 5, [], True])
def test_what_is_no_object_is_rejected(raw: Any) -> None:
    with pytest.raises(OddRecordError, match="it is not a JSON object"):
        read_record(raw)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"),
        ("2026-03-01 08:00:00.000000000", "2026-03-01T08:00:00Z"),
        ("2026-03-01T08:00:00.999+00:00", "2026-03-01T08:00:00Z"),
        ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"),
        ("2026-02-30T25:00:00Z", ""),
        ("yesterday", ""),
        (1772352000, ""),
    ],
)
def test_times_are_read_as_utc_to_the_second(written: Any, read: str) -> None:
    assert read_record(record(eventTime=written)).event_time == read


def test_odd_entries_of_resources_are_left_out() -> None:
    resources = ["{'arn': 'x'}", {"arn": "arn:aws:s3:::b"}, None, {"ARN": TABLE, "type": "AWS::DynamoDB::Table"}]
    assert read_record(record(resources=resources)).resources == (
        CallResource("arn:aws:s3:::b", ""),
        CallResource(TABLE, "AWS::DynamoDB::Table"),
    )


@pytest.mark.parametrize(("written", "read"), [(True, True), (False, False), ("false", None), (None, None)])
def test_management_event_is_a_boolean_or_not_said(written: Any, read: bool | None) -> None:
    assert read_record(record(managementEvent=written)).is_management is read


def test_a_record_without_identity_is_read() -> None:
    assert read_record(record(userIdentity=...)).identity == {}
