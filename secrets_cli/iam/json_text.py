"""A JSON reader that keeps where everything stands.

It refuses what a policy must not contain and Python's own reader lets pass: a name given twice in one object, `NaN`
and `Infinity`, half of a surrogate pair, nesting deeper than 64 levels. A byte order mark at the start is skipped.

Source: https://www.rfc-editor.org/rfc/rfc8259
"""

import json.decoder
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.location import Location

MAX_DEPTH = 64
"""Levels of arrays and objects; a policy needs six."""
MAX_CHARACTERS = 8 * 1024 * 1024
"""The largest policy AWS takes is far below (a key policy has 32 KB)."""


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string; `offset` is of its opening quote, in characters."""

    value: str
    offset: int


@dataclass(frozen=True, slots=True)
class JsonNumber:
    """A number as it was written."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class JsonBool:
    """`true` or `false`."""

    value: bool
    offset: int


@dataclass(frozen=True, slots=True)
class JsonNull:
    """`null`."""

    offset: int


@dataclass(frozen=True, slots=True)
class JsonArray:
    """An array; `offset` is of its opening bracket."""

    items: tuple["JsonNode", ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Member:
    """One name and its value."""

    key: JsonString
    value: "JsonNode"


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object; its names are distinct; `offset` is of its opening brace."""

    members: tuple[Member, ...]
    offset: int

    def get(self, name: str) -> "JsonNode | None":
        """The value under the name, or None."""
        return next((member.value for member in self.members if member.key.value == name), None)


JsonNode: TypeAlias = JsonString | JsonNumber | JsonBool | JsonNull | JsonArray | JsonObject


class Places:
    """Turns an offset in one document into `file:line:column`."""

    __slots__ = ("_name", "_starts")

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, offset: int) -> Location:
        """Where the character at `offset` stands, counted from 1."""
        line = bisect_right(self._starts, offset)
        return Location(self._name, line, offset - self._starts[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A document that was read."""

    root: JsonNode
    places: Places


def read_json(text: str, name: str) -> JsonDocument:
    """The document with its places.

    Raises MalformedInput at the place where it stops being JSON or repeats a name, and TooLarge past MAX_DEPTH or
    MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(
            f"`{name}` has {len(text)} characters; at most {MAX_CHARACTERS} are read",
            help="give a policy document; AWS takes at most 32,768 characters of one",
        )
    reader = _Reader(text, Places(text, name))
    return JsonDocument(reader.document(), reader.places)


_scan_string: Callable[[str, int, bool], tuple[str, int]]
# The standard library's own reader of strings, which typeshed does not list.
_scan_string = json.decoder.scanstring  # type: ignore[attr-defined]  # not in the stubs; the json module itself uses it
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[-+A-Za-z0-9_.]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Reader:
    """Recursive descent; the recursion ends at MAX_DEPTH."""

    __slots__ = ("places", "position", "text")

    def __init__(self, text: str, places: Places) -> None:
        self.text = text
        self.places = places
        self.position = 1 if text.startswith("\ufeff") else 0

    def document(self) -> JsonNode:
        self.skip()
        if self.position == len(self.text):
            self.fail("the document is empty", self.position)
        root = self.value(0)
        self.skip()
        if self.position < len(self.text):
            self.fail("text follows the end of the JSON document", self.position)
        return root

    def fail(self, what: str, offset: int) -> NoReturn:
        raise MalformedInput(f"{self.places.at(offset)}: {what}", help="correct the JSON at this place")

    def skip(self) -> None:
        match = _SPACE.match(self.text, self.position)
        if match is not None:
            self.position = match.end()

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def value(self, depth: int) -> JsonNode:
        match self.peek():
            case '"':
                return self.string()
            case "{":
                return self.object(depth + 1)
            case "[":
                return self.array(depth + 1)
            case _:
                return self.word()

    def string(self) -> JsonString:
        start = self.position
        try:
            value, self.position = _scan_string(self.text, start + 1, True)
        except json.decoder.JSONDecodeError as error:
            self.fail(_string_complaint(error.msg), error.pos)
        if not value.isascii() and _SURROGATE.search(value):
            self.fail("half of a surrogate pair in a string", start)
        return JsonString(value, start)

    def word(self) -> JsonNode:
        start = self.position
        found = _WORD.match(self.text, start)
        word = found.group() if found else self.peek()
        node: JsonNode
        match word:
            case "true" | "false":
                node = JsonBool(word == "true", start)
            case "null":
                node = JsonNull(start)
            case _ if _NUMBER.fullmatch(word):
                node = JsonNumber(word, start)
            case "":
                self.fail("the document ends where a value is expected", start)
            case _:
                self.fail(f"`{word[:40]}` where a value is expected", start)
        self.position = start + len(word)
        return node

    def enter(self, depth: int) -> int:
        """Step over the opening bracket; its offset."""
        start = self.position
        if depth > MAX_DEPTH:
            raise TooLarge(
                f"{self.places.at(start)}: nested deeper than {MAX_DEPTH} levels", help="a policy needs six levels"
            )
        self.position += 1
        self.skip()
        return start

    def array(self, depth: int) -> JsonArray:
        start = self.enter(depth)
        items: list[JsonNode] = []
        if self.closes("]"):
            return JsonArray((), start)
        while True:
            items.append(self.value(depth))
            if self.ends("]", start):
                return JsonArray(tuple(items), start)

    def object(self, depth: int) -> JsonObject:
        start = self.enter(depth)
        members: dict[str, Member] = {}
        if self.closes("}"):
            return JsonObject((), start)
        while True:
            member = self.member(depth)
            name = member.key.value
            if name in members:
                first = self.places.at(members[name].key.offset)
                self.fail(f"`{name}` is given twice, first at {first}", member.key.offset)
            members[name] = member
            if self.ends("}", start):
                return JsonObject(tuple(members.values()), start)

    def member(self, depth: int) -> Member:
        if self.peek() != '"':
            self.fail("a name in double quotes is expected", self.position)
        key = self.string()
        self.skip()
        if self.peek() != ":":
            self.fail(f"`:` is expected after `{key.value}`", self.position)
        self.position += 1
        self.skip()
        return Member(key, self.value(depth))

    def closes(self, bracket: str) -> bool:
        if self.peek() != bracket:
            return False
        self.position += 1
        return True

    def ends(self, bracket: str, start: int) -> bool:
        """After an item: True at the closing bracket, False after a comma."""
        self.skip()
        if self.closes(bracket):
            return True
        if self.position == len(self.text):
            self.fail(f"the document ends before `{bracket}` closes what {self.places.at(start)} opens", self.position)
        if self.peek() != ",":
            self.fail(f"`,` or `{bracket}` is expected", self.position)
        self.position += 1
        self.skip()
        return False


def _string_complaint(message: str) -> str:
    if message.startswith("Unterminated"):
        return "a string without its closing quote"
    if message.startswith("Invalid control"):
        return "a control character in a string must be written as an escape"
    return "an escape that JSON does not have in a string"
