"""What a rule is, and how one makes a finding."""

from dataclasses import dataclass

from secrets_cli.secrets.finding import Finding
from secrets_cli.severity import Confidence, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of `secret audit`; docs/secret-audit.md has a section for each id."""

    id: str
    severity: Severity
    """The highest it gives; a case that is less bad gives a lower one."""
    title: str
    """What it looks for, lower-case, without a full stop."""

    def finding(
        self,
        subject: str,
        message: str,
        fix: str,
        *,
        evidence: tuple[str, ...] = (),
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
    ) -> Finding:
        """A finding of this rule, of its own severity unless a lower one is given."""
        return Finding(self.id, severity or self.severity, subject, message, fix, evidence, confidence)
