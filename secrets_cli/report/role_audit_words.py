"""The words that all reports of an audit share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from secrets_cli.account.audit.evidence import State
from secrets_cli.account.audit.role_audit import Audit, RoleAudit, Service
from secrets_cli.account.audit.use import ORPHANED_ROLE, UNUSED_ROLE
from secrets_cli.severity import Severity
from secrets_cli.wording import days_covered, how_many

_FEW = 5
WORST_FIRST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)


def made_by(one: RoleAudit) -> str:
    """The framework, or a dash."""
    return one.origin.framework.slug if one.origin else "-"


def last_used(one: RoleAudit) -> str:
    """The day, by IAM or by the logs, whichever is later."""
    day = max(one.role.last_used or "", one.evidence.last_seen)[:10]
    return day or ("never" if one.role.last_used is not None else "not known")


def used_of_granted(one: RoleAudit) -> str:
    """`12 of 557`; a question mark where the logs do not say enough."""
    if one.evidence.state is State.NO_LOGS:
        return f"? of {one.granted:,}"
    sign = "" if one.evidence.state is State.ENOUGH else "?"
    return f"{len(one.evidence.used):,}{sign} of {one.granted:,}"


def found_words(one: RoleAudit) -> str:
    """`2 high, 1 medium`."""
    counts = Counter(finding.severity for finding in one.findings)
    return ", ".join(f"{counts[severity]} {severity.value}" for severity in WORST_FIRST if counts[severity]) or "-"


def finding_counts(roles: Iterable[RoleAudit]) -> str:
    """How many roles have a finding of which severity as their worst."""
    counts = Counter(one.worst for one in roles if one.worst)
    return ", ".join(f"{counts[severity]:,} {severity.value}" for severity in WORST_FIRST if counts[severity])


def summary_sentences(audit: Audit) -> Iterator[str]:
    """What the audit comes to, sentence by sentence, each without its full stop."""
    roles = audit.roles
    counted = finding_counts(roles)
    yield f"{how_many(len(roles), 'role')}" + (f"; by their worst finding {counted}" if counted else ", no finding")
    if administrators := sum(one.administrator for one in roles):
        yield f"{how_many(administrators, 'administrator')}"
    escalating = sum(any(path.severity.rank > Severity.LOW.rank for path in one.paths) for one in roles)
    if escalating:
        yield f"{escalating:,} can get more permissions than granted"
    for rule, words in ((ORPHANED_ROLE, "orphaned"), (UNUSED_ROLE, "unused")):
        if number := sum(any(finding.rule == rule for finding in one.findings) for one in roles):
            yield f"{number:,} {words}"
    thin = sum(one.evidence.state is State.THIN for one in roles)
    if thin:
        yield f"{thin:,} with logs too thin to say what they use"
    if audit.unresolved:
        yield f"{audit.unresolved:,} with a policy that is not known"


def basis_sentences(audit: Audit) -> Iterator[str]:
    """What was looked at, sentence by sentence, each without its full stop."""
    coverage = audit.coverage
    if coverage is None:
        yield "no logs were given, so nothing is said of what roles use"
    else:
        days = days_covered(coverage.first, coverage.last)
        yield (
            f"{how_many(coverage.records, 'record')} of {how_many(days, 'day')}, {coverage.first[:10] or '?'} to"
            f" {coverage.last[:10] or '?'}, in {', '.join(coverage.regions) or 'no region'}"
        )
    if audit.functions_of:
        yield f"functions of {', '.join(audit.functions_of)}"
    else:
        yield "functions are not known, so no role is called orphaned"


def thin_roles(audit: Audit) -> tuple[RoleAudit, ...]:
    """Roles on which the logs say too little."""
    return tuple(one for one in audit.roles if one.evidence.state is State.THIN)


def listed(actions: Iterable[str], granted: Mapping[str, Service]) -> tuple[str, ...]:
    """The actions by name, sorted; of a service of which they are all that is granted, and more than a few, `service:*`."""
    by_service: dict[str, list[str]] = {}
    for action in actions:
        by_service.setdefault(action.partition(":")[0], []).append(action)
    found: list[str] = []
    for service, names in by_service.items():
        whole = len(names) > _FEW and len(names) == granted[service].granted
        found += [f"{service}:*"] if whole else names
    return tuple(sorted(found))
