"""The functions and the parameters of a plan, with their endpoints.

What is known after apply only is joined by the configuration's references, as in `terraform_plan`. Places are those of the
JSON. Values that Terraform calls sensitive stand in a plan like any other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonNode, JsonNumber, JsonObject, JsonString, Member, Places
from secrets_cli.inputs.found import UNKNOWN, Authorizer, EndpointAt, FunctionAt, ParameterAt, VariableAt
from secrets_cli.inputs.resource_policy_callers import callers_named

_FUNCTION: Final = "aws_lambda_function"
_PARTS: Final = 32


class Planned(Protocol):
    """One resource of a plan."""

    @property
    def address(self) -> str:
        """As Terraform names it."""

    @property
    def type(self) -> str:
        """Such as `aws_lambda_function`."""

    @property
    def values(self) -> JsonObject:
        """What it will be."""

    @property
    def offset(self) -> int:
        """Where it stands."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan, as far as functions need it."""

    resources: Sequence[Planned]
    source: str
    places: Places
    referred: Callable[[str, str, str], str]
    """The address of the resource of a type that an attribute of a resource refers to: (address, attribute, type); empty
    for none."""
    unknown: Callable[[str, str], bool]
    """Whether an attribute of a resource is known after apply only."""
    owner: Callable[[str], str]
    """Whose the role is that a function (by its address) runs with."""
    by_address: Mapping[str, Planned]

    def of_type(self, type: str) -> Iterator[Planned]:
        """The resources of a type."""
        return (one for one in self.resources if one.type == type)

    def member(self, resource: Planned, name: str) -> Member | None:
        """An attribute that has a value."""
        return _member(resource.values, name)

    def text(self, resource: Planned, name: str) -> str:
        """An attribute as text; UNKNOWN where it is known after apply only."""
        found = self.member(resource, name)
        if found is None and self.unknown(resource.address, name):
            return UNKNOWN
        return "" if found is None else _text(found.value)


def functions_of_plan(view: PlanView) -> tuple[FunctionAt, ...]:
    """Every function of the plan, in its order."""
    endpoints = list(_endpoints(view))
    return tuple(_function(one, view, endpoints) for one in view.of_type(_FUNCTION))


def parameters_of_plan(view: PlanView) -> tuple[ParameterAt, ...]:
    """Every parameter of the plan, in its order."""
    return tuple(_parameter(one, view) for one in view.of_type("aws_ssm_parameter"))


def _parameter(resource: Planned, view: PlanView) -> ParameterAt:
    key, value = view.member(resource, "key_id"), view.member(resource, "value")
    return ParameterAt(
        resource.address,
        view.text(resource, "type"),
        view.places.at(resource.offset),
        view.source,
        path=view.text(resource, "name"),
        key=view.text(resource, "key_id"),
        key_location=None if key is None else view.places.at(key.key.offset),
        value="" if value is None else _text(value.value),
        value_location=None if value is None else view.places.at(value.key.offset),
    )


def _function(resource: Planned, view: PlanView, endpoints: Sequence[tuple[str, EndpointAt]]) -> FunctionAt:
    runtime = view.member(resource, "runtime")
    return FunctionAt(
        resource.address,
        view.places.at(resource.offset),
        view.source,
        principal=view.owner(resource.address),
        runtime=view.text(resource, "runtime"),
        runtime_location=None if runtime is None else view.places.at(runtime.key.offset),
        environment=tuple(_environment(resource, view)),
        endpoints=tuple(endpoint for target, endpoint in endpoints if target == resource.address),
        key=view.text(resource, "kms_key_arn"),
    )


def _environment(resource: Planned, view: PlanView) -> Iterator[VariableAt]:
    for block in _blocks(resource, "environment"):
        variables = block.get("variables")
        for member in variables.members if isinstance(variables, JsonObject) else ():
            yield VariableAt(member.key.value, _text(member.value), view.places.at(member.key.offset))


def _endpoints(view: PlanView) -> Iterator[tuple[str, EndpointAt]]:
    """Each endpoint with the address of the function it leads to."""
    for url in view.of_type("aws_lambda_function_url"):
        target = _target(url, "function_name", view)
        yield (
            target,
            _with_origins(
                _made("function-url", "", url, _asks(url, "authorization_type", view), view), url, "cors", view
            ),
        )
    for route in view.of_type("aws_apigatewayv2_route"):
        integration = _named(view, view.referred(route.address, "target", "aws_apigatewayv2_integration"))
        if integration is not None:
            yield _target(integration, "integration_uri", view), _route(route, view)
    integrated = {_place(one, view): _target(one, "uri", view) for one in view.of_type("aws_api_gateway_integration")}
    for method in view.of_type("aws_api_gateway_method"):
        if view.text(method, "http_method") != "OPTIONS":
            yield integrated.get(_place(method, view), ""), _method(method, view)


