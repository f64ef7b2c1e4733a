"""From policies as files hold them to principals, each with all its policies and with what they grant together.

A Deny statement takes an action back where it certainly covers all that the Allow statement grants of it: no condition that
may fail, and resources that cover. A boundary takes back what none of its statements allows. What is taken back in part is
still granted; rules that need to know which part ask the containment decision.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.expansion import matched_actions
from secrets_cli.gate.condition_truth import Truth, truth_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.subject import Granted, Principal, StatementAt
from secrets_cli.iam.model import Effect, Element, Statement
from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt

_GRANTING = (PolicyKind.IDENTITY, PolicyKind.SESSION)


def principals_of(policies: Sequence[PolicyAt], knowledge: Knowledge) -> tuple[Principal, ...]:
    """The principals of one file (or of one configuration spread over files), in the order of their first policies.

    A policy by itself is a principal of its own. Where policies hold under different conditions of the file, there is one
    principal for each condition, with the policies that always hold.
    """
    return tuple(replace(one, granted=_granted(one, knowledge)) for one in joined(policies))


def joined(policies: Sequence[PolicyAt]) -> tuple[Principal, ...]:
    """The same without what they grant."""
    groups: dict[tuple[object, ...], list[PolicyAt]] = {}
    for number, policy in enumerate(policies):
        key: tuple[object, ...] = (policy.principal,) if policy.principal else ("", number)
        groups.setdefault(key, []).append(policy)
    return tuple(one for group in groups.values() for one in _alternatives(group))


def statements_of(policy: PolicyAt) -> tuple[StatementAt, ...]:
    """The statements of one policy."""
    return tuple(StatementAt(policy, statement) for statement in policy.policy.statements)


def known_actions(element: Element, catalog: Catalog) -> frozenset[str]:
    """The known actions that an Action or NotAction matches, in the catalog's spelling; remembered."""
    return _matched(element.values, element.negated, catalog)


@lru_cache(maxsize=4096)
def _matched(values: tuple[str, ...], negated: bool, catalog: Catalog) -> frozenset[str]:
    return frozenset(matched_actions(Element(values, negated), catalog))


def _alternatives(group: Sequence[PolicyAt]) -> Iterable[Principal]:
    conditions = dict.fromkeys(policy.where for policy in group if policy.where) or {"": None}
    for condition in conditions:
        held = tuple(policy for policy in group if policy.where in ("", condition))
        yield Principal(held[0].principal, held[0].location.file, held)


def _granted(principal: Principal, knowledge: Knowledge) -> tuple[Granted, ...]:
    allows: list[StatementAt] = []
    certain: list[Statement] = []
    possible: list[Statement] = []
    kinds = (*_GRANTING, PolicyKind.BOUNDARY)
    for at in (at for kind in kinds for policy in principal.of_kind(kind) for at in statements_of(policy)):
        truth = truth_of(at.statement.conditions, knowledge.today)
        if at.statement.effect is Effect.ALLOW and at.of.kind in _GRANTING and truth is not Truth.NEVER:
            allows.append(at)
        elif at.statement.effect is Effect.DENY and truth is not Truth.NEVER:
            possible.append(at.statement)
            certain += [at.statement] if truth is Truth.ALWAYS else []
    bounded = _allowed_by_boundary(principal, knowledge.catalog)
    bounds = _bounds(principal)
    made = (
        Granted(at, _left(at.statement, tuple(certain), bounded, knowledge.catalog), tuple(possible), bounds)
        for at in allows
    )
    return tuple(one for one in made if one.actions)


@lru_cache(maxsize=1024)
def _left(
    allow: Statement, denies: tuple[Statement, ...], bounded: frozenset[str] | None, catalog: Catalog
) -> frozenset[str]:
    left = known_actions(allow.action, catalog)
    if bounded is not None:
        left &= bounded
    for deny in denies:
        if left and covers_resources(deny.resource, allow.resource):
            left -= known_actions(deny.action, catalog)
    return left


def _allowed_by_boundary(principal: Principal, catalog: Catalog) -> frozenset[str] | None:
    """The actions that the boundary allows on something; None without a boundary."""
    bounds = _bounds(principal)
    if bounds is None:
        return None
    return frozenset().union(*(known_actions(one.action, catalog) for one in bounds))


def _bounds(principal: Principal) -> tuple[Statement, ...] | None:
    """The Allow statements of the boundary; None without a boundary."""
    boundaries = principal.of_kind(PolicyKind.BOUNDARY)
    if not boundaries:
        return None
    return tuple(s for one in boundaries for s in one.policy.statements if s.effect is Effect.ALLOW)


def covers_resources(deny: Element | None, allow: Element | None) -> bool:
    """Whether the resources of a Deny certainly cover all those of an Allow."""
    if deny is None or allow is None:
        return deny is None
    if not deny.negated:
        return "*" in deny.values or (
            not allow.negated and all(any(covers(wide, value) for wide in deny.values) for value in allow.values)
        )
    return not allow.negated and not any(overlaps(one, other) for one in deny.values for other in allow.values)


def by_name(principals: Iterable[Principal]) -> Mapping[str, tuple[Principal, ...]]:
    """The principals of each name: several where conditions of the file decide about their policies."""
    named: dict[str, tuple[Principal, ...]] = {}
    for one in principals:
        named[one.name] = (*named.get(one.name, ()), one)
    return named
