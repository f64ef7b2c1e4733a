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
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.iam.size import MANAGED_POLICIES_QUOTA
from secrets_cli.narrow.admitted import with_cost
from secrets_cli.narrow.asked_for import asked_for
from secrets_cli.narrow.by_word import (
    Parted,
    as_exact_where_forbidden,
    kept_by_word,
    kept_nothing,
    parted,
    without,
)
from secrets_cli.narrow.compact import compacted
from secrets_cli.narrow.configuration import Configuration
from secrets_cli.narrow.cut_grants import implied_grants, used_grants
from secrets_cli.narrow.gaps import blocking, gaps_of, unused_acceptances
from secrets_cli.narrow.generalize import Rule
from secrets_cli.narrow.granted import GrantedAction, granted_actions, summary_of, unknown_patterns
from secrets_cli.narrow.grouping import grouped
from secrets_cli.narrow.invisible import evidences_of, hidden_actions, invisible_actions, kept_invisible, log_sight
from secrets_cli.narrow.learned import condition_keys
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
    NeverGranted,
    Origin,
    RemovedAction,
    ReplayedRequest,
    StatementEvidence,
)
from secrets_cli.narrow.observed import denied_events, merged, observed_requests
from secrets_cli.narrow.patterns import Facts, with_patterns
from secrets_cli.narrow.present import deny_statements
from secrets_cli.narrow.prove import ToProve, prove
from secrets_cli.narrow.statements import NamedGroup, as_2012, packed, statement_of
from secrets_cli.narrow.unseen import unused_reason, visibility_warnings
from secrets_cli.narrow.word_lists import WordLists, checked
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
    words: WordLists = field(default_factory=WordLists)
    """What stays or goes whatever the logs show."""


def narrow(ask: Ask, catalog: Catalog) -> NarrowingResult:
    """The narrowing of `ask.principal`, or what blocks it.

    Raises ConfigurationError where the word lists name an unknown action, contradict each other, or take a part only out of a
    resource.
    """
    words = checked(ask.words, catalog)
    gaps = gaps_of(ask.usage, ask.principal, ask.policies, ask.accepted_gaps)
    if ask.principal not in ask.usage.principals:
        return Blocked(ask.principal, f"`{ask.principal}` never appears in the logs", gaps, _near(ask))
    if standing := blocking(gaps):
        return Blocked(ask.principal, f"{how_many(len(standing), 'gap')} in the evidence", gaps)
    present = tuple(as_2012(policy) for policy in ask.policies)
    requests = parted(observed_requests(ask.usage.uses, ask.principal), words.never, catalog)
    own = _of_sessions(ask)
    own_requests = requests
    if ask.sessions is not None:
        own_requests = parted(observed_requests(own.usage.uses, ask.principal), words.never, catalog)
    before = granted_actions(present, catalog)
    known = evidences_of(ask.usage, ask.principal, ask.selectors, ask.last_accessed)
    hidden = hidden_actions(before, known, present, catalog)
    invisible = invisible_actions(hidden, ask.drop_invisible)
    implied = tuple(grant for configuration in _own(ask) for grant in configuration.implied)
    grants = (
        *used_grants(own_requests.allowed, requests.allowed, present, catalog, words.never, ask.rule),
        *implied_grants((grant for c in _own(own) for grant in c.implied), present, catalog),
        *kept_by_word(words.keep, present, catalog),
        *kept_invisible(hidden, invisible, implied),
    )
    found = _result(own, present, before, own_requests, invisible, grants, gaps, catalog)
    sight = log_sight(known, before)
    return replace(found, sight=sight, warnings=(*visibility_warnings(sight, known, before), *found.warnings))


