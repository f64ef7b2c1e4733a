"""A finding: one rule, broken at one place."""

import enum
from dataclasses import dataclass

from secrets_cli.gate.fix import Fix
from secrets_cli.iam.location import Location
from secrets_cli.severity import Confidence, Severity


class State(enum.Enum):
    """What becomes of a finding."""

    OPEN = "open"
    SUPPRESSED = "suppressed"
    """Somebody said, with a reason and an expiry, that it is accepted."""
    BASELINED = "baselined"
    """It was there when the baseline was written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, broken at one place. No field ever holds a secret's value or a part of it."""

    rule: str
    """The rule's id."""
    severity: Severity
    confidence: Confidence
    location: Location
    """In the original file."""
    principal: str
    """Whose policy or which function it is, as the file names it; empty for a policy by itself."""
    message: str
    """Lower-case, without a full stop."""
    evidence: tuple[str, ...]
    """What shows it: actions with counts, resources, a request that becomes possible."""
    fix: Fix | None
    fingerprint: str
    """64 hexadecimal digits; the same as long as the rule, the file, the principal and what the statement says are the same,
    wherever in the file it stands."""
    state: State = State.OPEN
    note: str = ""
    """Why it is not open: the suppression's reason."""
    about: tuple[Location, ...] = ()
    """Where the statements stand that it speaks of; empty for what is not about statements."""
    sids: tuple[str, ...] = ()
    """Their Sids."""
