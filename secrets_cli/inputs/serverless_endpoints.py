"""The endpoints that the events of a serverless.yml's functions make: REST, HTTP and WebSocket APIs, function URLs and load
balancers.

Source: https://www.serverless.com/framework/docs/providers/aws/events/apigateway and its neighbours
"""

from collections.abc import Iterator
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonNode, JsonObject, JsonString
from secrets_cli.inputs.found import UNKNOWN, Authorizer, EndpointAt, HeaderAt
from secrets_cli.inputs.resource_policy_callers import callers_named
from secrets_cli.inputs.serverless_service import Function, Service, Setting, text_in, truthy

_ORIGIN: Final = "access-control-allow-origin"


def endpoints_of(service: Service, function: Function) -> Iterator[EndpointAt]:
    """The function's endpoints, in the order of its events, then its URL."""
    listed = service.variables.within(function.node, "events")
    for item in listed.items if isinstance(listed, JsonArray) else ():
        event = service.variables.value(item)
        members = event.members if isinstance(event, JsonObject) else ()
        for member in members:
            setting = Setting(service.variables.value(member.value), member.key.offset)
            match member.key.value:
                case "http":
                    yield _rest(service, setting)
                case "httpApi":
                    yield _http(service, setting)
                case "websocket":
                    yield _websocket(service, setting)
                case "alb":
                    yield _balancer(service, setting)
                case _:
                    continue
    url = service.outline(function.node, "url")
    if url is not None and truthy(url.value):
        yield _url(service, url)


def _endpoint(
    service: Service,
    kind: str,
    name: str,
    event: Setting,
    authorizer: Authorizer,
    cors: Setting | None = None,
    *,
    api_key: bool = False,
    private: bool = False,
    headers: tuple[HeaderAt, ...] = (),
) -> EndpointAt:
    places = service.variables.places
    origins = () if cors is None else _origins(service, cors.value)
    return EndpointAt(
        kind,
        name.replace(UNKNOWN, "..."),
        places.at(event.offset),
        authorizer,
        api_key=api_key,
        private=private,
        cors_origins=origins,
        cors_location=places.at(cors.offset) if cors is not None and origins else None,
        headers=headers,
    )


def _origins(service: Service, cors: JsonNode) -> tuple[str, ...]:
    """The origins of a `cors` setting; every form of the events and of the provider."""
    if isinstance(cors, JsonBool):
        return ("*",) if cors.value else ()
    if not isinstance(cors, JsonObject):
        return (UNKNOWN,) if isinstance(cors, JsonString) and UNKNOWN in cors.value else ()
    for name in ("origins", "origin", "allowedOrigins", "allowOrigins"):
        found = service.get(cors, name)
        if found is not None:
            items = found.items if isinstance(found, JsonArray) else (found,)
            return tuple(part.strip() for item in items for part in text_in(item).split(","))
    return ("*",)  # what the framework takes where `cors` is an object without origins


def _name(service: Service, event: Setting) -> str:
    """Method and path: `POST /get-secret`."""
    if isinstance(event.value, JsonString):
        method, _, path = event.value.value.partition(" ")
        return f"{method.upper()} /{path.lstrip('/')}" if path else "$default" if method == "*" else method
    method = text_in(service.get(event.value, "method")).upper() or "ANY"
    path = text_in(service.get(event.value, "path"))
    return f"{method} /{path.lstrip('/')}" if path else "$default"


def _asked(service: Service, node: JsonNode | None) -> Authorizer:
    """What an `authorizer` setting asks: a name, an ARN, `aws_iam`, or an object."""
    match node:
        case None:
            return Authorizer.NONE
        case JsonString(value) if UNKNOWN in value:
            return Authorizer.UNKNOWN
        case JsonString(value):
            return Authorizer.NONE if value.upper() in ("", "NONE") else Authorizer.SOME
        case JsonObject():
            kind = text_in(service.get(node, "type"))
            return Authorizer.NONE if kind.upper() == "NONE" else Authorizer.SOME
        case _:
            return Authorizer.SOME if truthy(node) else Authorizer.NONE


def _rest(service: Service, event: Setting) -> EndpointAt:
    own = service.get(event.value, "authorizer") if isinstance(event.value, JsonObject) else None
    asks = _asked(service, own)
    if asks is Authorizer.NONE and _flag(service, event, "useIAMAuth"):
        asks = Authorizer.SOME  # of https://github.com/cloudinspired/serverless-plugin-api-gateway-auth
    if asks is Authorizer.NONE:
        policy = service.get(service.provider, "apiGateway", "resourcePolicy")
        older = service.get(service.provider, "resourcePolicy")
        asks = callers_named(policy or older)
    kind = text_in(service.get(service.provider, "endpointType"))
    return _endpoint(
        service,
        "http",
        _name(service, event),
        event,
        asks,
        service.setting(event.value, "cors") if isinstance(event.value, JsonObject) else None,
        api_key=_flag(service, event, "private"),
        private=kind.upper() == "PRIVATE",
        headers=tuple(_headers(service, event)),
    )


def _flag(service: Service, event: Setting, name: str) -> bool:
    return isinstance(event.value, JsonObject) and truthy(service.get(event.value, name))


def _headers(service: Service, event: Setting) -> Iterator[HeaderAt]:
    """The constant headers about origins, underscores for dashes included, which is a slip."""
    found = service.outline(event.value, "response", "headers") if isinstance(event.value, JsonObject) else None
    for member in found.value.members if found is not None and isinstance(found.value, JsonObject) else ():
        if member.key.value.lower().replace("_", "-") == _ORIGIN:
            value = text_in(service.variables.resolved(member.value)).strip("'")
            yield HeaderAt(member.key.value, value, service.variables.places.at(member.key.offset))


def _http(service: Service, event: Setting) -> EndpointAt:
    own = service.get(event.value, "authorizer") if isinstance(event.value, JsonObject) else None
    cors = service.setting(service.provider, "httpApi", "cors")
    return _endpoint(service, "httpApi", _name(service, event), event, _asked(service, own), cors)


def _websocket(service: Service, event: Setting) -> EndpointAt:
    """No route is reached without `$connect`, so what that asks counts for all."""
    asks = Authorizer.NONE
    for function in service.functions:
        listed = service.variables.within(function.node, "events")
        for item in listed.items if isinstance(listed, JsonArray) else ():
            other = service.outline(service.variables.value(item), "websocket")
            if other is not None and _route(service, other) == "$connect" and isinstance(other.value, JsonObject):
                asks = _asked(service, service.get(other.value, "authorizer"))
    return _endpoint(service, "websocket", _route(service, event), event, asks)


def _route(service: Service, event: Setting) -> str:
    node = event.value if isinstance(event.value, JsonString) else service.get(event.value, "route")
    return text_in(node)


def _balancer(service: Service, event: Setting) -> EndpointAt:
    asked = service.get(event.value, "authorizer") or service.get(event.value, "authorizers")
    asks = Authorizer.SOME if truthy(asked) else Authorizer.NONE
    path = service.get(event.value, "conditions", "path")
    paths = path.items if isinstance(path, JsonArray) else (path,)
    return _endpoint(service, "alb", ", ".join(filter(None, map(text_in, paths))), event, asks)


def _url(service: Service, url: Setting) -> EndpointAt:
    is_object = isinstance(url.value, JsonObject)
    own = service.get(url.value, "authorizer") if is_object else None
    cors = service.setting(url.value, "cors") if is_object else None
    return _endpoint(service, "function-url", "", url, _asked(service, own), cors)