def _target(resource: Planned, attribute: str, view: PlanView) -> str:
    """The function that an attribute names: by reference, or by its name or ARN."""
    referred = view.referred(resource.address, attribute, _FUNCTION)
    if referred:
        return referred
    text = view.text(resource, attribute)
    for one in view.of_type(_FUNCTION):
        if text and text in (view.text(one, "function_name"), view.text(one, "arn"), view.text(one, "invoke_arn")):
            return one.address
    return ""


def _route(route: Planned, view: PlanView) -> EndpointAt:
    api = _named(view, view.referred(route.address, "api_id", "aws_apigatewayv2_api"))
    socket = api is not None and view.text(api, "protocol_type") == "WEBSOCKET"
    asks = _asks(route, "authorization_type", view)
    if socket and asks is Authorizer.NONE:
        asks = _connect(view)
    made = _made("websocket" if socket else "httpApi", view.text(route, "route_key"), route, asks, view)
    return made if api is None else _with_origins(made, api, "cors_configuration", view)


def _connect(view: PlanView) -> Authorizer:
    """What `$connect` asks: no other route of a WebSocket API is reached without it."""
    routes = (one for one in view.of_type("aws_apigatewayv2_route") if view.text(one, "route_key") == "$connect")
    asked = {_asks(one, "authorization_type", view) for one in routes}
    return asked.pop() if len(asked) == 1 else Authorizer.UNKNOWN if asked else Authorizer.NONE


def _place(resource: Planned, view: PlanView) -> tuple[str, str, str]:
    """API, path and verb of a method or of its integration."""
    api = view.referred(resource.address, "rest_api_id", "aws_api_gateway_rest_api")
    return api, _path(resource, view), view.text(resource, "http_method")


def _method(method: Planned, view: PlanView) -> EndpointAt:
    asks = _asks(method, "authorization", view)
    api = _named(view, view.referred(method.address, "rest_api_id", "aws_api_gateway_rest_api"))
    private = False
    if api is not None:
        types = [one.get("types") for one in _blocks(api, "endpoint_configuration")]
        private = any("PRIVATE" in _texts(one) for one in types)
        if asks is Authorizer.NONE and view.text(api, "policy"):
            asks = callers_named(JsonString(view.text(api, "policy"), api.offset))
    name = f"{view.text(method, 'http_method')} {_path(method, view)}"
    made = _made("http", name, method, asks, view)
    return replace(made, api_key=view.text(method, "api_key_required") == "true", private=private)


def _path(resource: Planned, view: PlanView) -> str:
    parts: list[str] = []
    part = _named(view, view.referred(resource.address, "resource_id", "aws_api_gateway_resource"))
    while part is not None and len(parts) < _PARTS:
        parts.append(view.text(part, "path_part"))
        part = _named(view, view.referred(part.address, "parent_id", "aws_api_gateway_resource"))
    return "/" + "/".join(reversed(parts))


def _named(view: PlanView, address: str) -> Planned | None:
    return view.by_address.get(address)


def _made(kind: str, name: str, resource: Planned, asks: Authorizer, view: PlanView) -> EndpointAt:
    return EndpointAt(kind, name.replace(UNKNOWN, "..."), view.places.at(resource.offset), asks)


def _with_origins(made: EndpointAt, resource: Planned, block: str, view: PlanView) -> EndpointAt:
    for one in _blocks(resource, block):
        found = _member(one, "allow_origins")
        if found is not None:
            place = view.places.at(found.key.offset)
            return replace(made, cors_origins=_texts(found.value), cors_location=place)
    return made


def _asks(resource: Planned, name: str, view: PlanView) -> Authorizer:
    text = view.text(resource, name)
    if UNKNOWN in text:
        return Authorizer.UNKNOWN
    return Authorizer.NONE if text in ("", "NONE") else Authorizer.SOME


def _blocks(resource: Planned, name: str) -> Iterator[JsonObject]:
    found = resource.values.get(name)
    for item in found.items if isinstance(found, JsonArray) else ():
        if isinstance(item, JsonObject):
            yield item


def _member(node: JsonObject, name: str) -> Member | None:
    found = next((one for one in node.members if one.key.value == name), None)
    return found if found is not None and _is_set(found.value) else None


def _is_set(node: JsonNode) -> bool:
    return isinstance(node, JsonString | JsonNumber | JsonBool | JsonArray | JsonObject)


def _text(node: JsonNode) -> str:
    match node:
        case JsonString(value):
            return value
        case JsonNumber(text):
            return text
        case JsonBool(value):
            return "true" if value else "false"
        case _:
            return UNKNOWN


def _texts(node: JsonNode | None) -> tuple[str, ...]:
    items = node.items if isinstance(node, JsonArray) else ()
    return tuple(item.value for item in items if isinstance(item, JsonString))
