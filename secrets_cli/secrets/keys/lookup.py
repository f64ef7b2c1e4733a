"""Which KMS key a word means now, and whether a parameter may be written under it.

A parameter keeps what its writer gave. An alias there says which key the alias means *now*: whether it meant the same when
the parameter was written is told by the time the alias was last moved.
"""

from dataclasses import dataclass
from datetime import datetime

from secrets_cli.aws.keys import Alias, Key, KeyService
from secrets_cli.errors import AccessDenied, ConfigurationError, KeyUnusable, NotThere
from secrets_cli.secrets.keys.key_word import alias_of, is_managed, key_word

_REFUSED_HELP = "give a key of your own with `--key ALIAS`; `secrets-cli key create` makes one"


@dataclass(frozen=True, slots=True)
class TargetKey:
    """A key that may be written under: found, enabled, symmetric and the customer's own."""

    word: str
    """What is sent to Parameter Store, and so what the parameter keeps."""
    id: str
    arn: str


class KeyLookup:
    """The keys and aliases of one account and region, each asked for once."""

    def __init__(self, service: KeyService) -> None:
        self._service = service
        self._keys: dict[str, Key | None] = {}
        self._aliases: dict[str, Alias] | None = None

    def id_of(self, word: str) -> str:
        """The id of the key that an alias, id or ARN means now; empty where there is none, or it may not be asked for."""
        alias = alias_of(word)
        if not alias:
            return word.rpartition("/")[2]
        known = self._listed().get(alias)
        if known and known.key_id:
            return known.key_id
        key = self.described(word)
        return key.id if key else ""

    def may_have_moved(self, word: str, since: datetime) -> bool:
        """Whether `word` is an alias that was given its key after `since`, so that it may have meant another before."""
        known = self._listed().get(alias_of(word))
        return known is not None and known.updated is not None and known.updated > since

    def described(self, word: str) -> Key | None:
        """What KMS says of the key; None where there is none, or the caller may not ask."""
        if word not in self._keys:
            try:
                self._keys[word] = self._service.describe(word)
            except (NotThere, AccessDenied):
                self._keys[word] = None
        return self._keys[word]

    def target(self, given: str) -> TargetKey:
        """The key to write under. Raises ConfigurationError for the key of AWS and one that is not symmetric,
        KeyUnusable for one that is not enabled, and NotThere or AccessDenied as kms:DescribeKey answers."""
        word = key_word(given)
        if is_managed(word):
            raise _of_aws(word)
        key = self._service.describe(word)
        if key.manager == "AWS":
            raise _of_aws(word)
        if key.state != "Enabled":
            raise KeyUnusable(f"the key `{word}` is not enabled: its state is {key.state}", _REFUSED_HELP)
        if key.spec != "SYMMETRIC_DEFAULT":
            raise ConfigurationError(
                f"the key `{word}` is not symmetric, and Parameter Store takes no other", _REFUSED_HELP
            )
        return TargetKey(word, key.id, key.arn)

    def _listed(self) -> dict[str, Alias]:
        if self._aliases is None:
            try:
                self._aliases = {alias.name: alias for alias in self._service.aliases()}
            except AccessDenied:
                self._aliases = {}
        return self._aliases


def _of_aws(word: str) -> ConfigurationError:
    return ConfigurationError(
        f"`{word}` is a key of AWS, whose policy lets every principal of the account decrypt through Parameter Store",
        _REFUSED_HELP,
    )
