"""Ways from the internet to a function that a template writes out: function URLs, methods of REST APIs, routes of HTTP and
WebSocket APIs, and the paths of an OpenAPI body.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html and
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject
from secrets_cli.inputs.cloudformation.template import Resource, at, text_of
from secrets_cli.inputs.cloudformation.world_view import View, authorizer_of, stricter
from secrets_cli.inputs.found import UNKNOWN, Authorizer, EndpointAt, HeaderAt
from secrets_cli.inputs.resource_policy_callers import callers_named

_METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "x-amazon-apigateway-any-method")
_INTEGRATION: Final = "x-amazon-apigateway-integration"
_ORIGIN: Final = "method.response.header.access-control-allow-origin"
_PATH_PARTS: Final = 32


@dataclass(frozen=True, slots=True)
class Api:
    """What an API says for all of its endpoints."""

    authorizer: Authorizer = Authorizer.NONE
    """Beside what an endpoint says itself: its resource policy."""
    api_key: bool = False
    private: bool = False
    origins: tuple[str, ...] = ()
    origins_at: int = 0


def endpoints_of(function: Resource, view: View) -> Iterator[EndpointAt]:
    """Every endpoint that leads to the function, in the order of the kinds above."""
    for url in view.doors(function, "AWS::Lambda::Url"):
        if _is(view.function(url.property("TargetFunctionArn")), function):
            yield function_url(url.properties, url.key.offset, view)
    for method in view.doors(function, "AWS::ApiGateway::Method"):
        if _is(view.function(view.at(method.properties, "Integration", "Uri")), function):
            yield from _method(method, view)
    for route in view.doors(function, "AWS::ApiGatewayV2::Route"):
        integration = view.referred(route.property("Target"), "AWS::ApiGatewayV2::Integration")
        target = None if integration is None else view.function(integration.property("IntegrationUri"))
        if _is(target, function):
            yield _route(route, view)
    for api in view.doors(function, "AWS::ApiGatewayV2::Api"):
        if _is(view.function(api.property("Target")), function):
            name = view.text(api.property("RouteKey")) or "$default"
            yield _endpoint("httpApi", name, api.key.offset, Authorizer.NONE, http_api(api, view), view)
    for api in view.doors(function, "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        settings = rest_api(api, view) if api.type == "AWS::ApiGateway::RestApi" else http_api(api, view)
        yield from body_endpoints(api.property("Body"), function, settings, view)


def function_url(properties: JsonNode, offset: int, view: View) -> EndpointAt:
    """The endpoint of a function URL, by `AuthType` and `Cors`."""
    cors = view.entry(properties, "Cors", "AllowOrigins")
    return EndpointAt(
        "function-url",
        "",
        view.place(offset),
        authorizer_of(view.text(view.at(properties, "AuthType")) or UNKNOWN),
        cors_origins=() if cors is None else view.texts(cors.value),
        cors_location=None if cors is None else view.place(cors.offset),
    )


def rest_api(api: Resource | None, view: View) -> Api:
    """What an `AWS::ApiGateway::RestApi` says; of one that is not in the template nothing is known to narrow."""
    if api is None:
        return Api()
    policy = api.property("Policy")
    types = view.texts(view.at(api.properties, "EndpointConfiguration", "Types"))
    return Api(
        authorizer=callers_named(None if policy is None else view.resolved(policy)),
        private="PRIVATE" in types,
    )


def http_api(api: Resource | None, view: View) -> Api:
    """What an `AWS::ApiGatewayV2::Api` says."""
    cors = None if api is None else view.entry(api.properties, "CorsConfiguration", "AllowOrigins")
    return Api() if cors is None else Api(origins=view.texts(cors.value), origins_at=cors.offset)


def body_endpoints(body: JsonNode | None, function: Resource, api: Api, view: View) -> Iterator[EndpointAt]:
    """The operations of an OpenAPI document that are integrated with the function.

    An operation without `security`, in a document without, has no authorizer.
    """
    document = view.chosen(body)
    paths = view.at(document, "paths")
    for path in paths.members if isinstance(paths, JsonObject) else ():
        operations = view.chosen(path.value)
        for one in operations.members if isinstance(operations, JsonObject) else ():
            uri = view.at(one.value, _INTEGRATION, "uri")
            if one.key.value.lower() not in _METHODS or not _is(view.function(uri), function):
                continue
            asks = _secured(view.at(one.value, "security"), view.at(document, "security"))
            method = "ANY" if one.key.value.startswith("x-") else one.key.value.upper()
            kind = "http" if document is not None and at(document, "swagger") is not None else "httpApi"
            yield _endpoint(kind, f"{method} {path.key.value}", one.key.offset, asks, api, view)


def _secured(own: JsonNode | None, shared: JsonNode | None) -> Authorizer:
    """A security requirement other than an API key; an operation's own list, even if empty, counts for it."""
    listed = shared if own is None else own
    if listed is None:
        return Authorizer.NONE
    if not isinstance(listed, JsonArray):
        return Authorizer.UNKNOWN
    names = [one.key.value for item in listed.items if isinstance(item, JsonObject) for one in item.members]
    return Authorizer.SOME if any("api_key" not in name.lower() for name in names) else Authorizer.NONE


