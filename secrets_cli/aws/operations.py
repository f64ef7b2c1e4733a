"""Which operation a request is: by its target, its action, or its method and URI, in that order.

A REST call is the operation of the services that sign with the call's name whose URI fits: of several, the one that says
most (more of the path and of the query fixed, more of what it requires there). Nothing is guessed: a call that fits no
model is `Unrecognised`, with the reason; two that fit alike are too.

Protocols: https://smithy.io/2.0/aws/protocols/index.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

from secrets_cli.aws.s3_hosts import bucket_of_host
from secrets_cli.aws.service_models import ServiceModels, ServiceNames
from secrets_cli.aws.wire import WireRequest

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape


class Protocol(Enum):
    """How the request is written, which need not be the model's first protocol: older SDKs write another."""

    JSON = "json"
    CBOR = "smithy-rpc-v2-cbor"
    QUERY = "query"
    EC2 = "ec2"
    REST_JSON = "rest-json"
    REST_XML = "rest-xml"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The operation."""

    names: ServiceNames
    operation: "OperationModel"
    protocol: Protocol
    labels: Mapping[str, str]
    """What the URI's labels hold, still percent-encoded; empty but for REST."""

    @property
    def wire_name(self) -> str:
        """`GetParameter`; of CloudFront with its date."""
        return self.operation.wire_name


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """No operation of any model."""

    service: str
    """The name it was signed for, or its target's; empty where it has neither."""
    name: str
    """The operation's name as the request has it, else its method; nothing of its path or body."""

    @property
    def says(self) -> str:
        """For people: `ssm: GetTheParameter`."""
        return f"{self.service or 'unsigned'}: {self.name}"


Recognition: TypeAlias = Recognised | Unrecognised

_RPC_PATH = re.compile(r"/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)")
_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")


def recognise(request: WireRequest, signing_name: str, models: ServiceModels) -> Recognition:
    """The operation of a request that was signed for `signing_name` (empty: not signed)."""
    target = request.headers.get("x-amz-target", "")
    if target:
        return _targeted(target, Protocol.JSON, signing_name, models)
    rpc = _RPC_PATH.search(request.path)
    if rpc is not None and "smithy-protocol" in request.headers:
        return _targeted(f"{rpc['service']}.{rpc['operation']}", Protocol.CBOR, signing_name, models)
    action = form_of(request)
    if action.get("Action"):
        return _action(action["Action"][0], action.get("Version", [""])[0], signing_name, models)
    return _rest(request, signing_name, models)


def form_of(request: WireRequest) -> dict[str, list[str]]:
    """The parameters of a query call, from its query or its form; empty where it is none."""
    text = request.query
    if "x-www-form-urlencoded" in request.headers.get("content-type", "") and request.body:
        text += "&" + request.body.decode("utf-8", "replace")
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def _targeted(target: str, protocol: Protocol, signing_name: str, models: ServiceModels) -> Recognition:
    prefix, _, name = target.rpartition(".")
    candidates = [*models.targeted_by(prefix), *_of(signing_name, models)]
    for names in candidates:
        operation = models.operation(names.model, name)
        if operation is not None:
            return Recognised(names, operation, protocol, {})
    return Unrecognised(signing_name or _short(prefix), _short(name))


def _action(name: str, version: str, signing_name: str, models: ServiceModels) -> Recognition:
    known = [
        (names, operation)
        for names in _of(signing_name, models) or _of("sts", models)  # what is asked unsigned with an action is STS
        if (operation := models.operation(names.model, name)) is not None
    ]
    known.sort(key=lambda one: one[1].service_model.api_version != version)
    if not known:
        return Unrecognised(signing_name, _short(name))
    names, operation = known[0]
    is_ec2 = operation.service_model.protocol == "ec2"
    return Recognised(names, operation, Protocol.EC2 if is_ec2 else Protocol.QUERY, {})


def _of(signing_name: str, models: ServiceModels) -> list[ServiceNames]:
    """The services of a signing name, the one that bears it first."""
    return sorted(models.signed_as(signing_name), key=lambda one: one.model != signing_name)


# -- REST -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Route:
    """One operation's method and URI."""

    names: ServiceNames
    operation: str
    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    fixed: int
    """Characters of the path that are no label."""
    query: tuple[tuple[str, str], ...]
    """What the URI has in its query: `acl` with any value (``), `list-type=2`."""
    required_query: frozenset[str]
    required_headers: frozenset[str]


