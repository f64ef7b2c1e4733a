"""Ways from the internet to a function that SAM makes of its events, of `FunctionUrlConfig` and of an API's settings.

An event without an API stands on the API that SAM adds, whose settings are in `Globals`. A default authorizer counts for
every event that does not say `Authorizer: NONE`. An API whose paths are written in OpenAPI may have authorizers there.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-controlling-access-to-apis.html
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from secrets_cli.iam.json_text import JsonBool, JsonNode, JsonObject
from secrets_cli.inputs.cloudformation.api_endpoints import Api, body_endpoints, function_url, http_api, rest_api
from secrets_cli.inputs.cloudformation.template import Resource
from secrets_cli.inputs.cloudformation.world_view import View, authorizer_of, stricter
from secrets_cli.inputs.found import UNKNOWN, Authorizer, EndpointAt
from secrets_cli.inputs.resource_policy_callers import callers_named

_APIS: Final = ("AWS::Serverless::Api", "AWS::ApiGateway::RestApi")
_HTTP_APIS: Final = ("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api")
_ALLOW_LISTS: Final = (
    "AwsAccountWhitelist",
    "IpRangeWhitelist",
    "SourceVpcWhitelist",
    "IntrinsicVpcWhitelist",
    "IntrinsicVpceWhitelist",
)


def sam_endpoints_of(function: Resource, view: View) -> Iterator[EndpointAt]:
    """Every endpoint that SAM makes for the function."""
    yield from _url(function, view)
    events = view.at(function.properties, "Events")
    for event in events.members if isinstance(events, JsonObject) else ():
        kind = view.text(view.at(event.value, "Type"))
        properties = view.at(event.value, "Properties") or JsonObject((), event.key.offset)
        if kind == "Api":
            yield _event("http", "RestApiId", event.key.offset, properties, view)
        elif kind == "HttpApi":
            yield _event("httpApi", "ApiId", event.key.offset, properties, view)
    for api in view.doors(function, "AWS::Serverless::Api", "AWS::Serverless::HttpApi"):
        http = api.type.endswith("HttpApi")
        settings = _api(api, _globals(http, view), view)
        for endpoint in body_endpoints(api.property("DefinitionBody"), function, settings, view):
            default = _default(api, _globals(http, view), view)
            yield replace(endpoint, authorizer=stricter(endpoint.authorizer, default))


def _url(function: Resource, view: View) -> Iterator[EndpointAt]:
    own = view.entry(function.properties, "FunctionUrlConfig")
    shared = view.entry(view.template.function_globals, "FunctionUrlConfig")
    found = own or shared
    if found is not None:
        merged = _merged(None if shared is None else shared.value, found.value)
        yield function_url(merged, found.offset, view)


def _merged(shared: JsonNode | None, own: JsonNode) -> JsonNode:
    """Own settings over those of `Globals`."""
    if not isinstance(shared, JsonObject) or not isinstance(own, JsonObject):
        return own
    names = {one.key.value for one in own.members}
    return JsonObject((*own.members, *(one for one in shared.members if one.key.value not in names)), own.offset)


def _globals(http: bool, view: View) -> JsonObject:
    return view.template.http_api_globals if http else view.template.api_globals


def _event(kind: str, reference: str, offset: int, properties: JsonNode, view: View) -> EndpointAt:
    http = kind == "httpApi"
    shared = _globals(http, view)
    node = view.at(properties, reference)
    api = view.referred(node, *(_HTTP_APIS if http else _APIS))
    settings = _api(api, shared if api is None or api.type.startswith("AWS::Serverless") else JsonObject((), 0), view)
    own = view.at(properties, "Auth", "Authorizer")
    asks = authorizer_of(view.text(own)) if own is not None else _default(api, shared, view)
    if node is not None and api is None and own is None:
        asks = Authorizer.UNKNOWN  # the API's settings are elsewhere
    policy = _policy(view.at(properties, "Auth", "ResourcePolicy"), view)
    key = view.at(properties, "Auth", "ApiKeyRequired")
    return EndpointAt(
        kind,
        _named(properties, view),
        view.place(offset),
        stricter(stricter(asks, policy), settings.authorizer),
        api_key=settings.api_key if key is None else view.text(key) == "true",
        private=settings.private,
        cors_origins=settings.origins,
        cors_location=view.place(settings.origins_at) if settings.origins else None,
    )


def _named(properties: JsonNode, view: View) -> str:
    method, path = view.text(view.at(properties, "Method")), view.text(view.at(properties, "Path"))
    return f"{method.upper() or 'ANY'} {path}".replace(UNKNOWN, "...") if path else "$default"


def _setting(api: Resource | None, shared: JsonObject, view: View, *path: str) -> JsonNode | None:
    own = None if api is None else view.at(api.properties, *path)
    return view.at(shared, *path) if own is None else own


def _default(api: Resource | None, shared: JsonObject, view: View) -> Authorizer:
    """The API's default authorizer; unknown where its OpenAPI text may have one."""
    if api is not None and not api.type.startswith("AWS::Serverless"):
        return Authorizer.UNKNOWN if api.property("Body") is not None else Authorizer.NONE
    found = _setting(api, shared, view, "Auth", "DefaultAuthorizer")
    if found is not None:
        return authorizer_of(view.text(found))
    body = api is not None and (api.property("DefinitionBody") or api.property("DefinitionUri")) is not None
    return Authorizer.UNKNOWN if body and not _readable(api, view) else Authorizer.NONE


