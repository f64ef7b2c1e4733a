"""Writing parameters again under another KMS key: which ones, and each of them safely.

Parameter Store has no call for it: the value is read, and written as a new version under the new key. Its earlier versions
stay under the old one, and are unreadable once that is deleted. What the run promises of each parameter: the value read is
the value of the version that the write replaces, else it is reported; what was written is read back and compared; tier,
description, pattern and data type are sent again, and parameter policies stay, as AWS keeps them where none are sent
(https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#systemsmanager-PutParameter-request-Policies).
"""

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from secrets_cli.aws.parameters import SECURE_STRING, Described, Parameter, ParameterFilter, ParameterStore, Write
from secrets_cli.errors import AwsFailure, NothingToRead, NotThere, SecretsCliError
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.bulk import Outcome, ShowProgress, run_all
from secrets_cli.secrets.journal import Entry, Journal
from secrets_cli.secrets.key_lookup import KeyLookup, TargetKey


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
    return _off(one, key, keys)


def _off(one: Described, key: TargetKey, keys: KeyLookup) -> Why | None:
    """Why the current version is not, or not certainly, under the key; None where it is."""
    if keys.id_of(one.key) != key.id:
        return Why.OTHER_KEY
    return Why.ALIAS_MOVED if keys.may_have_moved(one.key, one.modified) else None


def _old_key(word: str, parameters: int, keys: KeyLookup) -> OldKey:
    known = keys.described(word)
    return OldKey(word, parameters, known.state if known else "", known.deletion if known else None)


def parameters_under(store: ParameterStore, path: str) -> tuple[Described, ...]:
    """The parameters under a path, or the one of that name where nothing is under it."""
    found = tuple(store.describe(ParameterFilter("Path", (path,), "Recursive")))
    return found or (() if path == "/" else tuple(store.describe(ParameterFilter("Name", (path,)))))


class Reencrypter:
    """Writes one parameter at a time again, on any thread. Called again for the same one, it goes on where it stopped."""

    def __init__(
        self, store: ParameterStore, key: TargetKey, keys: KeyLookup, journal: Journal, *, move_labels: bool = True
    ) -> None:
        self._store = store
        self._key = key
        self._keys = keys
        self._journal = journal
        self._move_labels = move_labels

    def __call__(self, stale: Stale) -> Reencrypted:
        """Bring one parameter under the key.

        Raises KeyUnusable or AccessDenied where its value cannot be read, AwsFailure where somebody else wrote it at
        the same time or what was written is not what is read back, and any other failure of a call.
        """
        entry = self._journal.entry(stale.name)
        if entry is not None:
            resumed = self._resumed(stale.name, entry)
            if resumed is not None:
                return resumed
        now = self._latest(stale.name)
        if _off(now.described, self._key, self._keys) is None:
            return Reencrypted(stale.name, now.described.version, now.described.version, ())
        read = self._store.get(stale.name)
        if read.version != now.described.version:
            raise AwsFailure(f"`{stale.name}` is being changed by somebody else", "run again")
        self._journal.begun(stale.name, read.version, now.labels)
        written = self._store.put(_write(now.described, read.value, self._key.word))
        self._journal.written(stale.name, written.version)
        if written.version != read.version + 1:
            self._refuse_overtaken(read, written.version)
        return self._finish(stale.name, Entry(read.version, now.labels, written.version), read.value)

    def _resumed(self, name: str, entry: Entry) -> Reencrypted | None:
        """Finish what was begun, where the store is as it was left; None where it has to be begun anew."""
        latest = self._latest(name).described
        if latest.version != (entry.written or entry.read + 1) or self._keys.id_of(latest.key) != self._key.id:
            self._journal.forget(name)
            return None
        value = self._store.get(f"{name}:{entry.read}").value
        return self._finish(name, replace(entry, written=latest.version), value)

    def _finish(self, name: str, entry: Entry, value: SecretValue) -> Reencrypted:
        version = entry.written or entry.read + 1
        if entry.labels:
            self._store.label(name, version, entry.labels)
        if self._store.get(f"{name}:{version}").value != value:
            raise AwsFailure(
                f"version {version} of `{name}` is not read back as it was written",
                f"`secrets-cli secret rollback {name} {entry.read}` makes version {entry.read} current again",
            )
        self._journal.done(name)
        return Reencrypted(name, entry.read, version, entry.labels)

    def _latest(self, name: str) -> "_Now":
        if self._move_labels:
            version = tuple(self._store.history(name))[-1]
            return _Now(
                Described(
                    name=name,
                    arn="",
                    type=version.type,
                    version=version.number,
                    modified=version.modified,
                    modified_by=version.modified_by,
                    key=version.key,
                    tier=version.tier,
                    description=version.description,
                    allowed_pattern=version.allowed_pattern,
                    policies=version.policies,
                    data_type=version.data_type,
                ),
                version.labels,
            )
        for described in self._store.describe(ParameterFilter("Name", (name,))):
            return _Now(described, ())
        raise NotThere(f"`{name}` has gone", "", "ParameterNotFound")

    def _refuse_overtaken(self, read: Parameter, written: int) -> None:
        """Another write came between our read and ours, and is no longer current: unless it wrote the same value (as a
        call that the SDK sends again after a lost answer does)."""
        between = read.version + 1
        if all(self._store.get(f"{read.name}:{number}").value == read.value for number in range(between, written)):
            return
        self._journal.forget(read.name)
        raise AwsFailure(
            f"`{read.name}` was written by somebody else at the same time: version {between} is no longer current",
            f"`secrets-cli secret rollback {read.name} {between}` makes it current again, under the key it was written with",
        )


@dataclass(frozen=True, slots=True)
class _Now:
    described: Described
    labels: tuple[str, ...]


def _write(described: Described, value: SecretValue, key: str) -> Write:
    return Write(
        name=described.name,
        value=value,
        key=key,
        overwrite=True,
        tier=described.tier,
        description=described.description,
        allowed_pattern=described.allowed_pattern,
        data_type=described.data_type,
    )


def reencrypt_all(
    reencrypter: Reencrypter,
    store: ParameterStore,
    plan: ReencryptionPlan,
    keys: KeyLookup,
    progress: ShowProgress | None = None,
) -> tuple[Outcome[Stale, Reencrypted], ...]:
    """Carry the plan out; one outcome a stale parameter. At the end all are described again: one that is not under the
    key then is a failure. Raises Interrupted on Ctrl-C."""
    outcomes = run_all(plan.stale, reencrypter, progress=progress)
    if not any(outcome.result for outcome in outcomes):
        return outcomes
    under = {one.name: one for one in parameters_under(store, plan.path)}
    return tuple(_checked(outcome, under.get(outcome.item.name), plan.key, keys) for outcome in outcomes)


def _checked(
    outcome: Outcome[Stale, Reencrypted], now: Described | None, key: TargetKey, keys: KeyLookup
) -> Outcome[Stale, Reencrypted]:
    if outcome.result is None:
        return outcome
    problem: SecretsCliError | None = None
    if now is None:
        problem = NotThere(f"`{outcome.item.name}` has gone since", "", "ParameterNotFound")
    elif keys.id_of(now.key) != key.id:
        problem = AwsFailure(f"`{outcome.item.name}` is under `{now.key}` again: somebody else wrote it", "run again")
    return outcome if problem is None else Outcome(outcome.item, None, problem)
