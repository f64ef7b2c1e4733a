"""Every rule there is, in the order of the index: one explicit list."""

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import (
    action_wildcard,
    broad_managed_policy,
    condition_always_holds,
    condition_never_holds,
    condition_operator_mismatch,
    credentials_exposure,
    data_exposure,
    dead_resource,
    dead_statement,
    deprecated_version,
    full_admin,
    invalid_account_id,
    malformed_arn,
    not_action_allow,
    not_resource_allow,
    pass_role_wildcard,
    pass_role_without_service,
    placeholder,
    policy_too_large,
    privilege_escalation,
    resource_exposure,
    resource_wildcard,
    service_wildcard,
    subsumed_statement,
    unknown_action,
    unknown_condition_key,
    unreachable_allow,
    wide_resource_pattern,
    write_through_prefix,
)

RULES: tuple[Rule, ...] = (
    # what is granted
    full_admin.RULE,
    service_wildcard.RULE,
    action_wildcard.RULE,
    resource_wildcard.RULE,
    wide_resource_pattern.RULE,
    write_through_prefix.RULE,
    not_action_allow.RULE,
    not_resource_allow.RULE,
    broad_managed_policy.RULE,
    # escalation, exposure
    pass_role_wildcard.RULE,
    pass_role_without_service.RULE,
    privilege_escalation.RULE,
    data_exposure.RULE,
    resource_exposure.RULE,
    credentials_exposure.RULE,
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
    # functions and secrets
    # the gate itself
)


def rule_named(id: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
