"""How bad a finding is, and how sure the rule is: two axes that are never mixed."""

import enum


class Severity(enum.Enum):
    """How bad a finding is; the order is from least to worst."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for info to 3 for high."""
        return list(Severity).index(self)


class Confidence(enum.Enum):
    """How sure the rule is that its subject breaks it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
