"""A row of an export of CloudTrail events, made the record that it was.

Exports are results of queries: of Athena over a table of a trail, and of CloudTrail Lake, saved as CSV, Parquet or one JSON
object a row. Either a column holds the whole event as JSON (CloudTrail Lake's `eventjson`), or columns hold its fields, in
any case. What a column does not hold without loss is refused, with the query that does: judging half a request would be a
guess. Columns:
https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.exports_struct_text import (
    AmbiguousTextError,
    looks_like_struct,
    read_single,
    read_struct,
)

ATHENA_QUERY = (
    "SELECT json_format(CAST(useridentity AS JSON)) AS useridentity, eventtime, eventsource, eventname, awsregion, errorcode, "
    "errormessage, requestparameters, responseelements, additionaleventdata, eventid, json_format(CAST(resources AS JSON)) AS "
    "resources, eventtype, eventcategory, recipientaccountid, sharedeventid FROM your_table"
)
"""Of a table made as AWS's guide says, in Athena engine version 3: all that judgement reads, without loss."""
LAKE_QUERY = "SELECT eventJson FROM your_event_data_store"
"""The same of CloudTrail Lake."""
_HELP = f"query this instead: {ATHENA_QUERY} (in CloudTrail Lake: {LAKE_QUERY})"

WHOLE_EVENT = ("eventjson", "event_data", "eventdata", "cloudtrailevent")
"""Columns that hold an event whole, as JSON."""

_TEXTS = {
    "eventtime": "eventTime",
    "eventsource": "eventSource",
    "eventname": "eventName",
    "awsregion": "awsRegion",
    "errorcode": "errorCode",
    "errormessage": "errorMessage",
    "eventid": "eventID",
    "eventtype": "eventType",
    "eventcategory": "eventCategory",
    "recipientaccountid": "recipientAccountId",
    "sharedeventid": "sharedEventID",
}
_DOCUMENTS = {
    "requestparameters": "requestParameters",
    "responseelements": "responseElements",
    "additionaleventdata": "additionalEventData",
}
_NEEDED = (*_TEXTS, "useridentity", *_DOCUMENTS, "resources")
_IDENTITY_NAMES = (
    "type",
    "principalId",
    "arn",
    "accountId",
    "accessKeyId",
    "userName",
    "invokedBy",
    "identityProvider",
    "credentialId",
    "sessionContext",
    "sessionIssuer",
    "attributes",
    "creationDate",
    "mfaAuthenticated",
    "webIdFederationData",
    "federatedProvider",
    "sourceIdentity",
    "ec2RoleDelivery",
    "ec2IssuedInVpc",
    "assumedRoot",
    "onBehalfOf",
    "userId",
    "identityStoreArn",
    "inScopeOf",
    "sourceArn",
    "sourceAccount",
    "issuerType",
    "credentialsIssuedTo",
)
_IDENTITY = {name.lower(): name for name in _IDENTITY_NAMES}
_IDENTITY_KEYS = frozenset(_IDENTITY)
_ALWAYS_IN_IDENTITY = ("type", "arn", "accountid", "invokedby", "sessioncontext")
"""Of those that judgement reads: struct text without one of them is of a table that leaves it out."""
_RESOURCE_KEYS = frozenset({"arn", "accountid", "type", "arnprefix"})
_VALUE = msgspec.json.Decoder()
_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeError)


class RefusedExportError(BadFileError):
    """The export as a whole cannot be used without guessing; the text names the column and the query to use instead."""


class NoExportError(BadFileError):
    """A table without a single column of CloudTrail's: it can hold no record."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file's columns are."""

    names: tuple[str, ...]
    """As the file has them."""
    whole: str = ""
    """The column with the whole event, in lower case; empty: fields are in columns of their own."""


def columns_of(names: Iterable[str]) -> Columns:
    """The columns of a file. Raises NoExportError, and RefusedExportError where one that judgement needs is missing or there
    twice."""
    found = tuple(names)
    lower = [plain_name(name) for name in found]
    for name in WHOLE_EVENT:
        if name in lower:
            return Columns(found, name)
    if not {"eventname", "eventsource"} & set(lower):
        raise NoExportError("no CloudTrail export: it has neither a column `eventname` nor `eventjson`")
    for name in _NEEDED:
        if lower.count(name) > 1:
            raise RefusedExportError(f"it has the column `{name}` twice; {_HELP}")
    missing = [name for name in _NEEDED if name not in lower]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        word = "column" if len(missing) == 1 else "columns"
        raise RefusedExportError(f"it lacks the {word} {listed}, without which a call cannot be judged; {_HELP}")
    return Columns(found)


