"""Every rule there is, in the order of the index: one explicit list."""

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import (
    full_admin,
    key_policy_admin_and_use,
    key_policy_cross_account,
    key_policy_grant_without_condition,
    key_policy_no_recovery,
    key_policy_public,
    key_policy_star_actions,
    not_principal_allow,
    public_second_opinion,
    resource_policy_cross_account,
    resource_policy_public,
    resource_policy_service_without_source,
    resource_policy_wildcard_action,
    stale_principal,
    trust_cross_account,
    trust_oidc_subject,
    trust_public,
    trust_saml_audience,
    trust_service_without_source,
    unknown_service_principal,
    wildcard_in_principal,
)

RULES: tuple[Rule, ...] = (
    # what is granted
    full_admin.RULE,
    # escalation, exposure
    # trust, keys, resource policies
    trust_public.RULE,
    trust_cross_account.RULE,
    trust_oidc_subject.RULE,
    trust_saml_audience.RULE,
    trust_service_without_source.RULE,
    unknown_service_principal.RULE,
    wildcard_in_principal.RULE,
    stale_principal.RULE,
    not_principal_allow.RULE,
    key_policy_public.RULE,
    key_policy_cross_account.RULE,
    key_policy_admin_and_use.RULE,
    key_policy_grant_without_condition.RULE,
    key_policy_no_recovery.RULE,
    key_policy_star_actions.RULE,
    resource_policy_public.RULE,
    resource_policy_cross_account.RULE,
    resource_policy_service_without_source.RULE,
    resource_policy_wildcard_action.RULE,
    public_second_opinion.RULE,
    # what does nothing, or is not what it seems
    # functions and secrets
    # the gate itself
)


def rule_named(id: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
