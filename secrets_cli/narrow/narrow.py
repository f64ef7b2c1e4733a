"""Narrow the present policies of one principal to what its usage shows, with the proof.

    usage -> observed requests --+
    configuration -> implied ----+-> kept grants -> groups -> statements -> policies -> proof
    what logs cannot show -------+

Never wider than the present policies: every kept grant is cut out of a present Allow statement and carries its
conditions, and every present Deny statement is kept word for word. Missing evidence is a value (`Blocked`), not a
narrower policy.
"""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import ConditionTerm, Policy, Statement
from secrets_cli.iam.size import MANAGED_POLICIES_QUOTA
from secrets_cli.narrow.admitted import with_cost
from secrets_cli.narrow.asked_for import asked_for
from secrets_cli.narrow.compact import compacted
from secrets_cli.narrow.configuration import Configuration, ImpliedGrant
from secrets_cli.narrow.gaps import blocking, gaps_of, unused_acceptances
from secrets_cli.narrow.generalize import Generalized, Rule, generalize
from secrets_cli.narrow.granted import GrantedAction, granted_actions, summary_of, unknown_patterns
from secrets_cli.narrow.grouping import grouped
from secrets_cli.narrow.invisible import evidences_of, hidden_actions, invisible_actions, kept_invisible, log_sight
from secrets_cli.narrow.naming import sids_for
from secrets_cli.narrow.narrowing import (
    Blocked,
    Evidence,
    Gap,
    InvisibleAction,
    KeptAction,
    KeptGrant,
    Narrowing,
    NarrowingResult,
    Origin,
    RemovedAction,
    StatementEvidence,
)
from secrets_cli.narrow.observed import ObservedRequest, denied_events, late_resources, merged, observed_requests
from secrets_cli.narrow.patterns import Facts, with_patterns
from secrets_cli.narrow.present import deny_statements, scopes_of
from secrets_cli.narrow.prove import ToProve, prove
from secrets_cli.narrow.statements import NamedGroup, as_2012, packed, statement_of
from secrets_cli.narrow.unseen import unused_reason, visibility_warnings
from secrets_cli.usage.last_accessed import LastAccessed
from secrets_cli.usage.selectors import Selectors
from secrets_cli.usage.usage import Usage
from secrets_cli.wording import how_many


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be narrowed, and the choices the user made."""

    principal: str
    """ARN of a role or user."""
    policies: tuple[Policy, ...]
    """All present identity policies of the principal."""
    usage: Usage
    configurations: tuple[Configuration, ...] = ()
    """Of the functions that run as the principal; one whose role is another is left out, with a warning."""
    drop_invisible: frozenset[str] = field(default_factory=frozenset)
    """IAM service prefixes, or `all`."""
    accepted_gaps: frozenset[str] = field(default_factory=frozenset)
    compact: bool = False
    """Write wildcards where they match nothing else that is known."""
    rule: Rule = Rule.PREFIX
    """How resources are generalised."""
    sessions: frozenset[str] | None = None
    """Only what was done in sessions of these names is granted; all sessions of the principal decide what a pattern is made of
    and what the logs could show. None: all are granted."""
    selectors: tuple[Selectors, ...] = ()
    """Of the trails whose logs `usage` was read from; empty: what the logs hold says what they can show."""
    last_accessed: LastAccessed | None = None
    """IAM's own data on the principal, a second source."""


def narrow(ask: Ask, catalog: Catalog) -> NarrowingResult:
    """The narrowing of `ask.principal`, or what blocks it."""
    gaps = gaps_of(ask.usage, ask.principal, ask.policies, ask.accepted_gaps)
    if ask.principal not in ask.usage.principals:
        return Blocked(ask.principal, f"`{ask.principal}` never appears in the logs", gaps, _near(ask))
    if standing := blocking(gaps):
        return Blocked(ask.principal, f"{how_many(len(standing), 'gap')} in the evidence", gaps)
    present = tuple(as_2012(policy) for policy in ask.policies)
    requests = observed_requests(ask.usage.uses, ask.principal)
    own = _of_sessions(ask)
    own_requests = requests if ask.sessions is None else observed_requests(own.usage.uses, ask.principal)
    before = granted_actions(present, catalog)
    known = evidences_of(ask.usage, ask.principal, ask.selectors, ask.last_accessed)
    hidden = hidden_actions(before, known, present, catalog)
    invisible = invisible_actions(hidden, ask.drop_invisible)
    implied = tuple(grant for configuration in _own(ask) for grant in configuration.implied)
    grants = (
        *_used(own_requests, requests, present, catalog, ask.rule),
        *_implied((grant for c in _own(own) for grant in c.implied), present, catalog),
        *kept_invisible(hidden, invisible, implied),
    )
    found = _result(own, present, before, own_requests, invisible, grants, gaps, catalog)
    sight = log_sight(known, before)
    return replace(found, sight=sight, warnings=(*visibility_warnings(sight, known, before), *found.warnings))


