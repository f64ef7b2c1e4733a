"""Policies as a template writes them: not resolved yet, with whose they are and under which conditions they stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Member,
)
from secrets_cli.iam.model import VERSION_2012
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.template import function_of, text_of

Under: TypeAlias = tuple[tuple[str, bool], ...]
"""Conditions and how they must come out."""


@dataclass(frozen=True, slots=True)
class Written:
    """A policy document."""

    node: JsonNode
    kind: PolicyKind
    principal: str
    under: Under = ()
    attached_by: str = ""
    offset: int | None = None
    """Where it stands, if not where its node does."""


@dataclass(frozen=True, slots=True)
class Managed:
    """A managed policy, by ARN or name, or a list of them."""

    node: JsonNode
    kind: PolicyKind
    principal: str
    under: Under = ()
    is_name: bool = False
    """Whether it may be a bare name, as SAM takes it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that carries policies in a form that is not read."""

    offset: int
    reason: str


Part: TypeAlias = Written | Managed | Unreadable


def items_of(node: JsonNode | None, under: Under) -> Iterator[tuple[JsonNode, Under]]:
    """The items of a list, or the one node, on both sides of every `Fn::If` around them, without `AWS::NoValue`."""
    if node is None or isinstance(node, JsonNull):
        return
    if isinstance(node, JsonArray):
        for item in node.items:
            yield from items_of(item, under)
        return
    match function_of(node):
        case "Fn::If", JsonArray((JsonString(name), then, otherwise)):
            yield from items_of(then, (*under, (name, True)))
            yield from items_of(otherwise, (*under, (name, False)))
        case "Ref", target if text_of(target) == "AWS::NoValue":
            return
        case _:
            yield node, under


def made_object(offset: int, **members: JsonNode) -> JsonObject:
    """An object that stands at the place."""
    return JsonObject(tuple(Member(JsonString(name, offset), value) for name, value in members.items()), offset)


def made_document(statement: JsonNode) -> JsonObject:
    """A document of the one statement, or of the list, standing where that does."""
    return made_object(statement.offset, Version=JsonString(VERSION_2012, statement.offset), Statement=statement)


def moved(node: JsonNode, offset: int) -> JsonNode:
    """The node as if all of it stood at one place: that of a text it was read from, or of a name it stands for."""
    match node:
        case JsonString(value):
            return JsonString(value, offset)
        case JsonArray(items):
            return JsonArray(tuple(moved(item, offset) for item in items), offset)
        case JsonObject(members):
            return JsonObject(
                tuple(Member(JsonString(one.key.value, offset), moved(one.value, offset)) for one in members), offset
            )
        case JsonNumber(text):
            return JsonNumber(text, offset)
        case JsonBool(truth):
            return JsonBool(truth, offset)
        case JsonNull():
            return JsonNull(offset)
