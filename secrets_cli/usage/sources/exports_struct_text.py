"""Struct text, as Athena and CloudTrail Lake write a struct into CSV: `{type=Root, arn=arn:aws:iam::1:root, username=null}`.

The text escapes nothing: a value that holds `, arn=` or a brace looks like structure. A struct is written with every field of
its type, so each key is there exactly once; where a value imitates a key, that key is there twice. Such text, and a list of
several structs, whose end a value can imitate, is refused: it has several readings.

No public page defines the form; it is as in results of `SELECT useridentity FROM cloudtrail_logs` that people have published.
"""

import re

from secrets_cli.json_value import JsonValue

_NESTED = "{"


class AmbiguousTextError(Exception):
    """The text has several readings, or is no struct text; the message says which."""


def looks_like_struct(text: str) -> bool:
    """Whether it is struct or map text rather than JSON: `{key=...` or `[{key=...`."""
    return re.match(r"\s*\[?\s*\{\s*\w+=", text) is not None


def read_struct(text: str, keys: frozenset[str]) -> dict[str, JsonValue]:
    """The struct, its values texts, None (`null`) or structs; keys in the text's own case.

    `keys` are all the names that may be a key at any depth, in lower case. Raises AmbiguousTextError.
    """
    if not (text.startswith("{") and text.endswith("}")):
        raise AmbiguousTextError("it is no struct text")
    return _fields(text[1:-1], keys)


def read_single(text: str, keys: frozenset[str]) -> list[JsonValue]:
    """A list of no struct or of one. Raises AmbiguousTextError, also for several."""
    inner = text.strip()
    if not (inner.startswith("[") and inner.endswith("]")):
        raise AmbiguousTextError("it is no list of structs")
    inner = inner[1:-1].strip()
    if not inner:
        return []
    if re.search(r"\}\s*,\s*\{", inner):
        raise AmbiguousTextError("it holds several structs, whose ends a value can imitate")
    found = read_struct(inner, keys)
    if not all(value is None or isinstance(value, str) for value in found.values()):
        raise AmbiguousTextError("it nests where it should not")
    return [found]


def _fields(text: str, keys: frozenset[str]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for piece in _pieces(text, keys):
        key, _, value = piece.partition("=")
        if key.lower() in {name.lower() for name in found}:
            raise AmbiguousTextError(f"`{key}=` is there twice")
        found[key] = _value(value, keys)
    return found


def _value(text: str, keys: frozenset[str]) -> JsonValue:
    if text == "null":
        return None
    if text.startswith(_NESTED):
        return read_struct(text, keys) if text != "{}" else {}
    if "{" in text or "}" in text:
        raise AmbiguousTextError("a value holds a brace")
    return text


def _pieces(text: str, keys: frozenset[str]) -> list[str]:
    """The text cut where a key begins outside of braces."""
    starts = [
        found.start(1)
        for found in re.finditer(r"(?:^|, )(\w+)=", text)
        if found[1].lower() in keys and _is_outside(text, found.start())
    ]
    if not starts or starts[0] != 0:
        raise AmbiguousTextError("it does not begin with a known key")
    ends = [start - len(", ") for start in starts[1:]] + [len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _is_outside(text: str, place: int) -> bool:
    depth = text.count("{", 0, place) - text.count("}", 0, place)
    if depth < 0:
        raise AmbiguousTextError("a value holds a brace")
    return depth == 0
