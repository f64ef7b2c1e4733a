"""TOML as the node tree of `secrets_cli.iam.json_text`.

The standard library's reader keeps no places. A key is looked for in the text, line by line, under the headers of its
table; where it is not found (a key within an inline table, say), the place is that of what it stands in. So the line is
that of the setting, while everything within one value stands at that value's key. A line of a multi-line string that
looks like a key may be taken for it.

Source: https://toml.io/en/v1.0.0
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    JsonArray,
    JsonDocument,
    JsonNode,
    JsonObject,
    JsonString,
    Member,
    Places,
)
from secrets_cli.iam.location import Location
from secrets_cli.inputs.made_nodes import made


def read_toml(text: str, name: str) -> JsonDocument:
    """The document with the places of its keys. Dates and times become text.

    Raises MalformedInput where the text is no TOML, TooLarge past MAX_CHARACTERS or MAX_DEPTH levels.
    """
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(
            f"`{name}` has {len(text)} characters; at most {MAX_CHARACTERS} are read", help="give a settings file"
        )
    places = Places(text, name)
    try:
        value = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise MalformedInput(_complaint(str(error), places, len(text)), help="correct the TOML at this place") from None
    except RecursionError:
        raise _too_deep(name) from None
    return JsonDocument(_Tree(_key_offsets(text), name).node(value, (), 0, 0), places)


_AT = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


def _complaint(message: str, places: Places, end: int) -> str:
    """The reader's message with its place in front; it knows none at the end of the text."""
    found = _AT.fullmatch(message)
    last = places.at(end)
    if found is None:
        return f"{last.file}: {message[:1].lower()}{message[1:]}"
    what = found["what"]
    place = Location(last.file, int(found["line"]), int(found["column"])) if found["line"] else last
    return f"{place}: {what[:1].lower()}{what[1:]}"


def _too_deep(name: str) -> TooLarge:
    return TooLarge(f"`{name}` is nested deeper than {MAX_DEPTH} levels", help="a settings file needs a few levels")


class _Tree:
    """Values of the standard library's reader, made nodes."""

    __slots__ = ("name", "offsets")

    def __init__(self, offsets: Mapping[tuple[str, ...], int], name: str) -> None:
        self.offsets = offsets
        self.name = name

    def node(self, value: object, path: tuple[str, ...], around: int, depth: int) -> JsonNode:
        if depth > MAX_DEPTH:
            raise _too_deep(self.name)
        offset = self.offsets.get(path, around)
        match value:
            case Mapping():
                return JsonObject(
                    tuple(self.member(str(key), item, path, offset, depth) for key, item in value.items()), offset
                )
            case str() | bool() | int() | float():
                return made(value, offset)
            case Sequence():
                return JsonArray(
                    tuple(self.node(item, (*path, str(index)), offset, depth + 1) for index, item in enumerate(value)),
                    offset,
                )
            case _:  # a date or a time
                return made(str(value), offset)

    def member(self, key: str, item: object, path: tuple[str, ...], around: int, depth: int) -> Member:
        place = self.offsets.get((*path, key), around)
        return Member(JsonString(key, place), self.node(item, (*path, key), place, depth + 1))


_PART: Final = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')"
_DOTTED: Final = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_LINE = re.compile(
    rf"^[ \t]*(?:\[\[[ \t]*(?P<item>{_DOTTED})[ \t]*\]\]|\[[ \t]*(?P<table>{_DOTTED})[ \t]*\]|(?P<key>{_DOTTED})[ \t]*=)",
    re.MULTILINE,
)
_PARTS = re.compile(_PART)


def _key_offsets(text: str) -> dict[tuple[str, ...], int]:
    """Where each key is first given; the items of an array of tables go by their number."""
    offsets: dict[tuple[str, ...], int] = {}
    items: Counter[tuple[str, ...]] = Counter()
    table: tuple[str, ...] = ()
    for line in _LINE.finditer(text):
        kind = line.lastgroup or "key"
        path = tuple(part.strip("\"'") for part in _PARTS.findall(line[kind]))
        if kind == "item":
            offsets.setdefault(path, line.start(kind))
            table = (*_numbered(path[:-1], items), path[-1], str(items[path]))
            items[path] += 1
        elif kind == "table":
            table = _numbered(path, items)
        path = (*table, *path) if kind == "key" else table
        for length in range(len(table) or 1, len(path) + 1):
            offsets.setdefault(path[:length], line.start(kind))
    return offsets


def _numbered(path: tuple[str, ...], items: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """The path with the number of the latest item behind the name of each array of tables."""
    found: list[str] = []
    for length, part in enumerate(path, 1):
        found.append(part)
        if path[:length] in items:
            found.append(str(items[path[:length]] - 1))
    return tuple(found)
