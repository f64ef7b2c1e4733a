"""One line of evaluation cases: a request and the policies it meets (docs/reference/evaluate-cases.md)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import msgspec

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.decision import Because, Decision
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.json_value import JsonValue

CaseId: TypeAlias = str | int | float | bool | None
"""Whatever the case calls itself; it is handed back as it came."""

_Scalar: TypeAlias = str | bool | int | float
_NO_POLICY = (b"", b"null")
_FIELDS = frozenset(("id", "request", "identity", "resource_policy", "boundary", "scps", "rcps", "session"))


class _RequestLine(msgspec.Struct):
    principal: str
    action: str
    resource: str
    context: dict[str, _Scalar | list[_Scalar]] | None = None


class _CaseLine(msgspec.Struct):
    id: CaseId
    request: _RequestLine
    identity: list[msgspec.Raw] | None = None
    resource_policy: msgspec.Raw = msgspec.Raw(b"")
    boundary: msgspec.Raw = msgspec.Raw(b"")
    scps: list[list[msgspec.Raw]] | None = None
    rcps: list[list[msgspec.Raw]] | None = None
    session: msgspec.Raw = msgspec.Raw(b"")


class _ExactCaseLine(_CaseLine, forbid_unknown_fields=True):
    pass


class _IdLine(msgspec.Struct):
    id: CaseId


@dataclass(frozen=True, slots=True)
class Case:
    """A case that can be asked."""

    id: CaseId
    request: Request
    policies: PolicySet
    unknown_fields: frozenset[str] = frozenset()
    """Fields of the line that the format does not have; they were not read."""


@dataclass(frozen=True, slots=True)
class MalformedCase:
    """A case that cannot be asked, and why."""

    id: CaseId
    """None where it could not be read."""
    error: str


_EXACT_CASE = msgspec.json.Decoder(_ExactCaseLine)
_CASE = msgspec.json.Decoder(_CaseLine)
_FIELDS_OF = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ID = msgspec.json.Decoder(_IdLine)


def read_case(line: bytes) -> Case | MalformedCase:
    """The case on one line of JSON. Never raises: what is wrong with the line is its answer.

    Places in a policy are counted within that policy, which is named by its field: `identity[0]:1:20`.
    """
    try:
        try:
            case: _CaseLine = _EXACT_CASE.decode(line)
            unknown: frozenset[str] = frozenset()
        except msgspec.ValidationError:
            case = _CASE.decode(line)
            unknown = frozenset(_FIELDS_OF.decode(line)) - _FIELDS
        return Case(case.id, _request(case.request), _policies(case), unknown)
    except MalformedInput as error:
        return MalformedCase(_id_of(line), error.message)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return MalformedCase(_id_of(line), _complaint(error))
    except RecursionError:
        return MalformedCase(_id_of(line), "the case is nested too deeply")


def _id_of(line: bytes) -> CaseId:
    try:
        return _ID.decode(line).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def decision_line(case_id: CaseId, decision: Decision) -> bytes:
    """The answer to a case as one line of JSON, without its line feed."""
    return msgspec.json.encode({"id": case_id, "decision": decision.verdict.value, "by": _by(decision.by)})


def malformed_line(case: MalformedCase) -> bytes:
    """The answer to a malformed case as one line of JSON, without its line feed."""
    return msgspec.json.encode({"id": case.id, "error": case.error})


def _by(because: Because) -> Mapping[str, JsonValue]:
    failed = because.failed
    statement: JsonValue = None
    if because.statement is not None:
        location = because.location
        statement = {
            "sid": because.sid,
            "index": because.index,
            "location": None if location is None else str(location),
        }
    return {
        "policy_type": None if because.policy_type is None else because.policy_type.value,
        "level": because.level,
        "policy": because.policy or None,
        "statement": statement,
        "failed": None if failed is None else {"element": failed.element.value, "detail": failed.detail},
        "reason": because.reason,
    }


def _complaint(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "the case is no UTF-8"
    text = str(error)
    return text if text.startswith("JSON") else text[:1].lower() + text[1:]


def _request(line: _RequestLine) -> Request:
    if not line.principal:
        raise MalformedInput("`request.principal` is empty", help="give the caller's ARN")
    service, colon, name = line.action.partition(":")
    if not (service and colon and name) or "*" in line.action or "?" in line.action:
        raise MalformedInput(f"`request.action` is `{line.action}`, not `service:Name`", help="name one action")
    if not line.resource:
        raise MalformedInput("`request.resource` is empty", help="give an ARN, or `*`")
    return Request(line.principal, line.action, line.resource, _context(line.context or {}))


def _context(given: Mapping[str, _Scalar | list[_Scalar]]) -> Mapping[str, ContextValue]:
    seen: dict[str, str] = {}
    context: dict[str, ContextValue] = {}
    for key, value in given.items():
        first = seen.setdefault(key.lower(), key)
        if first != key:
            raise MalformedInput(
                f"`request.context` has `{first}` and `{key}`, which are one key", help="give each key once"
            )
        context[key] = tuple(_text(one) for one in value) if isinstance(value, list) else _text(value)
    return context


def _text(value: _Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _policies(case: _CaseLine) -> PolicySet:
    return PolicySet(
        identity=tuple(_named(case.identity or [], "identity", PolicyKind.IDENTITY)),
        resource=_optional(case.resource_policy, "resource_policy", PolicyKind.RESOURCE),
        boundary=_optional(case.boundary, "boundary", PolicyKind.BOUNDARY),
        scps=_levels(case.scps or [], "scps", PolicyKind.SCP),
        rcps=_levels(case.rcps or [], "rcps", PolicyKind.RCP),
        session=_optional(case.session, "session", PolicyKind.SESSION),
        resource_is_known=True,
    )


def _levels(levels: list[list[msgspec.Raw]], field: str, kind: PolicyKind) -> tuple[tuple[Policy, ...], ...]:
    return tuple(tuple(_named(level, f"{field}[{number}]", kind)) for number, level in enumerate(levels))


def _named(documents: list[msgspec.Raw], field: str, kind: PolicyKind) -> Iterator[Policy]:
    for number, document in enumerate(documents):
        yield _parsed(bytes(document), f"{field}[{number}]", kind)


def _optional(document: msgspec.Raw, field: str, kind: PolicyKind) -> Policy | None:
    text = bytes(document)
    return None if text in _NO_POLICY else _parsed(text, field, kind)


@lru_cache(maxsize=2048)
def _parsed(document: bytes, name: str, kind: PolicyKind) -> Policy:
    """Cases of one file mostly share their policies: the same text is parsed once."""
    return parse_policy(document.decode(), name, kind)
