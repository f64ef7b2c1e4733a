"""What only one of two sides of policies grants, action by action.

Of each known action it is decided by containment, restricted to that action, what each side grants beyond the other:
exactly, conditions and Deny statements included, or undecided with the reason. Actions that the same statements match
are decided once. Actions nobody knows yet are covered by the overall verdicts alone.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from secrets_cli.iam.contain import Contained, Containment, KnownRequests, NotContained, Undecided, contains
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.pattern import matches


class Change(enum.Enum):
    """What became of one action from the old side to the new."""

    ONLY_OLD = "only-old"
    """The new side does not grant it at all."""
    NARROWER = "narrower"
    """The new side grants it, on less or under more conditions."""
    ONLY_NEW = "only-new"
    WIDER = "wider"
    DIFFERENT = "different"
    """Each side grants something of it that the other does not."""
    UNDECIDED = "undecided"
    """In at least one direction it could not be decided."""


@dataclass(frozen=True, slots=True)
class ActionDifference:
    """One action of which the sides do not grant the same, or may not."""

    action: str
    """In the catalog's spelling; as a policy writes it where the action is not known."""
    known: bool
    change: Change
    old: tuple[Statement, ...]
    """The old side's statements that match the action, Allow and Deny, as written."""
    new: tuple[Statement, ...]
    new_in_old: Containment
    old_in_new: Containment


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """Whether one Allow statement of the new side, less what that side denies, is contained in the old side."""

    policy: Policy
    statement: Statement
    contained: Containment
    actions: tuple[str, ...]
    """The known actions of which it grants, or may grant, something that the old side does not; sorted."""


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """The difference between two sides."""

    new_in_old: Containment
    old_in_new: Containment
    old_actions: tuple[str, ...]
    """The known actions, and unknown ones named in full, that the old side grants on something; sorted."""
    new_actions: tuple[str, ...]
    actions: tuple[ActionDifference, ...]
    """Sorted by action."""
    statements: tuple[StatementVerdict, ...]
    """One for each Allow statement of the new side, in order."""
    unknown_patterns: tuple[str, ...]
    """Action patterns with wildcards that match no known action: the overall verdicts alone speak of them."""


def difference(old: Sequence[Policy], new: Sequence[Policy], known: KnownRequests) -> PolicyDifference:
    """What only one side grants, by known action."""
    sides = _Sides(tuple(old), tuple(new), known)
    by_shape = sides.shapes()
    decided = [found for shape, actions in by_shape.items() for found in sides.decide(shape, actions)]
    return PolicyDifference(
        new_in_old=contains(old, new, known),
        old_in_new=contains(new, old, known),
        old_actions=_granted(by_shape, sides, new=False),
        new_actions=_granted(by_shape, sides, new=True),
        actions=tuple(sorted(decided, key=lambda one: one.action)),
        statements=tuple(sides.statement_verdicts(by_shape)),
        unknown_patterns=sides.unknown_patterns(),
    )


def known_differences(old: Sequence[Policy], new: Sequence[Policy], known: KnownRequests) -> tuple[str, ...]:
    """The known actions, and unknown ones named in full, of which the sides are not proven to grant the same; sorted."""
    sides = _Sides(tuple(old), tuple(new), known)
    return tuple(
        sorted(
            action for shape, actions in sides.shapes().items() if sides.differ(shape, actions) for action in actions
        )
    )


def granted_actions(policies: Sequence[Policy], known: KnownRequests) -> tuple[str, ...]:
    """The known actions, and unknown ones named in full, that the policies grant on some resource in some context, or
    may (where that is undecided); sorted. What a Deny takes back wholly is not granted."""
    sides = _Sides((), tuple(policies), known)
    return _granted(sides.shapes(), sides, new=True)


_Shape = tuple[int, ...]
"""The numbers of the statements, of both sides, that an action matches."""
_Parts = tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class _Numbered:
    policy: Policy
    statement: Statement
    new: bool


