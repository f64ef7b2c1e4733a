"""Every rule there is, in the order of the index: one explicit list."""

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import (
    denied_by_team,
    full_admin,
    required_by_team,
    suppression_expired,
    suppression_malformed,
    suppression_too_wide,
    suppression_unused,
    unused_access,
)

RULES: tuple[Rule, ...] = (
    # what is granted
    full_admin.RULE,
    # escalation, exposure
    # trust, keys, resource policies
    # what does nothing, or is not what it seems
    # functions and secrets
    # the gate itself
    suppression_malformed.RULE,
    suppression_expired.RULE,
    suppression_unused.RULE,
    suppression_too_wide.RULE,
    denied_by_team.RULE,
    required_by_team.RULE,
    unused_access.RULE,
)


def rule_named(id: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
