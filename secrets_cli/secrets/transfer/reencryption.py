"""Which parameters are to be written again under another KMS key, and under which keys they are: pure.

Parameter Store has no call for it: the value is read, and written as a new version under the new key. Its earlier versions
stay under the old one, and are unreadable once that is deleted.
"""

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from secrets_cli.aws.parameters import SECURE_STRING, Described
from secrets_cli.errors import NothingToRead
from secrets_cli.secrets.keys.lookup import KeyLookup, TargetKey


class Why(enum.Enum):
    """Why a parameter is to be written again."""

    OTHER_KEY = "other-key"
    ALIAS_MOVED = "alias-moved"
    """It was written with an alias that means the right key now and may have meant another then."""
    UNFINISHED = "unfinished"
    """An earlier run began it."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A parameter to be written again."""

    name: str
    version: int
    key: str
    """What it was written with: alias, id or ARN."""
    why: Why


@dataclass(frozen=True, slots=True)
class OldKey:
    """A key that parameters are under now."""

    word: str
    parameters: int
    state: str
    """As KMS says; empty where it is not known."""
    deletion: datetime | None


@dataclass(frozen=True, slots=True)
class ReencryptionPlan:
    """What there is to do under a path."""

    path: str
    key: TargetKey
    stale: tuple[Stale, ...]
    """By name."""
    right: int
    """SecureStrings that are under the key already."""
    plain: tuple[str, ...]
    """Parameters that are no SecureString, and so under no key."""
    old_keys: tuple[OldKey, ...]


@dataclass(frozen=True, slots=True)
class Reencrypted:
    """A parameter whose current version is under the new key."""

    name: str
    before: int
    """The version that was read; it stays, under its old key."""
    version: int
    """The version that was written; equal to `before` where somebody else had done it."""
    labels: tuple[str, ...]
    """Labels moved onto it."""


def plan_reencryption(
    path: str, described: Iterable[Described], key: TargetKey, keys: KeyLookup, unfinished: Sequence[str] = ()
) -> ReencryptionPlan:
    """Which of the parameters are not, or not certainly, under the key. Raises NothingToRead where there are none at all."""
    there = sorted(described, key=lambda one: one.name)
    if not there:
        raise NothingToRead(f"there is no parameter under `{path}`", "check the path and the region")
    secure = [one for one in there if one.type == SECURE_STRING]
    whys = {one.name: _why(one, key, keys, unfinished) for one in secure}
    stale = tuple(Stale(one.name, one.version, one.key, why) for one in secure if (why := whys[one.name]) is not None)
    counted = Counter(one.key for one in stale if one.why is not Why.UNFINISHED)
    return ReencryptionPlan(
        path,
        key,
        stale,
        len(secure) - len(stale),
        tuple(one.name for one in there if one.type != SECURE_STRING),
        tuple(_old_key(word, count, keys) for word, count in sorted(counted.items())),
    )


def _why(one: Described, key: TargetKey, keys: KeyLookup, unfinished: Sequence[str]) -> Why | None:
    if one.name in unfinished:
        return Why.UNFINISHED
    return off_key(one, key, keys)


def off_key(one: Described, key: TargetKey, keys: KeyLookup) -> Why | None:
    """Why the current version is not, or not certainly, under the key; None where it is."""
    if keys.id_of(one.key) != key.id:
        return Why.OTHER_KEY
    return Why.ALIAS_MOVED if keys.may_have_moved(one.key, one.modified) else None


def _old_key(word: str, parameters: int, keys: KeyLookup) -> OldKey:
    known = keys.described(word)
    return OldKey(word, parameters, known.state if known else "", known.deletion if known else None)
