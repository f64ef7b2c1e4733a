"""What an audit found: a rule that something breaks, how bad it is, and what to do."""

from dataclasses import dataclass

from secrets_cli.severity import Confidence, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken by one subject. No field ever holds a secret's value or a part of it."""

    rule: str
    """The rule's id, such as `key-principal-wildcard`."""
    severity: Severity
    subject: str
    """What breaks it: an ARN, `file:line`, ..."""
    message: str
    """Lower-case, without a full stop."""
    fix: str
    """What to do, as a command or a sentence."""
    evidence: tuple[str, ...] = ()
    """Statements, dates, names that show it."""
    confidence: Confidence = Confidence.HIGH


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The highest severity among the findings; None for no findings."""
    return max((finding.severity for finding in findings), key=lambda severity: severity.rank, default=None)
