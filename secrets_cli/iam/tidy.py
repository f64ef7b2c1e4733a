"""Rewritings of a policy's statements that leave its meaning as it is: patterns that others cover, statements that can
be one.

Each rests on a rule that holds by itself; whoever uses them still proves the result, so that a mistake here costs a
shorter policy and never a grant.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from secrets_cli.iam.model import ConditionTerm, Element, Statement
from secrets_cli.iam.pattern_relation import covers

_VARIABLE = re.compile(r"\$\{[^}]*\}")

_Statements = tuple[Statement, ...]
_Covers = Callable[[str, str], bool]


def without_covered_patterns(statements: Sequence[Statement]) -> _Statements:
    """Each list without the patterns that another pattern of the same list covers; the author's order is kept."""
    return tuple(
        replace(
            one,
            action=_shortened(one.action, _covers_action),
            resource=_shortened(one.resource, _covers_resource) if one.resource else None,
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


def _shortened(element: Element, covering: _Covers) -> Element:
    values = list(dict.fromkeys(element.values))
    for value in reversed(values):
        if any(other != value and covering(other, value) for other in values):
            values.remove(value)
    return replace(element, values=tuple(values))


def _less(one: Statement, other: Statement) -> Statement | None:
    """What of one statement the other leaves; None for nothing."""
    assert one.resource is not None
    assert other.resource is not None
    same_action = _element_covers(other.action, one.action, _covers_action)
    same_resource = _element_covers(other.resource, one.resource, _covers_resource)
    if same_action and same_resource:
        return None
    if same_resource:
        return replace(one, action=_left(one.action, other.action, _covers_action))
    if same_action:
        return replace(one, resource=_left(one.resource, other.resource, _covers_resource))
    return one


def _left(element: Element, other: Element, covering: _Covers) -> Element:
    """The patterns that the other element, which does not cover them all, does not cover."""
    if element.negated or other.negated:
        return element
    values = tuple(v for v in element.values if not any(covering(wide, v) for wide in other.values))
    return replace(element, values=values)


def _element_covers(wide: Element, narrow: Element, covering: _Covers) -> bool:
    if wide == narrow or (not wide.negated and "*" in wide.values):
        return True
    if wide.negated or narrow.negated:
        return False
    return all(any(covering(w, n) for w in wide.values) for n in narrow.values)


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
    return wide == narrow or ("${" not in wide and covers(wide, _VARIABLE.sub("*", narrow)))


def _lower(text: str) -> str:
    """In lower case for ASCII alone, as IAM compares actions."""
    return text.lower() if text.isascii() else text


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
