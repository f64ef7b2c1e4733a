"""Under which key a copy is written: the one asked for, or the source's own where that is a key for it at the target.

Never the key of AWS, which nobody asked for and whose policy lets every principal of the account decrypt.
"""

from secrets_cli.aws.parameters import SECURE_STRING, Described
from secrets_cli.errors import AccessDenied, ConfigurationError, NotThere
from secrets_cli.secrets.keys.key_word import MANAGED_ALIAS, alias_of, is_managed
from secrets_cli.secrets.keys.lookup import KeyLookup, TargetKey

_HELP = "give the key to write under with `--key ALIAS`"


class CopyKey:
    """Chooses the key for each parameter; the target's keys are asked for once each."""

    def __init__(self, at_target: KeyLookup, asked: TargetKey | None, *, same_place: bool) -> None:
        self._at_target = at_target
        self._asked = asked
        self._same_place = same_place
        self._chosen: dict[str, str] = {}

    def word_for(self, source: Described) -> str:
        """What is sent as the copy's key. Raises ConfigurationError where a key must be given, KeyUnusable where the
        one there is not enabled."""
        if self._asked is not None:
            return self._asked.word
        if source.type != SECURE_STRING:
            raise ConfigurationError(f"`{source.name}` is a {source.type} and has no key, and a copy needs one", _HELP)
        if source.key not in self._chosen:
            self._chosen[source.key] = self._here(source) if self._same_place else self._elsewhere(source)
        return self._chosen[source.key]

    def is_under(self, word: str, written_with: str) -> bool:
        """Whether what was written with one word is under the key that the other means, as far as can be told."""
        if word == written_with:
            return True
        wanted = self._at_target.id_of(word)
        return bool(wanted) and wanted == self._at_target.id_of(written_with)

    def _here(self, source: Described) -> str:
        if is_managed(source.key):
            raise ConfigurationError(
                f"`{source.name}` is under `{MANAGED_ALIAS}`, whose policy lets every principal of the account decrypt",
                _HELP,
            )
        try:
            return self._at_target.target(source.key).word
        except AccessDenied:  # who may not describe a key may still use it; PutParameter tells
            return source.key

    def _elsewhere(self, source: Described) -> str:
        alias = alias_of(source.key)
        if not alias or is_managed(alias):
            raise ConfigurationError(
                f"`{source.name}` is under `{source.key}`, which is no key of the target's account and region", _HELP
            )
        try:
            return self._at_target.target(alias).word
        except NotThere:
            raise ConfigurationError(f"the target's account and region have no key `{alias}`", _HELP) from None
        except AccessDenied:
            raise ConfigurationError(
                f"it cannot be told whether the target has a key `{alias}`: kms:DescribeKey is denied there", _HELP
            ) from None
