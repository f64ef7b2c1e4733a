"""The forms in which CloudTrail records come in a file.

`{"Records": [...]}` as delivered; a bare list; a single record; one record a line; the answer of
`aws cloudtrail lookup-events`, whose `CloudTrailEvent` is each a record as text. The text is UTF-8, with or without a byte
order mark.

A file is first cut into records, then each is decoded by itself: so one broken value spoils one record only, and never more
than one record is in memory as objects. Of a name that an object has twice the last one counts, as in most readers of JSON.
"""

import codecs
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.sources.content import BadFileError

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_VALUE = msgspec.json.Decoder()
_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OTHER_JSON = "no CloudTrail file: it has neither `Records` nor `Events`"
"""What is said of whole JSON of another kind."""


class NotJsonError(BadFileError):
    """The file is no JSON."""


class NotCloudTrailError(BadFileError):
    """The file is JSON, but holds no CloudTrail records."""


class OtherJsonError(NotCloudTrailError):
    """The file is whole JSON of another kind: it can hold no record."""


def raw_records(data: bytes | bytearray) -> Iterator["JsonValue | BadFileError"]:
    """The records of a file's bytes, each as a JSON value; an entry that is none itself comes as the error.

    Raises NotJsonError or NotCloudTrailError where that can be told of the file as a whole, before the first record.
    """
    if data.startswith(_UTF16):
        raise NotJsonError("not JSON: UTF-16 text, where UTF-8 is needed")
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    text = memoryview(data)[start:]
    opening = data[start : start + 4096].lstrip()[:1] or data[start:].lstrip()[:1]
    if not opening:
        raise NotCloudTrailError("the file is empty")
    try:
        if opening == b"[":
            return _decoded_all(_LIST.decode(text))
        fields = _OBJECT.decode(text)
    except msgspec.ValidationError:
        raise NotCloudTrailError("no CloudTrail file: it holds neither an object nor a list") from None
    except _ERRORS as error:
        if opening == b"{" and _is_lines(data, start):
            return _lines(data, start)
        raise NotJsonError(f"not JSON: {_reason(error, data, start)}") from None
    return _of_object(fields, text)


def _of_object(fields: Mapping[str, msgspec.Raw], text: memoryview) -> Iterator["JsonValue | BadFileError"]:
    """The records of a document that is an object, whose parts are known to be JSON."""
    if _is_list(fields.get("Records")):
        return _decoded_all(_LIST.decode(fields["Records"]))
    if _is_list(fields.get("Events")):
        return _looked_up(_LIST.decode(fields["Events"]))
    if "eventName" in fields or "eventSource" in fields:
        return iter((_decoded(text, "it is not JSON"),))
    raise OtherJsonError(OTHER_JSON)


def _is_list(value: msgspec.Raw | None) -> bool:
    return value is not None and bytes(memoryview(value)[:1]) == b"["


def _is_lines(data: bytes | bytearray, start: int) -> bool:
    """Whether there are several lines, and the first or the second is an object by itself."""
    lines = (line for line in _split(data, start) if line.strip())
    first, second = next(lines, b""), next(lines, b"")
    return bool(second) and (_is_object(first) or _is_object(second))


def _is_object(line: bytes) -> bool:
    try:
        _OBJECT.decode(line)
    except _ERRORS:
        return False
    return True


def _lines(data: bytes | bytearray, start: int) -> Iterator["JsonValue | BadFileError"]:
    """One record a line; a line that is a delivered file by itself (files strung together) gives all of its records."""
    for number, line in enumerate(_split(data, start), 1):
        if not line.strip():
            continue
        value = _decoded(line, f"line {number} is not JSON")
        if isinstance(value, dict) and isinstance(records := value.get("Records"), list):
            yield from records
        else:
            yield value


def _split(data: bytes | bytearray, start: int) -> Iterator[bytes]:
    """The lines, one at a time: the file may be large."""
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield bytes(data[start:end])
        start = end + 1


def _decoded_all(records: Sequence[msgspec.Raw]) -> Iterator["JsonValue | BadFileError"]:
    for record in records:
        yield _decoded(record, "it is not JSON")


def _looked_up(events: Sequence[msgspec.Raw]) -> Iterator["JsonValue | BadFileError"]:
    for raw in events:
        event = _decoded(raw, "it is not JSON")
        text = event.get("CloudTrailEvent") if isinstance(event, dict) else None
        if isinstance(text, str):
            yield _decoded(text.encode(), "its `CloudTrailEvent` is not JSON")
        else:
            yield event if isinstance(event, BadFileError) else BadFileError("it has no `CloudTrailEvent`")


def _decoded(text: "bytes | bytearray | memoryview | msgspec.Raw", otherwise: str) -> "JsonValue | BadFileError":
    try:
        value: JsonValue = _VALUE.decode(text)
    except _ERRORS as error:
        return BadFileError(f"{otherwise}: {_reason(error)}")
    return value


def _reason(error: Exception, data: bytes | bytearray = b"", start: int = 0) -> str:
    """What is wrong, in our words; with the line and column where the decoder tells the byte and `data` is given."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "text that is not UTF-8"
    text = str(error)
    said, _, place = text.rpartition(" (byte ")
    if data and said and place[:-1].isdigit():
        before = data[start : start + int(place[:-1])]
        line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
        text = f"{said} at line {line}, column {column}"
    text = text.removeprefix("JSON is malformed: ").removeprefix("Input data was ")
    return text[:1].lower() + text[1:]
