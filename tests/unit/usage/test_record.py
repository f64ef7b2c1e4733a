"""What is read of a record, and when it is refused."""

from typing import Any

import pytest

from secrets_cli.usage.record import OddRecordError, read_record
from tests.unit.usage.made_records import read, record


@pytest.mark.parametrize("raw", [None, 1, "text", [], True, 1.5])
def test_only_an_object_is_a_record(raw: Any) -> None:
    with pytest.raises(OddRecordError, match=r"^it is not a JSON object$"):
        read_record(raw)


@pytest.mark.parametrize("name", ["eventSource", "eventName"])
@pytest.mark.parametrize(
    ("value", "said"),
    [(..., "it has no `{}`"), (None, "it has no `{}`"), (7, "`{}` is no text"), ("", "`{}` is no text")],
)
def test_a_record_without_a_needed_field_is_refused(name: str, value: Any, said: str) -> None:
    with pytest.raises(OddRecordError) as caught:
        read(**{name: value})
    assert str(caught.value) == said.format(name)


def test_an_identity_that_is_no_object_is_refused() -> None:
    with pytest.raises(OddRecordError, match=r"^`userIdentity` is not an object$"):
        read(userIdentity="root")


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        ("2026-03-01 10:00:00", "2026-03-01T10:00:00Z"),
        ("2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00Z"),
        ("2026-03-01T10:00:00+00:00", "2026-03-01T10:00:00Z"),
        ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"),
        ("0001-01-01T00:00:00+10:00", ""),
        ("2026-13-01T10:00:00Z", ""),
        ("2026-03-01T25:00:00Z", ""),
        ("2026-03-01", ""),
        ("yesterday", ""),
        ("", ""),
        (1772359200, ""),
        (None, ""),
    ],
)
def test_times_are_utc_to_the_second_or_absent(written: Any, time: str) -> None:
    assert read(eventTime=written).event_time == time


def test_odd_optional_fields_read_as_absent() -> None:
    odd = read(eventID=5, awsRegion=[], resources="x", managementEvent="yes", sharedEventID=1)
    assert (odd.event_id, odd.region) == ("", "")
    assert (odd.resources, odd.is_management, odd.shared_event_id) == ((), None, "")


@pytest.mark.parametrize("field", ["errorCode", "errorMessage"])
def test_an_odd_error_rejects_the_record_as_it_may_have_been_a_denial(field: str) -> None:
    with pytest.raises(OddRecordError, match=field):
        read(**{field: {}})


def test_resources_of_other_spellings_and_shapes() -> None:
    found = read(resources=[{"arn": "arn:aws:s3:::b"}, "arn:aws:s3:::c", {"ARN": 1, "type": 2}, None]).resources
    assert [(item.arn, item.type) for item in found] == [("arn:aws:s3:::b", ""), ("", "")]


def test_a_record_without_identity_has_an_empty_one() -> None:
    assert read_record(record(userIdentity=...)).identity == {}
