"""A template as it is in one world: nodes with their conditions decided, and what they refer to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonNull, JsonObject, JsonString
from secrets_cli.iam.location import Location
from secrets_cli.inputs.cloudformation.intrinsics import NO_VALUE, Resolver, World
from secrets_cli.inputs.cloudformation.template import Resource, Template, function_of, text_of
from secrets_cli.inputs.found import UNKNOWN, Authorizer

_HOLE: Final = re.compile(r"\$\{([^!}][^}]*)\}")
_CHAIN: Final = 16
"""Aliases and versions that lead to a function, and path parts of an API."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value, its condition decided, and where its name stands."""

    value: JsonNode
    offset: int


@dataclass(frozen=True, slots=True)
class View:
    """One template in one world. What is unknown here is not listed: nothing but a rule asks for it."""

    template: Template
    given: Mapping[str, str]
    world: World

    def place(self, offset: int) -> Location:
        """Of an offset of the template."""
        return self.template.places.at(offset)

    def chosen(self, node: JsonNode | None) -> JsonNode | None:
        """The node on the side that this world takes of each `Fn::If` around it; None for `AWS::NoValue` and null."""
        while node is not None:
            match function_of(node):
                case "Fn::If", JsonArray((JsonString(name), then, otherwise)) if name in self.world.holds:
                    node = then if self.world.holds[name] else otherwise
                case "Ref", target if text_of(target) == NO_VALUE:
                    return None
                case _:
                    return None if isinstance(node, JsonNull) else node
        return None

    def entry(self, node: JsonNode | None, *path: str) -> Entry | None:
        """The value under the path, and where its last name stands; None where a step is missing."""
        found: Entry | None = None
        for step in path:
            around = self.chosen(node)
            member = next(
                (one for one in around.members if one.key.value == step)
                if isinstance(around, JsonObject)
                else iter(()),
                None,
            )
            node = self.chosen(member.value) if member is not None else None
            if member is None or node is None:
                return None
            found = Entry(node, member.key.offset)
        return found

    def at(self, node: JsonNode | None, *path: str) -> JsonNode | None:
        """The value under the path, or None."""
        found = self.entry(node, *path)
        return None if found is None else found.value

    def text(self, node: JsonNode | None) -> str:
        """The node as text with UNKNOWN where it is not known; empty for None."""
        if node is None:
            return ""
        value = self.resolved(node)
        text = text_of(value)
        return "" if value is None else UNKNOWN if text is None else text

    def resolved(self, node: JsonNode) -> JsonNode | None:
        """The node without functions."""
        return Resolver(self.template, self.given, self.world).value(node)

    def texts(self, node: JsonNode | None) -> tuple[str, ...]:
        """The texts of a list, or the one text."""
        value = None if node is None else self.resolved(node)
        items = value.items if isinstance(value, JsonArray) else () if value is None else (value,)
        return tuple(UNKNOWN if (text := text_of(item)) is None else text for item in items)

    def exists(self, resource: Resource) -> bool:
        """Whether the resource's own condition holds."""
        return resource.condition is None or self.world.holds.get(resource.condition.value, True)

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these types that exist in this world."""
        return tuple(one for one in self.template.resources.values() if one.type in types and self.exists(one))

    def referred(self, node: JsonNode | None, *types: str) -> Resource | None:
        """The first resource of these types that the node names by `Ref`, `Fn::GetAtt` or `Fn::Sub`."""
        found = (self.template.resources.get(name) for name in references(self.chosen(node)))
        return next((one for one in found if one is not None and (not types or one.type in types)), None)

    def function(self, node: JsonNode | None) -> Resource | None:
        """The function that the node names, by itself or by one of its aliases or versions."""
        for _ in range(_CHAIN):
            target = self.referred(node, *FUNCTIONS, *_LEADING)
            if target is None or target.type in FUNCTIONS:
                return target
            node = target.property("FunctionName")
        return None


FUNCTIONS: Final = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_LEADING: Final = ("AWS::Lambda::Alias", "AWS::Lambda::Version")


def references(node: JsonNode | None) -> tuple[str, ...]:
    """The logical ids (and parameters) that the functions in a node name, in the order of the text."""
    found: dict[str, None] = {}
    waiting = [] if node is None else [node]
    while waiting:
        one = waiting.pop()
        match function_of(one):
            case "Ref", target:
                found[text_of(target) or ""] = None
                continue
            case "Fn::GetAtt", JsonString(path):
                found[path.partition(".")[0]] = None
                continue
            case "Fn::GetAtt", JsonArray((first, *_)):
                found[text_of(first) or ""] = None
                continue
            case "Fn::Sub", JsonString(text):
                found |= dict.fromkeys(hole.partition(".")[0] for hole in _HOLE.findall(text))
                continue
            case "Fn::Sub", JsonArray((JsonString(text), *_)):
                found |= dict.fromkeys(hole.partition(".")[0] for hole in _HOLE.findall(text))
            case _:
                pass
        match one:
            case JsonObject(members):
                waiting += (member.value for member in reversed(members))
            case JsonArray(items):
                waiting += reversed(items)
            case _:
                continue
    return tuple(found)


def authorizer_of(text: str) -> Authorizer:
    """What an authorization type, or the name of an authorizer, says; an empty one is none."""
    if UNKNOWN in text:
        return Authorizer.UNKNOWN
    return Authorizer.NONE if text.upper() in ("", "NONE") else Authorizer.SOME


def stricter(one: Authorizer, other: Authorizer) -> Authorizer:
    """Of two that both must let a caller pass."""
    for each in (Authorizer.SOME, Authorizer.UNKNOWN):
        if each in (one, other):
            return each
    return Authorizer.NONE
