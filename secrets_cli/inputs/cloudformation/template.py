"""The sections of a template, by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonDocument,
    JsonNode,
    JsonNumber,
    JsonObject,
    JsonString,
    Places,
)
from secrets_cli.inputs.found import Unresolved

SAM: Final = "AWS::Serverless-2016-10-31"
_KNOWN_TRANSFORMS: Final = (SAM, "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One entry of `Parameters`."""

    default: str | None
    allowed: tuple[str, ...]
    is_list: bool
    """Its value is a list of texts: `CommaDelimitedList`, `List<...>`."""
    is_stored: bool
    """Its value is the name of an SSM parameter whose value is taken at deployment."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of `Resources`."""

    logical_id: str
    type: str
    properties: JsonObject
    condition: JsonString | None
    key: JsonString

    def property(self, *path: str) -> JsonNode | None:
        """The property under the path, or None where a step is missing or is no object."""
        return at(self.properties, *path)


@dataclass(frozen=True, slots=True)
class Template:
    """A template, or the part of another file that holds resources."""

    places: Places
    name: str
    parameters: Mapping[str, Parameter]
    mappings: JsonObject
    conditions: Mapping[str, JsonNode]
    resources: Mapping[str, Resource]
    function_globals: JsonObject
    """`Globals.Function` of SAM."""
    api_globals: JsonObject
    """`Globals.Api` of SAM."""
    http_api_globals: JsonObject
    """`Globals.HttpApi` of SAM."""
    is_sam: bool
    unresolved: tuple[Unresolved, ...]
    """Parts that a macro writes at deployment."""


def text_of(node: JsonNode | None) -> str | None:
    """The text of a scalar, or None for anything else."""
    match node:
        case JsonString(value):
            return value
        case JsonNumber(text):
            return text
        case JsonBool(value):
            return "true" if value else "false"
        case _:
            return None


def at(node: JsonNode | None, *path: str) -> JsonNode | None:
    """The node under the path of names, or None."""
    for step in path:
        node = node.get(step) if isinstance(node, JsonObject) else None
    return node


def function_of(node: JsonNode | None) -> tuple[str, JsonNode] | None:
    """The name and the argument of an intrinsic function (`Ref`, `Fn::...`), or None for any other node."""
    if isinstance(node, JsonObject) and len(node.members) == 1:
        name = node.members[0].key.value
        if name == "Ref" or name.startswith("Fn::"):
            return name, node.members[0].value
    return None


def open_template(document: JsonDocument, name: str) -> Template:
    """The sections of a template. Raises MalformedInput where `Resources`, or a resource, is no object."""
    root = document.root
    places = document.places
    if not isinstance(root, JsonObject):
        raise MalformedInput(
            f"{places.at(root.offset)}: a template is an object", help="give a CloudFormation template"
        )
    unresolved: list[Unresolved] = []
    resources = {one.logical_id: one for one in _resources(root, places, unresolved)}
    transforms = _transforms(root, places, unresolved)
    return Template(
        places=places,
        name=name,
        parameters={member: _parameter(value) for member, value in _section(root, "Parameters")},
        mappings=_object(root.get("Mappings")),
        conditions=dict(_section(root, "Conditions")),
        resources=resources,
        function_globals=_object(at(root, "Globals", "Function")),
        api_globals=_object(at(root, "Globals", "Api")),
        http_api_globals=_object(at(root, "Globals", "HttpApi")),
        is_sam=SAM in transforms or any(one.type.startswith("AWS::Serverless::") for one in resources.values()),
        unresolved=tuple(unresolved),
    )


def _object(node: JsonNode | None) -> JsonObject:
    return node if isinstance(node, JsonObject) else JsonObject((), 0)


def _section(root: JsonObject, name: str) -> Iterator[tuple[str, JsonNode]]:
    for member in _object(root.get(name)).members:
        yield member.key.value, member.value


def _transforms(root: JsonObject, places: Places, unresolved: list[Unresolved]) -> tuple[str, ...]:
    node = root.get("Transform")
    items = node.items if isinstance(node, JsonArray) else () if node is None else (node,)
    names: list[str] = []
    for item in items:
        name = text_of(item) or text_of(at(item, "Name")) or "?"
        names.append(name)
        if name not in _KNOWN_TRANSFORMS and not name.startswith("AWS::SecretsManager-"):
            reason = f"the macro `{name}` rewrites the template at deployment"
            unresolved.append(Unresolved(places.at(item.offset), reason))
    return tuple(names)


def _parameter(node: JsonNode) -> Parameter:
    kind = text_of(at(node, "Type")) or "String"
    allowed = at(node, "AllowedValues")
    values = (text_of(item) for item in allowed.items) if isinstance(allowed, JsonArray) else ()
    return Parameter(
        default=text_of(at(node, "Default")),
        allowed=tuple(value for value in values if value is not None),
        is_list=kind == "CommaDelimitedList" or "List<" in kind,
        is_stored=kind.startswith("AWS::SSM::Parameter::Value<"),
    )


def _resources(root: JsonObject, places: Places, unresolved: list[Unresolved]) -> Iterator[Resource]:
    section = root.get("Resources")
    if section is not None and not isinstance(section, JsonObject):
        raise MalformedInput(
            f"{places.at(section.offset)}: `Resources` is no object",
            help="write the logical id of each resource under it",
        )
    for member in _object(section).members:
        name = member.key.value
        if name.startswith("Fn::"):
            reason = f"the resources that `{name}` gives are known at deployment only"
            unresolved.append(Unresolved(places.at(member.key.offset), reason))
            continue
        body = member.value
        kind = text_of(at(body, "Type"))
        if not isinstance(body, JsonObject) or kind is None:
            raise MalformedInput(
                f"{places.at(member.key.offset)}: the resource `{name}` has no `Type`",
                help="give the resource its type",
            )
        if body.get("Fn::Transform") is not None:
            unresolved.append(
                Unresolved(places.at(body.offset), f"a macro rewrites the resource `{name}` at deployment")
            )
        condition = body.get("Condition")
        yield Resource(
            logical_id=name,
            type=kind,
            properties=_object(body.get("Properties")),
            condition=condition if isinstance(condition, JsonString) else None,
            key=member.key,
        )
        properties = body.get("Properties")
        if function_of(properties) is not None:
            unresolved.append(
                Unresolved(places.at(member.key.offset), f"the properties of `{name}` are known at deployment only")
            )
