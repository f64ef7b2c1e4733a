"""What a request says, read out of whatever protocol it is written in, by the names of the operation's model.

The answer is plain JSON values keyed by the model's member names; members that the model does not know are left out, so
that nothing unknown can be written down. What is malformed reads as absent: the service refuses it, and says so.

Protocols: https://smithy.io/2.0/aws/protocols/index.html; of EC2 lists have no `member` between.
"""

import gzip
import io
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote
from xml.etree import ElementTree  # what a local client sends; expat bounds the expansion of entities

from secrets_cli.aws.operations import Protocol, Recognised, form_of
from secrets_cli.aws.wire import WireRequest

if TYPE_CHECKING:
    from botocore.model import Shape

Members: TypeAlias = dict[str, Any]
"""Member names of the model -> texts, numbers, bytes, lists and objects of them."""

_LARGEST = 64 * 1024 * 1024
"""Bytes that a compressed body may unpack to."""


def request_members(request: WireRequest, recognised: Recognised) -> Members:
    """The members of the operation's input that the request has."""
    shape = recognised.operation.input_shape
    if shape is None:
        return {}
    match recognised.protocol:
        case Protocol.JSON:
            return _struct(_json(request), shape)
        case Protocol.CBOR:
            return _struct(_cbor(request), shape)
        case Protocol.QUERY | Protocol.EC2:
            form = {name: values[0] for name, values in form_of(_unpacked(request)).items()}
            return _from_form(shape, form, (), recognised.protocol is Protocol.EC2)
        case Protocol.REST_JSON | Protocol.REST_XML:
            return _rest(request, recognised, shape)


# -- JSON and CBOR ----------------------------------------------------------------------------------------------------


def _json(request: WireRequest) -> Any:
    try:
        return json.loads(_unpacked(request).body or b"{}")
    except ValueError:
        return {}


def _cbor(request: WireRequest) -> Any:
    from botocore.parsers import RpcV2CBORParser

    body = _unpacked(request).body
    if not body:
        return {}
    parser: Any = RpcV2CBORParser()
    try:
        return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))
    except Exception:  # noqa: BLE001  # whatever the SDK raises on a body that is no CBOR
        return {}


def _unpacked(request: WireRequest) -> WireRequest:
    """The request with its body unpacked, where it is sent compressed."""
    if request.headers.get("content-encoding", "") != "gzip" or request.body is None:
        return request
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(request.body)) as packed:
            body = packed.read(_LARGEST)
    except (OSError, EOFError):
        body = b""
    return WireRequest(request.method, request.path, request.query, request.headers, body)


def _of_json(value: Any, shape: "Shape") -> Any:
    match shape.type_name:
        case "structure":
            return _struct(value, shape)
        case "list":
            return [_of_json(one, shape.member) for one in value] if isinstance(value, list) else []  # type: ignore[attr-defined]  # a list's shape
        case "map":
            return {key: _of_json(one, shape.value) for key, one in value.items()} if isinstance(value, dict) else {}  # type: ignore[attr-defined]  # a map's shape
        case _:
            return value


def _struct(value: Any, shape: "Shape") -> Members:
    if not isinstance(value, dict) or shape.type_name != "structure":
        return {}
    members = shape.members  # type: ignore[attr-defined]  # a structure
    found: Members = {}
    for name, member in members.items():
        written = member.serialization.get("name", name)
        given = value.get(written, value.get(name))
        if given is not None:
            found[name] = _of_json(given, member)
    return found


# -- query ------------------------------------------------------------------------------------------------------------

_Form: TypeAlias = Mapping[str, str]


def _from_form(shape: "Shape", form: _Form, prefix: tuple[str, ...], is_ec2: bool) -> Members:
    found: Members = {}
    for name, member in shape.members.items():  # type: ignore[attr-defined]  # a structure
        value = _form_value(member, form, (*prefix, _form_name(name, member, is_ec2)), is_ec2)
        if value is not None:
            found[name] = value
    return found


def _form_name(name: str, member: "Shape", is_ec2: bool) -> str:
    if not is_ec2:
        written: str = member.serialization.get("name", name)
        return written
    own: str = member.serialization.get("queryName", "")
    named: str = member.serialization.get("name", name)
    return own or named[:1].upper() + named[1:]


def _form_value(shape: "Shape", form: _Form, prefix: tuple[str, ...], is_ec2: bool) -> Any:
    start = ".".join(prefix)
    if shape.type_name in ("structure", "list", "map"):
        if not any(name == start or name.startswith(start + ".") for name in form) and not _flat_name(shape):
            return None
        return _form_nested(shape, form, prefix, is_ec2)
    return _typed(form[start], shape) if start in form else None


def _form_nested(shape: "Shape", form: _Form, prefix: tuple[str, ...], is_ec2: bool) -> Any:
    if shape.type_name == "structure":
        return _from_form(shape, form, prefix, is_ec2) or None
    bases = [prefix, *((*prefix, word) for word in _between(shape))]
    if _flat_name(shape):
        bases.append((*prefix[:-1], _flat_name(shape)))
    for base in bases:
        numbers = _numbers(form, base)
        if numbers:
            return _numbered(shape, form, base, numbers, is_ec2)
    return None


