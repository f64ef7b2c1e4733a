"""The CloudFormation template that the Serverless Framework makes of a service, as far as it bears policies.

It holds the `resources` section of the file, what the framework adds that statements refer to, and each part of a role
as a role of its own, under a logical id that no file can hold: so it is told from which part a policy comes. The intrinsic
functions in statements meet the resources they name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString, Member
from secrets_cli.inputs.cloudformation.documents import RESOURCE_POLICIES
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.made_nodes import Made, made, made_object
from secrets_cli.inputs.serverless_names import (
    ROLE_LOGICAL_ID,
    function_logical_id,
    function_role_logical_id,
    service_role_name,
)
from secrets_cli.inputs.serverless_roles import PROVIDER, Part, PartKind
from secrets_cli.inputs.serverless_service import Service

_SECTIONS: Final = ("Parameters", "Mappings", "Conditions")
_FRAMEWORK: Final[Mapping[str, str]] = {
    "ServerlessDeploymentBucket": "AWS::S3::Bucket",
    "ApiGatewayRestApi": "AWS::ApiGateway::RestApi",
    "HttpApi": "AWS::ApiGatewayV2::Api",
    "WebsocketsApi": "AWS::ApiGatewayV2::Api",
}
"""Resources of the framework that statements may name."""
_ROLE: Final = "AWS::IAM::Role"
PSEUDO_PARAMETERS: Final = "serverless-pseudo-parameters"
"""A plugin of versions 1 and 2: https://github.com/svdgraaf/serverless-pseudo-parameters"""
_PSEUDO = re.compile(r"#\{([A-Za-z0-9:.]+)\}")


@dataclass(frozen=True, slots=True)
class MadeTemplate:
    """A template, and what its roles are in the service file."""

    document: JsonDocument
    parts: Mapping[str, Part]
    """By the principal of the template, `role LOGICAL_ID`."""
    owners: Mapping[str, str]
    """Principals of the service file by those of the template."""


def made_template(service: Service, parts: tuple[Part, ...]) -> MadeTemplate:
    """The template of the service with these parts of roles."""
    sections = _sections(service)
    if service.lists_plugin(PSEUDO_PARAMETERS):
        sections = {name: _substituted(node) for name, node in sections.items()}
        parts = tuple(replace(part, body=_substituted(part.body)) for part in parts)
    given = sections.get("Resources")
    resources = dict(_made_resources(service))
    for member in given.members if isinstance(given, JsonObject) else ():
        name = member.key.value
        resources[name] = Member(
            member.key, _merged(resources[name].value if name in resources else None, member.value)
        )
    by_principal: dict[str, Part] = {}
    for index, part in enumerate(parts):
        name = f"{ROLE_LOGICAL_ID}[{index}]"
        by_principal[f"role {name}"] = part
        resources[name] = _member(name, {"Type": _ROLE, "Properties": _properties(part)}, part.body.offset)
    members = [Member(JsonString("Resources", 0), JsonObject(tuple(resources.values()), 0))]
    members += [Member(JsonString(name, 0), sections[name]) for name in _SECTIONS if name in sections]
    document = JsonDocument(JsonObject(tuple(members), 0), service.variables.places)
    return MadeTemplate(document, by_principal, owners_of(service))


def _substituted(node: JsonNode) -> JsonNode:
    """The plugin makes a text with `#{AWS::Region}` or `#{Table.Arn}` in it one of Fn::Sub."""
    match node:
        case JsonString() if _PSEUDO.search(node.value):
            text = _PSEUDO.sub(r"${\1}", node.value.replace("${", "${!"))
            return made({"Fn::Sub": text}, node.offset)
        case JsonArray():
            return JsonArray(tuple(_substituted(item) for item in node.items), node.offset)
        case JsonObject():
            return JsonObject(tuple(Member(one.key, _substituted(one.value)) for one in node.members), node.offset)
        case _:
            return node


def owners_of(service: Service) -> Mapping[str, str]:
    """Whose the framework's roles are, by their principal in a template."""
    functions = {f"role {function_role_logical_id(one.key)}": f"function {one.key}" for one in service.functions}
    return {f"role {ROLE_LOGICAL_ID}": PROVIDER, **functions}


