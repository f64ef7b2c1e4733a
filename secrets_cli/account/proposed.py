"""What `role narrow` wrote, read back to be applied: the policies, what they were proven against, and the evidence.

Its verdicts are not taken on trust: the proof is made again from these. Only `policies` being empty counts as it says.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import ReplayedRequest

ONE = "secrets-cli/narrowing/1"
SEVERAL = "secrets-cli/narrowings/1"
_HELP = "give the output of `secrets-cli role narrow --format json`, or the narrowing.json of its `--out` folder"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A narrowed policy for one principal."""

    principal: str
    """ARN of a role or user."""
    policies: tuple[Policy, ...]
    """Empty where the narrowing is blocked or its proof fails."""
    analysed: tuple[Policy, ...] | None
    """The policies it was proven against; None where the file does not tell them."""
    requests: tuple[ReplayedRequest, ...] | None
    """The counted requests; None where the file does not tell them."""
    why_not: str = ""
    """Where there are no policies: why."""
    is_undecided: bool = False
    """Where there are no policies: evidence was missing, no proof failed."""


class _Head(msgspec.Struct):
    schema: str


class _Request(msgspec.Struct):
    action: str
    resource: str
    condition: msgspec.Raw = msgspec.Raw(b"{}")


class _Contained(msgspec.Struct):
    verdict: str
    reason: str | None = None


class _Proof(msgspec.Struct):
    contained: _Contained


class _Document(msgspec.Struct):
    schema: str
    principal: str
    policies: list[msgspec.Raw]
    proof: _Proof
    blocked: str = ""
    present: list[msgspec.Raw] | None = None
    requests: list[_Request] | None = None


class _Several(msgspec.Struct):
    schema: str
    narrowings: list[_Document]


def proposed_in(text: str, name: str) -> tuple[Proposed, ...]:
    """The narrowings in a document of `secrets-cli/narrowing/1` or `narrowings/1`, in its order; `name` is the file's.

    Raises MalformedInput where it is none, a policy in it is none that AWS takes, or a principal comes twice.
    """
    try:
        if msgspec.json.decode(text, type=_Head).schema == SEVERAL:
            documents: Sequence[_Document] = msgspec.json.decode(text, type=_Several).narrowings
        else:
            documents = (msgspec.json.decode(text, type=_Document),)
    except (msgspec.DecodeError, RecursionError) as error:
        why = f": {error}" if isinstance(error, msgspec.ValidationError) else ""
        raise MalformedInput(f"`{name}` is no narrowing{why}", _HELP) from None
    for number, one in enumerate(documents):
        if one.schema != ONE:
            raise MalformedInput(f"`{name}` is not of the schema `{ONE}`", _HELP)
        if one.principal in {other.principal for other in documents[:number]}:
            raise MalformedInput(f"`{name}` holds two narrowings of `{one.principal}`", "give one of them alone")
    return tuple(_proposed(one, name) for one in documents)


def _proposed(document: _Document, name: str) -> Proposed:
    where = f"{name}: {document.principal}"
    analysed = document.present if document.present is not None and not document.blocked else None
    requests = document.requests
    verdict = document.proof.contained
    return Proposed(
        document.principal,
        _policies(document.policies, f"{where}: policies"),
        _policies(analysed, f"{where}: present") if analysed is not None else None,
        tuple(_request(one, where) for one in requests) if requests is not None else None,
        document.blocked or verdict.reason or "its proof fails",
        bool(document.blocked) or verdict.verdict == "undecided",
    )


def _policies(documents: Sequence[msgspec.Raw], where: str) -> tuple[Policy, ...]:
    return tuple(parse_policy(bytes(one).decode(), f"{where}[{number}]") for number, one in enumerate(documents))


def _request(one: _Request, where: str) -> ReplayedRequest:
    """The condition is read as a policy's is: a statement that holds it is parsed."""
    statement: dict[str, JsonValue] = {"Effect": "Allow", "Action": one.action, "Resource": "*"}
    if condition := json.loads(bytes(one.condition)):
        statement["Condition"] = condition
    policy = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), f"{where}: requests")
    return ReplayedRequest(one.action, one.resource, policy.statements[0].conditions)
