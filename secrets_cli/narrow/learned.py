"""Joining condition blocks that were learned from single calls.

Two blocks that differ in the values of one term only are one block with the values of both: IAM reads the values of a
term as alternatives. Blocks that differ in more are left apart, since their union would allow combinations not seen.
"""

from collections.abc import Iterable

from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.narrow.generalize import generalize

Block = tuple[ConditionTerm, ...]

_PARAMETER_ARN = "kms:encryptioncontext:parameter_arn"


def joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The fewest blocks this rule gives that hold for just the same requests; sorted."""
    current = {tuple(sorted(block, key=_order)) for block in blocks}
    longest = max((len(block) for block in current), default=0)
    for place in range(longest):
        current = _joined_at(current, place)
    return tuple(sorted(current, key=repr))


def generalized(block: Block) -> Block:
    """The block with many parameter ARNs under one path written as the path, by the rule for parameters themselves."""
    return tuple(_generalized_term(term) for term in block)


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
    if term.key.lower() != _PARAMETER_ARN or term.operator != Operator("StringEquals"):
        return term
    values = tuple(g.resource for g in generalize(term.values, allowed=lambda _: True))
    if len(values) == len(term.values):
        return term
    return ConditionTerm(Operator("StringLike"), term.key, values)


def _order(term: ConditionTerm) -> tuple[str, str, tuple[str, ...]]:
    return term.key.lower(), str(term.operator), term.values
