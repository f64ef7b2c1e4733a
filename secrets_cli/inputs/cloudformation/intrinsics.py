"""Intrinsic functions to values, in one world: with each condition decided.

What a function gives is text with UNKNOWN where a part is not known. Two kinds of unknown are told apart:

* what AWS makes and what is one name for certain - Region, account, the name or id of a resource of this template - is
  UNKNOWN and nothing else: it holds no wildcard, and nothing needs to be supplied;
* what could be any text - a parameter without a value, an import, a macro, a stored parameter, the attribute of a
  custom resource - is UNKNOWN *and* listed as unresolved.

`AWS::Partition` is `aws` and `AWS::URLSuffix` `amazonaws.com` unless values are supplied.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonNull, JsonObject, JsonString, Member
from secrets_cli.inputs.cloudformation.resource_names import NAMINGS, Naming, is_made_elsewhere
from secrets_cli.inputs.cloudformation.template import Parameter, Resource, Template, at, function_of, text_of
from secrets_cli.inputs.found import UNKNOWN, Unresolved

PSEUDO: Final = {
    "AWS::AccountId": UNKNOWN,
    "AWS::NotificationARNs": UNKNOWN,
    "AWS::Partition": "aws",
    "AWS::Region": UNKNOWN,
    "AWS::StackId": UNKNOWN,
    "AWS::StackName": UNKNOWN,
    "AWS::URLSuffix": "amazonaws.com",
}
NO_VALUE: Final = "AWS::NoValue"
MAX_STEPS: Final = 200_000
"""Nodes that are resolved for one document; names that lead to names end there too."""
MAX_CHAIN: Final = 8
"""Resources named after resources; a name beyond is UNKNOWN."""

_HOLE = re.compile(r"\$\{([^}]*)\}")
_STORED = re.compile(r"\{\{resolve:[^}]*\}\}")


@dataclass(frozen=True, slots=True)
class World:
    """One way in which the conditions of a template can come out."""

    holds: Mapping[str, bool] = field(default_factory=dict)
    """By the name of the condition."""
    equals: Mapping[str, str] = field(default_factory=dict)
    """Parameters whose value the conditions settle."""
    differs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Parameters, and the values that the conditions rule out."""