def _result(
    ask: Ask,
    present: tuple[Policy, ...],
    before: tuple[GrantedAction, ...],
    requests: Parted,
    invisible: tuple[InvisibleAction, ...],
    all_grants: Sequence[KeptGrant],
    gaps: tuple[Gap, ...],
    catalog: Catalog,
) -> Narrowing:
    grants, taken = without(all_grants, ask.words.never, catalog)
    never = tuple(sorted((*requests.taken, *taken), key=lambda one: (one.action, one.resource)))
    denies = _kept_denies(present)
    groups = grouped(grants, condition_keys(present))
    sids = sids_for(groups, catalog, taken=[s.sid for s in denies if s.sid])
    named = tuple(NamedGroup(sid, group) for sid, group in zip(sids, groups, strict=True))
    allows = tuple(statement_of(n) for n in named)
    if ask.compact:
        allows = as_exact_where_forbidden(compacted(allows, denies, present, catalog), allows, ask.words.never)
    policies = packed((*allows, *denies) if allows else ())
    after = granted_actions(policies, catalog)
    facts = Facts(requests.allowed, tuple(grant for c in _own(ask) for grant in c.implied), invisible)
    return Narrowing(
        principal=ask.principal,
        policies=policies,
        proof=replace(
            prove(ToProve(ask.principal, ask.policies, policies, requests.allowed), catalog), never=requests.never
        ),
        summary=summary_of(before, after, catalog),
        statements=with_cost(
            with_patterns(_statement_evidence(policies, named), policies, facts, catalog),
            policies,
            requests.allowed,
            catalog,
        ),
        removed=_removed(
            before, after, invisible, partial(unused_reason, ask.usage.coverage, ask.last_accessed), never
        ),
        kept=_kept(after, grants),
        invisible=_with_final_resources(invisible, after),
        gaps=gaps,
        denied_events=denied_events(ask.usage.uses, ask.principal),
        warnings=(*_warnings(ask, present, gaps, catalog), *_result_warnings(ask, policies, invisible)),
        asked_for=asked_for(ask.usage.uses, ask.principal, present, catalog),
        days=tuple(day for day in ask.usage.days if day.principal == ask.principal),
        present=present,
        never=never,
        requests=tuple(ReplayedRequest(r.action, r.resource, r.condition) for r in requests.allowed),
    )


def _of_sessions(ask: Ask) -> Ask:
    """The same with the uses of its sessions alone, and the configurations of their functions or of no single one."""
    if ask.sessions is None:
        return ask
    uses = tuple(u for u in ask.usage.uses if u.principal == ask.principal and u.session_name in ask.sessions)
    own = tuple(c for c in ask.configurations if not c.function or c.function in ask.sessions)
    return replace(ask, usage=replace(ask.usage, uses=uses), configurations=own)


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
    never: Iterable[NeverGranted],
) -> tuple[RemovedAction, ...]:
    remaining = {granted.action for granted in after}
    dropped = {item.action: item.reason for item in invisible if not item.kept}
    by_word = {item.action: item.because for item in never}
    return tuple(
        RemovedAction(
            g.action,
            g.resources,
            by_word.get(g.action) or _removal_reason(dropped.get(g.action), unused(g.action)),
        )
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
    words = dict.fromkeys(g.evidence.notes[0] for g in grants if g.origin is Origin.KEPT)
    kept = f"kept: {'; '.join(words)}" if words else ""
    if used.events:
        return "; ".join(one for one in (f"used: {how_many(used.events, 'event')}, last {used.last_seen}", kept) if one)
    if kept:
        return kept
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
    for word in kept_nothing(ask.words.keep, present, catalog):
        yield f"{word.place}: the present policies grant no `{word.action}` on `{word.resource}`, so there is none to keep"
    for name in unused_acceptances(gaps, ask.accepted_gaps):
        yield f"there is no gap `{name}` to accept"
    if not any(use.principal == ask.principal for use in ask.usage.uses):
        yield f"`{ask.principal}` appears in the logs, but with no call that counts"

    for configuration in ask.configurations:
        if configuration not in _own(ask):
            yield f"`{configuration.name}` is left out: its function runs as `{configuration.role}`"
        else:
            for what in configuration.not_understood:
                yield f"`{configuration.name}`: what {what} needs is not known, so nothing is kept for it"
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
