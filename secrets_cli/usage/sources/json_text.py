"""One JSON value out of its text.

A number beyond what the decoder holds is valid JSON (https://www.rfc-editor.org/rfc/rfc8259#section-6); it is read as infinite,
as nothing asks for its value. Text that is not UTF-8 and lone surrogates are refused.
"""

import json
from typing import NoReturn

import msgspec

from secrets_cli.json_value import JsonValue

ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
"""What decoding raises for text that is no JSON, is nested too deeply, or is no UTF-8."""

_VALUE = msgspec.json.Decoder()
_LONGEST = 4_000
"""Digits of a whole number that is read as one."""


def decoded_value(text: "bytes | bytearray | memoryview | msgspec.Raw") -> JsonValue:
    """The value. Raises one of ERRORS."""
    try:
        value: JsonValue = _VALUE.decode(text)
    except msgspec.ValidationError:
        # Of untyped JSON, all that this is raised for is a number out of range.
        value = _with_large_numbers(str(memoryview(text), "utf-8"))
    return value


def _with_large_numbers(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text, parse_int=_whole, parse_constant=_refused)
    except ValueError as error:
        raise msgspec.DecodeError(f"JSON is malformed: {error}") from None
    return value


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST else float(digits)


def _refused(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is no JSON")
