"""What a role's policies say by themselves: what they grant and how wide, which rules they break, which ways to more
permissions they leave open.

All policies of the role count together, managed ones included, with their Deny statements and the permissions boundary.
Nothing of the role's name, age or use takes part, so roles with the same policies share one answer.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.account.audit.held_policies import BOUNDARY, PRINCIPAL, TRUST
from secrets_cli.account.audit.shared_sets import shared
from secrets_cli.gate.breadth import breadth_of
from secrets_cli.gate.engine import judge
from secrets_cli.gate.escalation.account import is_plain_use, severity_of
from secrets_cli.gate.escalation.path import End
from secrets_cli.gate.escalation.paths import PATHS
from secrets_cli.gate.escalation.search import Way, ways_of
from secrets_cli.gate.escalation.target import Reach
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import principals_of
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.rule import ByEngine, OfFunction, OfParameter, OfPrincipal, Rule
from secrets_cli.gate.rules.full_admin import RULE as FULL_ADMIN
from secrets_cli.gate.rules.privilege_escalation import RULE as ESCALATION
from secrets_cli.gate.subject import Principal
from secrets_cli.inputs.found import Found, PolicyAt
from secrets_cli.severity import Confidence, Severity

ASKED: tuple[Rule, ...] = tuple(
    rule for rule in RULES if rule is not ESCALATION and not isinstance(rule.check, ByEngine | OfFunction | OfParameter)
)
"""The gate's rules on policies; ways to more permissions are told one by one (`OpenPath`)."""
_PASS_ROLE = ("pass-role-wildcard", "pass-role-without-service")
_READABLE_REACH: Mapping[Reach, str] = {Reach.ONE: "one", Reach.MANY: "name-pattern", Reach.ANY: "any"}


class Kind(enum.Enum):
    """What a finding is about."""

    OVER_BROAD = "over-broad"
    """What a statement grants, or how it is written."""
    ESCALATION = "escalation"
    TRUST = "trust"
    USE = "use"
    """That the role, or what it is granted, is not used."""


@dataclass(frozen=True, slots=True)
class RoleFinding:
    """One rule broken by one role."""

    rule: str
    """Id of a rule of the gate (docs/rules), or `unused-access`, `unused-role`, `orphaned-role`."""
    kind: Kind
    severity: Severity
    confidence: Confidence
    policy: str
    """The policy's name or ARN, or `trust policy`; empty for what is about the role."""
    line: int
    """In the policy's text, from 1; 0 for what is about the role."""
    sids: tuple[str, ...]
    message: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenPath:
    """A way to more permissions, with the requests that the policies allow."""

    id: str
    """As docs/escalation.md lists it."""
    gains: End
    how: str
    severity: Severity
    reach: str
    """`any`, `name-pattern` or `one`: of how many resources."""
    conditions: tuple[str, ...]
    """Keys of conditions that decide whether it is open; empty where it is."""
    requests: tuple[tuple[str, str], ...]
    """Action and resource, in the order in which they are made."""
    strongest: str
    """The action without which it is closed, and which gives most."""
    policies: tuple[str, ...]
    """Labels of the policies that allow the requests."""

    @property
    def actions(self) -> frozenset[str]:
        """The actions it needs."""
        return frozenset(action for action, _ in self.requests)


@dataclass(frozen=True, slots=True)
class Grant:
    """The known actions that one statement grants, after Deny statements and the boundary."""

    policy: str
    """The policy's label."""
    wide: frozenset[str]
    """On every resource, or on every resource of a type."""
    less: frozenset[str]
    """On less."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the policies say by themselves; compared by identity, as what follows from it is remembered."""

    grants: tuple[Grant, ...] = ()
    """One for each Allow statement that grants a known action."""
    findings: tuple[RoleFinding, ...] = ()
    """Policies by their labels."""
    paths: tuple[OpenPath, ...] = ()
    """The worst first; empty for an administrator."""
    administrator: bool = False
    """Whether it has every permission already."""
    granted: frozenset[str] = frozenset()
    """The known actions that some statement grants."""


