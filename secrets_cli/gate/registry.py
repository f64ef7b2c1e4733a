"""Every rule there is, in the order of the index: one explicit list."""

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import (
    condition_always_holds,
    condition_never_holds,
    condition_operator_mismatch,
    dead_resource,
    dead_statement,
    deprecated_version,
    full_admin,
    invalid_account_id,
    malformed_arn,
    placeholder,
    policy_too_large,
    second_opinion,
    subsumed_statement,
    unknown_action,
    unknown_condition_key,
    unreachable_allow,
)

RULES: tuple[Rule, ...] = (
    # what is granted
    full_admin.RULE,
    # escalation, exposure
    # trust, keys, resource policies
    # what does nothing, or is not what it seems
    unknown_action.RULE,
    dead_resource.RULE,
    dead_statement.RULE,
    malformed_arn.RULE,
    invalid_account_id.RULE,
    placeholder.RULE,
    condition_never_holds.RULE,
    condition_always_holds.RULE,
    unknown_condition_key.RULE,
    condition_operator_mismatch.RULE,
    unreachable_allow.RULE,
    subsumed_statement.RULE,
    deprecated_version.RULE,
    policy_too_large.RULE,
    second_opinion.RULE,
    # functions and secrets
    # the gate itself
)


def rule_named(id: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
