"""Rules on the KMS key a SecureString is under."""

from collections.abc import Iterator

from secrets_cli.secrets.audit.facts import AccountFacts, ParameterFacts
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.keys.key_word import is_managed
from secrets_cli.severity import Confidence, Severity
from secrets_cli.wording import iso_time

AWS_MANAGED = Rule(
    "secret-aws-managed-key",
    Severity.MEDIUM,
    "a SecureString under the AWS managed key alias/aws/ssm, which every principal of the account may decrypt with",
)
UNUSABLE = Rule(
    "secret-key-unusable",
    Severity.HIGH,
    "a SecureString whose key is disabled, pending deletion or gone",
)
ALIAS_MOVED = Rule(
    "secret-alias-moved",
    Severity.MEDIUM,
    "a SecureString written before its alias was pointed at the key it names now",
)


def check_keys(account: AccountFacts) -> Iterator[Finding]:
    """The findings of the three rules; a key that could not be asked about is unresolved, and gives none here."""
    for parameter in account.parameters:
        if parameter.encrypted:
            yield from _managed(parameter)
            yield from _unusable(parameter)
            yield from _moved(parameter)


def _managed(parameter: ParameterFacts) -> Iterator[Finding]:
    """By the name alone too: `alias/aws/ssm` needs no look at the key."""
    named = parameter.described.key
    managed = parameter.key is not None and parameter.key.key is not None and parameter.key.key.manager == "AWS"
    if managed or is_managed(named):
        yield AWS_MANAGED.finding(
            parameter.arn,
            "is under `alias/aws/ssm`: whoever may call ssm:GetParameter on it reads it, as that key's policy lets every "
            "principal of the account decrypt",
            f"secrets-cli secret reencrypt {parameter.described.name} --key alias/YOUR-KEY",
            evidence=(f"key: {named or 'none named'}", f"version: {parameter.described.version}"),
        )


def _unusable(parameter: ParameterFacts) -> Iterator[Finding]:
    if parameter.key is None:
        return
    found, named = parameter.key.key, parameter.key.named
    if found is None:
        yield UNUSABLE.finding(
            parameter.arn,
            f"is under `{named}`, and KMS knows no such key: it cannot be read",
            "point the alias at the key it was written under, or write the secret anew under another key",
            evidence=(f"key: {named}",),
        )
    elif found.state not in ("Enabled", "Creating", "Updating"):
        going = f" and goes on {iso_time(found.deletion)}" if found.deletion else ""
        yield UNUSABLE.finding(
            parameter.arn,
            f"is under `{named}`, whose key is {found.state}{going}: it cannot be read",
            f"secrets-cli key cancel-delete {found.id}, then enable the key, or write the secret anew under another key"
            if found.deletion
            else "enable the key, or write the secret anew under another key",
            evidence=(f"key: {found.arn}", f"state: {found.state}"),
        )


def _moved(parameter: ParameterFacts) -> Iterator[Finding]:
    """Parameter Store does not say which key encrypted a value, so the dates decide: confidence medium.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_AliasListEntry.html (LastUpdatedDate)
    """
    alias = parameter.key.alias if parameter.key else None
    if alias is None or alias.updated is None or alias.updated <= parameter.described.modified:
        return
    yield ALIAS_MOVED.finding(
        parameter.arn,
        f"was written before `{alias.name}` was last pointed at a key, so it is likely under the key before: who may "
        "use the present key may not be able to read it",
        f"secrets-cli secret reencrypt {parameter.described.name} --key {alias.name}",
        evidence=(
            f"written: {iso_time(parameter.described.modified)}",
            f"alias pointed at {alias.key_id}: {iso_time(alias.updated)}",
        ),
        confidence=Confidence.MEDIUM,
    )
