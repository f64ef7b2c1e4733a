"""An audit of roles in GitHub's Markdown: what to change first, and the roles with something to change."""

from collections.abc import Iterator

from secrets_cli.account.audit.role_audit import Audit, RoleAudit
from secrets_cli.report.markdown_text import code, sentence
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

_SHOWN_THIN = 20
_SHOWN_FINDINGS = 12


def audit_markdown(audit: Audit, top: int) -> str:
    """The report; the `top` roles are told in full."""
    return "\n".join(_lines(audit, top)) + "\n"


def _lines(audit: Audit, top: int) -> Iterator[str]:
    yield "# Audit of roles"
    yield ""
    yield f"{audit.today.isoformat()}: {'; '.join(sentence(one) for one in summary_sentences(audit))}."
    yield ""
    for told in basis_sentences(audit):
        yield f"* {sentence(told)}"
    yield ""
    yield "## What to change first"
    yield ""
    yield "| role | made by | last used | actions used | findings | risk | change | removes |"
    yield "|---|---|---|--:|---|--:|---|--:|"
    for one in audit.roles[:top]:
        best = one.best
        what, removes = (sentence(best.what), f"{best.removes:,}") if best else ("-", "-")
        yield (
            f"| {code(one.role.name)} | {made_by(one)} | {last_used(one)} | {used_of_granted(one)} | {found_words(one)} |"
            f" {one.risk.total:,} | {what} | {removes} |"
        )
    left = len(audit.roles) - top
    if left > 0:
        yield ""
        yield f"{how_many(left, 'role')} more are in the JSON."
    for one in audit.roles[:top]:
        if one.findings or one.proposals or one.unresolved:
            yield from _role(one)
    yield from _thin(audit)


def _role(one: RoleAudit) -> Iterator[str]:
    risk = one.risk
    yield ""
    yield f"## {code(one.role.name)}"
    yield ""
    parts = f"reach {risk.reach:,}, escalation {risk.escalation:,}, trust {risk.trust:,}"
    yield f"{code(one.role.arn)}: risk {risk.total:,} ({parts})."
    yield ""
    for finding in one.findings[:_SHOWN_FINDINGS]:
        where = f" ({code(finding.policy)})" if finding.policy else ""
        yield f"* **{finding.severity.value}** {code(finding.rule)}: {sentence(finding.message)}{where}"
    if len(one.findings) > _SHOWN_FINDINGS:
        yield f"* {how_many(len(one.findings) - _SHOWN_FINDINGS, 'finding')} more"
    for lost in one.unresolved:
        yield f"* not known: {sentence(lost)}"
    if one.proposals:
        yield ""
        yield "| removes | change | how | look at |"
        yield "|--:|---|---|---|"
        for proposal in one.proposals:
            cells = (sentence(text) if text else "-" for text in (proposal.what, proposal.how, proposal.caution))
            yield f"| {proposal.removes:,} | {' | '.join(cells)} |"


def _thin(audit: Audit) -> Iterator[str]:
    thin = thin_roles(audit)
    if not thin:
        return
    yield ""
    yield "## Logs too thin to judge"
    yield ""
    for one in thin[:_SHOWN_THIN]:
        yield f"* {code(one.role.name)}: {'; '.join(sentence(reason) for reason in one.evidence.reasons)}"
    if len(thin) > _SHOWN_THIN:
        yield f"* {how_many(len(thin) - _SHOWN_THIN, 'role')} more"