def judged(policies: Sequence[PolicyAt], knowledge: Knowledge) -> Judged:
    """Judge the policies of one role: identity policies, trust policy, boundary."""
    findings = judge([Found(tuple(policies))], knowledge, ASKED)
    found = [_finding(one) for one in findings]
    principals = principals_of(policies, knowledge)
    if not principals:
        return Judged(findings=tuple(found))
    (principal,) = principals
    full = _full_admin(principal, knowledge)
    administrator = bool(full)
    found += [one for one in full if not any(other.rule == one.rule for other in found)]
    paths = () if administrator else _paths(principal, knowledge)
    found += _escalations(paths)
    grants = tuple(_grants(principal, knowledge))
    granted: frozenset[str] = frozenset().union(*(one.wide | one.less for one in grants))
    return Judged(grants, tuple(sorted(found, key=_order)), paths, administrator, shared(granted))


def _full_admin(principal: Principal, knowledge: Knowledge) -> list[RoleFinding]:
    """That it has every permission, also where a finding on a managed policy says so in other words."""
    assert isinstance(FULL_ADMIN.check, OfPrincipal), "the rule looks at all policies of a principal"
    return [
        RoleFinding(
            FULL_ADMIN.id,
            Kind.OVER_BROAD,
            FULL_ADMIN.severity,
            FULL_ADMIN.confidence,
            hit.location.file,
            hit.location.line,
            tuple(at.statement.sid for at in hit.about if at.statement.sid),
            hit.message,
            hit.evidence,
        )
        for hit in FULL_ADMIN.check.check(principal, knowledge)
    ]


def _grants(principal: Principal, knowledge: Knowledge) -> Iterator[Grant]:
    for granted in principal.granted:
        breadth = breadth_of(granted, knowledge.catalog)
        less = breadth.scoped | breadth.narrowed if breadth.scoped else breadth.narrowed
        if breadth.wide or less:
            yield Grant(granted.at.of.location.file, shared(breadth.wide), shared(less))


def _paths(principal: Principal, knowledge: Knowledge) -> tuple[OpenPath, ...]:
    ways = (way for way in ways_of(principal, PATHS, knowledge) if not is_plain_use(way))
    ends = list(End)
    return tuple(sorted((_open(way) for way in ways), key=lambda one: (-one.severity.rank, ends.index(one.gains))))


def _open(way: Way) -> OpenPath:
    return OpenPath(
        id=way.path.id,
        gains=way.path.end,
        how=way.path.how,
        severity=severity_of(way),
        reach=_READABLE_REACH[way.reach],
        conditions=way.depends_on,
        requests=tuple((step.request.action, step.request.resource) for step in way.steps),
        strongest=way.path.needs[way.path.strongest].action,
        policies=tuple(dict.fromkeys(step.at.of.location.file for step in way.steps)),
    )


def _escalations(paths: Sequence[OpenPath]) -> Iterable[RoleFinding]:
    """One finding for each thing that is gained, by the worst path to it; what is open under conditions alone, or to one
    named resource, is none."""
    for end in End:
        worst = [one for one in paths if one.gains is end and one.severity.rank > Severity.LOW.rank]
        if worst:
            first = worst[0]
            more = f"; {len(worst)} paths: {', '.join(one.id for one in worst)}" if len(worst) > 1 else f" ({first.id})"
            requests = ", ".join(f"`{action}` on `{resource}`" for action, resource in first.requests)
            yield RoleFinding(
                ESCALATION.id,
                Kind.ESCALATION,
                first.severity,
                Confidence.HIGH if first.reach == "any" else Confidence.MEDIUM,
                first.policies[0],
                1,
                (),
                f"{PRINCIPAL} can {end.value}: {first.how}{more}",
                (requests,),
            )


def _finding(one: Finding) -> RoleFinding:
    return RoleFinding(
        one.rule,
        _kind(one),
        one.severity,
        one.confidence,
        one.location.file,
        one.location.line,
        one.sids,
        one.message.replace(f"`{PRINCIPAL}`", PRINCIPAL),
        one.evidence,
    )


def _kind(one: Finding) -> Kind:
    if one.location.file == TRUST:
        return Kind.TRUST
    return Kind.ESCALATION if one.rule in _PASS_ROLE else Kind.OVER_BROAD


def _order(one: RoleFinding) -> tuple[int, bool, str, int, str, str]:
    return -one.severity.rank, one.policy == BOUNDARY, one.policy, one.line, one.rule, one.message
