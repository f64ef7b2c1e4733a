"""Which actions a set of policies grants at all, for counting and for the list of what went.

Display, not proof: containment is decided by `secrets_cli.iam.contain`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.expansion import matched_actions
from secrets_cli.catalog.expansion import unknown_patterns as unknown_patterns_of
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.narrow.narrowing import LevelCount, Summary
from secrets_cli.narrow.present import action_matches, allow_statements, deny_statements

UNKNOWN_LEVEL = "Unknown to the catalog"


@dataclass(frozen=True, slots=True)
class GrantedAction:
    """An action that some Allow statement grants on something."""

    action: str
    """In the catalog's spelling; as the policy writes it where the catalog does not know it."""
    known: bool
    resources: tuple[str, ...]
    """The patterns of the granting statements; `not PATTERN` for a NotResource."""


def granted_actions(policies: Sequence[Policy], catalog: Catalog) -> tuple[GrantedAction, ...]:
    """Every known action, and every unknown name or pattern, that the policies grant on some resource; sorted.

    An action that an unconditional Deny on `*` takes back is not granted.
    """
    resources: dict[str, list[str]] = {}
    for _, statement in allow_statements(policies):
        where = _resource_texts(statement)
        for action in expanded(statement, catalog):
            resources.setdefault(action, []).extend(where)
    denied = _wholly_denied(policies)
    return tuple(
        GrantedAction(action, catalog.action(action) is not None, tuple(dict.fromkeys(resources[action])))
        for action in sorted(resources)
        if not any(action_matches(statement.action, action) for statement in denied)
    )


def expanded(statement: Statement, catalog: Catalog) -> tuple[str, ...]:
    """The known actions a statement's Action or NotAction matches, and the patterns of Action that match none, as written."""
    matched = matched_actions(statement.action, catalog)
    if statement.action.negated:
        return matched
    return tuple(sorted({*matched, *unknown_patterns_of(statement.action, catalog)}))


def unknown_patterns(policies: Sequence[Policy], catalog: Catalog) -> tuple[str, ...]:
    """Action patterns of Allow statements that match nothing in the catalog, in order."""
    found: dict[str, None] = {}
    for _, statement in allow_statements(policies):
        found.update(dict.fromkeys(unknown_patterns_of(statement.action, catalog)))
    return tuple(found)


def summary_of(before: Sequence[GrantedAction], after: Sequence[GrantedAction], catalog: Catalog) -> Summary:
    """Counts of granted actions, in all and by access level (AWS's order, unknown ones last)."""
    levels_before = [_level(g, catalog) for g in before]
    levels_after = [_level(g, catalog) for g in after]
    order = ["List", "Read", "Write", "Permissions management", "Tagging", UNKNOWN_LEVEL]
    counts = tuple(
        LevelCount(level, levels_before.count(level), levels_after.count(level))
        for level in order
        if level in levels_before or level in levels_after
    )
    return Summary(len(before), len(after), counts)


def _level(granted: GrantedAction, catalog: Catalog) -> str:
    action = catalog.action(granted.action)
    return action.access_level.value if action else UNKNOWN_LEVEL


def _wholly_denied(policies: Sequence[Policy]) -> tuple[Statement, ...]:
    return tuple(
        s
        for _, s in deny_statements(policies)
        if not s.conditions and s.resource is not None and not s.resource.negated and "*" in s.resource.values
    )


def _resource_texts(statement: Statement) -> tuple[str, ...]:
    if statement.resource is None:
        return ()
    if statement.resource.negated:
        return tuple(f"not {value}" for value in statement.resource.values)
    return statement.resource.values
