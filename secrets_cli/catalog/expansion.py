"""Which known actions a statement's Action or NotAction matches, and on which of its resources requests of each can be.

For display and counting, not for proof: an action that the catalog does not know is in no list here, and is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import Action
from secrets_cli.iam.model import Element, Policy, Statement
from secrets_cli.iam.pattern_relation import overlaps


@dataclass(frozen=True, slots=True)
class ExpandedAction:
    """One known action of a statement."""

    action: Action
    resources: tuple[str, ...]
    """The statement's Resource patterns that a request of the action can carry, as far as is known, else all of them;
    for a NotResource its patterns."""


@dataclass(frozen=True, slots=True)
class ExpandedStatement:
    """One statement with its wildcards, or its NotAction, resolved."""

    policy: Policy
    statement: Statement
    actions: tuple[ExpandedAction, ...]
    """Sorted by name."""
    unknown: tuple[str, ...]
    """Patterns of Action or NotAction that match nothing in the catalog, as written."""


def expanded(policies: Sequence[Policy], catalog: Catalog) -> tuple[ExpandedStatement, ...]:
    """Every statement of the policies, Allow and Deny, in order."""
    return tuple(_statement(policy, one, catalog) for policy in policies for one in policy.statements)


def matched_actions(element: Element, catalog: Catalog) -> tuple[str, ...]:
    """The known actions that an Action or NotAction matches, sorted."""
    matched = {action for pattern in element.values for action in catalog.expand(pattern)}
    if element.negated:
        return tuple(action for action in catalog.all_actions() if action not in matched)
    return tuple(sorted(matched))


def unknown_patterns(element: Element, catalog: Catalog) -> tuple[str, ...]:
    """The patterns that match nothing in the catalog, as written, each once."""
    return tuple(pattern for pattern in dict.fromkeys(element.values) if not catalog.expand(pattern))


def _statement(policy: Policy, statement: Statement, catalog: Catalog) -> ExpandedStatement:
    actions = []
    for name in matched_actions(statement.action, catalog):
        action = catalog.action(name)
        assert action is not None, "expand gives known actions"
        actions.append(ExpandedAction(action, _carried(statement.resource, name, catalog)))
    return ExpandedStatement(policy, statement, tuple(actions), unknown_patterns(statement.action, catalog))


def _carried(resource: Element | None, action: str, catalog: Catalog) -> tuple[str, ...]:
    if resource is None:
        return ()
    shapes = catalog.resource_patterns(action)
    if resource.negated or not shapes:
        return resource.values
    # A policy variable stands for any text.
    fitting = tuple(value for value in resource.values if any(overlaps(_widened(value), shape) for shape in shapes))
    return fitting or resource.values


def _widened(pattern: str) -> str:
    before, opened, rest = pattern.partition("${")
    if not opened or "}" not in rest:
        return pattern
    return f"{before}*{_widened(rest.partition('}')[2])}"
