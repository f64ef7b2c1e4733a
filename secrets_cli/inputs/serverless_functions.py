"""The functions of a serverless.yml: runtime, environment, role, and the endpoints that their events make.

`environment`, `runtime` and `kmsKeyArn` of the provider count where a function does not set its own. `private: true` asks
for an API key, which is no authorizer. `cors: true` lets any origin in. What is unknown here is not listed: it is UNKNOWN.

Source: https://www.serverless.com/framework/docs/providers/aws/guide/functions and the pages of its events
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from secrets_cli.iam.json_text import JsonNode, JsonObject, JsonString
from secrets_cli.inputs.found import UNKNOWN, FunctionAt, VariableAt
from secrets_cli.inputs.serverless_endpoints import endpoints_of
from secrets_cli.inputs.serverless_roles import principal_of
from secrets_cli.inputs.serverless_service import Function, Service, Setting, text_in

_STORED: Final = re.compile(
    r"\$\{(?:(?:ssm(?:\([^)]*\))?|secretsmanager|aws:ssm|aws:secretsmanager|vault)[.:][^}]*|[^}]*secretsmanager[^}]*)\}"
)
_SELF: Final = re.compile(r"\$\{self:([A-Za-z0-9_.-]+)\}")
_HOPS: Final = 8


def functions_of_service(service: Service, values: Mapping[str, str]) -> tuple[FunctionAt, ...]:
    """Every function of the service, in its order. To be asked last: what is unknown in here is not listed later either."""
    with service.variables.unlisted():
        return tuple(_function(service, one, values) for one in service.functions)


def _function(service: Service, function: Function, values: Mapping[str, str]) -> FunctionAt:
    runtime = _own_or_shared(service, function, "runtime")
    key = _own_or_shared(service, function, "kmsKeyArn")
    has_image = service.outline(function.node, "image") is not None
    return FunctionAt(
        function.key,
        service.variables.places.at(function.offset),
        "serverless",
        principal=principal_of(service, function, values),
        runtime="" if runtime is None or has_image else _whole(text_in(runtime.value)),
        runtime_location=None if runtime is None else service.variables.places.at(runtime.offset),
        environment=tuple(_environment(service, function)),
        endpoints=tuple(endpoints_of(service, function)),
        key="" if key is None else text_in(key.value),
    )


def _whole(text: str) -> str:
    return UNKNOWN if UNKNOWN in text else text


def _own_or_shared(service: Service, function: Function, name: str) -> Setting | None:
    return service.setting(function.node, name) or service.setting(service.provider, name)


def _environment(service: Service, function: Function) -> Iterator[VariableAt]:
    seen: set[str] = set()
    for node in (function.node, service.provider):
        found = service.outline(node, "environment")
        members = found.value.members if found is not None and isinstance(found.value, JsonObject) else ()
        for member in members:
            value = service.variables.resolved(member.value)
            if member.key.value not in seen:
                seen.add(member.key.value)
                place = service.variables.places.at(member.key.offset)
                yield VariableAt(member.key.value, text_in(value), place, _stored_in(service, member.value))


def _stored_in(service: Service, node: JsonNode) -> str:
    """The variable that asks a store of secrets, behind those that name it."""
    for _ in range(_HOPS):
        if not isinstance(node, JsonString):
            return ""
        found = _STORED.search(node.value)
        if found:
            return found.group()
        named = _SELF.fullmatch(node.value.strip())
        around: JsonNode | None = service.variables.root
        for step in named[1].split(".") if named else ("",):
            around = around.get(step) if isinstance(around, JsonObject) else None
        if around is None:
            return ""
        node = around
    return ""