class Resolver:
    """Resolves the nodes of one document; `unresolved` lists what could not be, each once."""

    __slots__ = ("_seen", "_steps", "given", "names", "template", "unresolved", "use_defaults", "world")

    def __init__(
        self, template: Template, given: Mapping[str, str], world: World, *, use_defaults: bool = True
    ) -> None:
        self.template = template
        self.given = given
        self.world = world
        self.use_defaults = use_defaults
        self.names: tuple[str, ...] = ()
        """Resources whose names are being looked up, to end a circle."""
        self.unresolved: list[Unresolved] = []
        self._seen: set[tuple[int, str]] = set()
        self._steps = 0

    def missing(self, node: JsonNode, reason: str, supply: str = "") -> JsonString:
        """UNKNOWN in place of the node, listed."""
        if (node.offset, reason) not in self._seen:
            self._seen.add((node.offset, reason))
            self.unresolved.append(Unresolved(self.template.places.at(node.offset), reason, supply))
        return JsonString(UNKNOWN, node.offset)

    def value(self, node: JsonNode) -> JsonNode | None:
        """The node without functions, or None where it is `AWS::NoValue`."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            return self.missing(node, f"the functions of this document take more than {MAX_STEPS} steps")
        match node:
            case JsonString(text, offset):
                return JsonString(self._stored(text, node), offset)
            case JsonArray(items, offset):
                values = (self.value(item) for item in items)
                return JsonArray(tuple(one for one in values if one is not None), offset)
            case JsonObject():
                called = function_of(node)
                return self._object(node) if called is None else self._call(called[0], called[1], node)
            case _:
                return node

    def text(self, node: JsonNode) -> str:
        """The node as text; UNKNOWN where it is none."""
        found = text_of(self.value(node))
        if found is None:
            self.missing(node, "the value here is no text")
            return UNKNOWN
        return found

    def _stored(self, text: str, node: JsonNode) -> str:
        found = _STORED.search(text)
        if found is None:
            return text
        self.missing(node, f"`{found.group()[:80]}` is known at deployment only")
        return _STORED.sub(UNKNOWN, text)

    def _object(self, node: JsonObject) -> JsonNode:
        members: list[Member] = []
        for member in node.members:
            if member.key.value == "Fn::Transform":
                self.missing(member.key, "what `Fn::Transform` adds here is known at deployment only")
                continue
            value = self.value(member.value)
            if value is not None:
                members.append(Member(member.key, value))
        return JsonObject(tuple(members), node.offset)

    def _call(self, name: str, argument: JsonNode, node: JsonNode) -> JsonNode | None:
        match name:
            case "Ref":
                return self._ref(text_of(argument) or "", node)
            case "Fn::If":
                return self._if(argument, node)
            case "Fn::Sub":
                return JsonString(self._sub(argument, node), node.offset)
            case "Fn::FindInMap":
                return self._find_in_map(argument, node)
            case "Fn::GetAtt":
                return self._get_att(argument, node)
            case "Fn::ToJsonString":
                return self.value(argument)  # the documents it is used for are read as objects all the same
            case "Fn::Join" | "Fn::Select" | "Fn::Split":
                return self._of_list(name, argument, node)
            case "Fn::ImportValue":
                return self.missing(node, f"`Fn::ImportValue` of `{self.text(argument)}` is known at deployment only")
            case _:
                return self.missing(node, f"what `{name}` gives is known at deployment only")

    def _of_list(self, name: str, argument: JsonNode, node: JsonNode) -> JsonNode:
        match name, argument:
            case "Fn::Join", JsonArray((delimiter, listed)):
                return self._join(delimiter, listed, node)
            case "Fn::Select", JsonArray((index, listed)):
                return self._select(index, listed, node)
            case "Fn::Split", JsonArray((delimiter, source)):
                return self._split(delimiter, source, node)
            case _:
                return self.missing(node, f"`{name}` takes a list of two")

    def _ref(self, name: str, node: JsonNode) -> JsonNode | None:
        if name == NO_VALUE:
            return None
        if name in self.given and name not in self.template.resources:
            return self._of_parameter(self.given[name], self.template.parameters.get(name), node)
        if name in PSEUDO:
            return JsonString(PSEUDO[name], node.offset)
        if name in self.template.parameters:
            return self._parameter(name, self.template.parameters[name], node)
        if name in self.template.resources:
            return JsonString(self._named(self.template.resources[name], "", node), node.offset)
        return self.missing(node, f"`{name}` is neither a parameter nor a resource of this template")

    def _parameter(self, name: str, parameter: Parameter, node: JsonNode) -> JsonNode:
        supply = f"--param {name}=..."
        if parameter.is_stored:
            return self.missing(node, f"the parameter `{name}` takes the value of a stored parameter", supply)
        if name in self.world.equals:
            return self._of_parameter(self.world.equals[name], parameter, node)
        ruled_out = self.world.differs.get(name, frozenset())
        left = [value for value in parameter.allowed if value not in ruled_out]
        if ruled_out and len(left) == 1:
            return self._of_parameter(left[0], parameter, node)
        if parameter.default is None or not self.use_defaults:
            return self.missing(node, f"the parameter `{name}` has no value", supply)
        if parameter.default in ruled_out:
            return self.missing(node, f"the parameter `{name}` has another value than its default here", supply)
        return self._of_parameter(parameter.default, parameter, node)

    def _of_parameter(self, value: str, parameter: Parameter | None, node: JsonNode) -> JsonNode:
        value = self._stored(value, node)
        if parameter is None or not parameter.is_list:
            return JsonString(value, node.offset)
        return JsonArray(tuple(JsonString(one.strip(), node.offset) for one in value.split(",")), node.offset)

    def _if(self, argument: JsonNode, node: JsonNode) -> JsonNode | None:
        match argument:
            case JsonArray((JsonString(name), then, otherwise)) if name in self.world.holds:
                return self.value(then if self.world.holds[name] else otherwise)
            case _:
                return self.missing(node, "this is no `Fn::If` of a condition of this template")

    def _sub(self, argument: JsonNode, node: JsonNode) -> str:
        pattern, own = argument, JsonObject((), node.offset)
        match argument:
            case JsonArray((first, JsonObject() as second)):
                pattern, own = first, second
            case _:
                pass
        text = text_of(pattern)
        if text is None:
            self.missing(node, "this is no `Fn::Sub` of a text")
            return UNKNOWN

        def fill(found: re.Match[str]) -> str:
            name = found[1].strip()
            if found[1].startswith("!"):
                return f"${{{found[1][1:]}}}"
            written = own.get(name)
            return self.text(written) if written is not None else self._hole(name, node)

        return _HOLE.sub(fill, self._stored(text, pattern))

    def _hole(self, name: str, node: JsonNode) -> str:
        resource, dot, attribute = name.partition(".")
        if dot:
            return self._attribute(resource, attribute, node)
        return text_of(self._ref(name, node)) or self._as_list(name)

    def _as_list(self, name: str) -> str:
        """A list within Fn::Sub is not taken by CloudFormation; an empty text is."""
        parameter = self.template.parameters.get(name)
        return UNKNOWN if parameter is not None and parameter.is_list else ""

    def _items(self, node: JsonNode) -> tuple[JsonNode, ...] | None:
        """The items of a list, or None where it is not known."""
        found = self.value(node)
        return found.items if isinstance(found, JsonArray) else None

    def _join(self, delimiter: JsonNode, listed: JsonNode, node: JsonNode) -> JsonNode:
        items = self._items(listed)
        if items is None:
            return self.missing(node, "the list that `Fn::Join` joins is not known")
        return JsonString(self.text(delimiter).join(self._part(item, node) for item in items), node.offset)

    def _part(self, item: JsonNode, node: JsonNode) -> str:
        text = text_of(item)
        if text is None:
            self.missing(node, "`Fn::Join` joins something that is no text")
            return UNKNOWN
        return text

    def _select(self, index: JsonNode, listed: JsonNode, node: JsonNode) -> JsonNode:
        number, items = self.text(index), self._items(listed)
        if items is not None and number.isdecimal() and int(number) < len(items):
            return items[int(number)]
        return self.missing(node, "what `Fn::Select` selects is not known")

    def _split(self, delimiter: JsonNode, source: JsonNode, node: JsonNode) -> JsonNode:
        by, text = self.text(delimiter), self.text(source)
        # The fields of an ARN are known by their place even where one of them is not.
        if by and (UNKNOWN not in text or (by == ":" and text.startswith("arn:"))):
            return JsonArray(tuple(JsonString(one, node.offset) for one in text.split(by)), node.offset)
        return self.missing(node, "the text that `Fn::Split` splits is not known")

    def _find_in_map(self, argument: JsonNode, node: JsonNode) -> JsonNode | None:
        match argument:
            case JsonArray((name, first, second, *rest)):
                path = (self.text(name), self.text(first), self.text(second))
            case _:
                return self.missing(node, "this is no `Fn::FindInMap` of a map and two keys")
        found = at(self.template.mappings, *path)
        if found is not None:
            return self.value(found)
        if UNKNOWN not in "".join(path):
            default = at(rest[0], "DefaultValue") if rest else None
            return self.missing(node, f"no mapping `{'.'.join(path)}`") if default is None else self.value(default)
        return self._same_in_all(path) or self.missing(
            node, "`Fn::FindInMap` is looked up at deployment", "--param AWS::Region=..."
        )

    def _same_in_all(self, path: tuple[str, str, str]) -> JsonNode | None:
        """Where only the first key is unknown and every entry gives the same text: that text."""
        table = at(self.template.mappings, path[0])
        if path[1] != UNKNOWN or not isinstance(table, JsonObject):
            return None
        found = [at(member.value, path[2]) for member in table.members]
        return (
            found[0] if found and len({text_of(one) for one in found}) == 1 and text_of(found[0]) is not None else None
        )

    def _get_att(self, argument: JsonNode, node: JsonNode) -> JsonNode:
        match argument:
            case JsonString(value):
                resource, _, attribute = value.partition(".")
            case JsonArray((first, second)):
                resource, attribute = self.text(first), self.text(second)
            case _:
                return self.missing(node, "this is no `Fn::GetAtt` of a resource and an attribute")
        return JsonString(self._attribute(resource, attribute, node), node.offset)

    def _attribute(self, name: str, attribute: str, node: JsonNode) -> str:
        resource = self.template.resources.get(name)
        if resource is None:
            owner = self._sam_role_owner(name)
            if owner is not None:
                return self._filled(NAMINGS["AWS::IAM::Role"].arn, {"Path": "/", "Name": UNKNOWN}, node)
            self.missing(node, f"`{name}` is no resource of this template")
            return UNKNOWN
        if is_made_elsewhere(resource.type):
            self.missing(node, f"`{name}.{attribute}` is what `{resource.type}` gives at deployment")
            return UNKNOWN
        return self._named(resource, attribute, node)

    def _sam_role_owner(self, name: str) -> Resource | None:
        """The SAM function or state machine that the role of this name is made for."""
        owner = self.template.resources.get(name.removesuffix("Role")) if name.endswith("Role") else None
        return owner if owner is not None and owner.type.startswith("AWS::Serverless::") else None

    def _named(self, resource: Resource, attribute: str, node: JsonNode) -> str:
        """What `Ref` (attribute "") or `Fn::GetAtt` gives."""
        naming = NAMINGS.get(resource.type)
        if naming is None or resource.logical_id in self.names or len(self.names) > MAX_CHAIN:
            return UNKNOWN
        names, self.names = self.names, (*self.names, resource.logical_id)
        try:
            return self._of_naming(resource, naming, attribute, node)
        finally:
            self.names = names

    def _of_naming(self, resource: Resource, naming: Naming, attribute: str, node: JsonNode) -> str:
        is_arn = attribute in naming.arn_attributes or (not attribute and naming.ref == "arn")
        is_name = attribute in naming.name_attributes or (not attribute and naming.ref == "name")
        if not (is_arn or is_name or (not attribute and naming.ref)):
            return UNKNOWN
        parts = {
            "Name": self._property(resource, naming.name, UNKNOWN),
            "Path": self._property(resource, "Path", "/"),
            "Suffix": UNKNOWN,
        }
        if is_name:
            return parts["Name"]
        return self._filled(naming.arn if is_arn else naming.ref, parts, node)

    def _property(self, resource: Resource, name: str, otherwise: str) -> str:
        written = resource.properties.get(name) if name else None
        return otherwise if written is None or isinstance(written, JsonNull) else self._or(written, otherwise)

    def _or(self, written: JsonNode, otherwise: str) -> str:
        return otherwise if self.value(written) is None else self.text(written)

    def _filled(self, pattern: str, parts: Mapping[str, str], node: JsonNode) -> str:
        def fill(found: re.Match[str]) -> str:
            return parts.get(found[1]) or text_of(self._ref(found[1], node)) or ""

        return _HOLE.sub(fill, pattern)


def conditions_in(nodes: Iterable[JsonNode]) -> frozenset[str]:
    """The names of the conditions that the functions in the nodes ask for."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        match node:
            case JsonArray(items):
                waiting += items
            case JsonObject(members):
                called = function_of(node)
                if (
                    called is not None
                    and called[0] == "Fn::If"
                    and isinstance(called[1], JsonArray)
                    and called[1].items
                ):
                    found.add(text_of(called[1].items[0]) or "")
                waiting += (member.value for member in members)
            case _:
                continue
    return frozenset(found)
