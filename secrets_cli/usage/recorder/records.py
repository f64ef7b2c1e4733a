"""One record, as CloudTrail would have written it, of a request and its answer.

Fields: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html. Left out is
what there is none of on a loopback connection (`tlsDetails`). The caller is filled in when the record is delivered: their key may
become known later.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from secrets_cli.aws.answers import AnsweredError, answer_members, error_of
from secrets_cli.aws.ec2_names import written_request as ec2_request
from secrets_cli.aws.operations import Protocol, Recognised
from secrets_cli.aws.request_members import request_members
from secrets_cli.aws.wire import WireAnswer, WireRequest
from secrets_cli.aws.written_names import HIDDEN, Written, small, written
from secrets_cli.catalog.events import is_denial
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.recorder import event_names
from secrets_cli.usage.recorder.dynamodb_parameters import dynamodb_parameters
from secrets_cli.usage.recorder.hidden import keep_of, quotes, quotes_body
from secrets_cli.usage.recorder.s3_parameters import s3_parameters
from secrets_cli.usage.recorder.scope import Scope

_LONGEST_MESSAGE: Final = 1024
"""Characters of an error's text that CloudTrail keeps."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, its answer, and when and by whose key."""

    request: WireRequest
    answer: WireAnswer
    scope: Scope
    at: datetime
    """UTC, when the request came."""
    sent: int = 0
    """Bytes of the request's body."""
    received: int = 0
    """Bytes of the answer's body."""


@dataclass(slots=True)
class Drafted:
    """A record without its caller."""

    scope: Scope
    model: str
    """The service's model."""
    name: str
    """The operation's name."""
    event: dict[str, JsonValue]
    sent: Mapping[str, Any] = field(repr=False)
    """The members, by the model's names. Hold secrets: to learn whose keys are whose, never to be written or kept."""
    answer: Mapping[str, Any] = field(repr=False)
    """The answer's, likewise."""

    @property
    def is_denied(self) -> bool:
        """Whether the call was refused for want of permission."""
        return is_denial(str(self.event.get("errorCode", "")), str(self.event.get("errorMessage", "")))


def drafted(exchange: Exchange, recognised: Recognised) -> Drafted:
    """The record of a call."""
    signing = recognised.names.signing_name
    name = event_names.event_name(
        recognised.names.model, recognised.wire_name, recognised.operation.http.get("requestUri", "")
    )
    is_data = event_names.is_data(signing, name)
    read_only = event_names.is_read(signing, name)
    members = request_members(exchange.request, recognised)
    answer = answer_members(exchange.answer, recognised)
    told = _parameters(exchange.request, recognised, members, is_data=is_data)
    error = error_of(exchange.answer, recognised)
    event: dict[str, JsonValue] = {
        "eventVersion": "1.11",
        "userIdentity": None,
        "eventTime": f"{exchange.at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": event_names.event_source(signing),
        "eventName": name,
        "awsRegion": exchange.scope.region or "us-east-1",
        "sourceIPAddress": "127.0.0.1",
        "userAgent": exchange.request.headers.get("user-agent", "")[:1024],
    }
    if error is not None:
        event |= _error(error, recognised, told, exchange.request.body)
    event["requestParameters"] = told.value or None
    is_told = (not read_only or name.startswith("AssumeRole")) and not is_data and error is None
    event["responseElements"] = _response(recognised, answer) if is_told else None
    if recognised.names.model == "s3":
        event["additionalEventData"] = _s3_additional(exchange)
    event |= {
        "requestID": _request_id(exchange.answer),
        "eventID": str(uuid.uuid4()),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
    }
    if signing in event_names.API_VERSION:
        event["apiVersion"] = event_names.API_VERSION[signing]
    event |= {"managementEvent": not is_data, "eventCategory": "Data" if is_data else "Management"}
    return Drafted(exchange.scope, recognised.names.model, recognised.wire_name, event, members, answer)


def _parameters(request: WireRequest, recognised: Recognised, members: Mapping[str, Any], *, is_data: bool) -> Written:
    model, shape = recognised.names.model, recognised.operation.input_shape
    keep = keep_of(model, is_data=is_data)
    if shape is None:
        return Written()
    if recognised.protocol is Protocol.EC2:
        return ec2_request(members, recognised.operation, keep)
    found = written(members, shape, model, keep)
    if _is_blob(shape):
        found.hidden.append(_ALL)
    if model == "s3":
        found.value = s3_parameters(request, recognised.labels, is_data=is_data)
    elif model in ("dynamodb", "dynamodbstreams") and is_data:
        found.value = dynamodb_parameters(members)
        found.hidden.append(_ALL)
    elif model == "s3control":
        found.value.pop("accountId", None)
        found.value = {"Host": request.headers.get("host", ""), **found.value}
    elif model == "apigateway":
        found.value = _gateway(found.value, recognised)
    return found


