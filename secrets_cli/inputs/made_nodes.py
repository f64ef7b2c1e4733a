"""Nodes that stand in no file: what a framework adds, at the place of the setting that makes it add that."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Member,
    Places,
)
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import VERSION_2012, ConditionTerm, Element, Policy, PrincipalElement, Statement

Made: TypeAlias = "str | bool | int | float | Sequence[Made] | Mapping[str, Made] | JsonNode | None"
"""A value to be made a node; nodes within it stay as they are."""


def made(value: Made, offset: int) -> JsonNode:
    """The value as a tree in which every new node stands at `offset`."""
    match value:
        case JsonArray() | JsonBool() | JsonNull() | JsonNumber() | JsonObject() | JsonString():
            return value
        case str():
            return JsonString(value, offset)
        case bool():
            return JsonBool(value, offset)
        case int() | float():
            return JsonNumber(str(value), offset)
        case None:
            return JsonNull(offset)
        case Mapping():
            return made_object(value, offset)
        case _:
            return JsonArray(tuple(made(item, offset) for item in value), offset)


def made_object(value: Mapping[str, Made], offset: int) -> JsonObject:
    """As `made`, for a mapping."""
    members = (Member(JsonString(key, offset), made(item, offset)) for key, item in value.items())
    return JsonObject(tuple(members), offset)


def document_of(statements: JsonNode, places: Places, version: str = VERSION_2012) -> JsonDocument:
    """A policy document around a list of statements (or around one), standing where the list stands."""
    return JsonDocument(made_object({"Version": version, "Statement": statements}, statements.offset), places)


def standing_at(policy: Policy, place: Location) -> Policy:
    """The policy with every part of it at one place: that of the setting that attaches it."""
    return replace(policy, statements=tuple(_statement_at(one, place) for one in policy.statements))


def _statement_at(statement: Statement, place: Location) -> Statement:
    return replace(
        statement,
        action=replace(statement.action, location=place, places=()),
        resource=_element_at(statement.resource, place),
        principal=_principal_at(statement.principal, place),
        conditions=tuple(_term_at(term, place) for term in statement.conditions),
        location=place,
    )


def _element_at(element: Element | None, place: Location) -> Element | None:
    return None if element is None else replace(element, location=place, places=())


def _principal_at(element: PrincipalElement | None, place: Location) -> PrincipalElement | None:
    return None if element is None else replace(element, location=place)


def _term_at(term: ConditionTerm, place: Location) -> ConditionTerm:
    return replace(term, location=place)