def _is(found: Resource | None, function: Resource) -> bool:
    return found is not None and found.logical_id == function.logical_id


def _endpoint(kind: str, name: str, offset: int, authorizer: Authorizer, api: Api, view: View) -> EndpointAt:
    return EndpointAt(
        kind,
        name,
        view.place(offset),
        stricter(authorizer, api.authorizer),
        api_key=api.api_key,
        private=api.private,
        cors_origins=api.origins,
        cors_location=view.place(api.origins_at) if api.origins else None,
    )


def _method(method: Resource, view: View) -> Iterator[EndpointAt]:
    verb = view.text(method.property("HttpMethod"))
    if verb == "OPTIONS":
        return  # a browser's preflight, which cannot carry credentials
    api = rest_api(view.referred(method.property("RestApiId"), "AWS::ApiGateway::RestApi"), view)
    headers = (*_origin_headers(method, view), *_preflight_headers(method, view))
    yield EndpointAt(
        "http",
        f"{verb} {_path(method, view)}",
        view.place(method.key.offset),
        stricter(authorizer_of(view.text(method.property("AuthorizationType"))), api.authorizer),
        api_key=view.text(method.property("ApiKeyRequired")) == "true",
        private=api.private,
        headers=tuple(headers),
    )


def _path(method: Resource, view: View) -> str:
    parts: list[str] = []
    part = view.referred(method.property("ResourceId"), "AWS::ApiGateway::Resource")
    while part is not None and len(parts) < _PATH_PARTS:
        parts.append(view.text(part.property("PathPart")).replace(UNKNOWN, "..."))
        part = view.referred(part.property("ParentId"), "AWS::ApiGateway::Resource")
    return "/" + "/".join(reversed(parts))


def _preflight_headers(method: Resource, view: View) -> Iterator[HeaderAt]:
    """What the answer to a preflight of the same path says."""
    for other in view.leads.preflights(method):
        if view.exists(other):
            yield from _origin_headers(other, view)


def _origin_headers(method: Resource, view: View) -> Iterator[HeaderAt]:
    responses = view.at(method.properties, "Integration", "IntegrationResponses")
    for response in responses.items if isinstance(responses, JsonArray) else ():
        parameters = view.at(response, "ResponseParameters")
        for one in parameters.members if isinstance(parameters, JsonObject) else ():
            if one.key.value.lower() == _ORIGIN:
                value = view.text(one.value).strip("'")
                yield HeaderAt(one.key.value.rpartition(".")[2], value, view.place(one.key.offset))


def _route(route: Resource, view: View) -> EndpointAt:
    api = view.referred(route.property("ApiId"), "AWS::ApiGatewayV2::Api")
    asks = authorizer_of(view.text(route.property("AuthorizationType")))
    kind = "httpApi"
    if api is not None and view.text(api.property("ProtocolType")) == "WEBSOCKET":
        kind = "websocket"
        asks = stricter(asks, _connect(api, view))
    key = view.text(route.property("RouteKey"))
    return _endpoint(kind, key, route.key.offset, asks, http_api(api, view), view)


def _connect(api: Resource, view: View) -> Authorizer:
    """What `$connect` asks: no other route is reached without it."""
    for route in view.of_type("AWS::ApiGatewayV2::Route"):
        of = view.referred(route.property("ApiId"), "AWS::ApiGatewayV2::Api")
        if _is(of, api) and text_of(route.property("RouteKey")) == "$connect":
            return authorizer_of(view.text(route.property("AuthorizationType")))
    return Authorizer.NONE
