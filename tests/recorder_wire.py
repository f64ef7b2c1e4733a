"""Calls as the SDK writes them, for tests of the recorder: any operation, with made-up members, in any protocol."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from secrets_cli.aws.operations import Recognised, recognise
from secrets_cli.aws.service_models import ServiceModels
from secrets_cli.aws.wire import WireAnswer, WireRequest
from secrets_cli.usage.recorder.records import Drafted, Exchange, drafted
from secrets_cli.usage.recorder.scope import scope_of

MODELS = ServiceModels()
CANARY = "canary-Xy7-of-the-recorder"
_DEEPEST = 3


def sampled(shape: Any, text: str = "txt", seen: tuple[str, ...] = ()) -> Any:
    """A value for each member of a shape, three levels deep; None where a shape holds itself."""
    match shape.type_name:
        case "structure":
            return None if shape.name in seen else _sampled_members(shape, text, (*seen, shape.name))
        case "list":
            inner = sampled(shape.member, text, seen)
            return None if inner is None else [inner]
        case "map":
            inner = sampled(shape.value, text, seen)
            return None if inner is None else {"k-1": inner}
        case "string":
            return shape.enum[0] if shape.enum else text
        case kind:
            plain = {"blob": text.encode(), "boolean": True, "timestamp": 1_700_000_000, "float": 1.5, "double": 1.5}
            return plain.get(kind, 3)


def _sampled_members(shape: Any, text: str, seen: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if len(seen) > _DEEPEST and name not in shape.required_members:
            continue
        value = sampled(member, text, seen)
        if value is not None and not (getattr(shape, "is_tagged_union", False) and found):
            found[name] = value
    return found


def request_of(
    model: str,
    operation: str,
    members: dict[str, Any],
    *,
    protocol: str = "",
    key: str = "AKIAEXAMPLE",
    region: str = "eu-west-1",
    host: str = "127.0.0.1:4566",
) -> WireRequest:
    """The request that the SDK makes, with a signature's scope (and no signature)."""
    from botocore.serialize import create_serializer

    own = MODELS.model(model)
    serializer = create_serializer(protocol or own.resolved_protocol, include_validation=False)
    made = serializer.serialize_to_request(members, own.operation_model(operation))
    path, _, in_path = made["url_path"].partition("?")
    query = made["query_string"]
    text = urlencode(query, doseq=True) if isinstance(query, dict) else str(query)
    body = made["body"]
    if isinstance(body, dict):
        body = urlencode(body, doseq=True)
    names = next(one for one in MODELS.names if one.model == model)
    scope = f"Credential={key}/20260901/{region}/{names.signing_name}/aws4_request"
    headers = {name.lower(): str(value) for name, value in made["headers"].items()} | {
        "host": host,
        "authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
        "user-agent": "sdk/1",
    }
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    return WireRequest(made["method"], path, "&".join(part for part in (in_path, text) if part), headers, content)


def answered(body: bytes = b"", status: int = 200, **headers: str) -> WireAnswer:
    """An answer; a header `x_amzn_errortype` is written with hyphens."""
    return WireAnswer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def known(request: WireRequest) -> Recognised:
    """What the request is; a test fails where that is not known."""
    found = recognise(request, scope_of(request).service, MODELS)
    assert isinstance(found, Recognised), found
    return found


def draft(request: WireRequest, answer: WireAnswer | None = None) -> Drafted:
    """The record of a call, at a fixed time."""
    at = datetime(2026, 9, 1, 12, 0, 5, tzinfo=UTC)
    return drafted(Exchange(request, answer or answered(), scope_of(request), at), known(request))


def event_of(
    model: str, operation: str, members: dict[str, Any], answer: WireAnswer | None = None, protocol: str = ""
) -> dict[str, Any]:
    """The record's fields."""
    return dict(draft(request_of(model, operation, members, protocol=protocol), answer).event)
