"""Joining condition blocks that were learned from single calls.

Two blocks that differ in the values of one term only are one block with the values of both: IAM reads the values of a
term as alternatives. Blocks that differ in more are left apart, since their union would allow combinations not seen.
"""

import re
from collections.abc import Iterable

from secrets_cli.iam.model import ConditionTerm, Operator, Policy
from secrets_cli.narrow.generalize import generalize

Block = tuple[ConditionTerm, ...]

_PARAMETER_ARN = "kms:encryptioncontext:parameter_arn"
_PREFIX = "s3:prefix"
_KEYS = "arn:aws:s3:::listed/"
"""In front of a listed prefix it makes an object's ARN, so that the rule for objects can be asked."""
_TIMES_AT_THE_END = re.compile(r"(?:(?:[A-Za-z_]+=)?\d{1,4}(?:[-_T]?\d\d){0,5}Z?/?)+")
_LIKE = Operator("StringLike")


def joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The fewest blocks this rule gives that hold for just the same requests; sorted."""
    current = {tuple(sorted(block, key=_order)) for block in blocks}
    longest = max((len(block) for block in current), default=0)
    for place in range(longest):
        current = _joined_at(current, place)
    return tuple(sorted(current, key=repr))


def weakest(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks without those that ask for all that another one asks for, and more: of a bucket that was listed under a
    prefix and as a whole, the whole remains."""
    given = tuple(dict.fromkeys(blocks))
    return tuple(block for block in given if not any(other != block and is_weaker(other, block) for other in given))


def is_weaker(weaker: Block, stronger: Block) -> bool:
    """Whether every request for which `stronger` holds is one for which `weaker` holds, by comparing their terms."""
    return all(any(_follows(wanted, from_term) for from_term in stronger) for wanted in weaker)


def _follows(wanted: ConditionTerm, term: ConditionTerm) -> bool:
    if wanted.operator != term.operator or wanted.key.lower() != term.key.lower():
        return False
    if _values_are_alternatives(term.operator):
        return set(term.values) <= set(wanted.values)
    return wanted.values == term.values


def generalized(block: Block, as_they_are: frozenset[str] = frozenset()) -> Block:
    """The block with many parameter ARNs under one path written as the path, by the rule for parameters themselves, and
    with many listed prefixes by the rule for objects.

    Terms on the keys `as_they_are` (lower case) stay: where the present policies limit a key, a pattern could go beyond.
    """
    return tuple(term if term.key.lower() in as_they_are else _generalized_term(term) for term in block)


def condition_keys(policies: Iterable[Policy]) -> frozenset[str]:
    """The keys, in lower case, that any statement of the policies has a condition on."""
    return frozenset(
        term.key.lower() for policy in policies for statement in policy.statements for term in statement.conditions
    )


def _joined_at(blocks: set[Block], place: int) -> set[Block]:
    groups: dict[tuple[object, ...], list[Block]] = {}
    for block in blocks:
        groups.setdefault(_all_but(block, place), []).append(block)
    return {_one(group, place) for group in groups.values()}


def _one(group: list[Block], place: int) -> Block:
    first = group[0]
    if len(group) == 1 or place >= len(first):
        return first
    term = first[place]
    values = tuple(sorted({value for block in group for value in block[place].values}))
    merged = ConditionTerm(term.operator, term.key, values)
    return (*first[:place], merged, *first[place + 1 :])


def _all_but(block: Block, place: int) -> tuple[object, ...]:
    if place >= len(block):
        return ("whole", block)
    term = block[place]
    if not _values_are_alternatives(term.operator):
        return ("whole", block)
    return (block[:place], term.operator, term.key.lower(), block[place + 1 :])


def _values_are_alternatives(operator: Operator) -> bool:
    return operator.quantifier is None and "Not" not in operator.base and operator.base != "Null"


def _generalized_term(term: ConditionTerm) -> ConditionTerm:
    if term.operator != Operator("StringEquals"):
        return term
    if term.key.lower() == _PARAMETER_ARN:
        values = tuple(found.resource for found in generalize(term.values, allowed=lambda _: True))
    elif term.key.lower() == _PREFIX:
        values = _listed(term.values)
    else:
        return term
    return term if set(values) == set(term.values) else ConditionTerm(_LIKE, term.key, values)


def _listed(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Prefixes with what is named by time at their end left open (`in/2026/09/` becomes `in/*`: tomorrow's has another
    name), and those of a folder with many as the folder."""
    timeless = {_without_time(prefix) for prefix in prefixes}
    if "*" in timeless:
        return ("*",)
    exact = generalize((f"{_KEYS}{prefix}" for prefix in timeless if "*" not in prefix), allowed=lambda _: True)
    patterns = {prefix for prefix in timeless if "*" in prefix}
    patterns |= {found.resource.removeprefix(_KEYS) for found in exact}
    return tuple(sorted(patterns))


def _without_time(prefix: str) -> str:
    if _TIMES_AT_THE_END.fullmatch(prefix):
        return "*"
    folder, slash, rest = prefix.partition("/")
    while slash:
        if rest and _TIMES_AT_THE_END.fullmatch(rest):
            return f"{folder}/*"
        step, slash, rest = rest.partition("/")
        folder = f"{folder}/{step}"
    return prefix


def _order(term: ConditionTerm) -> tuple[str, str, tuple[str, ...]]:
    return term.key.lower(), str(term.operator), term.values
