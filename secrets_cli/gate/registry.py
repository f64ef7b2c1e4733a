"""Every rule there is, in the order of the index: one explicit list."""

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import full_admin, privilege_escalation

RULES: tuple[Rule, ...] = (
    # what is granted
    full_admin.RULE,
    # escalation, exposure
    privilege_escalation.RULE,
    # trust, keys, resource policies
    # what does nothing, or is not what it seems
    # functions and secrets
    # the gate itself
)


def rule_named(id: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
