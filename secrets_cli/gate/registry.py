"""Every rule there is, in the order of the index: one explicit list."""

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import (
    credentials_exposure,
    data_exposure,
    full_admin,
    pass_role_wildcard,
    pass_role_without_service,
    privilege_escalation,
    resource_exposure,
)

RULES: tuple[Rule, ...] = (
    # what is granted
    full_admin.RULE,
    # escalation, exposure
    pass_role_wildcard.RULE,
    pass_role_without_service.RULE,
    privilege_escalation.RULE,
    data_exposure.RULE,
    resource_exposure.RULE,
    credentials_exposure.RULE,
    # trust, keys, resource policies
    # what does nothing, or is not what it seems
    # functions and secrets
    # the gate itself
)


def rule_named(id: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
