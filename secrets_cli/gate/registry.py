"""Every rule there is, in the order of the index: one explicit list."""

from secrets_cli.gate.rule import Rule
from secrets_cli.gate.rules import (
    api_key_is_no_authorizer,
    cors_wildcard,
    environment_without_kms,
    full_admin,
    kms_decrypt_unconditioned,
    long_lived_credentials,
    public_endpoint,
    public_endpoint_to_secrets,
    runtime_end_of_life,
    secret_in_environment,
    secure_string_default_key,
    secure_string_in_state,
    ssm_by_path_ancestor,
    ssm_double_slash,
    ssm_get_wildcard,
    zappa_default_policy,
)

RULES: tuple[Rule, ...] = (
    # what is granted
    full_admin.RULE,
    # escalation, exposure
    # trust, keys, resource policies
    # what does nothing, or is not what it seems
    # functions and secrets
    secret_in_environment.RULE,
    long_lived_credentials.RULE,
    environment_without_kms.RULE,
    public_endpoint_to_secrets.RULE,
    public_endpoint.RULE,
    api_key_is_no_authorizer.RULE,
    cors_wildcard.RULE,
    runtime_end_of_life.RULE,
    zappa_default_policy.RULE,
    ssm_get_wildcard.RULE,
    ssm_by_path_ancestor.RULE,
    ssm_double_slash.RULE,
    kms_decrypt_unconditioned.RULE,
    secure_string_default_key.RULE,
    secure_string_in_state.RULE,
    # the gate itself
)


def rule_named(id: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
