"""Reading a key policy as KMS keeps it, statements that do nothing included.

KMS accepted statements without Action or without Resource, and with a Resource other than `*`, until August 2025; they are
kept and have no effect, so an Allow allows nothing and a Deny denies nothing. Since then a policy that holds one cannot be
written any more: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import PolicyKind, parse_policy
from secrets_cli.iam.pattern import matches


@dataclass(frozen=True, slots=True)
class Ineffective:
    """A statement that KMS keeps and never applies."""

    index: int
    """Its place in the policy, from 0."""
    sid: str | None
    denies: bool
    reason: str


@dataclass(frozen=True, slots=True)
class KeyDocument:
    """One policy of a key."""

    name: str
    """`default`, or the name under which AWS Resource Access Manager keeps its own."""
    policy: Policy
    """The statements that have an effect; their `index` is their place in the document."""
    ineffective: tuple[Ineffective, ...]
    text: str
    """As KMS answered it."""


def read_key_policy(text: str, key_arn: str, name: str = "default") -> KeyDocument:
    """The policy in the text. Raises MalformedInput, naming the key, where it is no policy."""
    where = f"policy `{name}` of {key_arn}"
    document = _document(text, where)
    ineffective: list[Ineffective] = []
    places: list[int] = []
    kept: list[Any] = []
    for index, statement in enumerate(_statements(document, where)):
        reason = _why_ineffective(statement, key_arn)
        if reason:
            sid = statement.get("Sid")
            ineffective.append(Ineffective(index, sid, statement.get("Effect") == "Deny", reason))
        else:
            places.append(index)
            kept.append(statement)
    return KeyDocument(name, _policy(document, kept, places, where), tuple(ineffective), text)


def _document(text: str, where: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        raise MalformedInput(f"{where} is no JSON") from None
    if not isinstance(document, dict):
        raise MalformedInput(f"{where} is no JSON object")
    return document


def _statements(document: Mapping[str, Any], where: str) -> Sequence[Mapping[str, Any]]:
    found = document.get("Statement", [])
    statements = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) for one in statements):
        raise MalformedInput(f"{where} has a statement that is no JSON object")
    return statements


def _why_ineffective(statement: Mapping[str, Any], key_arn: str) -> str:
    if not {"Action", "NotAction"} & statement.keys():
        return "it has no Action"
    if not {"Resource", "NotResource"} & statement.keys():
        return "it has no Resource"
    resources = statement.get("Resource")
    patterns = resources if isinstance(resources, list) else [resources]
    if resources is not None and not any(isinstance(one, str) and matches(one, key_arn) for one in patterns):
        return "its Resource is not this key; write `*`"
    return ""


def _policy(document: Mapping[str, Any], kept: list[Any], places: list[int], where: str) -> Policy:
    if not kept:
        return Policy((), version=str(document.get("Version", "2008-10-17")), name=where)
    policy = parse_policy(json.dumps({**document, "Statement": kept}), where, PolicyKind.RESOURCE)
    statements = (replace(one, index=at) for one, at in zip(policy.statements, places, strict=True))
    return replace(policy, statements=tuple(statements))
