"""JSON in Terraform: `jsonencode`, `jsondecode`, and JSON in strings, with the places of the original files."""

import json

from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Member,
    read_json,
)
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_value import (
    Boolean,
    Cause,
    Either,
    ListValue,
    MapValue,
    Null,
    Number,
    Piece,
    Reference,
    Text,
    Unresolvable,
    Value,
    causes_of,
    merged,
    scalar_text,
)
from secrets_cli.json_value import JsonValue

_LONGEST_NUMBER = 300
_WIDENING = ("Action", "Resource", "Principal")


class Encoder:
    """Turns a value into JSON; `causes` gathers what is unknown in it.

    Where a value is one of several, all of them stand where more of them grant more - in the Action, Resource and
    Principal of an Allow - and elsewhere the value is unknown.
    """

    __slots__ = ("causes",)

    def __init__(self) -> None:
        self.causes: tuple[Cause, ...] = ()

    def node(self, value: Value, both: bool = False) -> JsonNode:
        """The value as JSON."""
        match value:
            case Text():
                self.note(value.causes)
                return JsonString(value.value, value.offset)
            case Number():
                return JsonNumber(value.text, value.offset)
            case Boolean():
                return JsonBool(value.value, value.offset)
            case Null():
                return JsonNull(value.offset)
            case ListValue():
                return JsonArray(self.items(value, both), value.offset)
            case MapValue():
                return self.object(value, both)
            case Either():
                return self.either(value, both)
            case Unresolvable() | Reference():
                text = scalar_text(value)
                self.note(text.causes if text else ())
                return JsonString(UNKNOWN, value.offset)

    def note(self, causes: tuple[Cause, ...]) -> None:
        if causes:
            self.causes = merged((self.causes, causes))

    def items(self, value: ListValue, both: bool) -> tuple[JsonNode, ...]:
        items: list[JsonNode] = []
        for item in value.items:
            node = self.node(item, both)
            spread = isinstance(item, Either) and isinstance(node, JsonArray)
            items.extend(node.items if spread and isinstance(node, JsonArray) else (node,))
        return tuple(items)

    def object(self, value: MapValue, both: bool) -> JsonObject:
        effect = value.get("Effect")
        statement = isinstance(effect, Text)
        members: list[Member] = []
        for key, item in value.members:
            self.note(key.causes)
            widens = both
            if statement:
                widens = isinstance(effect, Text) and effect.value == "Allow" and key.value in _WIDENING
            members.append(Member(JsonString(key.value, key.offset), self.node(item, widens)))
        return JsonObject(tuple(members), value.offset)

    def either(self, value: Either, both: bool) -> JsonNode:
        if both and all(isinstance(option, Text | ListValue) for option in value.options):
            items: list[JsonNode] = []
            for option in value.options:
                node = self.node(option, both)
                items.extend(node.items if isinstance(node, JsonArray) else (node,))
            return JsonArray(tuple(dict.fromkeys(items)), value.offset)
        reason = "which branch of the conditional applies is not known"
        self.note((*causes_of(value), Cause(value.offset, reason)))
        return JsonString(UNKNOWN, value.offset)


def value_of(node: JsonNode, causes: tuple[Cause, ...]) -> Value:
    """The JSON as a value; its unknown strings have the causes."""
    match node:
        case JsonString() if node.value == UNKNOWN:
            return Unresolvable(causes, node.offset)
        case JsonString():
            return Text(node.value, node.offset, causes=causes if UNKNOWN in node.value else ())
        case JsonNumber():
            return Number(node.text, node.offset)
        case JsonBool():
            return Boolean(node.value, node.offset)
        case JsonNull():
            return Null(node.offset)
        case JsonArray():
            return ListValue(tuple(value_of(item, causes) for item in node.items), node.offset)
        case JsonObject():
            members = tuple(
                (Text(member.key.value, member.key.offset), value_of(member.value, causes)) for member in node.members
            )
            return MapValue(members, node.offset)


def plain_of(node: JsonNode) -> JsonValue:
    """The JSON as Python's own values."""
    match node:
        case JsonString() | JsonBool():
            return node.value
        case JsonNumber():
            return _number(node.text)
        case JsonNull():
            return None
        case JsonArray():
            return [plain_of(item) for item in node.items]
        case JsonObject():
            return {member.key.value: plain_of(member.value) for member in node.members}


def _number(text: str) -> JsonValue:
    if len(text) > _LONGEST_NUMBER:
        return text
    return float(text) if set(text) & set(".eE") else int(text)


def encoded(value: Value, offset: int) -> Text:
    """`jsonencode(value)`: the JSON, and its text."""
    encoder = Encoder()
    node = encoder.node(value)
    text = json.dumps(plain_of(node), separators=(",", ":"), ensure_ascii=False)
    return Text(text, offset, causes=encoder.causes, encoded=node)


def decoded(text: Text, name: str) -> JsonNode:
    """The JSON that the text holds, each node at its place in the sources.

    An unknown part that stands where a value is expected is an unknown string. Raises MalformedInput with a place
    counted from the beginning of the text, which `name` is for.
    """
    if text.encoded is not None:
        return text.encoded
    quoted = _unknown_quoted(text)
    return _placed(read_json(quoted.value, name).root, quoted)


def _placed(node: JsonNode, text: Text) -> JsonNode:
    offset = text.place(node.offset)
    match node:
        case JsonString():
            return JsonString(node.value, offset)
        case JsonNumber():
            return JsonNumber(node.text, offset)
        case JsonBool():
            return JsonBool(node.value, offset)
        case JsonNull():
            return JsonNull(offset)
        case JsonArray():
            return JsonArray(tuple(_placed(item, text) for item in node.items), offset)
        case JsonObject():
            members = tuple(
                Member(JsonString(member.key.value, text.place(member.key.offset)), _placed(member.value, text))
                for member in node.members
            )
            return JsonObject(members, offset)


def _unknown_quoted(text: Text) -> Text:
    """The text with quotes put around each unknown part that stands outside JSON's strings."""
    if UNKNOWN not in text.value:
        return text
    result: list[str] = []
    pieces: list[Piece] = []
    within = False
    index = 0
    length = 0
    while index < len(text.value):
        character = text.value[index]
        taken = text.value[index : index + 2] if within and character == "\\" else character
        within = within != (taken == '"')
        written = f'"{UNKNOWN}"' if character == UNKNOWN and not within else taken
        pieces.append(Piece(length, text.place(index), False))
        result.append(written)
        length += len(written)
        index += len(taken)
    return Text("".join(result), text.offset, tuple(pieces), text.causes)