def _flat_name(shape: "Shape") -> str:
    """The name that takes the last part's place in a flattened list, where its member has one."""
    if shape.type_name != "list" or not shape.serialization.get("flattened"):
        return ""
    name: str = shape.member.serialization.get("name", "")  # type: ignore[attr-defined]  # a list's shape
    return name


def _between(shape: "Shape") -> list[str]:
    """Words that may stand before the number: `member`, `entry`, or the member's own name."""
    own = shape.member.serialization.get("name", "") if shape.type_name == "list" else ""  # type: ignore[attr-defined]  # a list's shape
    return [word for word in dict.fromkeys((own, "member", "entry")) if word]


def _numbers(form: _Form, base: tuple[str, ...]) -> list[str]:
    start = ".".join(base) + "."
    found = {name[len(start) :].split(".")[0] for name in form if name.startswith(start)}
    return sorted((number for number in found if number.isdecimal()), key=int)


def _numbered(shape: "Shape", form: _Form, base: tuple[str, ...], numbers: list[str], is_ec2: bool) -> Any:
    if shape.type_name == "list":
        values = (_form_value(shape.member, form, (*base, number), is_ec2) for number in numbers)  # type: ignore[attr-defined]  # a list's shape
        return [value for value in values if value is not None]
    key_name = shape.key.serialization.get("name", "key")  # type: ignore[attr-defined]  # a map's shape
    value_name = shape.value.serialization.get("name", "value")  # type: ignore[attr-defined]  # likewise
    found: Members = {}
    for number in numbers:
        key = form.get(".".join((*base, number, key_name)))
        if key is not None:
            found[key] = _form_value(shape.value, form, (*base, number, value_name), is_ec2)  # type: ignore[attr-defined]  # likewise
    return found


def _typed(text: str, shape: "Shape") -> Any:
    """A text as the shape's type has it."""
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name in ("integer", "long") and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return text


# -- REST -------------------------------------------------------------------------------------------------------------


def _rest(request: WireRequest, recognised: Recognised, shape: "Shape") -> Members:
    query: dict[str, list[str]] = {}
    for name, value in request.query_pairs:
        query.setdefault(name, []).append(value)
    found: Members = {}
    for name, member in shape.members.items():  # type: ignore[attr-defined]  # a structure
        value = _placed(name, member, request, recognised, query)
        if value is not None:
            found[name] = value
    return found | _from_body(request, recognised, shape)


def _placed(
    name: str, member: "Shape", request: WireRequest, recognised: Recognised, query: Mapping[str, list[str]]
) -> Any:
    """What the URI, the query or a header says of a member."""
    written = member.serialization.get("name", name)
    match member.serialization.get("location"):
        case "uri" if written in recognised.labels:
            return _typed(unquote(recognised.labels[written]), member)
        case "querystring" if written in query:
            return query[written] if member.type_name == "list" else _typed(query[written][0], member)
        case "header" if written.lower() in request.headers:
            return _typed(request.headers[written.lower()], member)
        case _:
            return None


def _from_body(request: WireRequest, recognised: Recognised, shape: "Shape") -> Members:
    """The members in the body; none of a body that is a single blob, or a stream."""
    payload = shape.serialization.get("payload")
    members = shape.members  # type: ignore[attr-defined]  # a structure
    if payload and members[payload].type_name != "structure":
        return {}
    if payload:
        found = _body(request, recognised, members[payload])
        return {payload: found} if found else {}
    inner = {name: member for name, member in members.items() if "location" not in member.serialization}
    found = _body(request, recognised, shape)
    return {name: value for name, value in found.items() if name in inner}


def _body(request: WireRequest, recognised: Recognised, shape: "Shape") -> Members:
    if not request.body:
        return {}
    if recognised.protocol is Protocol.REST_JSON:
        return _struct(_json(request), shape)
    root = xml_of(request.body)
    return _of_xml(root, shape) if root is not None else {}


def xml_of(body: bytes) -> "ElementTree.Element | None":
    """The root of an XML body, without name spaces in its names; None where it is none."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  # see the import
    except ElementTree.ParseError:
        return None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _of_xml(element: "ElementTree.Element", shape: "Shape") -> Any:
    match shape.type_name:
        case "structure":
            return _xml_struct(element, shape)
        case "list":
            return [_of_xml(one, shape.member) for one in element]  # type: ignore[attr-defined]  # a list's shape
        case "map":
            return {}
        case _:
            return _typed((element.text or "").strip(), shape)


def _xml_struct(element: "ElementTree.Element", shape: "Shape") -> Members:
    found: Members = {}
    for name, member in shape.members.items():  # type: ignore[attr-defined]  # a structure
        written = member.serialization.get("name", name)
        if member.type_name == "list" and member.serialization.get("flattened"):
            inner = member.member.serialization.get("name", written)
            values = [_of_xml(one, member.member) for one in element if one.tag in (inner, written)]
            if values:
                found[name] = values
            continue
        child = element.find(written)
        if child is not None:
            found[name] = _of_xml(child, member)
    return found
