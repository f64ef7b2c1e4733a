"""What a KMS key is called: an alias, a key id or an ARN, as people give them and as parameters keep them.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
"""

import re
from typing import Final

from secrets_cli.errors import ConfigurationError
from secrets_cli.wording import named

MANAGED_ALIAS: Final = "alias/aws/ssm"
"""The key of AWS whose policy lets every principal of the account decrypt through Parameter Store."""
_KEY_ID = re.compile(r"mrk-[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ARN = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:(?:key|alias)/[A-Za-z0-9/_-]{1,250}")
_ALIAS = re.compile(r"alias/[A-Za-z0-9/_-]{1,250}")
_HELP = "give an alias (`billing`, `alias/billing`), a key id or an ARN"


def key_word(word: str) -> str:
    """What AWS takes for what the user gave: `billing` is `alias/billing`; ids, ARNs and `alias/...` stay as they are.

    Raises ConfigurationError for what no key is called.
    """
    if _KEY_ID.fullmatch(word) or _ARN.fullmatch(word):
        return word
    return _alias(word, _HELP)


def new_alias(word: str) -> str:
    """The alias for a key to be made. Raises ConfigurationError for what KMS refuses or keeps to itself."""
    alias = _alias(word, _NEW_HELP)
    if alias.startswith("alias/aws/"):
        raise ConfigurationError(f"`{alias}` is refused: aliases under `alias/aws/` are AWS's own", _NEW_HELP)
    return alias


def alias_of(word: str) -> str:
    """The alias in an alias or an alias's ARN, with `alias/`; empty for a key's id or ARN."""
    last = word.rpartition(":")[2]
    return last if last.startswith("alias/") else ""


def is_managed(word: str) -> bool:
    """Whether this is the key that AWS manages for Parameter Store, by its alias or the alias's ARN."""
    return alias_of(word) == MANAGED_ALIAS


_NEW_HELP = "give letters, digits and `/_-`, such as `team/secrets`"


def _alias(word: str, help: str) -> str:
    alias = word if word.startswith("alias/") else f"alias/{word}"
    if not _ALIAS.fullmatch(alias):
        raise ConfigurationError(f"{named(word)} is not the name of a KMS key", help)
    return alias
