"""What the present policies say about one action and one resource, condition blocks left open.

An observed call proves that the conditions of some matching statement held, but not which. So every Allow statement that
matches is a candidate, and its conditions travel with what is kept; where one candidate has no conditions the others add
nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import VERSION_2012, ConditionTerm, Effect, Element, Policy, Statement
from secrets_cli.iam.pattern import matches
from secrets_cli.iam.pattern_relation import covers, overlaps

_VARIABLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a present statement allows an action, cut down to what was asked for."""

    resource: str
    """An ARN or pattern; `*` where `excluding` is set."""
    excluding: tuple[str, ...]
    """The NotResource patterns of the present statement, where the resource cannot be told."""
    conditions: tuple[ConditionTerm, ...]
    widened: str = ""
    """Why the resource is a pattern although the call named less; empty where it is what the call named."""


def allow_statements(policies: Sequence[Policy]) -> tuple[tuple[Policy, Statement], ...]:
    """The Allow statements with the policy each stands in, in order."""
    return tuple((p, s) for p in policies for s in p.statements if s.effect is Effect.ALLOW)


def deny_statements(policies: Sequence[Policy]) -> tuple[tuple[Policy, Statement], ...]:
    """The Deny statements with the policy each stands in, in order."""
    return tuple((p, s) for p in policies for s in p.statements if s.effect is Effect.DENY)


def action_matches(element: Element, action: str) -> bool:
    """Whether an Action or NotAction element matches an action name, without case."""
    hit = any(matches(pattern, action, ignore_case=True) for pattern in element.values)
    return hit != element.negated


def scopes_of(policies: Sequence[Policy], action: str, resource: str, catalog: Catalog) -> tuple[Scope, ...]:
    """Where the present policies allow `action` on `resource`; empty where no Allow statement reaches it.

    `resource` may hold wildcards where the log could not say more, or be `*`. Never wider than the present policies.
    """
    scopes: list[Scope] = []
    for policy, statement in allow_statements(policies):
        if action_matches(statement.action, action) and statement.resource is not None:
            scopes.extend(_cut(policy, statement, action, resource, catalog))
    unconditional = [s for s in scopes if not s.conditions and not s.excluding]
    return tuple(dict.fromkeys(s for s in scopes if not _adds_nothing(s, unconditional)))


def _adds_nothing(scope: Scope, unconditional: Sequence[Scope]) -> bool:
    """Whether a scope with conditions lies within one without."""
    return bool(scope.conditions) and any(covers(wide.resource, scope.resource) for wide in unconditional)


def _cut(policy: Policy, statement: Statement, action: str, resource: str, catalog: Catalog) -> list[Scope]:
    element = statement.resource
    assert element is not None
    if element.negated:
        return _cut_not_resource(element, resource, statement.conditions)
    patterns = element.values
    if resource == "*":
        patterns = _that_action_can_carry(patterns, catalog.resource_patterns(action))
    cut = (_intersect(policy, pattern, resource) for pattern in patterns)
    return [Scope(c.resource, (), statement.conditions, c.widened) for c in cut if c is not None]


def _cut_not_resource(element: Element, resource: str, conditions: tuple[ConditionTerm, ...]) -> list[Scope]:
    if any(covers(_upper(pattern), resource) for pattern in element.values):
        return []
    if resource == "*" or any(overlaps(_upper(pattern), resource) for pattern in element.values):
        why = "the present statement says NotResource, and the log does not say which resource it was"
        return [Scope("*", element.values, conditions, why)]
    return [Scope(resource, (), conditions)]


def _that_action_can_carry(patterns: tuple[str, ...], carried: tuple[str, ...] | None) -> tuple[str, ...]:
    if not carried:
        return patterns
    fitting = tuple(p for p in patterns if any(_may_be(_upper(p), c) for c in carried))
    return fitting or patterns


def _may_be(pattern: str, carried: str) -> bool:
    """Whether some ARN of a type matches the pattern; a type's own wildcards stay within their field of the ARN."""
    beginning = pattern.split(":", 3)[:3]
    is_plain = len(beginning) == 3 and "*" not in "".join(beginning)
    if is_plain and not all(overlaps(one, other) for one, other in zip(beginning, carried.split(":", 3), strict=False)):
        return False
    return overlaps(pattern, carried)


@dataclass(frozen=True, slots=True)
class _Cut:
    resource: str
    widened: str


def _intersect(policy: Policy, pattern: str, resource: str) -> _Cut | None:
    if policy.version == VERSION_2012 and "${" in pattern:
        if not overlaps(_upper(pattern), resource):
            return None
        return _Cut(pattern, "the present pattern holds a policy variable")
    if resource == "*":
        return _Cut(pattern, "")
    if covers(pattern, resource):
        return _Cut(resource, "")
    if covers(resource, pattern):
        return _Cut(pattern, "")
    if overlaps(pattern, resource):
        return _Cut(pattern, f"the log says only `{resource}`, of which the present policy allows a part")
    return None


def _upper(pattern: str) -> str:
    """The pattern with each policy variable as `*`: everything it can stand for."""
    return _VARIABLE.sub("*", pattern)
