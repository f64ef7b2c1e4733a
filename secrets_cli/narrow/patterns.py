"""Why each resource of a narrowed statement that has a wildcard has it.

Told from the same facts the narrowing was made of, after it was made: the observed requests, what the configuration implies,
what the logs could not show, the catalog. A `*` that only says that an action takes no resource is told as that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import Effect, Policy, Statement
from secrets_cli.iam.pattern_relation import covers
from secrets_cli.narrow.configuration import ImpliedGrant
from secrets_cli.narrow.narrowing import InvisibleAction, PatternReason, StatementEvidence
from secrets_cli.narrow.observed import ObservedRequest
from secrets_cli.narrow.present import action_matches
from secrets_cli.wording import how_many

_EXAMPLES = 3
_NAMED = 3
"""Actions of a statement named before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a narrowing was made of."""

    requests: tuple[ObservedRequest, ...]
    implied: tuple[ImpliedGrant, ...]
    invisible: tuple[InvisibleAction, ...]


def with_patterns(
    statements: Iterable[StatementEvidence], policies: Iterable[Policy], facts: Facts, catalog: Catalog
) -> tuple[StatementEvidence, ...]:
    """The evidence of each statement, with a reason for each of its resources that has a wildcard."""
    reasons = _reasons(policies, facts, catalog)
    return tuple(replace(one, patterns=reasons.get(one.sid, ())) for one in statements)


def _reasons(policies: Iterable[Policy], facts: Facts, catalog: Catalog) -> Mapping[str, tuple[PatternReason, ...]]:
    """By the Sid of each Allow statement."""
    by_action: dict[str, list[ObservedRequest]] = {}
    for request in facts.requests:
        by_action.setdefault(request.action.lower(), []).append(request)
    return {
        statement.sid or "": tuple(_of(statement, by_action, facts, catalog))
        for policy in policies
        for statement in policy.statements
        if statement.effect is Effect.ALLOW
    }


def _of(
    statement: Statement, by_action: Mapping[str, list[ObservedRequest]], facts: Facts, catalog: Catalog
) -> Iterator[PatternReason]:
    element = statement.resource
    if element is None:
        return
    if element.negated:
        yield PatternReason("*", "the present statement says NotResource: everything but what it names")
        return
    actions = _actions(statement, catalog)
    requests = [request for action in actions for request in by_action.get(action.lower(), ())]
    for resource in element.values:
        if "*" in resource or "?" in resource:
            yield _reason(resource, actions, requests, statement, facts, catalog)


def _reason(
    resource: str,
    actions: Sequence[str],
    requests: Sequence[ObservedRequest],
    statement: Statement,
    facts: Facts,
    catalog: Catalog,
) -> PatternReason:
    seen = sorted({r.resource for r in requests if r.resource != resource and covers(resource, r.resource)})
    itself = [r for r in requests if r.resource == resource]
    if resource == "*" and all(catalog.resource_types(action) == () for action in actions):
        return PatternReason(resource, f"{_named(actions)}: AWS lets no resource be named for {_it(actions)}")
    if configured := [
        grant.because for grant in facts.implied if grant.resource == resource and grant.action in actions
    ]:
        return PatternReason(resource, "; ".join(dict.fromkeys(configured)))
    if itself:
        return PatternReason(resource, _of_the_log(itself))
    if seen:
        why = f"made of {how_many(len(seen), 'resource')} seen in the logs"
        return PatternReason(resource, why, len(seen), tuple(seen[:_EXAMPLES]))
    return PatternReason(resource, _without_events(resource, actions, statement, facts))


def _of_the_log(requests: Sequence[ObservedRequest]) -> str:
    reasons = dict.fromkeys(request.unscoped for request in requests if request.unscoped)
    return "; ".join(reasons) or "the log holds no more of the name than this"


def _without_events(resource: str, actions: Sequence[str], statement: Statement, facts: Facts) -> str:
    configured = {
        grant.because
        for grant in facts.implied
        if action_matches(statement.action, grant.action) and _overlap(grant.resource, resource)
    }
    if configured:
        return "; ".join(sorted(configured))
    hidden = [item for item in facts.invisible if item.kept and item.action in actions]
    if hidden:
        return "as the present policy has it: the logs could not have shown which resources are used"
    return "as the present policy has it: the log does not say which of them it was"


def _overlap(one: str, other: str) -> bool:
    return covers(one, other) or covers(other, one)


def _actions(statement: Statement, catalog: Catalog) -> tuple[str, ...]:
    """What the statement names, its own wildcards written out."""
    if statement.action.negated:
        return ()
    found = (expanded for value in statement.action.values for expanded in (catalog.expand(value) or (value,)))
    return tuple(dict.fromkeys(found))


def _named(actions: Sequence[str]) -> str:
    rest = len(actions) - _NAMED
    return ", ".join(actions[:_NAMED]) + (f" and {how_many(rest, 'more action')}" if rest > 0 else "")


def _it(actions: Sequence[str]) -> str:
    return "it" if len(actions) == 1 else "them"
