"""The machine's check of a narrowed policy.

Two directions. It grants nothing the present policies do not: `contains`. It still allows every counted request: each
is replayed through the evaluator; where the present policy's own conditions decide (a source address, a tag, a date the
log does not tell), the evaluator lacks their values, and the request is proven instead: whatever the context, the
narrowed policy allows it wherever the present one did.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.model import ConditionTerm, Effect, Element, Policy, Statement
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.narrow.narrowing import Proof, ReplayedDenied
from secrets_cli.narrow.observed import ObservedRequest
from secrets_cli.narrow.present import deny_statements, scopes_of

NOT_GRANTED_NOW = "no statement of the present policies allows it"
DENIED_NOW = "the present policies deny it"
NOT_ALLOWED_NOW = frozenset({NOT_GRANTED_NOW, DENIED_NOW})
"""Reasons that lie in the present policies, not in the narrowed one."""


@dataclass(frozen=True, slots=True)
class ToProve:
    """What a proof is about."""

    principal: str
    present: tuple[Policy, ...]
    narrowed: tuple[Policy, ...]
    requests: tuple[ObservedRequest, ...]


def prove(claim: ToProve, catalog: Catalog) -> Proof:
    """Check both directions; the proof says which requests fail and why."""
    denied = [refusal for request in claim.requests if (refusal := _refusal(claim, request, catalog))]
    contained = contains(claim.present, claim.narrowed)
    return Proof(contained, len(claim.requests), len(claim.requests) - len(denied), tuple(denied))


def _refusal(claim: ToProve, request: ObservedRequest, catalog: Catalog) -> ReplayedDenied | None:
    if _is_concrete(request.resource) and _allowed_by_evaluation(claim, request):
        return None
    points = _points(claim.present, request, catalog)
    if not points:
        return ReplayedDenied(request.action, request.resource, NOT_GRANTED_NOW)
    if isinstance(contains((), points), Contained):
        return ReplayedDenied(request.action, request.resource, DENIED_NOW)
    if not isinstance(contains(claim.narrowed, points), Contained):
        return ReplayedDenied(request.action, request.resource, "the narrowed policy does not allow it")
    return None


def _allowed_by_evaluation(claim: ToProve, request: ObservedRequest) -> bool:
    asked = Request(claim.principal, request.action, request.resource, _context(request.condition))
    return evaluate(asked, PolicySet(identity=claim.narrowed)).verdict is Verdict.ALLOWED


def _points(present: Sequence[Policy], request: ObservedRequest, catalog: Catalog) -> tuple[Policy, ...]:
    """A policy that allows just this request, under the present statements' conditions and what is known of it."""
    scopes = scopes_of(present, request.action, request.resource, catalog)
    allows = [
        Statement(
            Effect.ALLOW,
            Element((request.action,)),
            Element(scope.excluding, negated=True) if scope.excluding else Element((scope.resource,)),
            None,
            (*scope.conditions, *request.condition),
        )
        for scope in scopes
    ]
    if not allows:
        return ()
    return (Policy((*allows, *(statement for _, statement in deny_statements(present)))),)


def _context(terms: Iterable[ConditionTerm]) -> Mapping[str, ContextValue]:
    return {term.key: term.values[0] for term in terms if term.operator.base == "StringEquals" and term.values}


def _is_concrete(resource: str) -> bool:
    return resource == "*" or ("*" not in resource and "?" not in resource)
