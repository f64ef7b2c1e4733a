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
from secrets_cli.iam.wildcards import with_wildcards


def compacted(
    allows: Sequence[Statement], denies: Sequence[Statement], present: Sequence[Policy], catalog: Catalog
) -> tuple[Statement, ...]:
    """The Allow statements, each with wildcards where that is proven to grant nothing the present policies do not."""
    return tuple(_compacted_statement(s, tuple(denies), present, catalog) for s in allows)


def _compacted_statement(
    statement: Statement, denies: tuple[Statement, ...], present: Sequence[Policy], catalog: Catalog
) -> Statement:
    actions = with_wildcards(statement.action.values, catalog.expand)
    if actions == statement.action.values:
        return statement
    shorter = replace(statement, action=Element(actions))
    is_safe = isinstance(contains(present, (Policy((shorter, *denies)),)), Contained)
    return shorter if is_safe else statement
