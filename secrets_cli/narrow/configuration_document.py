"""Reading the JSON documents that a configuration file holds, with the place of everything that is not as expected.

A file may hold one document, a list of them, or several one after the other (JSON lines, or the output of several calls
appended to one file). What is there but of another type than AWS writes is refused: taken as absent, it would leave out
what it implies. Pure.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Places,
    read_json,
)

EXPECTED = (
    "give the output of `aws lambda get-function-configuration`, `get-function`, `list-event-source-mappings` or "
    "`get-function-event-invoke-config`, as JSON"
)
"""The help of every error about such a file."""


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a document."""

    node: JsonObject
    places: Places

    @property
    def place(self) -> str:
        """`file:line:column` of the object."""
        return str(self.places.at(self.node.offset))

    def has(self, name: str) -> bool:
        """Whether a member of that name is there and not null."""
        return self._get(name) is not None

    def text(self, name: str) -> str:
        """The text under the name; empty where it is absent or null."""
        match self._get(name):
            case None:
                return ""
            case JsonString(value=value):
                return value
            case node:
                raise self._refused(node, f"`{name}` is no text")

    def number(self, name: str) -> int:
        """The whole number under the name; 0 where it is absent or null."""
        match self._get(name):
            case None:
                return 0
            case JsonNumber(text=text) if text.isdigit():
                return int(text)
            case node:
                raise self._refused(node, f"`{name}` is no whole number")

    def part(self, name: str) -> "Part":
        """The object under the name; one without members where it is absent or null."""
        match self._get(name):
            case None:
                return Part(JsonObject((), self.node.offset), self.places)
            case JsonObject() as node:
                return Part(node, self.places)
            case node:
                raise self._refused(node, f"`{name}` is no object")

    def parts(self, name: str) -> tuple["Part", ...]:
        """The objects of the list under the name; none where it is absent or null."""
        found: list[Part] = []
        for node in self._items(name):
            if not isinstance(node, JsonObject):
                raise self._refused(node, f"an entry of `{name}` is no object")
            found.append(Part(node, self.places))
        return tuple(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the list under the name; none where it is absent or null."""
        found: list[str] = []
        for node in self._items(name):
            if not isinstance(node, JsonString):
                raise self._refused(node, f"an entry of `{name}` is no text")
            found.append(node.value)
        return tuple(found)

    def _items(self, name: str) -> tuple[JsonNode, ...]:
        match self._get(name):
            case None:
                return ()
            case JsonArray(items=items):
                return items
            case node:
                raise self._refused(node, f"`{name}` is no list")

    def _get(self, name: str) -> JsonNode | None:
        found = self.node.get(name)
        return None if isinstance(found, JsonNull) else found

    def _refused(self, node: JsonNode, what: str) -> MalformedInput:
        return MalformedInput(f"{self.places.at(node.offset)}: {what}", EXPECTED)


def documents_of(text: str, name: str) -> tuple[Part, ...]:
    """The objects a file holds, those of a list taken apart.

    Raises MalformedInput where the text stops being JSON, or a document is no object or list of objects; TooLarge past the
    limits of the reader.
    """
    return tuple(part for document in _values(text, name) for part in _objects(document))


def _objects(document: JsonDocument) -> Iterator[Part]:
    nodes = document.root.items if isinstance(document.root, JsonArray) else (document.root,)
    for node in nodes:
        if not isinstance(node, JsonObject):
            raise MalformedInput(f"{document.places.at(node.offset)}: no JSON object", EXPECTED)
        yield Part(node, document.places)


def _values(text: str, name: str) -> Iterator[JsonDocument]:
    decoder = json.JSONDecoder()
    position = _next(text, 0)
    if position == len(text):
        raise MalformedInput(f"`{name}` is empty", EXPECTED)
    while position < len(text):
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            # The reader with places finds the fault, and says where.
            end = len(text)
        yield read_json(_blank_before(text, position) + text[position:end], name)
        position = _next(text, end)


def _next(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n\ufeff":
        position += 1
    return position


def _blank_before(text: str, position: int) -> str:
    """White space that puts what follows it at the line and column where it stands in the text."""
    last = text.rfind("\n", 0, position)
    return "\n" * text.count("\n", 0, position) + " " * (position - last - 1)
