"""The forms in which CloudTrail records come in a file.

`{"Records": [...]}` as delivered; a bare list; one record a line; the answer of `aws cloudtrail lookup-events`, whose
`CloudTrailEvent` is each a record as text.
"""

from collections.abc import Iterator, Mapping

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.sources.files import BadFileError


class NotJsonError(BadFileError):
    """The file is no JSON."""


class NotCloudTrailError(BadFileError):
    """The file is JSON, but holds no CloudTrail records."""


def raw_records(data: bytes) -> Iterator["JsonValue | BadFileError"]:
    """The records of a file's bytes, each as a JSON value; an entry that is none itself comes as the error.

    Raises NotJsonError or NotCloudTrailError where that can be told of the file as a whole, before the first record.
    """
    import msgspec

    if not data.strip():
        raise NotCloudTrailError("the file is empty")
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        lines = data.splitlines()
        if len(lines) > 1 and lines[0].lstrip().startswith(b"{") and lines[0].rstrip().endswith(b"}"):
            return _lines(lines)
        raise NotJsonError(f"not JSON: {_reason(error)}") from None
    return _of_document(document)


def _of_document(document: JsonValue) -> Iterator["JsonValue | BadFileError"]:
    if isinstance(document, list):
        return iter(document)
    if isinstance(document, Mapping):
        if isinstance(records := document.get("Records"), list):
            return iter(records)
        if isinstance(events := document.get("Events"), list):
            return _looked_up(events)
        if "eventName" in document and "eventSource" in document:
            return iter((document,))
    raise NotCloudTrailError("no CloudTrail file: it has neither `Records` nor `Events`")


def _lines(lines: list[bytes]) -> Iterator["JsonValue | BadFileError"]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _decoded(line, f"line {number} is not JSON")


def _looked_up(events: list[JsonValue]) -> Iterator["JsonValue | BadFileError"]:
    for event in events:
        text = event.get("CloudTrailEvent") if isinstance(event, Mapping) else None
        if isinstance(text, str):
            yield _decoded(text.encode(), "its `CloudTrailEvent` is not JSON")
        else:
            yield BadFileError("it has no `CloudTrailEvent`")


def _decoded(text: bytes, otherwise: str) -> "JsonValue | BadFileError":
    import msgspec

    try:
        value: JsonValue = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return BadFileError(f"{otherwise}: {_reason(error)}")
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    text = str(error)
    return text[:1].lower() + text[1:]
