"""What a file of names and values says: entries with their places, or every place where it is not what it should be.

No message quotes the file beyond names: where a line is malformed, what stands on it may be a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.location import Location
from secrets_cli.secret_value import SecretValue

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One name and value, as the file has them."""

    name: str
    value: SecretValue
    where: Location
    """Of the name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One place that is malformed."""

    where: Location
    what: str
    """Why, without a word of the value."""

    def __str__(self) -> str:
        return f"`{self.where}`: {self.what}"


def refuse_problems(problems: Sequence[Problem], help: str) -> None:
    """Raise MalformedInput that lists the problems in the order of the file (the first 20 where there are more)."""
    if problems:
        ordered = sorted(problems, key=lambda problem: (problem.where.line, problem.where.column))
        more = f"; and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
        raise MalformedInput("; ".join(map(str, ordered[:_SHOWN])) + more, help)