def _is_blob(shape: Any) -> bool:
    """Whether the whole body is one value: an object's content, a function's payload."""
    payload = shape.serialization.get("payload")
    return bool(payload) and shape.members[payload].type_name in ("blob", "string")


_ALL: Final = "\0"
"""In the list of what is hidden: there is more than could be listed."""


def _gateway(value: dict[str, JsonValue], recognised: Recognised) -> dict[str, JsonValue]:
    """API Gateway puts what the body says into `createStageInput`, beside what the path does."""
    shape = recognised.operation.input_shape
    if shape is None:
        return value
    model = recognised.names.model
    in_path = {small(name, model) for name, one in shape.members.items() if "location" in one.serialization}
    inside = {name: one for name, one in value.items() if name not in in_path}
    outside: dict[str, JsonValue] = {name: one for name, one in value.items() if name in in_path}
    called = f"{small(recognised.operation.name, model)}Input"
    return outside | ({called: inside} if inside else {}) | {"template": False}


def _error(error: AnsweredError, recognised: Recognised, told: Written, body: bytes | None) -> dict[str, JsonValue]:
    code = _code(error.code, recognised)
    found: dict[str, JsonValue] = {"errorCode": code}
    message = message_of(code, error.message, told, body)
    if message:
        found["errorMessage"] = message
    return found


def message_of(code: str, message: str, told: Written, body: bytes | None) -> str:
    """The service's own text, where it cannot quote what is not written.

    Of a refusal, which names the caller, the action and the resource, unless it quotes what is hidden; of other errors only where
    nothing is hidden, and every word that stands in the request's body stands in the record too.
    """
    if quotes(message, [one for one in told.hidden if one != _ALL]):
        return HIDDEN
    if not is_denial(code, message) and (told.hidden or quotes_body(message, body, json.dumps(told.value))):
        return HIDDEN if message else ""
    return message[:_LONGEST_MESSAGE]


_IAM_CODES = frozenset(
    {"NoSuchEntity", "EntityAlreadyExists", "DeleteConflict", "LimitExceeded", "MalformedPolicyDocument"}
)


def _code(code: str, recognised: Recognised) -> str:
    """The code as CloudTrail has it: one name for a refusal, EC2's with whose fault it was."""
    if recognised.protocol is Protocol.EC2:
        return f"Client.{code}" if "." not in code or not code.startswith(("Client.", "Server.")) else code
    if code == "AccessDeniedException":
        return "AccessDenied"
    if recognised.names.model == "s3":
        return (
            {"HeadObject": "NoSuchKey", "HeadBucket": "NoSuchBucket"}.get(recognised.wire_name, code)
            if code == "NotFound"
            else code
        )
    return f"{code}Exception" if recognised.names.model == "iam" and code in _IAM_CODES else code


def _response(recognised: Recognised, answer: Mapping[str, Any]) -> JsonValue:
    """`responseElements` of a call that changes something. Tokens and keys are hidden in it as in a request."""
    shape = recognised.operation.output_shape
    if shape is None or not answer:
        return None
    if recognised.names.model == "s3":
        return None
    return written(answer, shape, recognised.names.model, keep_of(recognised.names.model, is_data=False)).value or None


def _s3_additional(exchange: Exchange) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "SignatureVersion": "SigV4",
        "bytesTransferredIn": exchange.sent,
        "AuthenticationMethod": "QueryString" if exchange.scope.presigned else "AuthHeader",
        "bytesTransferredOut": exchange.received,
    }
    id_2 = exchange.answer.headers.get("x-amz-id-2", "")
    return found | ({"x-amz-id-2": id_2} if id_2 else {})


def _request_id(answer: WireAnswer) -> str:
    for name in ("x-amzn-requestid", "x-amz-request-id", "x-amz-requestid"):
        if answer.headers.get(name):
            return answer.headers[name][:64]
    return str(uuid.uuid4())


def unrecognised_event(exchange: Exchange, name: str) -> Drafted:
    """A record of a call of no known operation: named, so that whoever reads the logs sees the gap, and nothing else said."""
    error = error_of(exchange.answer, None)
    event: dict[str, JsonValue] = {
        "eventVersion": "1.11",
        "userIdentity": None,
        "eventTime": f"{exchange.at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": event_names.event_source(exchange.scope.service),
        "eventName": name,
        "awsRegion": exchange.scope.region or "us-east-1",
        "sourceIPAddress": "127.0.0.1",
        "userAgent": exchange.request.headers.get("user-agent", "")[:1024],
    }
    if error is not None:
        event |= {"errorCode": error.code, "errorMessage": HIDDEN}
    event |= {
        "requestParameters": None,
        "responseElements": None,
        "requestID": _request_id(exchange.answer),
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "eventCategory": "Management",
    }
    return Drafted(exchange.scope, "", name, event, {}, {})
