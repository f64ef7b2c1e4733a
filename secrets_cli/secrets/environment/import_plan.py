"""What importing a file would write, decided before anything is: name by name new, changed, the same, or unknown.

Everything that would make one write fail is looked for first, in the whole file, and all of it is told at once. Values are
compared in memory and shown nowhere.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.aws.parameters import SECURE_STRING, Parameter, ParameterStore
from secrets_cli.errors import ConfigurationError, NothingToRead
from secrets_cli.iam.location import Location
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.entries import Entry, Problem, refuse_problems
from secrets_cli.secrets.parameter_name import checked_name, checked_path
from secrets_cli.secrets.store.acceptable_value import checked_value
from secrets_cli.secrets.store.tier import ChosenTier, Tier, chosen_tier


class Change(enum.Enum):
    """What writing a parameter does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    UNKNOWN = "unknown"
    """Not read, so not compared."""

    @property
    def sign(self) -> str:
        """One character for the plan."""
        match self:
            case Change.NEW:
                return "+"
            case Change.CHANGED:
                return "~"
            case Change.SAME:
                return "="
            case Change.UNKNOWN:
                return "?"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One parameter that the file asks for."""

    name: str
    """The parameter's full name."""
    value: SecretValue
    tier: ChosenTier
    where: Location


@dataclass(frozen=True, slots=True)
class Step:
    """One parameter of the plan."""

    wanted: Wanted
    change: Change


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Every parameter of the file, in its order."""

    steps: tuple[Step, ...]
    writes_unchanged: bool = False
    """Whether parameters that have the value already are written too (a new version each)."""

    @property
    def writes(self) -> tuple[Step, ...]:
        """The steps that write."""
        return tuple(step for step in self.steps if self.writes_unchanged or step.change is not Change.SAME)

    def count(self, change: Change) -> int:
        """How many steps are of the kind."""
        return sum(step.change is change for step in self.steps)


def wanted_parameters(entries: Sequence[Entry], path: str, *, lower: bool) -> tuple[Wanted, ...]:
    """The parameter each entry becomes: `PATH/NAME`, the name as the file has it or in lower case.

    Raises NothingToRead for no entries, ConfigurationError for a path that is none, and MalformedInput that lists every
    name Parameter Store does not take or that comes twice, and every value that is empty, too long or holds what it refuses.
    """
    folder = checked_path(path).rstrip("/")
    if not entries:
        raise NothingToRead("the file holds no names and values", "check the file, and `--from`")
    wanted: list[Wanted] = []
    problems = _repeated(entries, lower=lower)
    for entry in entries:
        try:
            name = checked_name(f"{folder}/{_cased(entry.name, lower)}")
            value = checked_value(entry.value)
            wanted.append(Wanted(name, value, chosen_tier(value.size, None, has_policies=False), entry.where))
        except ConfigurationError as refused:
            what = refused.message.removesuffix("; nothing was sent")
            problems.append(Problem(entry.where, f"`{entry.name[:80]}`: {what}"))
    refuse_problems(problems, "correct the file; nothing was written to AWS")
    return tuple(wanted)


def _cased(name: str, lower: bool) -> str:
    return name.lower() if lower else name


def _repeated(entries: Iterable[Entry], *, lower: bool) -> list[Problem]:
    seen: dict[str, Location] = {}
    problems = []
    for entry in entries:
        name = _cased(entry.name, lower)
        first = seen.setdefault(name, entry.where)
        if first != entry.where:
            problems.append(Problem(entry.where, f"`{name[:80]}` is given twice, first at `{first}`"))
    return problems


def plan_import(
    store: ParameterStore, wanted: Sequence[Wanted], *, compare: bool, writes_unchanged: bool
) -> ImportPlan:
    """Compare with what is stored, by ssm:GetParameters; `compare` False reads nothing, and every step is UNKNOWN.

    Raises ConfigurationError that lists the parameters which are there and no SecureString: AWS does not change a type.
    """
    if not compare:
        return ImportPlan(tuple(Step(one, Change.UNKNOWN) for one in wanted), writes_unchanged)
    stored = {item.name: item for item in store.get_many([one.name for one in wanted]).found}
    plain = [f"`{item.name}` ({item.type})" for item in stored.values() if item.type != SECURE_STRING]
    if plain:
        raise ConfigurationError(
            f"not SecureString, and AWS does not change a parameter's type: {', '.join(plain)}",
            "delete them first (`secrets-cli secret delete`), or import under another path",
        )
    return ImportPlan(tuple(Step(one, _change(one, stored)) for one in wanted), writes_unchanged)


def _change(wanted: Wanted, stored: Mapping[str, Parameter]) -> Change:
    present = stored.get(wanted.name)
    if present is None:
        return Change.NEW
    return Change.SAME if present.value == wanted.value else Change.CHANGED


def advanced_count(plan: ImportPlan) -> int:
    """How many of the parameters to write need the advanced tier, which costs money."""
    return sum(step.wanted.tier.tier is Tier.ADVANCED for step in plan.writes)
