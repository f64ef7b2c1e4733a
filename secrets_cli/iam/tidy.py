"""Rewritings of a policy's statements that leave its meaning as it is: patterns that others cover, statements that can
be one.

Each rests on a rule that holds by itself; whoever uses them still proves the result, so that a mistake here costs a
shorter policy and never a grant.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.model import ConditionTerm, Element, Statement
from secrets_cli.iam.pattern_relation import covers

_VARIABLE = re.compile(r"\$\{[^}]*\}")

_Statements = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the patterns of one kind of element compare."""

    folded: Callable[[str], str]
    """Equal for patterns that say the same."""
    covers: Callable[[str, str], bool]
    """Whether the first, which has wildcards, surely matches all that the second does."""


def without_covered_patterns(statements: Sequence[Statement]) -> _Statements:
    """Each list without the patterns that another pattern of the same list covers; the author's order is kept."""
    return tuple(
        replace(
            one,
            action=_shortened(one.action, _ACTION),
            resource=_shortened(one.resource, _RESOURCE) if one.resource else None,
        )
        for one in statements
    )


def without_repeated_grants(statements: Sequence[Statement]) -> _Statements:
    """Without the actions, and the resources, of a statement that one other statement of the same effect covers there
    under no further condition. A statement of which nothing is left goes; of two equal ones the first stays."""
    kept: list[Statement | None] = list(statements)
    for place in reversed(range(len(kept))):
        for other in (*kept[:place], *kept[place + 1 :]):
            one = kept[place]
            if one is not None and other is not None and _may_cover(other, one):
                kept[place] = _less(one, other)
    return tuple(one for one in kept if one is not None)


def merged(statements: Sequence[Statement]) -> _Statements:
    """Statements that differ in Action alone, or in Resource alone, as one; until no two do. The first one's place and
    Sid stay."""
    result = tuple(statements)
    while True:
        joined = _merged_by(_merged_by(result, _all_but_action, _join_actions), _all_but_resource, _join_resources)
        if len(joined) == len(result):
            return result
        result = joined


def _shortened(element: Element, kind: _Kind) -> Element:
    values = list({kind.folded(value): value for value in reversed(element.values)}.values())[::-1]
    wild = [value for value in values if _is_wild(value)]
    for value in reversed(values):
        if any(other != value and kind.covers(other, value) for other in wild):
            values.remove(value)
            wild = [other for other in wild if other != value]
    return replace(element, values=tuple(values))


def _less(one: Statement, other: Statement) -> Statement | None:
    """What of one statement the other leaves; None for nothing."""
    assert one.resource is not None
    assert other.resource is not None
    same_action = _element_covers(other.action, one.action, _ACTION)
    same_resource = _element_covers(other.resource, one.resource, _RESOURCE)
    if same_action and same_resource:
        return None
    if same_resource:
        return replace(one, action=_left(one.action, other.action, _ACTION))
    if same_action:
        return replace(one, resource=_left(one.resource, other.resource, _RESOURCE))
    return one


def _left(element: Element, other: Element, kind: _Kind) -> Element:
    """The patterns that the other element, which does not cover them all, does not cover."""
    if element.negated or other.negated:
        return element
    return replace(element, values=tuple(_uncovered(element.values, other.values, kind)))


def _element_covers(wide: Element, narrow: Element, kind: _Kind) -> bool:
    if wide == narrow or (not wide.negated and "*" in wide.values):
        return True
    if wide.negated or narrow.negated:
        return False
    return next(_uncovered(narrow.values, wide.values, kind), None) is None


def _uncovered(values: Iterable[str], by: Iterable[str], kind: _Kind) -> Iterator[str]:
    """The values that no pattern of `by` covers. Only a pattern with wildcards covers more than itself."""
    same = {kind.folded(value) for value in by}
    wild = [value for value in by if _is_wild(value)]
    for value in values:
        if kind.folded(value) not in same and not any(kind.covers(wide, value) for wide in wild):
            yield value


def _may_cover(wide: Statement, narrow: Statement) -> bool:
    return (
        wide.effect is narrow.effect
        and wide.principal == narrow.principal
        and wide.resource is not None
        and narrow.resource is not None
        and _terms(wide) <= _terms(narrow)
    )


def _covers_action(wide: str, narrow: str) -> bool:
    return covers(_lower(wide), _lower(narrow))


def _covers_resource(wide: str, narrow: str) -> bool:
    """Errs to no where the wide pattern holds a policy variable; the narrow one's can be anything."""
    return "${" not in wide and covers(wide, _VARIABLE.sub("*", narrow))


def _is_wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _lower(text: str) -> str:
    """In lower case for ASCII alone, as IAM compares actions."""
    return text.lower() if text.isascii() else text


_ACTION = _Kind(_lower, _covers_action)
_RESOURCE = _Kind(str, _covers_resource)


def _merged_by(
    statements: _Statements,
    key: Callable[[Statement], object],
    join: Callable[[Statement, Statement], Statement],
) -> _Statements:
    places: dict[object, int] = {}
    result: list[Statement] = []
    for one in statements:
        same = key(one)
        place = places.get(same) if same is not None else None
        if place is None:
            places[same] = len(result)
            result.append(one)
        else:
            result[place] = replace(join(result[place], one), sid=result[place].sid or one.sid)
    return tuple(result)


def _all_but_action(one: Statement) -> object:
    """What must be equal for Actions to be joined; None where they cannot be."""
    if one.action.negated:
        return None
    return (one.effect, one.principal, _resource_key(one), _terms(one))


def _all_but_resource(one: Statement) -> object:
    """What must be equal for Resources to be joined; None where they cannot be."""
    if one.resource is None or one.resource.negated:
        return None
    actions = (one.action.negated, frozenset(_lower(value) for value in one.action.values))
    return (one.effect, one.principal, actions, _terms(one))


def _join_actions(one: Statement, other: Statement) -> Statement:
    return replace(one, action=Element(_union(one.action.values, other.action.values)))


def _join_resources(one: Statement, other: Statement) -> Statement:
    assert one.resource is not None
    assert other.resource is not None
    return replace(one, resource=Element(_union(one.resource.values, other.resource.values)))


def _union(values: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*values, *more)))


def _resource_key(one: Statement) -> object:
    return one.resource and (one.resource.negated, frozenset(one.resource.values))


def _terms(one: Statement) -> frozenset[tuple[object, str, frozenset[str]]]:
    """The condition terms, whatever their order and that of their values; keys are compared without case."""
    return frozenset(_term(term) for term in one.conditions)


def _term(term: ConditionTerm) -> tuple[object, str, frozenset[str]]:
    return (term.operator, term.key.lower(), frozenset(term.values))
