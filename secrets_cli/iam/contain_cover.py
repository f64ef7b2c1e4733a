"""The fast path of containment: what of the new policies one old Allow surely covers by itself.

Decides only in one direction. A pair (action pattern, resource pattern) of a new Allow is dropped when one old Allow
matches all of it under no further condition, and no old Deny that the new policies lack can touch it. What is left is
searched exactly; so a pair that is kept without need costs time, never an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from secrets_cli.iam.automaton import STAR, Automata, beginning, compile_globs, may_overlap
from secrets_cli.iam.classes import Budget
from secrets_cli.iam.contain_statements import Comparison, Globs, Numbered, bits, plain


@dataclass(frozen=True, slots=True)
class Target:
    """What of one new Allow is not covered at once: one action pattern with the resource patterns to look at.

    None stands for all texts: the element is negated, and its statement's own match is looked at in the search.
    """

    statement: Numbered
    action: int | None
    resources: tuple[int | None, ...]


@dataclass(slots=True)
class _Coverage:
    """For one kind of element: which old Allows match everything that a new element's pattern matches."""

    globs: Globs
    old_allow: int
    budget: Budget
    by_beginning: dict[str, list[int]] = field(default_factory=dict)
    """The old Allows' patterns with wildcards, by the plain text they begin with."""
    negated: tuple[int, ...] = field(init=False)
    _automata: dict[str, Automata] = field(default_factory=dict)
    _cache: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        globs = self.globs
        for number, text in enumerate(globs.texts):
            if globs.positive[number] & self.old_allow and not plain(text):
                self.by_beginning.setdefault(beginning(text), []).append(number)
        self.negated = tuple(bits(globs.negated & self.old_allow))

    def of_pattern(self, number: int, statements: list[Numbered], actions: bool) -> int:
        """The old Allows that match all of a pattern."""
        known = self._cache.get(number)
        if known is not None:
            return known
        text = self.globs.texts[number]
        mask = self.globs.positive[number]
        start = beginning(text)
        for length in range(len(start) + 1):
            # A pattern covers another only if its plain beginning is part of the other's.
            if start[:length] in self.by_beginning:
                mask |= self._covering(start[:length], text)
        for statement in self.negated:
            excluded = statements[statement].actions if actions else statements[statement].resources
            self.budget.spend(len(excluded))
            if not any(may_overlap(self.globs.texts[other], text) for other in excluded):
                mask |= 1 << statement
        mask &= self.old_allow
        self._cache[number] = mask
        return mask

    def _covering(self, start: str, text: str) -> int:
        numbers = self.by_beginning[start]
        automata = self._automata.get(start)
        if automata is None:
            automata = self._automata[start] = compile_globs([self.globs.texts[number] for number in numbers])
        self.budget.spend(1 + len(text) * automata.cost)
        mask = 0
        for place in automata.covering(text):
            mask |= self.globs.positive[numbers[place]]
        return mask

    def of_negated(self, excluded: tuple[int, ...], statements: list[Numbered], actions: bool) -> int:
        """The old Allows that match all texts but those of the excluded patterns."""
        everything = self.globs.number(STAR)
        mask = 0 if everything is None else self.globs.positive[everything]
        narrow = compile_globs([self.globs.texts[number] for number in excluded])
        for statement in self.negated:
            theirs = statements[statement].actions if actions else statements[statement].resources
            self.budget.spend(len(theirs))
            if all(narrow.covering(self.globs.texts[number]) for number in theirs):
                mask |= 1 << statement
        return mask & self.old_allow


def targets(comparison: Comparison, budget: Budget) -> Iterator[Target]:
    """The pairs of the new Allows that the search must look at."""
    actions = _Coverage(comparison.actions, comparison.old_allow, budget)
    resources = _Coverage(comparison.resources, comparison.old_allow, budget)
    denies = [comparison.statements[number] for number in _unmatched_denies(comparison, budget)]
    terms = [comparison.terms_of(number) for number in range(len(comparison.statements))]
    conditional = [number for number in bits(comparison.old_allow) if terms[number]]
    unconditional = comparison.old_allow & ~sum(1 << number for number in conditional)
    statements = comparison.statements
    for number in bits(comparison.new_allow):
        statement = statements[number]
        implied = unconditional | sum(1 << other for other in conditional if terms[other] <= terms[number])
        by_resource = _units(statement.resources, statement.not_resource, resources, statements, actions=False)
        by_action = _units(statement.actions, statement.not_action, actions, statements, actions=True)
        budget.spend(len(by_action) * len(by_resource))
        for action, action_mask in by_action:
            mask = action_mask & implied
            budget.spend(len(denies))
            touched = mask == 0 or any(_deny_touches(comparison, deny, action) for deny in denies)
            left = tuple(resource for resource, resource_mask in by_resource if touched or not mask & resource_mask)
            if left:
                yield Target(statement, action, left)


def _units(
    numbers: tuple[int, ...], negated: bool, coverage: _Coverage, statements: list[Numbered], actions: bool
) -> list[tuple[int | None, int]]:
    if negated:
        return [(None, coverage.of_negated(numbers, statements, actions))]
    return [(number, coverage.of_pattern(number, statements, actions)) for number in numbers]


def _deny_touches(comparison: Comparison, deny: Numbered, action: int | None) -> bool:
    if action is None or deny.not_action:
        return True
    texts = comparison.actions.texts
    return any(may_overlap(texts[other], texts[action]) for other in deny.actions)


def _unmatched_denies(comparison: Comparison, budget: Budget) -> list[int]:
    """The old Denies that no new Deny surely covers."""
    statements = comparison.statements
    new = [statements[number] for number in bits(comparison.new_deny)]
    same = {_deny_key(comparison, statement) for statement in new}
    left: list[int] = []
    for number in bits(comparison.old_deny):
        old = statements[number]
        if _deny_key(comparison, old) in same:
            continue
        budget.spend(len(new))
        if not _denies_cover(comparison, new, old):
            left.append(number)
    return left


def _deny_key(comparison: Comparison, statement: Numbered) -> tuple[object, ...]:
    return (
        frozenset(statement.actions),
        statement.not_action,
        frozenset(statement.resources),
        statement.not_resource,
        comparison.terms_of(statement.number),
    )


def _denies_cover(comparison: Comparison, new: list[Numbered], old: Numbered) -> bool:
    """Whether new Denies surely match whatever an old one matches: one for each pair of its patterns."""
    terms = comparison.terms_of(old.number)
    candidates = [one for one in new if comparison.terms_of(one.number) <= terms]
    if not candidates:
        return False
    for actions in _parts(old.actions, old.not_action):
        able = [
            one
            for one in candidates
            if _covers(comparison.actions, one.actions, one.not_action, actions, old.not_action)
        ]
        for resources in _parts(old.resources, old.not_resource):
            if not any(
                _covers(comparison.resources, one.resources, one.not_resource, resources, old.not_resource)
                for one in able
            ):
                return False
    return True


def _parts(numbers: tuple[int, ...], negated: bool) -> list[tuple[int, ...]]:
    return [numbers] if negated else [(number,) for number in numbers]


def _covers(globs: Globs, wide: tuple[int, ...], wide_not: bool, narrow: tuple[int, ...], narrow_not: bool) -> bool:
    if wide_not and narrow_not:
        wide, narrow = narrow, wide
    elif wide_not or narrow_not:
        return False
    if set(narrow) <= set(wide):
        return True
    automata = compile_globs([globs.texts[number] for number in wide])
    return all(automata.covering(globs.texts[number]) for number in narrow)
