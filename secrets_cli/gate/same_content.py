"""What a statement says, as one text: the same wherever it stands and in whatever order its lists are written."""

import json
from collections.abc import Iterable

from secrets_cli.iam.model import ConditionTerm, Element, Statement
from secrets_cli.json_value import JsonValue


def content_of(statement: Statement, version: str) -> str:
    """A text that two statements share where they say the same: without Sid, place, order and case that mean nothing."""
    said: dict[str, JsonValue] = {
        "version": version,
        "effect": statement.effect.value,
        "action": _element(statement.action, fold=True),
        "conditions": sorted(_term(term) for term in statement.conditions),
    }
    if statement.resource is not None:
        said["resource"] = _element(statement.resource)
    if statement.principal is not None:
        entries = sorted({f"{one.kind}={one.value}" for one in statement.principal.entries})
        said["principal"] = [str(statement.principal.negated), *entries]
    return json.dumps(said, sort_keys=True)


def _element(element: Element, fold: bool = False) -> JsonValue:
    values: Iterable[str] = (value.lower() for value in element.values) if fold else element.values
    return [str(element.negated), *sorted(set(values))]


def _term(term: ConditionTerm) -> str:
    return json.dumps([str(term.operator), term.key.lower(), *sorted(set(term.values))])
