"""An audit of roles for a terminal: the changes that remove most, role by role, or one role in full."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from secrets_cli.account.audit.evidence import State
from secrets_cli.account.audit.judged import RoleFinding
from secrets_cli.account.audit.role_audit import Audit, RoleAudit
from secrets_cli.report.findings import COLOUR
from secrets_cli.report.printable import printable
from secrets_cli.report.role_audit_words import (
    basis_sentences,
    found_words,
    last_used,
    made_by,
    summary_sentences,
    thin_roles,
    used_of_granted,
)
from secrets_cli.wording import how_many

if TYPE_CHECKING:
    from rich.console import RenderableType

_IN_FULL = 3
"""So many roles are shown in full; of more there is a table."""
_SHOWN_PATHS = 8
_SHOWN_SERVICES = 12
_SHOWN_REASONS = 5


def audit_view(audit: Audit, top: int) -> "RenderableType":
    """A table of the `top` roles, or up to three roles in full, and what it comes to."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    if len(audit.roles) <= _IN_FULL:
        for one in audit.roles:
            parts += [*_in_full(one), Text()]
    else:
        parts += [_table(audit.roles[:top]), Text()]
        left = len(audit.roles) - top
        if left > 0:
            parts.append(Text(f"{how_many(left, 'role')} more: --top N, --format json, or --out DIR", style="dim"))
    parts += [Text(f"{'; '.join(summary_sentences(audit))}")]
    parts += [Text(line, style="yellow") for line in _thin_lines(audit)]
    parts += [Text(f"{sentence}", style="dim") for sentence in basis_sentences(audit)]
    return Group(*parts)


def _table(roles: Sequence[RoleAudit]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("role", overflow="fold", min_width=12)
    table.add_column("made by", no_wrap=True)
    table.add_column("last used", no_wrap=True)
    table.add_column("used", justify="right", no_wrap=True)
    table.add_column("findings", no_wrap=True)
    table.add_column("risk", justify="right", no_wrap=True)
    table.add_column("removes", justify="right", no_wrap=True)
    table.add_column("best change", overflow="fold", min_width=24)
    for one in roles:
        best = one.best
        style = COLOUR[one.worst] if one.worst else ""
        table.add_row(
            Text(printable(one.role.name)),
            made_by(one),
            last_used(one),
            used_of_granted(one),
            Text(found_words(one), style=style),
            f"{one.risk.total:,}",
            f"{best.removes:,}" if best else "-",
            Text(printable(best.what) if best else "-"),
        )
    return table


def _thin_lines(audit: Audit) -> Iterator[str]:
    """Why the logs say too little, the most common reasons first."""
    counts = Counter(reason for one in thin_roles(audit) for reason in one.evidence.reasons)
    for reason, number in counts.most_common(_SHOWN_REASONS):
        yield printable(f"too thin for {how_many(number, 'role')}: {reason}")
    if len(counts) > _SHOWN_REASONS:
        yield f"and {how_many(len(counts) - _SHOWN_REASONS, 'other reason')}: --format json has them"


def _in_full(one: RoleAudit) -> "Iterator[RenderableType]":
    from rich.text import Text

    yield Text(printable(one.role.arn), style="bold")
    for line in _facts(one):
        yield Text(f"  {printable(line)}")
    for finding in one.findings:
        yield _finding_line(finding)
    for path in one.paths[:_SHOWN_PATHS]:
        yield Text(printable(f"  path {path.id} ({path.severity.value}, {path.reach}): {path.how}"))
    if len(one.paths) > _SHOWN_PATHS:
        yield Text(f"  and {how_many(len(one.paths) - _SHOWN_PATHS, 'path')} more")
    for lost in one.unresolved:
        yield Text(printable(f"  not known: {lost}"), style="yellow")
    for proposal in one.proposals:
        yield Text(printable(f"  -{proposal.removes:,}  {proposal.what}"), style="cyan")
        for words in (proposal.how, proposal.caution):
            if words:
                yield Text(printable(f"      {words}"), style="dim")


def _facts(one: RoleAudit) -> Iterator[str]:
    origin = one.origin
    yield f"made by     {origin.framework.value}: {origin.told_by}" if origin else "made by     not known"
    yield f"created     {one.role.created[:10] or 'not known'}, last used {last_used(one)}"
    if one.functions is not None:
        yield f"functions   {', '.join(arn.rpartition(':')[2] for arn in one.functions) or 'none'}"
    risk = one.risk
    yield f"risk        {risk.total:,}: reach {risk.reach:,}, escalation {risk.escalation:,}, trust {risk.trust:,}"
    evidence = one.evidence
    yield f"used        {used_of_granted(one)} granted actions" + (
        f", {len(evidence.invisible):,} invisible, {how_many(evidence.events, 'record')}"
        if evidence.state is not State.NO_LOGS
        else ": no logs were given"
    )
    if one.services:
        yield f"services    {_services(one)}"


def _services(one: RoleAudit) -> str:
    logged = one.evidence.state is not State.NO_LOGS
    order = sorted(one.services.items(), key=lambda item: (-item[1].granted, item[0]))
    shown = ", ".join(
        f"{name} {service.used:,}/{service.granted:,}" if logged else f"{name} {service.granted:,}"
        for name, service in order[:_SHOWN_SERVICES]
    )
    return shown + (f" and {len(order) - _SHOWN_SERVICES:,} more" if len(order) > _SHOWN_SERVICES else "")


def _finding_line(finding: RoleFinding) -> "RenderableType":
    from rich.text import Text

    line = Text(f"  {finding.severity.value:<7}", style=COLOUR[finding.severity])
    where = f" [{finding.policy}]" if finding.policy else ""
    line.append(f"{finding.rule}: {printable(finding.message)}", style="default")
    return line.append(printable(where), style="dim")
