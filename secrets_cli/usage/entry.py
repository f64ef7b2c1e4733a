"""Records decoded by their known types: the fast way, for records of the usual shape.

An entry says the same of a record as `record.read_record` does, or there is none: a field of another type than AWS writes, a
record without what is needed to judge it, all that is odd is refused here and read carefully instead. The open parts
(parameters, response, resources) stay undecoded until something asks for them.

Field names: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Annotated, cast

import msgspec

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.record import Record, resources_of
from secrets_cli.usage.sources.json_text import decoded_value

Name = Annotated[str, msgspec.Meta(min_length=1)]
_NOTHING = msgspec.Raw()


class Issuer(msgspec.Struct, frozen=True, gc=False):
    """`sessionIssuer`: the role or user behind a session."""

    arn: str | None = None


class SessionContext(msgspec.Struct, frozen=True, gc=False):
    """`sessionContext`."""

    issuer: Issuer = msgspec.field(default=Issuer(), name="sessionIssuer")


class Identity(msgspec.Struct, frozen=True, gc=False):
    """`userIdentity`, as much as tells whose call it was. Frozen: equal ones are one part of a key."""

    type: str | None = None
    arn: str | None = None
    account: str | None = msgspec.field(default=None, name="accountId")
    principal_id: str | None = msgspec.field(default=None, name="principalId")
    invoked_by: str | None = msgspec.field(default=None, name="invokedBy")
    context: SessionContext = msgspec.field(default=SessionContext(), name="sessionContext")


class Entry(msgspec.Struct, gc=False):
    """One record of the usual shape; an absent text is None. Nothing in it refers back, so it needs no garbage collector."""

    source: Name = msgspec.field(name="eventSource")
    event: Name = msgspec.field(name="eventName")
    identity: Identity = msgspec.field(name="userIdentity")
    time: str | None = msgspec.field(default=None, name="eventTime")
    region: str | None = msgspec.field(default=None, name="awsRegion")
    type: str | None = msgspec.field(default=None, name="eventType")
    category: str | None = msgspec.field(default=None, name="eventCategory")
    is_management: bool | None = msgspec.field(default=None, name="managementEvent")
    error_code: str | None = msgspec.field(default=None, name="errorCode")
    error_message: str | None = msgspec.field(default=None, name="errorMessage")
    recipient: str | None = msgspec.field(default=None, name="recipientAccountId")
    shared_id: str | None = msgspec.field(default=None, name="sharedEventID")
    id: str | None = msgspec.field(default=None, name="eventID")
    parameters: msgspec.Raw = msgspec.field(default=_NOTHING, name="requestParameters")
    response: msgspec.Raw = msgspec.field(default=_NOTHING, name="responseElements")
    additional: msgspec.Raw = msgspec.field(default=_NOTHING, name="additionalEventData")
    resources: msgspec.Raw = _NOTHING


Key = tuple[str, str, Identity, str | None, str | None, str | None, bool | None, str | None, str | None, str | None]
"""What entries of one kind share: all that judgement reads but their open parts."""

key_of: Callable[[Entry], Key] = attrgetter(
    "source",
    "event",
    "identity",
    "region",
    "type",
    "category",
    "is_management",
    "error_code",
    "error_message",
    "recipient",
)
shared_id_of = attrgetter("shared_id")
time_of = attrgetter("time")
OPEN_PARTS = frozenset(("parameters", "response", "additional", "resources"))


class _Type(msgspec.Struct, gc=False):
    type: str | None = None


_NOBODY = Identity()
_TYPES = msgspec.json.Decoder(list[_Type])
_ALL_TYPES = msgspec.json.Decoder(list[list[_Type]])
_kind_of_caller = attrgetter("identity.type")
_ENTRIES = msgspec.json.Decoder(list[Entry])
_ENTRY = msgspec.json.Decoder(Entry)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


def entries_of(text: bytes) -> list[Entry] | None:
    """The entries of a JSON list of records; None where some record is not of the usual shape.

    Raises msgspec.DecodeError, RecursionError or UnicodeDecodeError where the text is no JSON.
    """
    try:
        entries = _ENTRIES.decode(text)
    except msgspec.ValidationError:
        return None
    if None in set(map(_kind_of_caller, entries)) and any(entry.identity == _NOBODY for entry in entries):
        return None
    return entries


def one_by_one(text: bytes) -> Iterator[Entry | msgspec.Raw]:
    """Each record of a JSON list: its entry, or its text where it is not of the usual shape. Raises as `entries_of`."""
    for raw in _RAWS.decode(text):
        try:
            entry = _ENTRY.decode(raw)
        except msgspec.ValidationError:
            yield raw
            continue
        yield raw if entry.identity == _NOBODY else entry


def record_of(key: Key, identity: Mapping[str, JsonValue]) -> Record:
    """The record that entries of a key share: without ids, time and open parts. `identity` is `identity_fields` of the key's."""
    source, event, _, region, type_, category, is_management, error_code, error_message, recipient = key
    return Record(
        event_id="",
        event_source=source,
        event_name=event,
        event_time="",
        event_type=type_ or "",
        event_category=category or "",
        region=region or "",
        error_code=error_code or "",
        error_message=error_message or "",
        identity=identity,
        parameters=None,
        response=None,
        additional=None,
        resources=(),
        recipient_account=recipient or "",
        shared_event_id="",
        is_management=is_management,
    )


def open_part(entry: Entry, name: str) -> JsonValue:
    """One of OPEN_PARTS, decoded; None where the record has none."""
    text = cast(msgspec.Raw, getattr(entry, name))
    return decoded_value(text) if text != _NOTHING else None


def resource_types(entry: Entry) -> tuple[str, ...]:
    """The types of the record's `resources[]`, an empty text for one without."""
    try:
        return tuple(resource.type or "" for resource in _TYPES.decode(entry.resources))
    except msgspec.DecodeError:
        return tuple(resource.type for resource in resources_of(open_part(entry, "resources")))


def types_of(entries: Iterable[Entry]) -> list[tuple[str, ...]]:
    """`resource_types` of each."""
    found = list(entries)
    text = b"".join((b"[", b",".join([entry.resources or b"[]" for entry in found]), b"]"))
    try:
        return [tuple([resource.type or "" for resource in resources]) for resources in _ALL_TYPES.decode(text)]
    except msgspec.DecodeError:  # some has resources of another shape
        return [resource_types(entry) for entry in found]


def identity_fields(identity: Identity) -> Mapping[str, JsonValue]:
    """`userIdentity` as `record.Record` has it."""
    fields: dict[str, JsonValue] = {
        "type": identity.type,
        "arn": identity.arn,
        "accountId": identity.account,
        "principalId": identity.principal_id,
        "invokedBy": identity.invoked_by,
        "sessionContext": {"sessionIssuer": {"arn": identity.context.issuer.arn}},
    }
    return fields
