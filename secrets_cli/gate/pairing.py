"""Which principal of the base is which of the head.

A principal is told by its file, its name and its format. A file that git takes for renamed keeps its principals. One that is
gone from its place and appears in another under the same name has moved. Of policies by themselves, those of a file that say
the same are paired first, then the rest in their order. What has no counterpart is new.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.gate.principals import principals_of
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
    """Under different conditions of the file it may have been several; empty where it is new."""


def pairs_of(
    base: Sequence[Found],
    head: Sequence[Found],
    of_base: Callable[[str], str],
    of_head: Callable[[str], str],
    renamed: Mapping[str, str],
) -> tuple[Pair, ...]:
    """The principals of the head, in order, each with its counterpart. `of_base` and `of_head` make a name of a file one
    from the top of the repository; `renamed` tells the present such name of a file from the former."""
    before = _by_key(base, lambda name: of_base(name))
    after = _by_key(head, lambda name: renamed.get(of_head(name), of_head(name)))
    vanished = _by_name(key for key in before if key not in after and key[1])
    appeared = _by_name(key for key in after if key not in before and key[1])
    result: list[Pair] = []
    for key, heads in after.items():
        known = before.get(key, ())
        moved = vanished.get(key[1:], ())
        if not known and len(moved) == 1 and len(appeared.get(key[1:], ())) == 1:
            known = before[moved[0]]
        result += _of_the_same(heads, known) if key[1] else _by_themselves(heads, known)
    return tuple(result)


def _by_key(found: Sequence[Found], from_top: Callable[[str], str]) -> dict[Key, tuple[PrincipalOf, ...]]:
    groups: dict[Key, list[PrincipalOf]] = defaultdict(list)
    for one in found:
        for principal in principals_of(one.policies, None):
            first = principal.policies[0]
            where = next((policy.where for policy in principal.policies if policy.where), "")
            key = (from_top(principal.file), principal.name, first.source)
            groups[key].append(PrincipalOf(principal, one, where))
    return {key: tuple(group) for key, group in groups.items()}
