"""What a policy that is known in part grants at least, and at most.

UNKNOWN stands in a value for a part that nobody knows before deployment. At most, it is whatever matches most (or, where it
limits, least); at least, the other way round. A Deny statement counts the other way again. Principals are left as they are.
"""

from collections.abc import Iterable
from dataclasses import replace

from secrets_cli.iam.location import Location
from secrets_cli.iam.model import ConditionTerm, Effect, Element, Policy, Statement
from secrets_cli.inputs.found import UNKNOWN


def holds_unknown(statement: Statement) -> bool:
    """Whether some part of what the statement says is not known."""
    return (
        _element_is_unknown(statement.action)
        or (statement.resource is not None and _element_is_unknown(statement.resource))
        or any(_is_unknown(term) for term in statement.conditions)
        or any(UNKNOWN in one.value for one in (statement.principal.entries if statement.principal else ()))
    )


def at_most(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Policies that grant all that these can grant, whatever the unknown turns out to be."""
    return _each(policies, wide=Effect.ALLOW)


def at_least(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Policies that grant nothing but what these grant, whatever the unknown turns out to be."""
    return _each(policies, wide=Effect.DENY)


def unknown_places(statement: Statement) -> tuple[Location, ...]:
    """Where the parts of the statement stand that are not known."""
    parts = [part for part in (statement.action, statement.resource) if part is not None and _element_is_unknown(part)]
    places = [part.location for part in parts] + [one.location for one in statement.conditions if _is_unknown(one)]
    if statement.principal is not None and any(UNKNOWN in one.value for one in statement.principal.entries):
        places.append(statement.principal.location)
    return tuple(place for place in places if place is not None)


def _each(policies: Iterable[Policy], wide: Effect) -> tuple[Policy, ...]:
    """The policies with the statements of one effect matching as much as they can, and the others as little."""
    result: list[Policy] = []
    for policy in policies:
        bounds = (_widest(one) if one.effect is wide else _least(one) for one in policy.statements)
        statements = tuple(one for one in bounds if one is not None)
        if statements:
            result.append(replace(policy, statements=statements))
    return tuple(result)


def _widest(statement: Statement) -> Statement:
    """One that matches every request that the statement can match."""
    resource = statement.resource
    return replace(
        statement,
        action=_widest_element(statement.action),
        resource=None if resource is None else _widest_element(resource),
        conditions=tuple(term for term in statement.conditions if not _is_unknown(term)),
    )


def _least(statement: Statement) -> Statement | None:
    """One that matches only requests that the statement certainly matches; None where that is none."""
    if any(_is_unknown(term) for term in statement.conditions):
        return None
    action, resource = _least_element(statement.action), statement.resource
    if resource is not None:
        resource = _least_element(resource)
        if resource is None:
            return None
    return None if action is None else replace(statement, action=action, resource=resource)


def _widest_element(element: Element) -> Element:
    if not element.negated:
        return replace(element, values=tuple(_wild(value) for value in element.values))
    known = tuple(value for value in element.values if UNKNOWN not in value)
    return replace(element, values=known) if known else Element(("*",), location=element.location)


def _least_element(element: Element) -> Element | None:
    if element.negated:
        return replace(element, values=tuple(_wild(value) for value in element.values))
    known = tuple(value for value in element.values if UNKNOWN not in value)
    return replace(element, values=known) if known else None


def _wild(value: str) -> str:
    """With any text in the place of what is unknown; alone, any value at all."""
    return "*" if value == UNKNOWN else value.replace(UNKNOWN, "*")


def _element_is_unknown(element: Element) -> bool:
    return any(UNKNOWN in value for value in element.values)


def _is_unknown(term: ConditionTerm) -> bool:
    return UNKNOWN in term.key or any(UNKNOWN in value for value in term.values)
