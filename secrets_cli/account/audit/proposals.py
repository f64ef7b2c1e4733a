"""The changes that would take risk away from a role, each with how much: the risk before less the risk after.

Changes of one role may overlap: what narrowing takes away includes a policy that could be detached. Each number is of the change
by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.account.audit.evidence import Evidence
from secrets_cli.account.audit.held_policies import BOUNDARY
from secrets_cli.account.audit.judged import Judged, Kind, RoleFinding
from secrets_cli.account.audit.risk import Change, Risk, risk_of
from secrets_cli.account.audit.role_audit import ChangeKind, Proposal
from secrets_cli.account.audit.use import ORPHANED_ROLE, is_given_up, says_enough
from secrets_cli.account.origin import Framework, Origin
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.severity import Severity
from secrets_cli.wording import how_many

_SHOWN = 3
_MANAGED = "arn:"


@dataclass(frozen=True, slots=True)
class About:
    """What proposals are made from."""

    name: str
    """The role's."""
    arn: str
    origin: Origin | None
    judged: Judged
    evidence: Evidence
    findings: tuple[RoleFinding, ...]
    """On its use."""
    names: Mapping[str, str]
    """Label of a policy -> its name or ARN."""


def proposals_for(about: About, catalog: Catalog) -> tuple[Proposal, ...]:
    """The changes that remove anything, what removes most first."""
    now = risk_of(about.judged, catalog)
    found = [*_delete(about, now)]
    for proposal, change in _changes(about):
        removes = now.total - risk_of(about.judged, catalog, change).total
        if removes > 0:
            found.append(
                Proposal(
                    proposal.kind,
                    proposal.what,
                    removes,
                    proposal.policy,
                    proposal.sids,
                    proposal.how,
                    proposal.caution,
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.removes, one.kind.value, one.policy, one.what)))


def _changes(about: About) -> Iterator[tuple[Proposal, Change]]:
    if says_enough(about.evidence):
        yield _narrow(about)
        yield from _detach(about)
    else:
        yield from _limit(about)
    yield from _close(about)
    yield from _fix_trust(about)


def _delete(about: About, now: Risk) -> Iterator[Proposal]:
    if not is_given_up(about.findings):
        return
    is_orphan = any(one.rule == ORPHANED_ROLE for one in about.findings)
    what = "delete the role: its function is gone" if is_orphan else "delete the role: nothing uses it"
    yield Proposal(
        ChangeKind.DELETE,
        what,
        now.total,
        how=f"save it first (`secrets-cli role show {about.name} --format json`), then `aws iam delete-role`",
        caution="a role that runs once a year looks the same" if not is_orphan else "",
    )


def _narrow(about: About) -> tuple[Proposal, Change]:
    evidence = about.evidence
    what = f"narrow the role to what it used: {how_many(len(evidence.unused), 'action')} of {len(about.judged.granted):,} go"
    kept = f"{how_many(len(evidence.invisible), 'action')} stay, as the logs could not show them"
    return (
        Proposal(
            ChangeKind.NARROW,
            what,
            0,
            how=f"`secrets-cli role narrow --principal {about.arn} --account-details FILE --logs SOURCE`; then `role apply`",
            caution="; ".join(one for one in (kept if evidence.invisible else "", _framework(about)) if one),
        ),
        Change(removed=evidence.unused, limited=evidence.narrowed),
    )


def _detach(about: About) -> Iterator[tuple[Proposal, Change]]:
    """Managed policies of which nothing was used that no other policy grants."""
    needed = about.evidence.used | about.evidence.invisible
    for label in _labels(about.judged):
        if label.startswith(_MANAGED) and not _alone(about.judged, label) & needed:
            proposal = Proposal(
                ChangeKind.DETACH,
                f"detach `{_short(label)}`: nothing was used that it alone grants",
                0,
                label,
                how=f"`aws iam detach-role-policy --role-name {about.name} --policy-arn {label}`",
                caution=_framework(about),
            )
            yield proposal, Change(detached=frozenset({label}))


def _alone(judged: Judged, label: str) -> frozenset[str]:
    """What no other policy grants."""
    others: frozenset[str] = frozenset().union(*(one.wide | one.less for one in judged.grants if one.policy != label))
    return judged.granted - others


def _limit(about: About) -> Iterator[tuple[Proposal, Change]]:
    """Policies with a broad statement, where the logs cannot say what may go."""
    broad = [one for one in about.judged.findings if one.kind is Kind.OVER_BROAD and _is_worth(one)]
    for label in dict.fromkeys(one.policy for one in broad if one.policy != BOUNDARY):
        name = about.names.get(label, label)
        sids = tuple(dict.fromkeys(sid for one in broad if one.policy == label for sid in one.sids))
        is_managed = label.startswith(_MANAGED)
        what = f"replace `{_short(label)}` by a policy on" if is_managed else f"limit `{name}` to"
        proposal = Proposal(
            ChangeKind.LIMIT,
            f"{what} the resources that the role needs",
            0,
            name,
            sids,
            "logs (`--logs`) show what it uses, and `secrets-cli role narrow` writes the policy",
            _framework(about),
        )
        yield proposal, Change(confined=frozenset({label}))


def _close(about: About) -> Iterator[tuple[Proposal, Change]]:
    """Without the action that gives most, each path is closed."""
    paths = [one for one in about.judged.paths if _is_worse_than_low(one.severity)]
    if not paths:
        return
    actions = frozenset(one.strongest for one in paths)
    used = actions & about.evidence.used
    shown = ", ".join(f"`{one}`" for one in sorted(actions)[:_SHOWN])
    more = f" and {len(actions) - _SHOWN} more" if len(actions) > _SHOWN else ""
    policies = dict.fromkeys(about.names.get(label, label) for one in paths for label in one.policies)
    proposal = Proposal(
        ChangeKind.CLOSE,
        f"take away or limit {shown}{more}: closes {how_many(len(paths), 'escalation path')}",
        0,
        ", ".join(policies),
        how="name the roles, users and policies it may touch, and the services a role is passed to:"
        " docs/rules/privilege-escalation.md",
        caution=f"the logs show {', '.join(f'`{one}`' for one in sorted(used))} in use" if used else "",
    )
    yield proposal, Change(limited=actions)


def _fix_trust(about: About) -> Iterator[tuple[Proposal, Change]]:
    lines: dict[int, list[int]] = {}
    for number, one in enumerate(about.judged.findings):
        if one.kind is Kind.TRUST:
            lines.setdefault(one.line, []).append(number)
    for line, numbers in lines.items():
        worst = about.judged.findings[numbers[0]]
        named = f"`{worst.sids[0]}`" if worst.sids else f"the statement on line {line}"
        proposal = Proposal(
            ChangeKind.FIX_TRUST,
            f"fix {named} of the trust policy: {worst.message}",
            0,
            worst.policy,
            worst.sids,
            f"docs/rules/{worst.rule}.md",
        )
        yield proposal, Change(trust_fixed=frozenset(numbers))


def _framework(about: About) -> str:
    origin = about.origin
    if origin is None or origin.framework in (Framework.CONSOLE, Framework.IDENTITY_CENTER):
        return ""
    return f"{origin.framework.value} made the role: write the change to its settings too (`role narrow --project --write`)"


def _labels(judged: Judged) -> Sequence[str]:
    return tuple(dict.fromkeys(one.policy for one in judged.grants))


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]


def _is_worth(finding: RoleFinding) -> bool:
    return _is_worse_than_low(finding.severity)


def _is_worse_than_low(severity: Severity) -> bool:
    return severity.rank > Severity.LOW.rank
