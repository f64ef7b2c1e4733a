"""Shorter action lists: a prefix wildcard where it matches no known action that is not meant.

`dynamodb:Get*` may stand for every action of the list that starts so, when the catalog knows no other. A wildcard also
matches actions AWS will add later, so it is used only where the present policies grant all that it can ever match: each
statement is proven contained, and stays exact where it is not.
"""

from collections.abc import Sequence
from dataclasses import replace

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Element, Policy, Statement

_SHORTEST_PREFIX = 3
"""Characters of an action name before a `*`: a reader should see what is meant."""


def compacted(
    allows: Sequence[Statement], denies: Sequence[Statement], present: Sequence[Policy], catalog: Catalog
) -> tuple[Statement, ...]:
    """The Allow statements, each with wildcards where that is proven to grant nothing the present policies do not."""
    return tuple(_compacted_statement(s, tuple(denies), present, catalog) for s in allows)


def _compacted_statement(
    statement: Statement, denies: tuple[Statement, ...], present: Sequence[Policy], catalog: Catalog
) -> Statement:
    actions = with_wildcards(statement.action.values, catalog)
    if actions == statement.action.values:
        return statement
    shorter = replace(statement, action=Element(actions))
    is_safe = isinstance(contains(present, (Policy((shorter, *denies)),)), Contained)
    return shorter if is_safe else statement


def with_wildcards(actions: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    """The list with prefix wildcards that match, of the known actions, only members of the list; sorted."""
    left = set(actions)
    result: list[str] = []
    for action in sorted(actions):
        if action not in left:
            continue
        pattern = _widest_prefix(action, frozenset(actions), catalog)
        covered = set(catalog.expand(pattern)) & left if pattern else set()
        if pattern and len(covered) > 1:
            result.append(pattern)
            left -= covered
        else:
            result.append(action)
            left.discard(action)
    return tuple(sorted(result))


def _widest_prefix(action: str, wanted: frozenset[str], catalog: Catalog) -> str:
    service, _, name = action.partition(":")
    for length in range(_SHORTEST_PREFIX, len(name) + 1):
        pattern = f"{service}:{name[:length]}*"
        known = catalog.expand(pattern)
        if known and wanted.issuperset(known):
            return pattern
    return ""
