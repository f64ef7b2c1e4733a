"""Ways from the internet to the functions of a configuration: function URLs, routes of HTTP and WebSocket APIs, and methods
of REST APIs.

Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs, resources lambda_function_url,
apigatewayv2_route and api_gateway_method with their neighbours
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from secrets_cli.inputs.found import UNKNOWN, Authorizer, EndpointAt, HeaderAt
from secrets_cli.inputs.resource_policy_callers import callers_named
from secrets_cli.inputs.terraform_attribute import uninstantiated
from secrets_cli.inputs.terraform_blocks import instances_of
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_functions import items_of
from secrets_cli.inputs.terraform_json import Encoder
from secrets_cli.inputs.terraform_module import Module, Resource
from secrets_cli.inputs.terraform_references import References
from secrets_cli.inputs.terraform_value import MapValue, Null, scalar_text

_FUNCTIONS: Final = ("aws_lambda_function", "aws_lambda_alias")
_HTTP_API: Final = "aws_apigatewayv2_api"
_REST_API: Final = "aws_api_gateway_rest_api"
_ORIGIN: Final = "method.response.header.access-control-allow-origin"
_PARTS: Final = 32


class Endpoints:
    """The endpoints of one configuration, by the function they lead to."""

    __slots__ = ("_by_function", "_evaluator", "_modules", "_references")

    def __init__(self, evaluator: Evaluator, modules: Sequence[Module]) -> None:
        self._evaluator = evaluator
        self._modules = modules
        self._references = References(modules)
        self._by_function: dict[int, list[EndpointAt]] = {}
        for target, endpoint in (*self._urls(), *self._routes(), *self._quick(), *self._methods()):
            self._by_function.setdefault(id(target), []).append(endpoint)

    def of(self, function: Resource) -> tuple[EndpointAt, ...]:
        """Those that lead to the function."""
        return tuple(self._by_function.get(id(function), ()))

    # What resources say

    def _all(self, type: str) -> Iterator[Resource]:
        return (one for module in self._modules for one in module.managed() if one.type == type)

    def _referred(self, resource: Resource, name: str, *types: str) -> Resource | None:
        written = resource.block.body.attribute(name)
        return self._references.first(None if written is None else written.value, resource.module, *types)

    def _function(self, resource: Resource, name: str) -> Resource | None:
        found = self._referred(resource, name, *_FUNCTIONS)
        if found is not None and found.type == "aws_lambda_alias":
            return self._referred(found, "function_name", "aws_lambda_function")
        return found

    def _text(self, resource: Resource, name: str) -> str:
        written = resource.block.body.attribute(name)
        if written is None:
            return ""
        value = self._evaluator.evaluate(written.value, uninstantiated(resource))
        text = scalar_text(value)
        return "" if isinstance(value, Null) else UNKNOWN if text is None else text.value

    def _asks(self, resource: Resource, name: str) -> Authorizer:
        text = self._text(resource, name)
        if UNKNOWN in text:
            return Authorizer.UNKNOWN
        return Authorizer.NONE if text in ("", "NONE") else Authorizer.SOME

    def _endpoint(self, kind: str, name: str, resource: Resource, asks: Authorizer) -> EndpointAt:
        place = self._evaluator.sources.at(resource.block.offset)
        return EndpointAt(kind, name.replace(UNKNOWN, "..."), place, asks)

    def _with_origins(self, endpoint: EndpointAt, resource: Resource, block: str) -> EndpointAt:
        """With the `allow_origins` of a block of the resource."""
        for instance in instances_of(self._evaluator, resource.block.body, block, uninstantiated(resource)):
            written = instance.block.body.attribute("allow_origins")
            if written is not None:
                items = items_of(self._evaluator.evaluate(written.value, instance.scope)) or ()
                texts = (scalar_text(item) for item in items)
                origins = tuple(text.value for text in texts if text is not None)
                place = self._evaluator.sources.at(written.offset)
                return replace(endpoint, cors_origins=origins, cors_location=place)
        return endpoint

    # Function URLs, HTTP and WebSocket APIs

    def _urls(self) -> Iterator[tuple[Resource, EndpointAt]]:
        for url in self._all("aws_lambda_function_url"):
            target = self._function(url, "function_name")
            if target is not None:
                endpoint = self._endpoint("function-url", "", url, self._asks(url, "authorization_type"))
                yield target, self._with_origins(endpoint, url, "cors")

    def _routes(self) -> Iterator[tuple[Resource, EndpointAt]]:
        for route in self._all("aws_apigatewayv2_route"):
            integration = self._referred(route, "target", "aws_apigatewayv2_integration")
            target = None if integration is None else self._function(integration, "integration_uri")
            if target is None:
                continue
            api = self._referred(route, "api_id", _HTTP_API)
            asks, kind = self._asks(route, "authorization_type"), "httpApi"
            if api is not None and self._text(api, "protocol_type") == "WEBSOCKET":
                kind = "websocket"
                asks = self._connect(api) if asks is Authorizer.NONE else asks
            endpoint = self._endpoint(kind, self._text(route, "route_key"), route, asks)
            yield target, endpoint if api is None else self._with_origins(endpoint, api, "cors_configuration")

    def _connect(self, api: Resource) -> Authorizer:
        """What `$connect` asks: no other route is reached without it."""
        for route in self._all("aws_apigatewayv2_route"):
            if self._text(route, "route_key") == "$connect" and self._referred(route, "api_id", _HTTP_API) is api:
                return self._asks(route, "authorization_type")
        return Authorizer.NONE

    def _quick(self) -> Iterator[tuple[Resource, EndpointAt]]:
        """An API whose `target` is a function has one route for everything."""
        for api in self._all(_HTTP_API):
            target = self._function(api, "target")
            if target is not None:
                name = self._text(api, "route_key") or "$default"
                endpoint = self._endpoint("httpApi", name, api, Authorizer.NONE)
                yield target, self._with_origins(endpoint, api, "cors_configuration")

    # REST APIs

    def _methods(self) -> Iterator[tuple[Resource, EndpointAt]]:
        integrated = dict(self._integrated())
        headers: dict[str, list[HeaderAt]] = {}
        for path, header in self._headers():
            headers.setdefault(path, []).append(header)
        for method in self._all("aws_api_gateway_method"):
            verb = self._text(method, "http_method")
            target = integrated.get(id(method)) or integrated.get(self._place(method))
            if target is None or verb == "OPTIONS":
                continue
            asks = self._asks(method, "authorization")
            api = self._referred(method, "rest_api_id", _REST_API)
            if asks is Authorizer.NONE and api is not None:
                asks = self._policy(api)
            endpoint = self._endpoint("http", f"{verb} {self._path(method)}", method, asks)
            yield (
                target,
                replace(
                    endpoint,
                    api_key=self._text(method, "api_key_required") == "true",
                    private=api is not None and self._is_private(api),
                    headers=tuple(headers.get(self._path(method), ())),
                ),
            )

    def _integrated(self) -> Iterator[tuple[int | tuple[str, str], Resource]]:
        """The functions that methods are integrated with, by the method (its id) or its place."""
        for integration in self._all("aws_api_gateway_integration"):
            target = self._function(integration, "uri")
            method = self._referred(integration, "http_method", "aws_api_gateway_method")
            if target is not None:
                yield (self._place(integration) if method is None else id(method)), target

    def _place(self, resource: Resource) -> tuple[str, str]:
        """Path and verb of a method or of what belongs to it."""
        return self._path(resource), self._text(resource, "http_method")

    def _path(self, method: Resource) -> str:
        parts: list[str] = []
        part = self._referred(method, "resource_id", "aws_api_gateway_resource")
        while part is not None and len(parts) < _PARTS:
            parts.append(self._text(part, "path_part"))
            part = self._referred(part, "parent_id", "aws_api_gateway_resource")
        return "/" + "/".join(reversed(parts))

    def _policy(self, api: Resource) -> Authorizer:
        carriers = [api] + [
            one
            for one in self._all("aws_api_gateway_rest_api_policy")
            if self._referred(one, "rest_api_id", _REST_API) is api
        ]
        for carrier in carriers:
            written = carrier.block.body.attribute("policy")
            if written is None:
                continue
            value = self._evaluator.evaluate(written.value, uninstantiated(carrier))
            return callers_named(Encoder().node(value))
        return Authorizer.NONE

    def _is_private(self, api: Resource) -> bool:
        for instance in instances_of(self._evaluator, api.block.body, "endpoint_configuration", uninstantiated(api)):
            written = instance.block.body.attribute("types")
            items = () if written is None else items_of(self._evaluator.evaluate(written.value, instance.scope)) or ()
            texts = (scalar_text(item) for item in items)
            if any(text is not None and text.value == "PRIVATE" for text in texts):
                return True
        return False

    def _headers(self) -> Iterator[tuple[str, HeaderAt]]:
        """What answers say of origins, the answer to a preflight included, by their path."""
        for response in self._all("aws_api_gateway_integration_response"):
            written = response.block.body.attribute("response_parameters")
            if written is None:
                continue
            path = self._path(response)
            value = self._evaluator.evaluate(written.value, uninstantiated(response))
            for key, item in value.members if isinstance(value, MapValue) else ():
                text = scalar_text(item)
                if key.value.lower() == _ORIGIN and text is not None:
                    place = self._evaluator.sources.at(key.offset)
                    yield path, HeaderAt(key.value.rpartition(".")[2], text.value.strip("'"), place)
