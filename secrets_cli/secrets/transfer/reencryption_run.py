"""Writing parameters again under another KMS key, each of them safely.

What the run promises of each parameter: the value written is that of the version it replaces, else it is reported; what was
written is read back and compared; tier, description, pattern and data type are sent again, and parameter policies stay, as
AWS keeps them where none are sent
(https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#systemsmanager-PutParameter-request-Policies).

Values are read in calls of ten and held for one portion at a time; the version of each is asked for again right before
its write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.aws.parameters import Described, Parameter, ParameterFilter, ParameterStore, Write
from secrets_cli.errors import AwsFailure, NotThere, SecretsCliError
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.bulk import Interrupted, Outcome, ShowProgress, run_all
from secrets_cli.secrets.keys.lookup import KeyLookup, TargetKey
from secrets_cli.secrets.transfer.journal import Entry, Journal
from secrets_cli.secrets.transfer.reading_many import Reading, read_names
from secrets_cli.secrets.transfer.reencryption import Reencrypted, ReencryptionPlan, Stale, off_key

_PORTION: Final = 40
"""Parameters whose values are held at a time: four calls of ten, for as many threads."""


def parameters_under(store: ParameterStore, path: str) -> tuple[Described, ...]:
    """The parameters under a path, or the one of that name where nothing is under it."""
    found = tuple(store.describe(ParameterFilter("Path", (path,), "Recursive")))
    return found or (() if path == "/" else store.described((path,)))


class Reencrypter:
    """Brings parameters under a key, a portion at a time; the journal says how far each came."""

    def __init__(
        self, store: ParameterStore, key: TargetKey, keys: KeyLookup, journal: Journal, *, move_labels: bool = True
    ) -> None:
        self._store = store
        self._key = key
        self._keys = keys
        self._journal = journal
        self._move_labels = move_labels
        self.written = 0
        """Parameters written by this run so far."""

    def portion(
        self, stale: Sequence[Stale], progress: ShowProgress | None = None
    ) -> tuple[Outcome[Stale, Reencrypted], ...]:
        """Read the values, write them again, read back and compare. The failures are:

        KeyUnusable or AccessDenied where a value cannot be read, AwsFailure where somebody else wrote at the same time or
        what was written is not what is read back, and any other failure of a call.
        """
        reading = read_names(self._store, [one.name for one in stale])
        outcomes = run_all(stale, lambda one: self._rewritten(one, reading), progress=progress)
        back = read_names(self._store, [outcome.item.name for outcome in outcomes if outcome.result is not None])
        return tuple(self._verified(outcome, back) for outcome in outcomes)

    def _rewritten(self, stale: Stale, reading: Reading) -> "_Rewritten":
        name = stale.name
        entry = self._journal.entry(name)
        now = self._latest(name)
        if entry is not None:
            if now.described.version == entry.newest and self._keys.id_of(now.described.key) == self._key.id:
                return self._labelled(name, entry, self._store.get(f"{name}:{entry.read}").value)
            self._journal.forget(name)
        if name in reading.unreadable:
            raise reading.unreadable[name]
        read = reading.found[name]
        if off_key(now.described, self._key, self._keys) is None:
            return _Rewritten(Reencrypted(name, now.described.version, now.described.version, ()), read.value)
        if read.version != now.described.version:
            raise AwsFailure(f"`{name}` is being changed by somebody else", "run again")
        return self._labelled(name, self._write(now, read), read.value)

    def _write(self, now: "_Now", read: Parameter) -> Entry:
        self._journal.begun(read.name, read.version, now.labels)
        written = self._store.put(_as_it_is(now.described, read.value, self._key.word)).version
        self.written += 1
        if written != read.version + 1:
            self._refuse_overtaken(read, written)
        return self._journal.written(read.name, written)

    def _labelled(self, name: str, entry: Entry, value: SecretValue) -> "_Rewritten":
        if entry.labels:
            self._store.label(name, entry.newest, entry.labels)
        return _Rewritten(Reencrypted(name, entry.read, entry.newest, entry.labels), value)

    def _verified(self, outcome: "Outcome[Stale, _Rewritten]", back: Reading) -> Outcome[Stale, Reencrypted]:
        if outcome.result is None:
            return Outcome(outcome.item, None, outcome.failure)
        result, problem = outcome.result.result, self._problem(outcome.result, back)
        if problem is not None:
            return Outcome(outcome.item, None, problem)
        if result.version != result.before:
            self._journal.done(result.name)
        return Outcome(outcome.item, result, None)

    def _problem(self, rewritten: "_Rewritten", back: Reading) -> SecretsCliError | None:
        """Why what was written is not to be trusted; None where it is read back as it was written."""
        result = rewritten.result
        if result.name in back.unreadable:
            why = back.unreadable[result.name]
            return AwsFailure(
                f"version {result.version} of `{result.name}` is written and cannot be read back: {why.message}",
                f"who may not decrypt under the key cannot verify; {_rollback(result.name, result.before)}",
            )
        found = back.found[result.name]
        try:  # somebody may have written since: then it is the version that we wrote that is compared
            same = found if found.version == result.version else self._store.get(f"{result.name}:{result.version}")
        except SecretsCliError as failure:
            return failure
        if same.value == rewritten.value:
            return None
        return AwsFailure(
            f"version {result.version} of `{result.name}` is not read back as it was written",
            _rollback(result.name, result.before),
        )

    def _latest(self, name: str) -> "_Now":
        """The current version and its labels: from the history where labels are moved, as nothing else tells them."""
        if not self._move_labels:
            for described in self._store.described((name,)):
                return _Now(described, ())
            raise NotThere(f"`{name}` has gone", "", "ParameterNotFound")
        version = tuple(self._store.history(name))[-1]
        described = Described(
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
        )
        return _Now(described, version.labels)

    def _refuse_overtaken(self, read: Parameter, written: int) -> None:
        """Another write came between our read and ours, and is no longer current: unless it wrote the same value (as a
        call that the SDK sends again after a lost answer does)."""
        between = read.version + 1
        if all(self._store.get(f"{read.name}:{number}").value == read.value for number in range(between, written)):
            return
        self._journal.forget(read.name)
        raise AwsFailure(
            f"`{read.name}` was written by somebody else at the same time: version {between} is no longer current",
            _rollback(read.name, between),
        )


@dataclass(frozen=True, slots=True)
class _Now:
    described: Described
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rewritten:
    result: Reencrypted
    value: SecretValue


def _rollback(name: str, version: int) -> str:
    return f"`secrets-cli secret rollback {name} {version}` makes version {version} current again"


def _as_it_is(described: Described, value: SecretValue, key: str) -> Write:
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
    outcomes: list[Outcome[Stale, Reencrypted]] = []
    total = len(plan.stale)
    for start in range(0, total, _PORTION):
        onward = None if progress is None else _onward(progress, start, total)
        try:
            outcomes += reencrypter.portion(plan.stale[start : start + _PORTION], onward)
        except Interrupted as stopped:
            failed = sum(outcome.failure is not None for outcome in outcomes)
            raise Interrupted(reencrypter.written, failed, total, stopped.unsure) from None
    if not any(outcome.result for outcome in outcomes):
        return tuple(outcomes)
    under = {one.name: one for one in parameters_under(store, plan.path)}
    return tuple(_checked(outcome, under.get(outcome.item.name), plan.key, keys) for outcome in outcomes)


def _onward(progress: ShowProgress, start: int, total: int) -> ShowProgress:
    return lambda done, _: progress(start + done, total)


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
