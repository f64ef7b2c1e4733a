"""What an answer says: the members of the operation's output, or the error's code and text."""

import json
import re
from dataclasses import dataclass
from typing import Any

from secrets_cli.aws.operations import Protocol, Recognised
from secrets_cli.aws.request_members import Members, xml_of
from secrets_cli.aws.wire import WireAnswer


@dataclass(frozen=True, slots=True)
class AnsweredError:
    """An error, as the service says it."""

    code: str
    """`AccessDeniedException`, without name space; never empty."""
    message: str
    """May quote what was sent. Empty where the answer has none."""


def answer_members(answer: WireAnswer, recognised: Recognised) -> Members:
    """The members of the output; none where the answer was not kept, is an error, or is not what the model says."""
    shape = recognised.operation.output_shape
    if shape is None or answer.body is None or answer.status >= 300:
        return {}
    from botocore.parsers import PROTOCOL_PARSERS, ResponseParserError

    response = {"status_code": answer.status, "headers": _Headers(answer.headers), "body": answer.body}
    try:
        parser: Any = PROTOCOL_PARSERS[recognised.protocol.value]
        parsed: Members = parser().parse(response, shape)
    except (ResponseParserError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    parsed.pop("ResponseMetadata", None)
    return parsed


class _Headers(dict[str, str]):
    """Headers by names in any case, as the SDK's parsers ask for them."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key.lower(), default)

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key.lower())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and super().__contains__(key.lower())


_OF_STATUS = {
    400: "BadRequest",
    403: "AccessDenied",
    404: "NotFound",
    412: "PreconditionFailed",
    429: "TooManyRequestsException",
}


def error_of(answer: WireAnswer, recognised: Recognised | None) -> AnsweredError | None:
    """The error of an answer, however it is written: emulators do not always use the call's protocol."""
    if answer.status < 400:
        return None
    code, message = _said(answer, recognised)
    code = answer.headers.get("x-amzn-errortype", "") or code
    plain = re.sub(r"^.*#", "", code.split(":")[0]).strip()
    name = plain if re.fullmatch(r"[A-Za-z][\w.]{0,99}", plain) else ""
    return AnsweredError(name or _OF_STATUS.get(answer.status, "InternalError"), message)


def _said(answer: WireAnswer, recognised: Recognised | None) -> tuple[str, str]:
    body = answer.body or b""
    if recognised is not None and recognised.protocol is Protocol.CBOR and not body.lstrip().startswith((b"{", b"<")):
        return _of_object(_cbor(body))
    if body.lstrip().startswith(b"<"):
        root = xml_of(body)
        if root is None:
            return "", ""
        texts = {one.tag: (one.text or "").strip() for one in root.iter() if one.text}
        return texts.get("Code", ""), texts.get("Message", "") or texts.get("message", "")
    try:
        return _of_object(json.loads(body))
    except ValueError:
        return "", ""


def _cbor(body: bytes) -> Any:
    from botocore.parsers import RpcV2CBORParser

    parser: Any = RpcV2CBORParser()
    try:
        return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))
    except Exception:  # noqa: BLE001  # whatever the SDK raises on a body that is no CBOR
        return {}


def _of_object(found: Any) -> tuple[str, str]:
    if not isinstance(found, dict):
        return "", ""
    inner = found.get("Error")
    error = inner if isinstance(inner, dict) else found
    code = error.get("__type") or error.get("code") or error.get("Code") or found.get("__type") or ""
    message = error.get("message") or error.get("Message") or error.get("errorMessage") or ""
    return str(code), str(message)
