"""How messages speak of endpoints that ask nobody who calls."""

from collections.abc import Iterator

from secrets_cli.gate.subject import FunctionOf
from secrets_cli.inputs.found import UNKNOWN, Authorizer, EndpointAt

_KINDS = {
    "alb": "the load balancer",
    "function-url": "the function URL",
    "http": "the REST API",
    "httpApi": "the HTTP API",
    "websocket": "the WebSocket API",
}


def open_endpoints(of: FunctionOf) -> Iterator[EndpointAt]:
    """Those of the function that certainly have no authorizer and are not for a VPC only."""
    for endpoint in of.function.endpoints:
        if endpoint.authorizer is Authorizer.NONE and not endpoint.private:
            yield endpoint


def called(endpoint: EndpointAt) -> str:
    """The endpoint in a message: its kind, method and path."""
    kind = _KINDS.get(endpoint.kind, f"the {endpoint.kind} endpoint")
    return f"{kind} `{endpoint.name.replace(UNKNOWN, '...')}`" if endpoint.name else kind
