"""Whose call it was.

Role sessions are known by their role: `sessionContext.sessionIssuer.arn`, path included, never by the session name. Users and
root are known by `userIdentity.arn`; a federated session of a user by the user, who is its sessionIssuer. A caller that cannot
be told is `Unknown` with the reason; it is counted, not dropped.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.record import Record, text_of


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller with IAM policies of its own (root aside)."""

    arn: str
    """Of the role, user or root."""
    session_name: str
    """Of a role session; empty otherwise."""
    account: str
    """Twelve digits, where the record or the ARN has them."""


@dataclass(frozen=True, slots=True)
class AwsService:
    """A service that called for itself, or a service-linked role, whose policy nobody can edit."""

    name: str
    arn: str = ""
    """Of the service-linked role."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A caller that the record does not tell."""

    why: str


Caller: TypeAlias = Principal | AwsService | Unknown

_ANONYMOUS = ("ANONYMOUS_PRINCIPAL", "anonymous")


def caller_of(record: Record) -> Caller:
    """Who made the call."""
    identity = record.identity
    kind = text_of(identity, "type")
    if kind == "AWSService":
        return AwsService(text_of(identity, "invokedBy") or record.event_source)
    if issuer := _issuer(identity):
        return _session(identity, issuer)
    arn = text_of(identity, "arn")
    if kind in ("IAMUser", "Root") and arn:
        return Principal(arn, "", _account(identity, arn))
    return Unknown(_why_unknown(identity, kind))


def _why_unknown(identity: Mapping[str, JsonValue], kind: str) -> str:
    if not identity:
        return "the record has no userIdentity"
    if text_of(identity, "principalId") in _ANONYMOUS or text_of(identity, "accountId") in _ANONYMOUS:
        return "an anonymous caller"
    match kind:
        case "AssumedRole":
            return "a role session without sessionIssuer"
        case "IAMUser" | "Root":
            return f"a caller of type `{kind}` without an ARN"
        case "":
            return "userIdentity has no type"
        case _:
            return f"a caller of type `{kind}`"


def _issuer(identity: Mapping[str, JsonValue]) -> str:
    context = identity.get("sessionContext")
    issuer = context.get("sessionIssuer") if isinstance(context, dict) else None
    return text_of(issuer, "arn") if isinstance(issuer, dict) else ""


def _session(identity: Mapping[str, JsonValue], issuer: str) -> Caller:
    if ":role/aws-service-role/" in issuer:
        return AwsService(issuer.rpartition("/")[2], issuer)
    arn = text_of(identity, "arn")
    name = arn.rpartition("/")[2] if "/" in arn else text_of(identity, "principalId").partition(":")[2]
    return Principal(issuer, name, _account(identity, issuer))


def _account(identity: Mapping[str, JsonValue], arn: str) -> str:
    fields = arn.split(":")
    return text_of(identity, "accountId") or (fields[4] if len(fields) > 4 else "")