@dataclass(slots=True)
class _Sides:
    """Both sides, their statements numbered."""

    old: tuple[Policy, ...]
    new: tuple[Policy, ...]
    known: KnownRequests
    statements: tuple[_Numbered, ...] = field(init=False)
    _names: dict[str, bool] = field(default_factory=dict)
    """Every action looked at, and whether it is known."""

    def __post_init__(self) -> None:
        self.statements = tuple(
            _Numbered(policy, statement, new)
            for policies, new in ((self.old, False), (self.new, True))
            for policy in policies
            for statement in policy.statements
        )

    def shapes(self) -> Mapping[_Shape, tuple[str, ...]]:
        """The actions that some statement matches, by the statements that do."""
        masks: dict[str, int] = {}
        unknown = self._unknown_names()
        for number, one in enumerate(self.statements):
            for action in self._matched(one.statement.action, unknown):
                masks[action] = masks.get(action, 0) | 1 << number
        by_mask: dict[int, list[str]] = {}
        for action in sorted(masks):
            by_mask.setdefault(masks[action], []).append(action)
            self._names[action] = action not in unknown
        places = range(len(self.statements))
        return {tuple(n for n in places if mask >> n & 1): tuple(actions) for mask, actions in by_mask.items()}

    def differ(self, shape: _Shape, actions: tuple[str, ...]) -> bool:
        """Whether the sides are not proven to grant the same of actions that the same statements match."""
        old, new = self.restricted(shape, actions[0], new=False), self.restricted(shape, actions[0], new=True)
        return not (_same(old, new) or _Both(_contained(old, new), _contained(new, old)).equal)

    def decide(self, shape: _Shape, actions: tuple[str, ...]) -> list[ActionDifference]:
        """The differences among actions that the same statements match."""
        old, new = self.restricted(shape, actions[0], new=False), self.restricted(shape, actions[0], new=True)
        if _same(old, new):
            return []
        first = _Both(_contained(old, new), _contained(new, old))
        if first.equal:
            return []
        change = first.change(old, new)
        by_carried: dict[tuple[str, ...] | None, _Both] = {}
        found = []
        for action in actions:
            carried = self.known.resource_patterns(action)
            if carried not in by_carried:
                by_carried[carried] = self._classified(shape, action, first)
            both = by_carried[carried].of_action(action)
            found.append(
                ActionDifference(
                    action,
                    self._names[action],
                    change,
                    tuple(self.statements[n].statement for n in shape if not self.statements[n].new),
                    tuple(self.statements[n].statement for n in shape if self.statements[n].new),
                    both.new_in_old,
                    both.old_in_new,
                )
            )
        return found

    def restricted(self, shape: _Shape, action: str, *, new: bool) -> _Parts:
        """The statements of one side that match the action, each for this action alone."""
        return tuple(
            _alone(one.policy, replace(one.statement, action=Element((action,))))
            for one in (self.statements[number] for number in shape)
            if one.new == new
        )

    def statement_verdicts(self, by_shape: Mapping[_Shape, tuple[str, ...]]) -> Iterable[StatementVerdict]:
        """The verdict on each Allow statement of the new side."""
        denies = tuple(
            _alone(one.policy, one.statement)
            for one in self.statements
            if one.new and one.statement.effect is Effect.DENY
        )
        for number, one in enumerate(self.statements):
            if one.new and one.statement.effect is Effect.ALLOW:
                verdict = contains(self.old, (_alone(one.policy, one.statement), *denies), self.known)
                actions: tuple[str, ...] = ()
                if not isinstance(verdict, Contained):
                    actions = self._beyond(number, by_shape)
                yield StatementVerdict(one.policy, one.statement, verdict, actions)

    def unknown_patterns(self) -> tuple[str, ...]:
        """Patterns with wildcards that match nothing known, as written, in order."""
        return tuple(text for text in self._unmatched() if _has_wildcard(text))

    def _beyond(self, number: int, by_shape: Mapping[_Shape, tuple[str, ...]]) -> tuple[str, ...]:
        """The actions of which one new Allow grants something that the old side does not."""
        beyond: list[str] = []
        for shape, actions in by_shape.items():
            if number not in shape:
                continue
            others = [n for n in shape if n == number or self.statements[n].statement.effect is Effect.DENY]
            new = self.restricted(tuple(others), actions[0], new=True)
            if not isinstance(_contained(self.restricted(shape, actions[0], new=False), new), Contained):
                beyond.extend(actions)
        return tuple(sorted(beyond))

    def _classified(self, shape: _Shape, action: str, both: "_Both") -> "_Both":
        """The same verdicts, a difference told from one where no request is known."""
        old, new = self.restricted(shape, action, new=False), self.restricted(shape, action, new=True)
        return _Both(
            contains(old, new, self.known) if isinstance(both.new_in_old, NotContained) else both.new_in_old,
            contains(new, old, self.known) if isinstance(both.old_in_new, NotContained) else both.old_in_new,
        )

    def _matched(self, element: Element, unknown: Mapping[str, str]) -> Iterable[str]:
        hit = {action for pattern in set(element.values) for action in self.known.matching(pattern)}
        hit.update(u for u in unknown if any(matches(p, u, ignore_case=True) for p in element.values))
        if not element.negated:
            return hit
        return [action for action in (*self.known.matching("*"), *unknown) if action not in hit]

    def _unknown_names(self) -> Mapping[str, str]:
        """Actions named in full that are not known, as first written."""
        names: dict[str, str] = {}
        for text in self._unmatched():
            if not _has_wildcard(text) and _is_action(text):
                names.setdefault(text.lower(), text)
        return {text: text for text in names.values()}

    def _unmatched(self) -> Iterable[str]:
        texts = dict.fromkeys(text for one in self.statements for text in one.statement.action.values)
        return (text for text in texts if not self.known.matching(text))


