"""Which parameters hold a given value, compared in memory: only names are answered.

Names are listed without values first, then values are read in tens, so a parameter that cannot be decrypted is named as
such and stops nothing. Everything is forgotten as soon as it is compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.store.reading import BATCH, Unreadable, read_each


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing some parameters."""

    matches: tuple[str, ...]
    """Names whose current version holds the value."""
    count: int
    """Parameters compared, without the unreadable ones."""
    unreadable: tuple[Unreadable, ...]


def names_under(store: ParameterStore, path: str) -> tuple[str, ...]:
    """Names of the parameters under a path, sorted; values are not decrypted for it.

    A path goes by GetParametersByPath, as a reader of the path may have that alone; `/` by DescribeParameters, which also
    knows names without a folder.
    """
    if path == "/":
        return tuple(sorted(described.name for described in store.describe()))
    return tuple(sorted(parameter.name for parameter in store.under(path, decrypt=False)))


def compare_each(store: ParameterStore, names: Sequence[str], value: SecretValue) -> Iterator[Compared]:
    """Compare the parameters' current values with `value`, ten at a time, answering after each ten."""
    for start in range(0, len(names), BATCH):
        read = read_each(store, names[start : start + BATCH])
        matches = tuple(word for word, parameter in read.found if parameter.value == value)
        yield Compared(matches, len(read.found), read.unreadable)


def together(parts: Sequence[Compared]) -> Compared:
    """All answers as one."""
    return Compared(
        tuple(name for part in parts for name in part.matches),
        sum(part.count for part in parts),
        tuple(each for part in parts for each in part.unreadable),
    )
