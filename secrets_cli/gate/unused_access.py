"""Findings about access that a principal's own logs do not show it using.

The principal in the logs is matched with the one in the files by what the user says, else by its role's name. Nothing is said
where the logs cover too few days or could not be read in full: that is unresolved.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.fix import Fix, ReplacePolicies
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.made_finding import made_finding, rule_of, with_fingerprints
from secrets_cli.gate.principals import joined, principals_of
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.subject import Principal
from secrets_cli.gate.unknown_values import holds_unknown
from secrets_cli.gate.usage_evidence import Evidence, Narrowed, Scanned
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import Found, PolicyAt, Unresolved
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Blocked
from secrets_cli.narrow.observed import observed_requests
from secrets_cli.narrow.prove import ToProve, prove
from secrets_cli.wording import how_many

RULE = "unused-access"
_SHOWN = 8
_GENERATED = re.compile(r"-[A-Za-z0-9]{8,16}")
"""What CloudFormation appends to the name of a role: `STACK-LOGICALID-RANDOM`."""


@dataclass(frozen=True, slots=True)
class UsageAsk:
    """How usage is asked about."""

    evidence: Sequence[Evidence]
    named: Mapping[str, str]
    """What the user says: a principal as the files name it, or a file's name, -> its ARN; "" for the only one."""
    days: int