def _result(
    ask: Ask,
    present: tuple[Policy, ...],
    before: tuple[GrantedAction, ...],
    requests: tuple[ObservedRequest, ...],
    invisible: tuple[InvisibleAction, ...],
    grants: Sequence[KeptGrant],
    gaps: tuple[Gap, ...],
    catalog: Catalog,
) -> Narrowing:
    denies = _kept_denies(present)
    groups = grouped(grants)
    sids = sids_for(groups, catalog, taken=[s.sid for s in denies if s.sid])
    named = tuple(NamedGroup(sid, group) for sid, group in zip(sids, groups, strict=True))
    allows = tuple(statement_of(n) for n in named)
    if ask.compact:
        allows = compacted(allows, denies, present, catalog)
    policies = packed((*allows, *denies) if allows else ())
    after = granted_actions(policies, catalog)
    facts = Facts(requests, tuple(grant for c in _own(ask) for grant in c.implied), invisible)
    return Narrowing(
        principal=ask.principal,
        policies=policies,
        proof=prove(ToProve(ask.principal, ask.policies, policies, requests), catalog),
        summary=summary_of(before, after, catalog),
        statements=with_cost(
            with_patterns(_statement_evidence(policies, named), policies, facts, catalog), policies, requests, catalog
        ),
        removed=_removed(before, after, invisible, partial(unused_reason, ask.usage.coverage, ask.last_accessed)),
        kept=_kept(after, grants),
        invisible=_with_final_resources(invisible, after),
        gaps=gaps,
        denied_events=denied_events(ask.usage.uses, ask.principal),
        warnings=(*_warnings(ask, present, gaps, catalog), *_result_warnings(ask, policies, invisible)),
        asked_for=asked_for(ask.usage.uses, ask.principal, present, catalog),
        days=tuple(day for day in ask.usage.days if day.principal == ask.principal),
        present=present,
    )


def _of_sessions(ask: Ask) -> Ask:
    """The same with the uses of its sessions alone, and the configurations of their functions or of no single one."""
    if ask.sessions is None:
        return ask
    uses = tuple(u for u in ask.usage.uses if u.principal == ask.principal and u.session_name in ask.sessions)
    own = tuple(c for c in ask.configurations if not c.function or c.function in ask.sessions)
    return replace(ask, usage=replace(ask.usage, uses=uses), configurations=own)


def _used(
    requests: Sequence[ObservedRequest],
    all_sessions: Sequence[ObservedRequest],
    present: tuple[Policy, ...],
    catalog: Catalog,
    rule: Rule,
) -> list[KeptGrant]:
    """Grants for what was observed: exact, or the prefix where the rule makes one of many resources of all sessions."""
    late = late_resources(all_sessions)
    by_frame = _by_frame(requests)
    grants: list[KeptGrant] = []
    for frame, members in _by_frame(all_sessions).items():
        granted = by_frame.get(frame, {})
        for found in generalize(members, partial(_covered_whole, present, frame[0], catalog), rule, late):
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


def _covered_whole(present: tuple[Policy, ...], action: str, catalog: Catalog, pattern: str) -> bool:
    scopes = scopes_of(present, action, pattern, catalog)
    return bool(scopes) and all(s.resource == pattern and not s.excluding for s in scopes)


def _implied(implied: Iterable[ImpliedGrant], present: tuple[Policy, ...], catalog: Catalog) -> list[KeptGrant]:
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


def _kept_denies(present: tuple[Policy, ...]) -> tuple[Statement, ...]:
    kept: list[Statement] = []
    sids: set[str] = set()
    for _, statement in deny_statements(present):
        if statement in kept:
            continue
        sid = statement.sid
        if sid is not None and sid in sids:
            sid = next(f"{sid}{n}" for n in range(2, len(sids) + 3) if f"{sid}{n}" not in sids)
        if sid is not None:
            sids.add(sid)
        kept.append(replace(statement, sid=sid))
    return tuple(kept)