def _properties(part: Part) -> Mapping[str, Made]:
    match part.kind:
        case PartKind.STATEMENTS:
            return {"Policies": [{"PolicyName": part.principal, "PolicyDocument": _document(part.body)}]}
        case PartKind.TRUST:
            return {"AssumeRolePolicyDocument": _document(part.body)}
        case PartKind.MANAGED:
            return {"ManagedPolicyArns": part.body}
        case PartKind.BOUNDARY:
            return {"PermissionsBoundary": part.body}


def _document(statements: JsonNode) -> JsonNode:
    return made_object({"Version": "2012-10-17", "Statement": statements}, statements.offset)


def _member(name: str, value: Mapping[str, Made], offset: int) -> Member:
    return Member(JsonString(name, offset), made(value, offset))


def _made_resources(service: Service) -> Iterator[tuple[str, Member]]:
    """What statements may refer to: the roles by name, the functions, the interfaces in front of them."""
    offset = service.provider_offset
    for name, kind in _FRAMEWORK.items():
        yield name, _member(name, {"Type": kind}, offset)
    named = service.get(service.provider, "iam", "role", "name")
    role = named or JsonString(service_role_name(service.name, service.stage, service.region), offset)
    yield ROLE_LOGICAL_ID, _member(ROLE_LOGICAL_ID, {"Type": _ROLE, "Properties": {"RoleName": role}}, offset)
    for function in service.functions:
        name = function_logical_id(function.key)
        properties: Made = {"FunctionName": service.function_name(function)}
        yield name, _member(name, {"Type": "AWS::Lambda::Function", "Properties": properties}, function.offset)


def _sections(service: Service) -> Mapping[str, JsonNode]:
    """The sections of `resources`, an object or a list of objects that are merged; `extensions` add to resources."""
    found: dict[str, JsonNode] = {}
    listed = service.variables.get("resources")
    items = listed.items if isinstance(listed, JsonArray) else (listed,)
    for item in items:
        part = None if item is None else service.variables.value(item)
        for member in part.members if isinstance(part, JsonObject) else ():
            name = "Resources" if member.key.value == "extensions" else member.key.value
            if name in ("Resources", *_SECTIONS):
                value = _resources(service, member.value) if name == "Resources" else _quiet(service, member.value)
                found[name] = _merged(found.get(name), value)
    return found


def _resources(service: Service, node: JsonNode) -> JsonNode:
    """Resolved; what is unknown in a resource that carries no policy is not listed."""
    listed = service.variables.value(node)
    if not isinstance(listed, JsonObject):
        return listed
    loud = {
        one.key.value: service.variables.resolved(one.value)
        for one in listed.members
        if _carries_policies(service, one)
    }
    members = (Member(one.key, loud.get(one.key.value) or _quiet(service, one.value)) for one in listed.members)
    return JsonObject(tuple(members), listed.offset)


def _carries_policies(service: Service, resource: Member) -> bool:
    kind = service.get(resource.value, "Type")
    if not isinstance(kind, JsonString):
        return True
    name = kind.value
    return (
        UNKNOWN in name
        or name in RESOURCE_POLICIES
        or name.startswith("AWS::IAM::")
        or name.endswith(("Policy", "Permission", "PermissionSet"))
    )


def _quiet(service: Service, node: JsonNode) -> JsonNode:
    with service.variables.unlisted():
        return service.variables.resolved(node)


def _merged(old: JsonNode | None, new: JsonNode) -> JsonNode:
    """Objects are merged name by name, lists are joined, anything else is replaced."""
    match old, new:
        case JsonObject(), JsonObject():
            members = {one.key.value: one for one in old.members}
            for one in new.members:
                name = one.key.value
                before = members[name].value if name in members else None
                members[name] = Member(one.key, _merged(before, one.value))
            return JsonObject(tuple(members.values()), new.offset)
        case JsonArray(), JsonArray():
            return JsonArray((*old.items, *new.items), new.offset)
        case _:
            return new