def _rest(request: WireRequest, signing_name: str, models: ServiceModels) -> Recognition:
    path = rest_path(request) if signing_name in _S3 or not signing_name else request.path
    asked = dict(request.query_pairs)
    fitting = [
        (_weight(route), route, found)
        for route in _routes(signing_name or "s3", models)
        if route.method == request.method and (found := _fits(route, path, asked, request)) is not None
        if signing_name or _is_bucket(route, found)
    ]
    if not fitting:
        return Unrecognised(signing_name, request.method)
    fitting.sort(key=lambda one: one[0], reverse=True)
    _, route, found = fitting[0]
    operation = models.operation(route.names.model, route.operation)
    assert operation is not None, "routes are made of the model's operations"
    protocol = Protocol.REST_XML if operation.service_model.protocol == "rest-xml" else Protocol.REST_JSON
    return Recognised(route.names, operation, protocol, dict(zip(route.labels, found, strict=True)))


_S3 = ("s3", "s3express", "s3-object-lambda", "s3-outposts")


def rest_path(request: WireRequest) -> str:
    """The path with the bucket in it, also where S3's host has it; without S3's idle slash after a bucket."""
    bucket = bucket_of_host(request.host)
    path = f"/{bucket}{request.path}" if bucket else request.path
    return path.rstrip("/") or "/" if path.count("/", 1) <= 1 and path.endswith("/") else path


def _is_bucket(route: _Route, found: tuple[str, ...]) -> bool:
    """Whether an unsigned call names a bucket as buckets are named: others are the endpoint's own pages."""
    return "Bucket" in route.labels and _BUCKET.fullmatch(found[route.labels.index("Bucket")]) is not None


_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def _weight(route: _Route) -> tuple[int, int, int, bool]:
    required = len(route.required_query) + len(route.required_headers)
    return (route.fixed, len(route.query), required, route.names.model == route.names.signing_name)


def _fits(route: _Route, path: str, asked: Mapping[str, str], request: WireRequest) -> tuple[str, ...] | None:
    """What the labels hold, or None."""
    found = route.path.fullmatch(path)
    if found is None or not route.required_query <= asked.keys():
        return None
    if not all(name in asked and (not value or asked[name] == value) for name, value in route.query):
        return None
    return found.groups() if route.required_headers <= request.headers.keys() else None


@lru_cache(maxsize=64)
def _routes(signing_name: str, models: ServiceModels) -> tuple[_Route, ...]:
    served = models.signed_as(signing_name) or (models.signed_as("s3") if signing_name in _S3 else ())
    return tuple(route for names in served for route in _routes_of(names, models))


def _routes_of(names: ServiceNames, models: ServiceModels) -> Iterator[_Route]:
    model = models.model(names.model)
    if not model.protocol.startswith("rest"):
        return
    for name in model.operation_names:
        if name in _LEFT_OUT.get(names.model, ()):
            continue
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        labels = tuple(label for label, _ in _LABEL.findall(path))
        yield _Route(
            names=names,
            operation=name,
            method=operation.http["method"],
            path=re.compile(_expression(path)),
            labels=labels,
            fixed=len(_LABEL.sub("", path)),
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            required_query=frozenset(_required(operation.input_shape, "querystring")),
            required_headers=frozenset(one.lower() for one in _required(operation.input_shape, "header")),
        )


_LEFT_OUT = {
    "s3": frozenset(
        [
            "ListDirectoryBuckets",
            "GetBucketLifecycle",
            "PutBucketLifecycle",
            "GetBucketNotification",
            "PutBucketNotification",
        ]
    )
}
"""Operations with the URI of another one: told apart by the host alone, or the older form of it."""


def _expression(path: str) -> str:
    """`/{Bucket}/{Key+}` as a regular expression."""
    written, place = "", 0
    for label in _LABEL.finditer(path):
        written += re.escape(path[place : label.start()]) + ("(.+)" if label[2] else "([^/]+)")
        place = label.end()
    return written + re.escape(path[place:])


def _required(shape: "Shape | None", location: str) -> Iterator[str]:
    """Names on the wire of the members that must be there, in the query or among the headers."""
    if shape is None:
        return
    for name in shape.required_members:
        serialization = shape.members[name].serialization  # type: ignore[attr-defined]  # likewise
        if serialization.get("location") == location:
            yield serialization.get("name", name)


def _short(text: str) -> str:
    """Of a client's text what may be shown: word characters, not many."""
    return re.sub(r"[^\w.:-]", "?", text)[:80]