@dataclass(frozen=True, slots=True)
class _Both:
    """Containment in both directions."""

    new_in_old: Containment
    old_in_new: Containment

    @property
    def equal(self) -> bool:
        return isinstance(self.new_in_old, Contained) and isinstance(self.old_in_new, Contained)

    def change(self, old: _Parts, new: _Parts) -> Change:
        """What the verdicts come to. A side that grants nothing at all is told from one that grants less."""
        if isinstance(self.new_in_old, Undecided) or isinstance(self.old_in_new, Undecided):
            return Change.UNDECIDED
        if isinstance(self.new_in_old, Contained):
            return Change.NARROWER if grants_something(new) else Change.ONLY_OLD
        if isinstance(self.old_in_new, Contained):
            return Change.WIDER if grants_something(old) else Change.ONLY_NEW
        return Change.DIFFERENT

    def of_action(self, action: str) -> "_Both":
        """The same, the witnesses being requests of another action that the same statements match."""
        return _Both(_of_action(self.new_in_old, action), _of_action(self.old_in_new, action))


def grants_something(policies: Sequence[Policy]) -> bool:
    """Whether the policies grant any request, or may (where that is undecided)."""
    return not isinstance(_contained((), policies), Contained)


def _granted(by_shape: Mapping[_Shape, tuple[str, ...]], sides: _Sides, *, new: bool) -> tuple[str, ...]:
    return tuple(
        sorted(
            action
            for shape, actions in by_shape.items()
            if grants_something(sides.restricted(shape, actions[0], new=new))
            for action in actions
        )
    )


def _contained(old: Sequence[Policy], new: Sequence[Policy]) -> Containment:
    if not any(s.effect is Effect.ALLOW for policy in new for s in policy.statements):
        return Contained()
    return contains(old, new)


def _of_action(containment: Containment, action: str) -> Containment:
    if isinstance(containment, NotContained):
        return replace(containment, witness=replace(containment.witness, action=action))
    return containment


def _alone(policy: Policy, statement: Statement) -> Policy:
    return replace(policy, statements=(statement,))


def _same(old: _Parts, new: _Parts) -> bool:
    return {_plain(policy) for policy in old} == {_plain(policy) for policy in new}


def _plain(policy: Policy) -> Policy:
    """Without what says nothing about grants."""
    (statement,) = policy.statements
    return Policy((replace(statement, sid=None),), policy.version)


def _is_action(text: str) -> bool:
    """Whether a request could be for it: `service:Name`, neither side empty. No request is for `:Name`, so a policy that
    names that grants nothing by it, and it must not stand for the actions that share its statements."""
    service, colon, name = text.partition(":")
    return bool(service and colon and name) and ":" not in name


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text
