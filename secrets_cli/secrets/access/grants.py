"""Grants on a KMS key as what they do: statements that allow, in no policy.

A grant lets its grantee use the operations it names, by itself and beside the key policy; an explicit Deny still counts.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from dataclasses import replace

import msgspec

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import (
    ConditionTerm,
    Effect,
    Element,
    Operator,
    Policy,
    PrincipalElement,
    PrincipalEntry,
    Statement,
)


class _Constraints(msgspec.Struct):
    subset: dict[str, str] = msgspec.field(default={}, name="EncryptionContextSubset")
    equals: dict[str, str] = msgspec.field(default={}, name="EncryptionContextEquals")


class _Grant(msgspec.Struct, rename="pascal"):
    grant_id: str
    grantee_principal: str = ""
    grantee_service_principal: str = ""
    operations: list[str] = []
    constraints: _Constraints | None = None


class _Document(msgspec.Struct, rename="pascal"):
    grants: list[_Grant]


_DECODER = msgspec.json.Decoder(_Document)


def parse_grants(document: bytes, name: str) -> tuple[Statement, ...]:
    """The grants of an `aws kms list-grants` answer as statements of the key's policy, each with the Sid `grant ID`.

    Raises MalformedInput where the document is none.
    """
    try:
        found = _DECODER.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedInput(
            f"`{name}` does not hold the grants of a key", "give the output of `aws kms list-grants`"
        ) from None
    return tuple(_statement(grant) for grant in found.grants if grant.operations)


def with_grants(key_policy: Policy, grants: tuple[Statement, ...]) -> Policy:
    """The key policy with what the grants allow beside it."""
    first = len(key_policy.statements)
    added = (replace(one, index=first + number) for number, one in enumerate(grants))
    return replace(key_policy, statements=(*key_policy.statements, *added)) if grants else key_policy


def _statement(grant: _Grant) -> Statement:
    service = grant.grantee_service_principal
    principal = grant.grantee_principal or service
    by_service = bool(service) or principal.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    constraints = grant.constraints or _Constraints()
    wanted = {**constraints.subset, **constraints.equals}
    conditions = [
        ConditionTerm(Operator("StringEquals"), f"kms:EncryptionContext:{key}", (value,))
        for key, value in wanted.items()
    ]
    return Statement(
        Effect.ALLOW,
        Element(tuple(f"kms:{one}" for one in grant.operations)),
        Element(("*",)),
        PrincipalElement((PrincipalEntry("Service" if by_service else "AWS", principal),)),
        tuple(conditions),
        f"grant {grant.grant_id}",
    )
