"""The parameters that words of a command line name, read, and as environment variables.

Decides what a word names (a path, or one parameter), what variable each parameter becomes, and which of two that become
the same variable counts. Refuses names that a parameter may not set and values that no environment holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.aws.parameters import Parameter, ParameterStore
from secrets_cli.errors import ConfigurationError, NotThere
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.environment_names import Naming, is_dangerous, relative_name, variable_name
from secrets_cli.secrets.parameter_name import Selected, checked_path, selected
from secrets_cli.wording import named


@dataclass(frozen=True, slots=True)
class Collected:
    """One parameter, and the word that brought it."""

    source: str
    """Its name, with the version or label that was asked for."""
    relative: str
    """Its name below the path, or its last part where it was named by itself."""
    value: SecretValue
    place: int
    """The place of the word among the words, from 0."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable that a parameter becomes."""

    name: str
    source: str
    """The parameter's name."""
    value: SecretValue
    place: int = 0
    """Of the word that brought it."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Two parameters that become the same variable."""

    name: str
    used: str
    """The parameter whose value counts: of the later word."""
    dropped: str
    """The other parameter."""

    def __str__(self) -> str:
        return f"`{self.name}` comes from both `{self.dropped}` and `{self.used}`"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One variable a name, in the order of the names, and the collisions that were decided for it."""

    variables: tuple[Variable, ...]
    collisions: tuple[Collision, ...]


def collect(
    store: ParameterStore, paths: Sequence[str], names: Sequence[str] = (), *, recursive: bool = False
) -> tuple[Collected, ...]:
    """Read every parameter that the words name: `paths` first, in their order, then `names`.

    A word of `paths` with a selector, without a leading slash, or in the form of an ARN names one parameter; every other
    names a folder, and where there is nothing in it, the parameter of that name. A word of `names` is one parameter. Folders
    are read by ssm:GetParametersByPath, single parameters by ssm:GetParameters, a version or label by ssm:GetParameter.

    Raises NotThere that names every word nothing was found for, ConfigurationError for a word that can be neither path nor
    name, and what the calls raise.
    """
    words = [(word, True) for word in paths] + [(word, False) for word in names]
    singles: dict[int, Selected] = {}
    found: list[Collected] = []
    for place, (word, maybe_path) in enumerate(words):
        if maybe_path and _is_path(word):
            path = checked_path(word)
            under = [
                Collected(item.name, relative_name(item.name, path), item.value, place)
                for item in store.under(path, recursive=recursive)
            ]
            found += under
            if under or path == "/" or word.endswith("/"):
                continue
            word = path
        singles[place] = selected(word)
    found += _single(store, singles)
    empty = [word for place, (word, _) in enumerate(words) if not any(one.place == place for one in found)]
    if empty:
        raise NotThere(
            f"there is no parameter at {_listed(empty)}",
            "check the path and the region; `--recursive` also takes parameters in folders below",
        )
    return tuple(sorted(found, key=lambda one: (one.place, one.source)))


def _is_path(word: str) -> bool:
    return word.startswith("/") and ":" not in word


def _single(store: ParameterStore, singles: Mapping[int, Selected]) -> list[Collected]:
    """The single parameters that are there: those without a selector in calls of ten."""
    plain = tuple(dict.fromkeys(word.name for word in singles.values() if not word.selector))
    answered = {item.name: item for item in store.get_many(plain).found} if plain else {}
    found = []
    for place, word in singles.items():
        item = _version(store, word) if word.selector else answered.get(word.name)
        if item is not None:
            found.append(Collected(str(word), relative_name(item.name, ""), item.value, place))
    return found


def _version(store: ParameterStore, word: Selected) -> Parameter | None:
    try:
        return store.get(str(word))
    except NotThere:
        return None


def variables_of(collected: Iterable[Collected], naming: Naming) -> tuple[Variable, ...]:
    """The variable that each parameter becomes, in order."""
    return tuple(Variable(variable_name(one.relative, naming), one.source, one.value, one.place) for one in collected)


def choose(variables: Sequence[Variable]) -> Chosen:
    """Decide between parameters that become the same variable: the later word wins.

    Raises ConfigurationError that lists every name that two parameters of the *same* word become: the user gave no order
    between them.
    """
    chosen: dict[str, Variable] = {}
    collisions: list[Collision] = []
    for variable in variables:
        before = chosen.get(variable.name)
        if before is not None and before.source != variable.source:
            collisions.append(Collision(variable.name, used=variable.source, dropped=before.source))
        chosen[variable.name] = variable
    _refuse_equal_rank(variables)
    return Chosen(tuple(chosen[name] for name in sorted(chosen)), tuple(collisions))


def _refuse_equal_rank(variables: Sequence[Variable]) -> None:
    seen: dict[tuple[str, int], Variable] = {}
    clashes = []
    for variable in variables:
        before = seen.setdefault((variable.name, variable.place), variable)
        if before.source != variable.source:
            clashes.append(Collision(variable.name, used=variable.source, dropped=before.source))
    if clashes:
        raise ConfigurationError(
            f"{'; '.join(map(str, clashes))}: neither goes before the other",
            "rename one of them, or name the one to use after the path with `--name`, under a path without the other",
        )


def refuse_dangerous(variables: Iterable[Variable], allowed: frozenset[str]) -> None:
    """Raise ConfigurationError that lists every variable which would make programs run what its value says, and is not
    allowed by name."""
    bad = [one for one in variables if is_dangerous(one.name) and one.name not in allowed]
    if bad:
        raise ConfigurationError(
            "these variables decide what programs run or load, so a parameter does not set them: "
            + ", ".join(f"`{one.name}` (from `{one.source}`)" for one in bad),
            f"if the value is yours and meant so, give `--allow {bad[0].name}`",
        )


def refuse_nul(variables: Iterable[Variable]) -> None:
    """Raise ConfigurationError that names the parameters whose value has a NUL character: no environment holds one."""
    bad = [one.source for one in variables if "\0" in one.value.reveal()]
    if bad:
        raise ConfigurationError(
            f"the value of {_listed(bad)} has a NUL character, which no environment variable can hold",
            "read it with `secrets-cli secret get`",
        )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(named(word) for word in words)
