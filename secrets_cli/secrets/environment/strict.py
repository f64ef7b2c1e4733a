"""Strict reading: the variables that are declared, and nothing else.

The names come from a file (a `.env` template, or one name a line) or from variables of the environment that hold a marker
(`DB_URL=ssm`). Only declared variables are set, so a parameter that somebody adds under the path changes nothing; and
all that have no parameter are listed at once, over all the paths together.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import ConfigurationError, MalformedInput, NothingToRead
from secrets_cli.secrets.environment.collect import Collision, Variable
from secrets_cli.secrets.environment.environment_names import is_variable_name

MARKER: Final = "ssm"
"""The value that makes a variable of the environment a placeholder, unless another is asked for."""

_LINE: Final = re.compile(r"\s*(?:export\s+)?(?P<name>[^\s=#]+)\s*(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Declared:
    """The variables asked for, by name."""

    names: frozenset[str]
    where: str
    """What declares them, as in a message: `` `.env.example` ``."""


@dataclass(frozen=True, slots=True)
class Strict:
    """The declared variables, and what was left out."""

    variables: tuple[Variable, ...]
    left_out: tuple[str, ...]
    """Parameters that no declared name asks for."""


def declared_in(text: str, file: str) -> Declared:
    """The names that a file declares: a `NAME`, `NAME=anything` or `export NAME=...` a line; `#` begins a comment.

    What stands behind `=` is not used and must be on the line. Raises MalformedInput that lists each line which is none of
    these (without quoting it), and NothingToRead where no name is declared.
    """
    names: set[str] = set()
    bad: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found and is_variable_name(found["name"]) and found["rest"][:1] in ("", "=", "#"):
            names.add(found["name"])
        else:
            bad.append(f"`{file}:{number}:1`")
    if bad:
        raise MalformedInput(
            f"{', '.join(bad)}: neither `NAME` nor `NAME=...`", "give one variable a line; values are not used"
        )
    if not names:
        raise NothingToRead(f"`{file}` declares no variable", "give one `NAME` or `NAME=...` a line")
    return Declared(frozenset(names), f"`{file}`")


def placeholders_in(environment: Mapping[str, str], marker: str) -> Declared:
    """The variables of the environment whose value is the marker. Raises NothingToRead where there is none."""
    names = frozenset(name for name, value in environment.items() if value == marker)
    if not names:
        raise NothingToRead(
            "no variable of the environment holds the marker that `--strict-env` looks for",
            f"set those that are wanted, as in `DB_URL={MARKER}`, or give another `--strict-value`",
        )
    return Declared(names, "the environment")


def held_to(declared: Sequence[Declared], variables: Iterable[Variable]) -> Strict:
    """The declared variables among `variables`. Raises NothingToRead that names every declared variable without a
    parameter, and what declares it."""
    wanted = names_of(declared)
    there = tuple(variables)
    missing = wanted - {variable.name for variable in there}
    if missing:
        listed = "; ".join(
            f"{', '.join(f'`{name}`' for name in sorted(one.names & missing))} (declared by {one.where})"
            for one in declared
            if one.names & missing
        )
        raise NothingToRead(
            f"{len(missing)} declared variable{'s have' if len(missing) > 1 else ' has'} no parameter: {listed}",
            "write them with `secrets-cli secret put`, or add the path that holds them",
        )
    return Strict(
        tuple(variable for variable in there if variable.name in wanted),
        tuple(variable.source for variable in there if variable.name not in wanted),
    )


def names_of(declared: Sequence[Declared]) -> frozenset[str]:
    """Every declared name."""
    return frozenset[str]().union(*(one.names for one in declared))


def refuse_collisions(collisions: Sequence[Collision]) -> None:
    """Raise ConfigurationError that lists every declared variable which two parameters claim."""
    if collisions:
        raise ConfigurationError(
            "; ".join(map(str, collisions)),
            "a declared variable needs one source: rename one of the two, or take one path",
        )
