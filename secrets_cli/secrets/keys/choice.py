"""Which KMS key a write names. There is no default: without a key AWS takes `alias/aws/ssm`, which everybody may use.

The key policy of `alias/aws/ssm` lets every principal of the account decrypt through Parameter Store, so a secret under it
is protected by `ssm:GetParameter` alone, and cannot be shared with another account.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
"""

from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.keys.key_word import MANAGED_ALIAS, is_managed, key_word

KEY_VARIABLE = "SECRETS_CLI_KEY"


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """The key to send, as AWS takes it, and what is to be said of it."""

    key: str
    """`alias/...`, a key id or an ARN."""
    warning: str = ""


def chosen_key(option: str | None, variable: str | None) -> KeyChoice:
    """The key by the option `--key`, else by the environment variable SECRETS_CLI_KEY.

    A bare word is an alias. Raises ConfigurationError where neither names one, or where the variable names
    `alias/aws/ssm`: that key is only taken when asked for on the command line.
    """
    word = option or variable
    if not word:
        raise ConfigurationError(
            "no KMS key was chosen, and without one AWS takes `alias/aws/ssm`, which every principal may decrypt with",
            f"give `--key ALIAS` or set {KEY_VARIABLE}; see the keys with `secrets-cli key list`, "
            "make one with `secrets-cli key create ALIAS --admin ARN --user ARN`",
        )
    key = key_word(word)
    if not is_managed(key):
        return KeyChoice(key)
    if not option:
        raise ConfigurationError(
            f"{KEY_VARIABLE} names `{MANAGED_ALIAS}`, which every principal of the account may decrypt with",
            f"set it to a key of your own, or give `--key {MANAGED_ALIAS}` where you really mean it",
        )
    return KeyChoice(
        key,
        f"`{MANAGED_ALIAS}` lets every principal of the account decrypt through Parameter Store, so "
        "`ssm:GetParameter` alone protects this secret; prefer a key of your own (`secrets-cli key create`)",
    )
