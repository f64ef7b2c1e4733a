"""One CloudTrail record, read out of JSON with nothing assumed.

A record is rejected only where what is needed to judge it is missing or of another type: eventSource, eventName, a
userIdentity that is no object, and an errorCode or errorMessage that is no text (read as absent, a denied call would count as
used). Everything else that is odd is read as absent; the event map then says what it could not scope. Field names:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from secrets_cli.catalog.grant import CallResource
from secrets_cli.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class Record:
    """What usage reads of one record; texts are empty where the record has none."""

    event_id: str
    event_source: str
    event_name: str
    event_time: str
    """UTC, ISO 8601, as recorded."""
    event_type: str
    event_category: str
    region: str
    error_code: str
    error_message: str
    identity: Mapping[str, JsonValue]
    """`userIdentity`; empty where the record has none."""
    parameters: JsonValue
    response: JsonValue
    additional: JsonValue
    resources: tuple[CallResource, ...]
    recipient_account: str
    shared_event_id: str
    is_management: bool | None
    """`managementEvent`; None where the record does not say."""


_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = re.compile(rf"({_DAY})[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d+)?(?:[Zz]|\+00:00)?", re.ASCII)

_LENGTH = len("2026-09-01T12:00:00Z")
_NORMAL = re.compile(rf"(?:{_DAY}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ)*", re.ASCII)


class OddRecordError(Exception):
    """The record cannot be judged; the text says which field is missing or of another type."""


def read_record(raw: JsonValue) -> Record:
    """The record, or OddRecordError."""
    if not isinstance(raw, dict):
        raise OddRecordError("it is not a JSON object")
    identity = raw.get("userIdentity")
    if identity is not None and not isinstance(identity, dict):
        raise OddRecordError("`userIdentity` is not an object")
    management = raw.get("managementEvent")
    return Record(
        event_id=_text(raw, "eventID"),
        event_source=_needed(raw, "eventSource"),
        event_name=_needed(raw, "eventName"),
        event_time=normal_time(_text(raw, "eventTime")),
        event_type=_text(raw, "eventType"),
        event_category=_text(raw, "eventCategory"),
        region=_text(raw, "awsRegion"),
        error_code=_text_or_nothing(raw, "errorCode"),
        error_message=_text_or_nothing(raw, "errorMessage"),
        identity=identity or {},
        parameters=raw.get("requestParameters"),
        response=raw.get("responseElements"),
        additional=raw.get("additionalEventData"),
        resources=resources_of(raw.get("resources")),
        recipient_account=_text(raw, "recipientAccountId"),
        shared_event_id=_text(raw, "sharedEventID"),
        is_management=management if isinstance(management, bool) else None,
    )


def day_of(time: str) -> str:
    """The UTC day of a time as records have it; empty where there is none."""
    return time[: len("2026-09-01")]


def one_day(times: Collection[str]) -> str:
    """The UTC day that all the times are of; empty where they are of several, or some is no time."""
    first, last = day_of(min(times)), day_of(max(times))
    return first if first == last else ""


def text_of(fields: Mapping[str, JsonValue], name: str) -> str:
    """A text field, empty where it is absent or no text."""
    return _text(fields, name)


def _text(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def are_normal(times: Collection[str]) -> bool:
    """Whether each is a time in the form that `normal_time` gives it."""
    return _NORMAL.fullmatch("".join(times)) is not None and all(map(_LENGTH.__eq__, map(len, times)))


@lru_cache(maxsize=65_536)
def normal_time(written: str) -> str:
    """The time to the second; empty where it is no time. Log shippers write a blank for `T` and leave the zone out."""
    if found := _TIME.fullmatch(written):
        return f"{found[1]}T{found[2]}Z"
    return _of_other_zone(written)


def _of_other_zone(written: str) -> str:
    """A time with another offset, which AWS never writes but tools do; empty where it is none."""
    try:
        moment = datetime.fromisoformat(written)
        if moment.tzinfo is None or len(written) < len("2024-01-01T00:00"):
            return ""
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else ""
    except (ValueError, OverflowError):
        return ""


def _needed(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    if isinstance(value, str) and value:
        return value
    raise OddRecordError(f"it has no `{name}`" if value is None else f"`{name}` is no text")


def _text_or_nothing(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    raise OddRecordError(f"`{name}` is no text")


def resources_of(value: JsonValue) -> tuple[CallResource, ...]:
    """`resources[]`: its objects; what else stands there is left out."""
    if not isinstance(value, list):
        return ()
    return tuple(
        CallResource(_text(item, "ARN") or _text(item, "arn"), _text(item, "type"))
        for item in value
        if isinstance(item, dict)
    )