def _readable(api: Resource | None, view: View) -> bool:
    """Whether the paths are written out here, without any security."""
    body = None if api is None else view.at(api.properties, "DefinitionBody")
    return view.at(body, "paths") is not None and view.at(body, "security") is None


def _policy(node: JsonNode | None, view: View) -> Authorizer:
    if node is None:
        return Authorizer.NONE
    if any(view.at(node, name) is not None for name in _ALLOW_LISTS):
        return Authorizer.SOME
    statements = view.at(node, "CustomStatements")
    return callers_named(None if statements is None else view.resolved(statements))


def _api(api: Resource | None, shared: JsonObject, view: View) -> Api:
    if api is not None and api.type == "AWS::ApiGateway::RestApi":
        return rest_api(api, view)
    if api is not None and api.type == "AWS::ApiGatewayV2::Api":
        return http_api(api, view)
    origins, place = _origins(api, shared, view)
    asks = _policy(_setting(api, shared, view, "Auth", "ResourcePolicy"), view)
    types = _setting(api, shared, view, "EndpointConfiguration")
    private = view.text(view.at(types, "Type") if isinstance(types, JsonObject) else types) == "PRIVATE"
    return Api(
        authorizer=stricter(asks, _mutual_tls(api, shared, view)),
        api_key=view.text(_setting(api, shared, view, "Auth", "ApiKeyRequired")) == "true",
        private=private,
        origins=origins,
        origins_at=place,
    )


def _mutual_tls(api: Resource | None, shared: JsonObject, view: View) -> Authorizer:
    """A client's certificate is asked for on the own domain; AWS's own endpoint must be off with it."""
    asked = _setting(api, shared, view, "Domain", "MutualTlsAuthentication") is not None
    off = view.text(_setting(api, shared, view, "DisableExecuteApiEndpoint")) == "true"
    return Authorizer.SOME if asked and off else Authorizer.NONE


def _origins(api: Resource | None, shared: JsonObject, view: View) -> tuple[tuple[str, ...], int]:
    for properties in (None if api is None else api.properties, shared):
        for name, inner in (("Cors", "AllowOrigin"), ("CorsConfiguration", "AllowOrigins")):
            found = view.entry(properties, name)
            if found is None:
                continue
            if isinstance(found.value, JsonBool):
                return (("*",) if found.value.value else (), found.offset)
            listed = view.entry(found.value, inner)
            if listed is not None:
                return tuple(text.strip("'") for text in view.texts(listed.value)), listed.offset
            if not isinstance(found.value, JsonObject) or view.resolved(found.value) != found.value:
                return (view.text(found.value).strip("'"),), found.offset
            return (), found.offset
    return (), 0
