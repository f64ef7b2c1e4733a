"""From the model back to a policy document, as AWS and people write it.

Parsing what is rendered gives an equal policy. One value is written as a string, several as a list; a Version that the
author left out is written, for it is what AWS took it to be.
"""

import json
from collections.abc import Mapping

from secrets_cli.iam.model import ConditionTerm, Element, Policy, PrincipalElement, Statement
from secrets_cli.json_value import JsonValue


def policy_document(policy: Policy) -> dict[str, JsonValue]:
    """The document as JSON values: Version, Id, Statement; in a statement Sid, Effect, Principal, Action, Resource,
    Condition. The terms of one operator stand under one key.

    Raises ValueError on two terms with the same operator and key, which JSON cannot hold and no parsed policy has.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    document: dict[str, JsonValue] = {"Version": policy.version}
    if policy.policy_id is not None:
        document["Id"] = policy.policy_id
    document["Statement"] = [_statement(statement) for statement in policy.statements]
    return document


def render_policy(policy: Policy, indent: int | None = 2) -> str:
    """The document as text without a final line feed; `indent=None` leaves out all white space between tokens."""
    separators = (",", ":") if indent is None else None
    return json.dumps(policy_document(policy), indent=indent, separators=separators, ensure_ascii=False)


def _statement(statement: Statement) -> Mapping[str, JsonValue]:
    result: dict[str, JsonValue] = {}
    if statement.sid is not None:
        result["Sid"] = statement.sid
    result["Effect"] = statement.effect.value
    if statement.principal is not None:
        result[_named("Principal", statement.principal.negated)] = _principal(statement.principal)
    result[_named("Action", statement.action.negated)] = _values(statement.action)
    if statement.resource is not None:
        result[_named("Resource", statement.resource.negated)] = _values(statement.resource)
    if statement.conditions:
        result["Condition"] = condition_block(statement.conditions)
    return result


def _named(element: str, negated: bool) -> str:
    return f"Not{element}" if negated else element


def _values(element: Element) -> JsonValue:
    return _one_or_list(list(element.values))


def _one_or_list(values: list[str]) -> JsonValue:
    return values[0] if len(values) == 1 else values


def _principal(principal: PrincipalElement) -> JsonValue:
    by_kind: dict[str, list[str]] = {}
    for entry in principal.entries:
        if entry.kind == "*":
            return "*"
        by_kind.setdefault(entry.kind, []).append(entry.value)
    return {kind: _one_or_list(values) for kind, values in by_kind.items()}


def condition_block(terms: tuple[ConditionTerm, ...]) -> JsonValue:
    """The `Condition` element that says the terms. Raises ValueError for two terms of one operator on one key."""
    blocks: dict[str, dict[str, JsonValue]] = {}
    for term in terms:
        block = blocks.setdefault(str(term.operator), {})
        if term.key in block:
            raise ValueError(f"two terms with {term.operator} on `{term.key}` cannot stand in one statement")
        block[term.key] = _one_or_list(list(term.values))
    return blocks
