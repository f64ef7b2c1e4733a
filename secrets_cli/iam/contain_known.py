"""Telling a widening from a difference where no request is known: the same search, over known requests alone."""

from collections.abc import Sequence
from itertools import chain, islice
from typing import Protocol

from secrets_cli.iam.classes import OutOfBudget
from secrets_cli.iam.contain_actions import ActionClass
from secrets_cli.iam.contain_cover import Target
from secrets_cli.iam.contain_search import Search
from secrets_cli.iam.contain_statements import Comparison
from secrets_cli.iam.request import Request

_OTHER_WITNESSES_TRIED = 50
_DEFAULT_PARTITION = "aws"


class KnownRequests(Protocol):
    """What is known of the requests that exist; the catalog gives it."""

    def matching(self, pattern: str) -> Sequence[str]:
        """The known actions that an action pattern matches, in AWS's spelling."""
        ...

    def resource_patterns(self, action: str) -> tuple[str, ...] | None:
        """The resources that a request of the action can carry, as ARN patterns in which `*` stands for any text; the
        pattern `*` alone is the request without a resource. None: the action is not known."""
        ...


def known_witness(search: Search, known: KnownRequests) -> Request | None:
    """A confirmed witness among the known requests.

    None where there is none; that is certain only while the search has no doubts. A known request stays in the
    partitions that the policies name, for a principal has no requests in another.
    """
    partitions = _partitions(search.comparison)
    try:
        for target in search.targets():
            for action in _actions(search, target, known):
                shapes = known.resource_patterns(action) or ()
                found = search.in_action(target, _class_of(search, target, action), _within(shapes, partitions))
                if found is not None:
                    return found
    except OutOfBudget:
        search.doubt("the known requests are too many to look at")
    return None


def readable_witness(search: Search, known: KnownRequests) -> Request | None:
    """A confirmed witness of a known action, on whatever resource; None where none is found at once."""
    try:
        for target, action in islice(
            chain.from_iterable(
                ((target, action) for action in _actions(search, target, known)) for target in search.targets()
            ),
            _OTHER_WITNESSES_TRIED,
        ):
            found = search.in_action(target, _class_of(search, target, action))
            if found is not None:
                return found
    except OutOfBudget:
        pass
    return None


def _actions(search: Search, target: Target, known: KnownRequests) -> Sequence[str]:
    pattern = "*" if target.action is None else search.comparison.actions.written[target.action]
    return known.matching(pattern)


def _class_of(search: Search, target: Target, action: str) -> ActionClass:
    search.budget.spend()
    return ActionClass(search.actions.at(action, target.statement), (action,))


def _within(shapes: tuple[str, ...], partitions: tuple[str, ...]) -> tuple[str, ...]:
    """The shapes with their partition filled in."""
    within: list[str] = []
    for shape in shapes:
        fields = shape.split(":", 2)
        if len(fields) == 3 and fields[1] == "*":
            within.extend(f"{fields[0]}:{partition}:{fields[2]}" for partition in partitions)
        else:
            within.append(shape)
    return tuple(within)


def _partitions(comparison: Comparison) -> tuple[str, ...]:
    """The partitions that resources name in full, or AWS's first."""
    named: dict[str, None] = {}
    for text in comparison.resources.written:
        fields = text.split(":", 2)
        if len(fields) == 3 and fields[0] == "arn" and fields[1] and not set("*?$") & set(fields[1]):
            named[fields[1]] = None
    return tuple(named) or (_DEFAULT_PARTITION,)
