"""Two sides of parameters compared: which are on one side only, which differ, which are equal, which could not be read.

Values are compared in memory and are in no answer. A parameter that could not be read on one side is neither equal nor
different: it is answered as unreadable, with the reason.
"""

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from secrets_cli.aws.parameters import Described, ParameterFilter, ParameterStore
from secrets_cli.errors import NothingToRead
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.bulk import ShowProgress, run_all
from secrets_cli.secrets.keys.key_word import alias_of
from secrets_cli.secrets.store.parameter_policies import expiry_of
from secrets_cli.secrets.transfer.reading_many import Reading, read_names, read_under
from secrets_cli.wording import iso_time


class Standing(enum.Enum):
    """How a parameter stands, relative to the two sides."""

    ONLY_A = "only-in-a"
    ONLY_B = "only-in-b"
    CHANGED = "changed"
    EQUAL = "equal"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing beside the value that differs: `key`, `type`, `tier`, `labels`, `expiry`, `description` or `pattern`."""

    what: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One parameter, by its name relative to the two paths."""

    name: str
    standing: Standing
    value_differs: bool = False
    aspects: tuple[Aspect, ...] = ()
    """What else differs; empty where it was not asked for."""
    reason: str = ""
    """Why it could not be read, and on which side; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every parameter of the two sides, by name."""

    entries: tuple[Compared, ...]

    def of(self, standing: Standing) -> tuple[Compared, ...]:
        """Those that stand so, by name."""
        return tuple(entry for entry in self.entries if entry.standing is standing)

    @property
    def counts(self) -> Mapping[Standing, int]:
        """How many stand each way; every standing is there."""
        counted = Counter(entry.standing for entry in self.entries)
        return {standing: counted[standing] for standing in Standing}

    @property
    def differs(self) -> bool:
        """Whether a difference is certain; one that could not be read is none."""
        return any(self.counts[standing] for standing in (Standing.ONLY_A, Standing.ONLY_B, Standing.CHANGED))


@dataclass(frozen=True, slots=True)
class Side:
    """What is on one side, by name relative to its path."""

    values: Mapping[str, SecretValue] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Why, for what is there and could not be read."""
    metadata: Mapping[str, Described] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_side(store: ParameterStore, path: str, *, metadata: bool, progress: ShowProgress | None = None) -> Side:
    """Everything under a path, or the one parameter of that name where nothing is under it; its relative name is `.`.

    With `metadata` the descriptions are read too, and the labels of the current versions (one ssm:GetParameterHistory a
    parameter). Raises as `read_under` and, for the metadata, as the calls do.
    """
    reading = read_under(store, path, progress)
    if not reading.found and not reading.unreadable and path != "/":
        reading = _itself(store, path)
    if not metadata:
        return _side(reading, path, {}, {})
    described = _described(store, path, alone=path in {*reading.found, *reading.unreadable})
    labels = _labels(store, tuple(described), progress)
    return _side(reading, path, described, labels)


def compare(a: Side, b: Side) -> Comparison:
    """Every parameter of the two sides. Raises NothingToRead where there is none on either."""
    names = sorted({*a.values, *a.unreadable, *b.values, *b.unreadable})
    if not names:
        raise NothingToRead("there is no parameter on either side", "check the paths, the profiles and the regions")
    return Comparison(tuple(_compared(name, a, b) for name in names))


def _compared(name: str, a: Side, b: Side) -> Compared:
    reasons = [f"{which}: {side.unreadable[name]}" for which, side in (("A", a), ("B", b)) if name in side.unreadable]
    if reasons:
        return Compared(name, Standing.UNREADABLE, reason="; ".join(reasons))
    if name not in b.values:
        return Compared(name, Standing.ONLY_A)
    if name not in a.values:
        return Compared(name, Standing.ONLY_B)
    differs = a.values[name] != b.values[name]
    aspects = tuple(_aspects(name, a, b))
    return Compared(name, Standing.CHANGED if differs or aspects else Standing.EQUAL, differs, aspects)


def _aspects(name: str, a: Side, b: Side) -> list[Aspect]:
    if name not in a.metadata or name not in b.metadata:
        return []
    one, other = _told(a.metadata[name], a.labels.get(name, ())), _told(b.metadata[name], b.labels.get(name, ()))
    return [Aspect(what, one[what], other[what]) for what in one if one[what] != other[what]]


def _told(described: Described, labels: Sequence[str]) -> dict[str, str]:
    ends = expiry_of(described.policies)
    return {
        "key": alias_of(described.key) or described.key,
        "type": described.type,
        "tier": described.tier,
        "labels": ", ".join(sorted(labels)),
        "expiry": iso_time(ends) if ends else "",
        "description": described.description,
        "pattern": described.allowed_pattern,
    }


def _itself(store: ParameterStore, name: str) -> Reading:
    reading = read_names(store, (name,))
    there = {name: why for name, why in reading.unreadable.items() if getattr(why, "code", "") != "ParameterNotFound"}
    return Reading(reading.found, there)


def _described(store: ParameterStore, path: str, *, alone: bool) -> dict[str, Described]:
    only = ParameterFilter("Name", (path,)) if alone else ParameterFilter("Path", (path,), "Recursive")
    return {found.name: found for found in store.describe(only)}


def _labels(store: ParameterStore, names: tuple[str, ...], progress: ShowProgress | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for outcome in run_all(names, lambda name: tuple(store.history(name))[-1].labels, progress=progress):
        if outcome.failure is not None:
            raise outcome.failure
        found[outcome.item] = outcome.result or ()
    return found


def _side(
    reading: Reading, path: str, described: Mapping[str, Described], labels: Mapping[str, tuple[str, ...]]
) -> Side:
    return Side(
        {_relative(name, path): found.value for name, found in reading.found.items()},
        {_relative(name, path): why.message for name, why in reading.unreadable.items()},
        {_relative(name, path): found for name, found in described.items()},
        {_relative(name, path): found for name, found in labels.items()},
    )


def _relative(name: str, path: str) -> str:
    """`.` for the parameter named as the path itself."""
    return "." if name == path else name.removeprefix(path).removeprefix("/")
