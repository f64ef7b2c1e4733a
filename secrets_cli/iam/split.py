"""One policy as several that together say the same, each within AWS's size limit.

Statements keep their order and fill policies in turn. A statement that alone passes the limit is cut into several: its
Action, its Resource, or the values of a condition that needs one of them to fit. NotAction and NotResource cannot be
cut, for two statements grant what either does, and two exclusions together exclude less than one.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from secrets_cli.iam.model import ConditionTerm, Element, Policy, Quantifier, Statement
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.iam.size import MANAGED_POLICY_LIMIT, policy_size


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a policy, to be attached to the same principal."""

    policies: tuple[Policy, ...]
    """In order; one where the policy is small enough."""
    too_large: tuple[Statement, ...]
    """Statements that alone pass the limit and cannot be cut; each stands in a policy of its own, which AWS refuses."""


def split(policy: Policy, limit: int = MANAGED_POLICY_LIMIT) -> Split:
    """The policy in parts of at most `limit` characters, white space not counted.

    The parts have the policy's Version and Id. Where a statement is cut its Sid is numbered; Sids stay unique over all
    parts.
    """
    if policy_size(policy) <= limit:
        return Split((policy,), ())
    taken = {statement.sid for statement in policy.statements if statement.sid}
    pieces = [piece for one in policy.statements for piece in _cut(one, _Room(policy, limit), taken)]
    room = _Room(policy, limit)
    parts: list[tuple[Statement, ...]] = [()]
    for piece in pieces:
        if parts[-1] and not room.holds((*parts[-1], piece)):
            parts.append(())
        parts[-1] = (*parts[-1], piece)
    return Split(
        tuple(room.policy_of(part) for part in parts),
        tuple(piece for piece in pieces if not room.holds((piece,))),
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """What one part can hold."""

    policy: Policy
    limit: int

    def policy_of(self, statements: tuple[Statement, ...]) -> Policy:
        return replace(self.policy, statements=tuple(replace(s, index=i) for i, s in enumerate(statements)))

    def holds(self, statements: tuple[Statement, ...]) -> bool:
        return policy_size(self.policy_of(statements)) <= self.limit


def _cut(statement: Statement, room: _Room, taken: set[str]) -> list[Statement]:
    """The statement in pieces that fit; the name of each piece is reckoned with, so that naming it keeps it small."""
    if room.holds((statement,)):
        return [statement]
    if not statement.sid:
        return _halves(statement, room)
    longest = f"{statement.sid}Part99999"
    pieces = _halves(replace(statement, sid=longest), room)
    if len(pieces) == 1:
        return [statement]
    return [replace(piece, sid=sid) for piece, sid in zip(pieces, _names(statement.sid, taken), strict=False)]


def _names(sid: str, taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        name = f"{sid}Part{number}"
        if name not in taken:
            taken.add(name)
            yield name


def _halves(statement: Statement, room: _Room) -> list[Statement]:
    if room.holds((statement,)):
        return [statement]
    ways = list(_ways_to_halve(statement))
    if not ways:
        return [statement]
    # The longest list is cut first: cutting another repeats it.
    _, parts = max(ways, key=lambda way: way[0])
    return [piece for part in parts for piece in _halves(part, room)]


def _ways_to_halve(statement: Statement) -> Iterator[tuple[int, tuple[Statement, ...]]]:
    """Each list that can be cut: its length in characters, and the two statements."""
    if _can_be_cut(statement.action):
        halves = _halved(statement.action.values)
        yield _length(statement.action.values), tuple(replace(statement, action=Element(half)) for half in halves)
    resource = statement.resource
    if resource is not None and _can_be_cut(resource):
        halves = _halved(resource.values)
        yield _length(resource.values), tuple(replace(statement, resource=Element(half)) for half in halves)
    for place, term in enumerate(statement.conditions):
        if len(term.values) > 1 and _needs_one_value(term):
            before, after = statement.conditions[:place], statement.conditions[place + 1 :]
            yield (
                _length(term.values),
                tuple(
                    replace(statement, conditions=(*before, replace(term, values=half), *after))
                    for half in _halved(term.values)
                ),
            )


def _can_be_cut(element: Element) -> bool:
    return not element.negated and len(element.values) > 1


def _needs_one_value(term: ConditionTerm) -> bool:
    """Whether the term holds for a request just where it holds with one of its values alone."""
    operator = term.operator
    return operator.base not in POSITIVE_OF and operator.quantifier is not Quantifier.FOR_ALL_VALUES


def _halved(values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    middle = len(values) // 2
    return values[:middle], values[middle:]


def _length(values: Iterable[str]) -> int:
    return sum(len(value) + 3 for value in values)