def plain_name(column: str) -> str:
    """A column's name as it is compared: in lower case, without blanks (as the console's downloads have them)."""
    return column.strip().lower().replace(" ", "")


def record_of(row: Mapping[str, JsonValue], columns: Columns) -> "JsonValue | BadFileError":
    """The record of a row, whose keys are plain names; an error where the row alone is broken.

    Raises RefusedExportError where the column cannot hold what it should.
    """
    if columns.whole:
        return _whole(row.get(columns.whole), columns.whole)
    record: dict[str, JsonValue] = {}
    try:
        for name, field in _TEXTS.items():
            if value := _text(row.get(name), name):
                record[field] = value
        for name, field in _DOCUMENTS.items():
            record[field] = _document(row.get(name), name)
        record["userIdentity"] = _identity(row.get("useridentity"))
        record["resources"] = _resources(row.get("resources"))
    except _BrokenRowError as error:
        return BadFileError(str(error))
    if (managed := _truth(row.get("managementevent"))) is not None:
        record["managementEvent"] = managed
    return {name: value for name, value in record.items() if value is not None}


class _BrokenRowError(Exception):
    """One row's value is not what its column holds."""


def _whole(value: JsonValue, column: str) -> "JsonValue | BadFileError":
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        return BadFileError(f"its `{column}` is empty" if value is None else f"its `{column}` is no text")
    if looks_like_struct(value):
        raise RefusedExportError(f"its column `{column}` holds struct text, not JSON; {_HELP}")
    try:
        event: JsonValue = _VALUE.decode(value)
    except _ERRORS:
        return BadFileError(f"its `{column}` is not JSON")
    return event


def _text(value: "JsonValue | datetime.datetime", column: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime.datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
        return zoned.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    raise RefusedExportError(f"its column `{column}` holds other values than text: save it as text (VARCHAR)")


def _truth(value: JsonValue) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def _document(value: JsonValue, column: str) -> JsonValue:
    """JSON text, read; a field of a JSON row, as it is."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return value
    found = _json(value, column)
    return _json(found, column) if isinstance(found, str) else found  # a text cast to JSON once more


def _json(text: str, column: str) -> JsonValue:
    if looks_like_struct(text):
        raise RefusedExportError(
            f"its column `{column}` holds struct text (`{text[:24]}...`), which cannot be read back without guessing; {_HELP}"
        )
    try:
        value: JsonValue = _VALUE.decode(text)
    except _ERRORS:
        raise _BrokenRowError(f"its `{column}` is not JSON") from None
    return value


def _identity(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and looks_like_struct(value):
        value = _struct_identity(value)
    found = _document(value, "useridentity")
    if found is None:
        return None
    if isinstance(found, list):
        raise RefusedExportError(
            "its column `useridentity` is a list without names, as Athena engine version 2 casts a struct: use version 3, "
            "and " + _HELP
        )
    if not isinstance(found, Mapping):
        raise _BrokenRowError("its `useridentity` is not an object")
    return _renamed(found)


def _struct_identity(text: str) -> JsonValue:
    try:
        found = read_struct(text.strip(), _IDENTITY_KEYS)
    except AmbiguousTextError as error:
        raise RefusedExportError(
            f"its column `useridentity` holds struct text with several readings ({error}); {_HELP}"
        ) from None
    lower = {name.lower() for name in found}
    missing = [name for name in _ALWAYS_IN_IDENTITY if name not in lower]
    if missing:
        raise RefusedExportError(f"the structs of its column `useridentity` lack `{missing[0]}`; {_HELP}")
    return found


def _renamed(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """With CloudTrail's own names, and without what is null; a federation's attributes have names of their own."""
    renamed: dict[str, JsonValue] = {}
    for key, value in fields.items():
        name = _IDENTITY.get(key.lower(), key)
        if value is not None:
            renamed[name] = _renamed(value) if isinstance(value, Mapping) and name != "attributes" else value
    return renamed


def _resources(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and value and looks_like_struct(value):
        try:
            value = read_single(value, _RESOURCE_KEYS)
        except AmbiguousTextError as error:
            raise RefusedExportError(
                f"its column `resources` holds struct text with several readings ({error}); {_HELP}"
            ) from None
    found = _document(value, "resources")
    if not isinstance(found, list):
        return None
    return [_resource(item) for item in found if isinstance(item, Mapping)]


def _resource(item: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    lower = {key.lower(): value for key, value in item.items()}
    named = {"ARN": lower.get("arn"), "accountId": lower.get("accountid"), "type": lower.get("type")}
    return {name: value for name, value in named.items() if value is not None}
