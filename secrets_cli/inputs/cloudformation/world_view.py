"""A template as it is in one world: nodes with their conditions decided, and what they refer to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonNull, JsonObject, JsonString
from secrets_cli.iam.location import Location
from secrets_cli.inputs.cloudformation.intrinsics import NO_VALUE, Resolver, World
from secrets_cli.inputs.cloudformation.leads import FUNCTIONS, LEADING, Leads
from secrets_cli.inputs.cloudformation.references import references
from secrets_cli.inputs.cloudformation.template import Resource, Template, function_of, text_of
from secrets_cli.inputs.found import UNKNOWN, Authorizer

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
    leads: Leads

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

    def doors(self, function: Resource, *types: str) -> tuple[Resource, ...]:
        """The resources of these types that may lead to the function and exist in this world."""
        return tuple(one for one in self.leads.doors(function, *types) if self.exists(one))

    def of_type(self, type: str) -> tuple[Resource, ...]:
        """The resources of this type that exist in this world."""
        return tuple(one for one in self.template.resources.values() if one.type == type and self.exists(one))

    def referred(self, node: JsonNode | None, *types: str) -> Resource | None:
        """The first resource of these types that the node names by `Ref`, `Fn::GetAtt` or `Fn::Sub`."""
        found = (self.template.resources.get(name) for name in references(self.chosen(node)))
        return next((one for one in found if one is not None and (not types or one.type in types)), None)

    def function(self, node: JsonNode | None) -> Resource | None:
        """The function that the node names, by itself or by one of its aliases or versions."""
        for _ in range(_CHAIN):
            target = self.referred(node, *FUNCTIONS, *LEADING)
            if target is None or target.type in FUNCTIONS:
                return target
            node = target.property("FunctionName")
        return None


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
