"""API Gateway's management calls: the action is the HTTP verb, the ARN is the path.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html. REST and HTTP APIs
log under one event source; an operation that both have is told by its parameters (`restApiId` or `apiId`).
"""

import re
from urllib.parse import quote

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.events.parameters import named_texts
from secrets_cli.catalog.grant import ApiCall, Grant
from secrets_cli.catalog.http_route import ApiModel, HttpRoute

SOURCE = "apigateway"
_FIELD = re.compile(r"\{([^}+]+)\+?\}")


def gateway_grant(event_name: str, call: ApiCall, catalog: Catalog) -> Grant | None:
    """The grant of an API Gateway operation, or None where neither API has an operation of the name."""
    values = _values(call)
    route = _route(event_name, values, catalog)
    if route is None:
        return None
    action = catalog.action(f"apigateway:{route.verb}")
    if action is None:
        return None
    arn = f"arn:{call.partition or 'aws'}:apigateway:{call.region or '*'}::{_path(route, values)}"
    return Grant(action.full_name, (arn,), rule=f"apigateway-{route.model.value}")


def _route(event_name: str, values: dict[str, str], catalog: Catalog) -> HttpRoute | None:
    rest = catalog.http_route(ApiModel.REST, event_name)
    http = catalog.http_route(ApiModel.HTTP, event_name)
    if rest is None or http is None:
        return rest or http
    return http if "apiid" in values and "restapiid" not in values else rest


def _values(call: ApiCall) -> dict[str, str]:
    """Parameters by folded name, the shallowest first."""
    found: dict[str, str] = {}
    for path, value in sorted(named_texts(call.parameters), key=lambda entry: len(entry[0])):
        if path:
            found.setdefault(_folded(path[-1]), value)
    return found


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _path(route: HttpRoute, values: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        written = values.get(_folded(found[1]))
        return quote(written, safe="") if written else "*"

    return _FIELD.sub(value, route.uri).removeprefix("/v2")