def _statement_evidence(policies: Sequence[Policy], named: Sequence[NamedGroup]) -> tuple[StatementEvidence, ...]:
    by_sid = {n.sid: n.group for n in named}
    found = []
    for policy in policies:
        for statement in policy.statements:
            sid = statement.sid or ""
            group = by_sid.get(sid) or by_sid.get(sid.rpartition("Part")[0])
            if group is not None:
                found.append(StatementEvidence(sid, group.origin, group.evidence))
            elif sid:
                note = "nothing of the present policy is kept" if not named else "a Deny of the present policy, kept"
                found.append(StatementEvidence(sid, Origin.IMPLIED, Evidence(notes=(note,))))
    return tuple(found)


def _removed(
    before: Iterable[GrantedAction],
    after: Iterable[GrantedAction],
    invisible: Iterable[InvisibleAction],
    unused: Callable[[str], str],
) -> tuple[RemovedAction, ...]:
    remaining = {granted.action for granted in after}
    dropped = {item.action: item.reason for item in invisible if not item.kept}
    return tuple(
        RemovedAction(g.action, g.resources, _removal_reason(dropped.get(g.action), unused(g.action)))
        for g in before
        if g.action not in remaining
    )


def _removal_reason(invisible_because: str | None, unused: str) -> str:
    return f"dropped as asked, although {invisible_because}" if invisible_because else unused


def _kept(after: Iterable[GrantedAction], grants: Iterable[KeptGrant]) -> tuple[KeptAction, ...]:
    by_action: dict[str, list[KeptGrant]] = {}
    for grant in grants:
        by_action.setdefault(grant.action, []).append(grant)
    return tuple(KeptAction(g.action, _because(by_action.get(g.action, ()))) for g in after)


def _because(grants: Sequence[KeptGrant]) -> str:
    used = merged(g.evidence for g in grants if g.origin is Origin.USED)
    if used.events:
        return f"used: {how_many(used.events, 'event')}, last {used.last_seen}"
    notes = dict.fromkeys(n for g in grants for n in g.evidence.notes)
    kind = "implied" if any(g.origin is Origin.IMPLIED for g in grants) else "invisible"
    return f"{kind}: {'; '.join(notes)}" if notes else "matched by a wildcard of the narrowed policy"


def _with_final_resources(
    invisible: Iterable[InvisibleAction], after: Iterable[GrantedAction]
) -> tuple[InvisibleAction, ...]:
    resources = {g.action: g.resources for g in after}
    return tuple(
        i if i.partly else replace(i, resources=resources.get(i.action, i.resources), kept=i.action in resources)
        for i in invisible
    )


def _warnings(ask: Ask, present: tuple[Policy, ...], gaps: tuple[Gap, ...], catalog: Catalog) -> Iterable[str]:
    for pattern in unknown_patterns(present, catalog):
        yield f"the catalog knows no action `{pattern}` of the present policy"
    for name in unused_acceptances(gaps, ask.accepted_gaps):
        yield f"there is no gap `{name}` to accept"
    if not any(use.principal == ask.principal for use in ask.usage.uses):
        yield f"`{ask.principal}` appears in the logs, but with no call that counts"

    for configuration in ask.configurations:
        if configuration not in _own(ask):
            yield f"`{configuration.name}` is left out: its function runs as `{configuration.role}`"
    functions = {configuration.function for configuration in _own(ask)} - {""}
    others = sorted({use.session_name for use in ask.usage.uses if use.principal == ask.principal} - functions - {""})
    if functions and others:
        yield f"sessions of no function whose configuration was given: {', '.join(others)}; their log groups may not be kept"


def _result_warnings(ask: Ask, policies: Sequence[Policy], invisible: Sequence[InvisibleAction]) -> Iterable[str]:
    services = {item.action.partition(":")[0].lower() for item in invisible}
    for name in sorted(ask.drop_invisible - services - {"all"}):
        yield f"no action of `{name}` is invisible in these logs, so there is nothing to drop"
    if len(policies) > MANAGED_POLICIES_QUOTA:
        yield f"{len(policies)} managed policies are needed, and a role takes {MANAGED_POLICIES_QUOTA}: drop what is invisible"


def _own(ask: Ask) -> tuple[Configuration, ...]:
    return tuple(c for c in ask.configurations if c.role in ("", ask.principal))


def _near(ask: Ask) -> str:
    if ":assumed-role/" in ask.principal:
        return "give the ARN of the role, `arn:aws:iam::ACCOUNT:role/NAME`, not of one of its sessions"
    near = difflib.get_close_matches(ask.principal, ask.usage.principals, n=1, cutoff=0.8)
    return f"did you mean `{near[0]}`?" if near else "`usage scan` lists the principals in the logs"


def _noted(evidence: Evidence, note: str) -> Evidence:
    return replace(evidence, notes=(*evidence.notes, note)) if note else evidence
