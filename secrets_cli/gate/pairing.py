"""Which principal of the base is which of the head.

A principal is told by its file, its name and its format. A file that git takes for renamed keeps its principals. One that is
gone from its place and appears in another under the same name has moved. Of policies by themselves, those of a file that say
the same are pairs, and each of the others may have been any of those that are left. What has no counterpart is new.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.gate.principals import joined
from secrets_cli.gate.same_content import content_of
from secrets_cli.gate.subject import Principal
from secrets_cli.inputs.found import Found

Key: TypeAlias = tuple[str, str, str]
"""File from the top, name, format."""


@dataclass(frozen=True, slots=True)
class PrincipalOf:
    """A principal with what was found around it."""

    principal: Principal
    found: Found
    where: str
    """Under which condition of its file it is this one; empty where it always is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A principal of the head and what it was."""

    head: PrincipalOf
    base: tuple[PrincipalOf, ...]
    """Under different conditions of its file it may have been several; empty where it is new."""


@dataclass(frozen=True, slots=True)
class Files:
    """How the two sides name files."""

    of_base: Callable[[str], str]
    """From a name in a location to one from the top of the repository."""
    of_head: Callable[[str], str]
    renamed: Mapping[str, str]
    """From the present name of a renamed file, from the top, to the former."""

    def former(self, name: str) -> str:
        """How the base named, from the top, what the head names in a location."""
        now = self.of_head(name)
        return self.renamed.get(now, now)


def pairs_of(base: Sequence[Found], head: Sequence[Found], files: Files) -> tuple[Pair, ...]:
    """The principals of the head, in order, each with its counterpart."""
    before, after = _by_key(base, files.of_base), _by_key(head, files.former)
    vanished = _by_name(key for key in before if key not in after)
    appeared = _by_name(key for key in after if key not in before)
    result: list[Pair] = []
    for key, heads in after.items():
        known = before.get(key, ())
        moved = vanished.get(key[1:], [])
        if not known and len(moved) == 1 and len(appeared[key[1:]]) == 1:
            known = before[moved[0]]
        result += _named(heads, known) if key[1] else _by_themselves(heads, known)
    return tuple(result)


def _by_key(found: Sequence[Found], from_top: Callable[[str], str]) -> dict[Key, tuple[PrincipalOf, ...]]:
    groups: dict[Key, list[PrincipalOf]] = defaultdict(list)
    for one in found:
        for principal in joined(one.policies):
            where = next((policy.where for policy in principal.policies if policy.where), "")
            key = (from_top(principal.file), principal.name, principal.policies[0].source)
            groups[key].append(PrincipalOf(principal, one, where))
    return {key: tuple(group) for key, group in groups.items()}


def _by_name(keys: Iterable[Key]) -> dict[tuple[str, str], list[Key]]:
    """By name and format; policies by themselves have no name to go by."""
    named: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in keys:
        if key[1]:
            named[key[1:]].append(key)
    return named


def _named(heads: Sequence[PrincipalOf], base: Sequence[PrincipalOf]) -> Iterable[Pair]:
    """Each with what it was under the same condition; under a new condition it may have been any."""
    for head in heads:
        same = tuple(one for one in base if one.where == head.where)
        yield Pair(head, same or tuple(base))


def _by_themselves(heads: Sequence[PrincipalOf], base: Sequence[PrincipalOf]) -> Iterable[Pair]:
    left = list(base)
    paired: dict[int, PrincipalOf] = {}
    for number, head in enumerate(heads):
        same = next((one for one in left if _content(one) == _content(head)), None)
        if same is not None:
            left.remove(same)
            paired[number] = same
    for number, head in enumerate(heads):
        yield Pair(head, (paired[number],) if number in paired else tuple(left))


def _content(one: PrincipalOf) -> tuple[str, ...]:
    return tuple(
        sorted(
            f"{policy.kind.value} {content_of(statement, policy.policy.version)}"
            for policy in one.principal.policies
            for statement in policy.policy.statements
        )
    )
