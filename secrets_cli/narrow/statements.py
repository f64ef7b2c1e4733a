"""From groups to policy documents within AWS's size limit.

A narrowed policy is written in version 2012-10-17. A statement that came from a 2008-10-17 policy, in which `${` is
plain text, has each `$` before a brace escaped as `${$}`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.model import (
    VERSION_2008,
    VERSION_2012,
    ConditionTerm,
    Effect,
    Element,
    Policy,
    Statement,
)
from secrets_cli.iam.split import split
from secrets_cli.narrow.grouping import Group

NOTHING = Statement(Effect.DENY, Element(("*",)), Element(("*",)), sid="NothingIsAllowed")
"""Stands alone where nothing is kept: a policy must have a statement."""


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group and its Sid."""

    sid: str
    group: Group


def statement_of(named: NamedGroup) -> Statement:
    """The Allow statement that grants just what the group holds."""
    group = named.group
    resource = Element(group.excluding, negated=True) if group.excluding else Element(group.resources)
    return Statement(Effect.ALLOW, Element(group.actions), resource, None, group.conditions, named.sid)


def as_2012(policy: Policy) -> Policy:
    """The same policy in version 2012-10-17."""
    if policy.version != VERSION_2008:
        return policy
    return replace(policy, version=VERSION_2012, statements=tuple(_escaped(s) for s in policy.statements))


def packed(statements: Sequence[Statement]) -> tuple[Policy, ...]:
    """The statements in order, in as few policies of at most 6,144 characters as filling them in turn gives.

    A statement that alone passes the limit is cut into several, each with its Sid numbered; Sids stay unique.
    """
    whole = statements or (NOTHING,)
    return split(Policy(tuple(replace(s, index=i) for i, s in enumerate(whole)))).policies


def _escaped(statement: Statement) -> Statement:
    return replace(
        statement,
        resource=_escaped_element(statement.resource) if statement.resource else None,
        conditions=tuple(_escaped_term(term) for term in statement.conditions),
    )


def _escaped_element(element: Element) -> Element:
    return replace(element, values=tuple(_escaped_text(value) for value in element.values))


def _escaped_term(term: ConditionTerm) -> ConditionTerm:
    return replace(term, values=tuple(_escaped_text(value) for value in term.values))


def _escaped_text(text: str) -> str:
    return text.replace("${", "${$}{")
