"""Copying, in two stages: read both sides and plan; write what the plan says. Between them the user is asked.

Nothing is written that is not in the plan, and running again after an interruption plans only what is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from secrets_cli.aws.parameters import Described, Parameter, ParameterFilter, ParameterStore, Version
from secrets_cli.errors import AwsFailure, ConfigurationError, NotThere, SecretsCliError
from secrets_cli.secrets.bulk import Outcome, ShowProgress, run_all
from secrets_cli.secrets.parameter_name import checked_name
from secrets_cli.secrets.transfer.copy_key import CopyKey
from secrets_cli.secrets.transfer.copying import Change, Original, Present, Step, plan_step
from secrets_cli.secrets.transfer.location import Location
from secrets_cli.secrets.transfer.reading_many import read_names


@dataclass(frozen=True, slots=True)
class Asked:
    """What to copy, where to, and how."""

    source: Location
    target: Location
    recursive: bool = False
    history: bool = False
    """Every version kept, and not the current one alone."""
    overwrite: bool = True

    def target_name(self, source_name: str) -> str:
        """The name of a parameter's copy. Raises ConfigurationError where Parameter Store would not take it."""
        if not self.recursive:
            return self.target.name
        relative = source_name.removeprefix(self.source.name).removeprefix("/")
        return checked_name(f"{self.target.name.rstrip('/')}/{relative}")


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What would be written."""

    asked: Asked
    steps: tuple[Step, ...]
    """By the source's name."""
    unreadable: tuple[Outcome[str, Original], ...]
    """Parameters of the source that cannot be copied, as they, their labels or their tags could not be read."""

    @property
    def to_do(self) -> tuple[Step, ...]:
        """The steps that write."""
        return tuple(step for step in self.steps if step.change in (Change.ADD, Change.UPDATE))

    @property
    def to_rename(self) -> tuple[Step, ...]:
        """The steps after which a rename may delete the source: all but those that keep what is there."""
        return tuple(step for step in self.steps if step.change is not Change.KEEP)


def refuse_onto_itself(asked: Asked, *, same_place: bool) -> None:
    """Raise ConfigurationError where the copy would land on or below its source: below, each run would copy the copies."""
    if not same_place:
        return
    if asked.source.name == asked.target.name:
        raise ConfigurationError("source and target are the same", "give another name, region or profile")
    if asked.recursive and asked.target.name.startswith(f"{asked.source.name.rstrip('/')}/"):
        raise ConfigurationError("the target lies below the source", "copy to a path that is not part of the source")


def plan_copy(
    asked: Asked, source: ParameterStore, target: ParameterStore, key: CopyKey, progress: ShowProgress | None = None
) -> CopyPlan:
    """Read both sides and decide.

    Raises NotThere where the source has no such parameter or path, ConfigurationError where a key must be given or a name
    would not be taken, and any failure that concerns more than one parameter of the source.
    """
    described = _described(source, asked)
    words = {name: key.word_for(found) for name, found in described.items()}
    names = {name: asked.target_name(name) for name in described}
    outcomes = read_originals(source, described, history=asked.history, progress=progress)
    present = _present(target, asked, tuple(names.values()), progress)
    steps = tuple(
        _step(outcome.result, present.get(names[outcome.item]), names[outcome.item], words[outcome.item], key, asked)
        for outcome in outcomes
        if outcome.result is not None
    )
    return CopyPlan(asked, steps, tuple(outcome for outcome in outcomes if outcome.failure is not None))


def _step(original: Original, present: Present | None, target: str, word: str, key: CopyKey, asked: Asked) -> Step:
    same_key = present is not None and key.is_under(word, present.described.key)
    return plan_step(original, present, target, word, same_key=same_key, overwrite=asked.overwrite)


def _described(store: ParameterStore, asked: Asked) -> dict[str, Described]:
    name = asked.source.name
    only = ParameterFilter("Path", (name,), "Recursive") if asked.recursive else ParameterFilter("Name", (name,))
    found = {one.name: one for one in sorted(store.describe(only), key=lambda one: one.name)}
    if not found:
        kind, help_text = ("parameter under the path", "") if asked.recursive else ("parameter", _PATH_HELP)
        raise NotThere(f"there is no {kind} `{asked.source}`", help_text, "ParameterNotFound")
    return found


_PATH_HELP = "check the name and the region; give `--recursive` for all parameters under a path"


def read_originals(
    store: ParameterStore, described: Mapping[str, Described], *, history: bool, progress: ShowProgress | None = None
) -> tuple[Outcome[str, Original], ...]:
    """Value, labels and tags of each parameter, in the order of `described`.

    ssm:GetParameters for the values (with `history`: none, as ssm:GetParameterHistory has them), then for each parameter
    ssm:GetParameterHistory and ssm:ListTagsForResource.
    """
    values: Mapping[str, Parameter] = {}
    unreadable: Mapping[str, SecretsCliError] = {}
    if not history:
        reading = read_names(store, tuple(described))
        values, unreadable = reading.found, reading.unreadable

    def read(name: str) -> Original:
        if name in unreadable:
            raise unreadable[name]
        versions = tuple(store.history(name, decrypt=history))
        if not history:
            versions = (_with_value(versions[-1], values[name]),)
        return Original(described[name], versions, store.tags(name))

    return run_all(tuple(described), read, progress=progress)


def _with_value(version: Version, read: Parameter) -> Version:
    if version.number != read.version:
        raise AwsFailure(f"`{read.name}` was changed while it was read", "run again")
    return replace(version, value=read.value)


def _present(
    store: ParameterStore, asked: Asked, names: tuple[str, ...], progress: ShowProgress | None
) -> dict[str, Present]:
    """What is at the target under the names that copies would have."""
    name = asked.target.name
    only = ParameterFilter("Path", (name,), "Recursive") if asked.recursive else ParameterFilter("Name", (name,))
    wanted = frozenset(names)
    described = {one.name: one for one in store.describe(only) if one.name in wanted}
    values = {} if asked.history else read_names(store, tuple(described)).found

    def read(name: str) -> Present:
        versions = tuple(store.history(name, decrypt=asked.history))
        if not asked.history and name in values and values[name].version == versions[-1].number:
            versions = (*versions[:-1], replace(versions[-1], value=values[name].value))
        return Present(described[name], versions, store.tags(name))

    found: dict[str, Present] = {}
    for outcome in run_all(tuple(described), read, progress=progress):
        if outcome.failure is not None:
            raise outcome.failure
        if outcome.result is not None:
            found[outcome.item] = outcome.result
    return found


class Copier:
    """Carries out one step at a time, on any thread; called again for the same step, it goes on where it stopped."""

    def __init__(self, store: ParameterStore) -> None:
        self._store = store
        self._written: dict[str, tuple[int, int]] = {}

    def __call__(self, step: Step) -> int:
        """Write the step's versions, labels and tags; the number of the newest version at the target."""
        count, newest = self._written.get(step.target, (0, 0))
        for write in step.writes[count:]:
            count, newest = count + 1, self._store.put(write).version
            self._written[step.target] = (count, newest)
        if step.labels and not newest:
            newest = self._store.get(step.target, decrypt=False).version
        for back, labels in step.labels:
            refused = self._store.label(step.target, newest - back, labels)
            if refused:
                raise AwsFailure(f"AWS does not take the labels {', '.join(refused)} on `{step.target}`")
        self._store.tag(step.target, step.tags or {})
        return newest
