"""Finding keys, and what hangs on them, by calls that only read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secrets_cli.aws.keys import CUSTOMER, Alias, Grant, Key, KeyService, LastUse, Rotation, RotationDone
from secrets_cli.aws.parameters import Described, ParameterFilter, ParameterStore
from secrets_cli.errors import AccessDenied, AwsFailure, ConfigurationError, NotThere, Throttled, Unreachable
from secrets_cli.secrets.keys.document import read_key_policy
from secrets_cli.secrets.keys.plan import ALIAS_TAG, PresentKey
from secrets_cli.secrets.keys.state_plan import UseElsewhere

_KEY_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32}")
_ALIAS = re.compile(r"alias/[A-Za-z0-9/_-]{1,250}")


def key_reference(word: str) -> str:
    """A key as KMS takes it: an ARN or id as it is, any other word as an alias, with or without `alias/` in front.

    Raises ConfigurationError for what no key is called.
    """
    if word.startswith("arn:") or _KEY_ID.fullmatch(word):
        return word
    return _alias(word)


def new_alias(word: str) -> str:
    """The alias for a key to be made. Raises ConfigurationError for what KMS refuses or keeps to itself."""
    alias = _alias(word)
    if alias.startswith("alias/aws/"):
        raise ConfigurationError(f"`{alias}` is refused: aliases under `alias/aws/` are AWS's own", _ALIAS_HELP)
    return alias


def _alias(word: str) -> str:
    alias = word if word.startswith("alias/") else f"alias/{word}"
    if not _ALIAS.fullmatch(alias):
        raise ConfigurationError(f"`{word[:120]}` is no alias of a key", _ALIAS_HELP)
    return alias


_ALIAS_HELP = "give letters, digits and `/_-`, such as `team/secrets`"


def find_key(kms: KeyService, word: str) -> tuple[Key, tuple[str, ...]]:
    """The key that the word names, and its aliases. Raises NotThere with advice where there is none."""
    reference = key_reference(word)
    key = kms.describe(reference)
    return key, _aliases_of(kms, key, reference)


def _aliases_of(kms: KeyService, key: Key, reference: str) -> tuple[str, ...]:
    """The key's aliases; where the caller may not list them, the one it was found by."""
    try:
        return tuple(alias.name for alias in kms.aliases(key.id) if alias.key_id in ("", key.id))
    except AccessDenied:
        return (reference,) if reference.startswith("alias/") else ()


def display_name(asked: str, key: Key, aliases: Sequence[str]) -> str:
    """As messages name the key: the alias asked for, else its first alias, else its id."""
    named = f"alias/{asked.removeprefix('alias/')}"
    if named in aliases:
        return named
    return aliases[0] if aliases else key.id


def present_key(kms: KeyService, key: Key, aliases: Sequence[str], *, with_tags: bool = False) -> PresentKey:
    """The key with its policy and rotation. Raises MalformedInput where the policy is none."""
    document = read_key_policy(kms.policy(key.id), key.arn)
    tags = tuple(kms.tags(key.id).items()) if with_tags else ()
    return PresentKey(key, tuple(aliases), document, rotation_of(kms, key), tags)


def rotation_of(kms: KeyService, key: Key) -> Rotation | None:
    """Whether the key rotates; None for one that cannot, for it is asymmetric, imported or in a store of its own."""
    if key.spec != "SYMMETRIC_DEFAULT" or key.origin != "AWS_KMS":
        return None
    try:
        return kms.rotation(key.id)
    except AwsFailure as error:
        if error.code in ("UnsupportedOperationException", "KMSInvalidStateException"):
            return None
        raise


def grants_if_readable(kms: KeyService, key: Key) -> tuple[Grant, ...] | None:
    """The grants on the key; None where the caller may not list them."""
    try:
        return kms.grants(key.id)
    except AccessDenied:
        return None


def last_use_if_known(kms: KeyService, key: Key) -> LastUse | None:
    """When the key was used last; None where the caller may not ask, or the SDK or endpoint does not know the call."""
    try:
        return kms.last_use(key.id)
    except (Throttled, Unreachable):
        raise
    except (AwsFailure, ConfigurationError):
        return None


def use_elsewhere(kms: KeyService, key: Key) -> UseElsewhere:
    """What is known of use of the key beside Parameter Store."""
    return UseElsewhere(last_use_if_known(kms, key), grants_if_readable(kms, key))


def rotations_if_readable(kms: KeyService, key: Key) -> tuple[RotationDone, ...] | None:
    """The rotations so far; None where the caller may not list them, or the endpoint does not know the call."""
    try:
        return kms.rotations(key.id)
    except (Throttled, Unreachable):
        raise
    except AwsFailure:
        return None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Keys that were made for an alias and never got it, oldest first."""

    keys: tuple[Key, ...]
    looked: bool
    """False where the caller may not look: then there may be one."""


def unfinished_keys(kms: KeyService, alias: str) -> Unfinished:
    """Enabled customer keys without any alias that carry the tag of this one: an earlier run was cut off after it made them."""
    try:
        named = {one.key_id for one in kms.aliases()}
        candidates = [key for key in kms.ids() if key not in named]
    except AccessDenied:
        return Unfinished((), looked=False)
    found = [key for key in candidates if _is_meant_for(kms, key, alias)]
    keys = [kms.describe(key) for key in found]
    usable = [key for key in keys if key.manager == CUSTOMER and key.state == "Enabled"]
    return Unfinished(tuple(sorted(usable, key=lambda key: key.created)), looked=True)


def _is_meant_for(kms: KeyService, key: str, alias: str) -> bool:
    try:
        return kms.tags(key).get(ALIAS_TAG) == alias
    except (AccessDenied, NotThere):
        # A key of somebody else: one made by this caller is theirs to read.
        return False


def parameters_under(store: ParameterStore, key: Key, aliases: Iterable[Alias]) -> tuple[Described, ...]:
    """The SecureStrings whose current version is encrypted under the key, sorted by name.

    DescribeParameters repeats the key as it was written: an id, an ARN or an alias. It reads every parameter of the account
    whatever it is filtered by, so one sweep over all SecureStrings takes the place of a filter for each spelling.
    """
    names = spellings(key, aliases)
    found = store.describe(ParameterFilter("Type", ("SecureString",)))
    return tuple(sorted((one for one in found if one.key in names), key=lambda one: one.name))


def spellings(key: Key, aliases: Iterable[Alias]) -> frozenset[str]:
    """Every way of writing the key: id, ARN, alias, alias ARN."""
    own = [alias for alias in aliases if alias.key_id == key.id]
    return frozenset({key.id, key.arn, *(alias.name for alias in own), *(alias.arn for alias in own)})
