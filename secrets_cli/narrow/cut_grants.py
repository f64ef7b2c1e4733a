"""Grants for what was observed, and for what a configuration implies, each cut out of the present Allow statements."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import ConditionTerm, Policy
from secrets_cli.narrow.by_word import is_free_of
from secrets_cli.narrow.configuration import ImpliedGrant
from secrets_cli.narrow.generalize import Generalized, Rule, generalize
from secrets_cli.narrow.narrowing import Evidence, KeptGrant, Origin
from secrets_cli.narrow.observed import ObservedRequest, late_resources, merged
from secrets_cli.narrow.present import scopes_of
from secrets_cli.narrow.word_lists import Word
from secrets_cli.wording import how_many


def used_grants(
    requests: Sequence[ObservedRequest],
    all_sessions: Sequence[ObservedRequest],
    present: tuple[Policy, ...],
    catalog: Catalog,
    never: Sequence[Word],
    rule: Rule,
) -> list[KeptGrant]:
    """Grants for what was observed: exact, or the prefix where the rule makes one of many resources of all sessions."""
    late = late_resources(all_sessions)
    by_frame = _by_frame(requests)
    grants: list[KeptGrant] = []
    for frame, members in _by_frame(all_sessions).items():
        granted = by_frame.get(frame, {})
        may_stand = partial(_may_stand, present, never, frame[0], catalog)
        for found in generalize(members, may_stand, rule, late):
            parts = [granted[member] for member in found.members if member in granted]
            if parts:
                grants.extend(_grants_for(found, parts, present, catalog))
    return grants


def _by_frame(
    requests: Sequence[ObservedRequest],
) -> dict[tuple[str, tuple[ConditionTerm, ...]], dict[str, ObservedRequest]]:
    """The requests by resource, of each action and condition."""
    frames: dict[tuple[str, tuple[ConditionTerm, ...]], dict[str, ObservedRequest]] = {}
    for request in requests:
        frames.setdefault((request.action, request.condition), {})[request.resource] = request
    return frames


def _grants_for(
    found: Generalized, parts: Sequence[ObservedRequest], present: tuple[Policy, ...], catalog: Catalog
) -> list[KeptGrant]:
    first, resource = parts[0], found.resource
    evidence = merged(part.evidence for part in parts)
    if found.members != (resource,):
        evidence = _noted(evidence, f"{first.action}: `{resource}` stands for {_stood_for(found, parts)}")
    if all(part.only_failed for part in parts):
        evidence = _noted(evidence, f"{first.action} on `{resource}`: every call failed after it was authorised")
    if first.unscoped:
        evidence = _noted(evidence, f"{first.action}: {first.unscoped}")
    return [
        KeptGrant(
            first.action,
            scope.resource,
            _together(scope.conditions, first.condition),
            Origin.USED,
            _noted(evidence, scope.widened),
            scope.excluding,
        )
        for scope in scopes_of(present, first.action, resource, catalog)
    ]


def _stood_for(found: Generalized, parts: Sequence[ObservedRequest]) -> str:
    beside = len(found.members) - len(parts)
    more = f", and {beside} seen in the role's other sessions" if beside else ""
    return f"{how_many(len(parts), 'resource')} seen under it{more}"


def _may_stand(present: tuple[Policy, ...], never: Sequence[Word], action: str, catalog: Catalog, pattern: str) -> bool:
    """Whether the present policies cover a pattern whole, and the never-list has nothing in it."""
    scopes = scopes_of(present, action, pattern, catalog)
    is_covered = bool(scopes) and all(s.resource == pattern and not s.excluding for s in scopes)
    return is_covered and is_free_of(never, action, pattern, catalog)


def implied_grants(implied: Iterable[ImpliedGrant], present: tuple[Policy, ...], catalog: Catalog) -> list[KeptGrant]:
    """Grants for what configurations imply, as far as the present policies allow it."""
    return [
        KeptGrant(
            grant.action,
            scope.resource,
            _together(scope.conditions, grant.conditions),
            Origin.IMPLIED,
            Evidence(notes=tuple(n for n in (grant.because, scope.widened) if n)),
            scope.excluding,
        )
        for grant in implied
        for scope in scopes_of(present, grant.action, grant.resource, catalog)
    ]


def _together(present: tuple[ConditionTerm, ...], known: tuple[ConditionTerm, ...]) -> tuple[ConditionTerm, ...]:
    """Both condition blocks. A block can hold an operator on a key once: of two, the one with fewer values stays where
    it asks for a part of what the other does, else the present one."""
    terms = list(present)
    for term in known:
        at = next(
            (i for i, t in enumerate(terms) if (t.operator, t.key.lower()) == (term.operator, term.key.lower())), None
        )
        if at is None:
            terms.append(term)
        elif set(term.values) <= set(terms[at].values):
            terms[at] = term
    return tuple(terms)


def _noted(evidence: Evidence, note: str) -> Evidence:
    return replace(evidence, notes=(*evidence.notes, note)) if note else evidence