@dataclass(frozen=True, slots=True)
class UsageSays:
    """What came of it."""

    findings: tuple[Finding, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    unmatched: tuple[str, ...] = ()
    """ARNs of principals that the user named, or whose narrowing was given, which no principal of the files is."""


def unused_access(found: Iterable[Found], ask: UsageAsk, knowledge: Knowledge, rules: Sequence[Rule]) -> UsageSays:
    """A finding for each principal that is granted actions that it did not use in `ask.days` days."""
    rule = rule_of(RULE, rules)
    if rule is None or not ask.evidence:
        return UsageSays()
    principals = [one for each in found for one in principals_of(each.policies, knowledge) if one.granted]
    findings: list[Finding] = []
    unresolved: list[Unresolved] = []
    matched: set[str] = set()
    for principal in principals:
        for evidence in ask.evidence:
            arn = _arn_of(principal, evidence, ask, alone=len(principals) == 1)
            if arn is None:
                continue
            matched.add(arn)
            said = _said(principal, arn, evidence, ask, knowledge)
            if isinstance(said, str):
                place = principal.granted[0].at.of.location
                unresolved.append(Unresolved(place, f"whether `{arn}` uses what it is granted is not known: {said}"))
            elif said.removed:
                finding = _finding(principal, said, rule, knowledge)
                findings += [finding] if finding is not None else []
    asked = {*ask.named.values(), *(one.principal for one in ask.evidence if isinstance(one, Narrowed))}
    return UsageSays(
        tuple(with_fingerprints(findings)), tuple(dict.fromkeys(unresolved)), tuple(sorted(asked - matched))
    )


@dataclass(frozen=True, slots=True)
class _Unused:
    """What of one principal's access is unused."""

    arn: str
    removed: tuple[str, ...]
    invisible: int
    policies: tuple[Policy, ...]
    since: str


def _arn_of(principal: Principal, evidence: Evidence, ask: UsageAsk, *, alone: bool) -> str | None:
    said = ask.named.get(principal.name) if principal.name else None
    said = said or ask.named.get(principal.file) or (ask.named.get("") if alone else None)
    if said is not None:
        return said if said in evidence.principals else None
    if alone and len(evidence.principals) == 1:
        return evidence.principals[0]
    name = principal.name.removeprefix("role ")
    if not name or name == principal.name:
        return None
    found = [arn for arn in evidence.principals if ":role/" in arn and _is_called(arn.rsplit("/", 1)[-1], name)]
    return found[0] if len(found) == 1 else None


def _is_called(role: str, name: str) -> bool:
    """Whether a role of that name is the one that a file calls so: by its name, or by its logical id."""
    if role == name:
        return True
    before, sign, random = role.rpartition("-")
    return bool(sign) and _GENERATED.fullmatch(f"-{random}") is not None and before.endswith(f"-{name}")


def _said(principal: Principal, arn: str, evidence: Evidence, ask: UsageAsk, knowledge: Knowledge) -> _Unused | str:
    """What is unused, or why that is not known."""
    match evidence:
        case Narrowed(name):
            if evidence.blocked:
                return f"{evidence.blocked} (`{name}`)"
            return _Unused(
                arn, evidence.removed, len(evidence.invisible), evidence.policies, f"in the logs of `{name}`"
            )
        case Scanned():
            return _of_scan(principal, arn, evidence, ask, knowledge)


def _of_scan(principal: Principal, arn: str, evidence: Scanned, ask: UsageAsk, knowledge: Knowledge) -> _Unused | str:
    coverage = evidence.usage.coverage
    first, last = _moment(coverage.first), _moment(coverage.last)
    if first is None or last is None:
        return f"`{evidence.name}` does not say which days its logs cover"
    covered = (last - first) / datetime.timedelta(days=1)
    if covered < ask.days - 1:
        return f"the logs of `{evidence.name}` cover {how_many(int(covered) + 1, 'day')}, and {ask.days} are asked for"
    policies = tuple(one.policy for one in _identity(principal))
    if any(holds_unknown(statement) for policy in policies for statement in policy.statements):
        return "its policies hold values that are known at deployment only"
    since = (last - datetime.timedelta(days=ask.days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    uses = tuple(one for one in evidence.usage.uses if not one.last_seen or one.last_seen >= since)
    narrowing = narrow(Ask(arn, policies, replace(evidence.usage, uses=uses)), knowledge.catalog)
    if isinstance(narrowing, Blocked):
        return narrowing.reason
    if not narrowing.proof.holds:
        return "the narrowed policy could not be proven"
    removed = tuple(one.action for one in narrowing.removed)
    return _Unused(arn, removed, len(narrowing.invisible), narrowing.policies, f"in {how_many(ask.days, 'day')}")


def _finding(principal: Principal, unused: _Unused, rule: Rule, knowledge: Knowledge) -> Finding | None:
    held = _identity(principal)
    granted = sorted(frozenset().union(*(one.actions for one in principal.granted)))
    of = f" of {len(granted):,}" if len(granted) >= len(unused.removed) else ""
    message = f"{len(unused.removed):,}{of} granted actions were not used {unused.since} by `{unused.arn}`"
    content = "\0".join(sorted(unused.removed))
    finding = made_finding(rule, message, held[0].location, content, knowledge.settings, principal.name)
    if finding is None:
        return None
    changes = (ReplacePolicies(tuple(one.location for one in held), unused.policies),)
    fix = Fix("replace the policies by what is used, and by what the logs cannot show", False, changes)
    about = tuple(dict.fromkeys(one.at.location for one in principal.granted))
    return replace(finding, evidence=tuple(_evidence(unused)), fix=fix, about=about)


def _evidence(unused: _Unused) -> Iterator[str]:
    by_service = Counter(action.partition(":")[0] for action in unused.removed)
    listed = ", ".join(
        f"{service} {count:,}" for service, count in sorted(by_service.items(), key=lambda i: (-i[1], i[0]))
    )
    yield f"by service: {listed}"
    more = len(unused.removed) - _SHOWN
    yield (
        "unused: "
        + ", ".join(f"`{one}`" for one in unused.removed[:_SHOWN])
        + (f" and {more:,} more" if more > 0 else "")
    )
    if unused.invisible:
        yield f"{how_many(unused.invisible, 'action')} more may be used or not: the logs cannot show it"


def _identity(principal: Principal) -> tuple[PolicyAt, ...]:
    return principal.of_kind(PolicyKind.IDENTITY)


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


def still_allowed(ask: UsageAsk, knowledge: Knowledge) -> Callable[[Found, Found], str]:
    """A function of the files before and after a change: an observed request of a principal that it allowed and no longer
    allows, in words; empty where there is none."""

    def refused(before: Found, after: Found) -> str:
        present = {one.name: one for one in joined(before.policies)}
        for principal in joined(after.policies):
            old = present.get(principal.name)
            for evidence in ask.evidence if old is not None else ():
                arn = _arn_of(principal, evidence, ask, alone=len(present) == 1)
                if old is not None and arn is not None and isinstance(evidence, Scanned):
                    said = _refused(arn, old, principal, evidence, knowledge)
                    if said:
                        return said
        return ""

    return refused


def _refused(arn: str, old: Principal, new: Principal, evidence: Scanned, knowledge: Knowledge) -> str:
    present, changed = (tuple(policy.policy for policy in _identity(one)) for one in (old, new))
    requests = observed_requests(evidence.usage.uses, arn)
    before = {
        (one.action, one.resource) for one in prove(ToProve(arn, present, present, requests), knowledge.catalog).denied
    }
    for one in prove(ToProve(arn, present, changed, requests), knowledge.catalog).denied:
        if (one.action, one.resource) not in before:
            return f"`{one.action}` on `{one.resource}` by `{arn}`"
    return ""
