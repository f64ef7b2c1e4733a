"""The functions of a template: runtime, environment, role, and the endpoints that lead to them.

Where conditions decide something, each way it can come out is given: every value of a variable and every endpoint there
may be. A runtime or role that differs is unknown.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString, Member
from secrets_cli.iam.location import Location
from secrets_cli.inputs.cloudformation.api_endpoints import endpoints_of
from secrets_cli.inputs.cloudformation.conditions import Conditions
from secrets_cli.inputs.cloudformation.documents import principal_of
from secrets_cli.inputs.cloudformation.intrinsics import World, conditions_in
from secrets_cli.inputs.cloudformation.leads import FUNCTIONS, Leads
from secrets_cli.inputs.cloudformation.sam_endpoints import sam_endpoints_of
from secrets_cli.inputs.cloudformation.template import Resource, Template, function_of, text_of
from secrets_cli.inputs.cloudformation.world_view import Entry, View
from secrets_cli.inputs.found import UNKNOWN, EndpointAt, FunctionAt, VariableAt

_SAM: Final = "AWS::Serverless::Function"
_STORED: Final = re.compile(r"\{\{resolve:(?:ssm-secure|secretsmanager):(?:\$\{[^}]*\}|[^}])*\}\}")
_ROLE_ARN: Final = re.compile(r"arn:[^:]*:iam::[^:]*:role/(?:.*/)?([^/]+)")


def functions_of_template(
    template: Template, given: Mapping[str, str], conditions: Conditions, leads: Leads
) -> tuple[FunctionAt, ...]:
    """Every function that the template makes, in its order."""
    shared: list[JsonNode] = [template.function_globals, template.api_globals, template.http_api_globals]
    found: list[FunctionAt] = []
    for resource in template.resources.values():
        if resource.type not in FUNCTIONS:
            continue
        around = leads.around(resource)
        names = conditions_in([resource.properties, *shared, *(one.properties for one in around)])
        names |= {one.condition.value for one in (resource, *around) if one.condition is not None}
        views = (View(template, given, world, leads) for world in conditions.worlds(names).worlds or (World(),))
        made = [_function(resource, view) for view in views if view.exists(resource)]
        if made:
            found.append(_joined(made))
    return tuple(found)


def _joined(made: list[FunctionAt]) -> FunctionAt:
    """One function of what it is in each world."""
    if len(made) == 1:
        return made[0]
    first = made[0]
    runtimes = dict.fromkeys(one.runtime for one in made)
    principals = {one.principal for one in made}
    environment: dict[VariableAt, None] = {}
    endpoints: dict[EndpointAt, None] = {}
    for one in made:
        environment |= dict.fromkeys(one.environment)
        endpoints |= dict.fromkeys(one.endpoints)
    return FunctionAt(
        first.name,
        first.location,
        first.source,
        principal=first.principal if len(principals) == 1 else "",
        runtime=first.runtime if len(runtimes) == 1 else UNKNOWN,
        runtime_location=first.runtime_location,
        environment=tuple(environment),
        endpoints=tuple(endpoints),
        key=next((one.key for one in made if not one.key), first.key),
    )


def _function(resource: Resource, view: View) -> FunctionAt:
    sam = resource.type == _SAM
    shared = view.template.function_globals if sam else JsonObject((), 0)

    def setting(name: str) -> Entry | None:
        return view.entry(resource.properties, name) or view.entry(shared, name)

    package, key = setting("PackageType"), setting("KmsKeyArn")
    runtime = setting("Runtime") if package is None or view.text(package.value) != "Image" else None
    endpoints = (*(sam_endpoints_of(resource, view) if sam else ()), *endpoints_of(resource, view))
    return FunctionAt(
        resource.logical_id,
        view.place(resource.key.offset),
        "sam" if view.template.is_sam else "cloudformation",
        principal=_principal(resource, setting("Role"), view),
        runtime="" if runtime is None else _name(view.text(runtime.value)),
        runtime_location=_place(runtime, view),
        environment=tuple(_environment(resource, shared, view)),
        endpoints=tuple(dict.fromkeys(endpoints)),
        key="" if key is None else view.text(key.value),
    )


def _name(text: str) -> str:
    """An identifier is known whole or not at all."""
    return UNKNOWN if UNKNOWN in text else text


def _place(entry: Entry | None, view: View) -> Location | None:
    return None if entry is None else view.place(entry.offset)


def _principal(resource: Resource, role: Entry | None, view: View) -> str:
    if role is None:
        return f"function {resource.logical_id}" if resource.type == _SAM else ""
    called = function_of(role.value)
    if called is not None and called[0] == "Fn::GetAtt":
        parts = called[1].items if isinstance(called[1], JsonArray) else ()
        name = text_of(parts[0]) if parts else (text_of(called[1]) or "").partition(".")[0]
        return principal_of(_reference(name or "", role.value.offset), "role", view.template)
    named = _ROLE_ARN.fullmatch(view.text(role.value))
    if named is None or UNKNOWN in named[1]:
        target = view.referred(role.value, "AWS::IAM::Role")
        return "" if target is None else f"role {target.logical_id}"
    return principal_of(JsonString(named[1], role.value.offset), "role", view.template)


def _reference(name: str, offset: int) -> JsonNode:
    return JsonObject((Member(JsonString("Ref", offset), JsonString(name, offset)),), offset)


def _environment(resource: Resource, shared: JsonObject, view: View) -> Iterator[VariableAt]:
    own = view.at(resource.properties, "Environment", "Variables")
    names: set[str] = set()
    for node in (own, view.at(shared, "Environment", "Variables")):
        for member in node.members if isinstance(node, JsonObject) and function_of(node) is None else ():
            value = view.chosen(member.value)
            if value is not None and member.key.value not in names:
                names.add(member.key.value)
                place = view.place(member.key.offset)
                yield VariableAt(member.key.value, view.text(value), place, _stored_in(value))


def _stored_in(node: JsonNode) -> str:
    """The dynamic reference to a stored secret in the node, or an empty text."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case JsonString(value):
                found = _STORED.search(value)
                if found:
                    return found.group()
            case JsonArray(items):
                waiting += items
            case JsonObject(members):
                waiting += (member.value for member in members)
            case _:
                continue
    return ""
