"""The resource classes of a comparison: every set of statements that some resource can match, for one set of actions.

A policy variable in a pattern may hold anything, or nothing at all (the pattern then matches nothing). So whether such
a pattern matches a resource is left open: each way it can be is a class of its own, as long as no two ways contradict
each other (a pattern that matches implies the patterns that surely cover it).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from secrets_cli.iam.automaton import (
    ANY,
    FIELD_STAR,
    STAR,
    Automata,
    canonical,
    compile_globs,
    has_variable,
    may_overlap,
    upper_bound,
)
from secrets_cli.iam.classes import (
    Budget,
    Classes,
    Merging,
    Node,
    OutOfBudget,
    Universe,
    explore,
    is_arn,
    other_character,
)
from secrets_cli.iam.contain_statements import Comparison, Numbered, bits, plain

_MOST_VARIABLE_PATTERNS = 6
"""Patterns with policy variables that may overlap on one resource; each doubles the classes."""


@dataclass(frozen=True, slots=True)
class ResourceClass:
    """Resources that the same statements match."""

    statements: int
    words: Iterable[str]
    """Resources of the class; empty where all of them belong to other classes."""
    definite: bool
    """False where the class rests on what a policy variable holds."""


@dataclass(slots=True)
class _Words:
    classes: Classes
    goals: frozenset[Node]
    avoid: frozenset[str]
    budget: Budget

    def __iter__(self) -> Iterator[str]:
        return self.classes.words(self.goals, self.avoid, self.budget)


@dataclass(slots=True)
class _Local:
    """The globs that matter for one target pattern, split into points and wildcards."""

    numbers: list[int]
    automata: Automata
    """Of the upper bounds of `numbers`, then the needed globs."""
    needed: tuple[int, ...]
    points: dict[str, int]

    def matched_at(self, text: str) -> list[int] | None:
        """The globs matching one text; None where a needed glob does not."""
        places = self.automata.matching(text)
        if not set(self.needed).issubset(places):
            return None
        matched = self.matched(places)
        point = self.points.get(text)
        return matched if point is None else [*matched, point]

    def matched(self, places: Iterable[int]) -> list[int]:
        return [self.numbers[place] for place in places if place < len(self.numbers)]


@dataclass(slots=True)
class ResourceSpace:
    """The resource globs of a comparison."""

    comparison: Comparison
    budget: Budget
    _implied: dict[int, frozenset[int]] = field(default_factory=dict)

    def points(
        self, statement: Numbered, resource: int | None, actions: int, within: str | None = None
    ) -> Iterator[ResourceClass]:
        """Classes of single resources: those that the statements in `actions` name in full, `*`, and readable examples.

        `resource` is the pattern of the new Allow that they match; None: they match its NotResource. `within` is what
        requests carry, as an ARN pattern: only such resources are looked at; `*` is the request without a resource.
        """
        target, shape = self._target(resource), _shape(within)
        local = self._local(statement, resource, target, actions, shape)
        if within == "*":
            texts = ["*"]
        else:
            texts = list(dict.fromkeys((*_examples((shape, target) if shape else (target,)), *local.points)))
        for text in texts:
            self.budget.spend()
            matched = local.matched_at(text)
            if matched is not None and (text == "*" or is_arn(text)):
                yield from self._ways(matched, statement, resource, actions, (text,))

    def rest(
        self, statement: Numbered, resource: int | None, actions: int, within: str | None = None
    ) -> Iterator[ResourceClass]:
        """The classes of all other resources, by the same parameters."""
        if within != "*":
            local = self._local(statement, resource, self._target(resource), actions, _shape(within))
            yield from self._arns(local, statement, resource, actions)

    def _target(self, resource: int | None) -> str:
        return STAR if resource is None else upper_bound(self.comparison.resources.texts[resource])

    def _arns(self, local: _Local, statement: Numbered, resource: int | None, actions: int) -> Iterator[ResourceClass]:
        automata = local.automata
        used = {*automata.alphabet, *"".join(local.points)}
        merging = self._merging(local.numbers, statement, actions)
        found = explore(automata, "arn:", Universe.ARN, local.needed, other_character(used), self.budget, merging)
        avoid = frozenset(local.points)
        for goals in found.by_bits(local.needed).values():
            matched = local.matched(automata.matched(next(iter(goals))[0]))
            yield from self._ways(
                matched, statement, resource, actions, _Words(found, frozenset(goals), avoid, self.budget)
            )

    def _merging(self, numbers: list[int], statement: Numbered, actions: int) -> Merging:
        """Statements of one side and effect under the same conditions play one role; one with NotResource its own.

        A resource that a new Deny without conditions matches shows nothing, nor does one that an old Allow without
        conditions matches, where no old Deny is about.
        """
        comparison = self.comparison
        roles: dict[object, int] = {}
        of_glob = dict.fromkeys(numbers, 0)
        deadly = 0
        for other in bits(actions & ~(1 << statement.number)):
            self.budget.spend()
            one = comparison.statements[other]
            key = other if one.not_resource else (one.new, one.allow, comparison.terms_of(other))
            role = roles.setdefault(key, 1 << len(roles))
            for number in one.resources:
                if number in of_glob:
                    of_glob[number] |= role
            decisive = not one.allow if one.new else one.allow and not actions & comparison.old_deny
            if decisive and not one.not_resource and not one.conditions:
                deadly |= role
        texts = comparison.resources.texts
        own = set(statement.resources) if statement.not_resource else set()
        return Merging(
            # What rests on a variable is not sure to match, and the statement's own NotResource is looked at by itself.
            tuple(0 if has_variable(texts[number]) or number in own else of_glob[number] for number in numbers),
            deadly,
        )

    def _local(self, statement: Numbered, resource: int | None, target: str, actions: int, shape: str | None) -> _Local:
        comparison = self.comparison
        texts = comparison.resources.texts
        own = set(statement.resources) if resource is None else {resource}
        numbers = own.union(
            *(comparison.statements[other].resources for other in bits(actions & ~(1 << statement.number)))
        )
        self.budget.spend(len(numbers))
        near = sorted(number for number in numbers if may_overlap(texts[number], target))
        wild = [number for number in near if not plain(texts[number])]
        needed = (target,) if shape is None else (target, shape)
        return _Local(
            wild,
            compile_globs([*(upper_bound(texts[number]) for number in wild), *needed]),
            tuple(range(len(wild), len(wild) + len(needed))),
            {texts[number]: number for number in near if plain(texts[number])},
        )

    def _ways(
        self, matched: list[int], statement: Numbered, resource: int | None, actions: int, words: Iterable[str]
    ) -> Iterator[ResourceClass]:
        """One class for each way the matched patterns with variables can turn out."""
        globs = self.comparison.resources
        # INVARIANT: every text here matches the target pattern, whatever became of its own copy among the merged globs.
        target = 0 if resource is None else 1 << statement.number
        open_ones = [number for number in matched if has_variable(globs.texts[number])]
        definite = [number for number in matched if not has_variable(globs.texts[number])]
        if not open_ones:
            yield ResourceClass(globs.statements(definite) & actions | target, words, definite=True)
            return
        if len(open_ones) > _MOST_VARIABLE_PATTERNS:
            raise OutOfBudget
        for choice in product((False, True), repeat=len(open_ones)):
            chosen = {number for number, holds in zip(open_ones, choice, strict=True) if holds}
            if resource is not None and resource in open_ones and resource not in chosen:
                continue
            if all(self._implications(number).intersection(open_ones) <= chosen for number in chosen):
                self.budget.spend()
                yield ResourceClass(globs.statements((*definite, *chosen)) & actions | target, words, definite=False)

    def _implications(self, number: int) -> frozenset[int]:
        """The patterns with variables that match whenever this one does."""
        known = self._implied.get(number)
        if known is None:
            texts = self.comparison.resources.texts
            others = [other for other, text in enumerate(texts) if has_variable(text)]
            covering = compile_globs([texts[other] for other in others]).covering(texts[number])
            known = self._implied[number] = frozenset(others[place] for place in covering)
        return known


def _shape(within: str | None) -> str | None:
    """An ARN pattern of a known resource type as a glob: its `*` stands for what the caller fills in, which before the
    fifth colon holds no colon."""
    if within is None or within == "*":
        return None
    *fields, rest = within.split(":", 5)
    return canonical(":".join((*(field.replace("*", FIELD_STAR) for field in fields), rest.replace("*", STAR))))


_READABLE_FIELDS = ("arn", "aws", "s3", "us-east-1", "111122223333", "example")


def _examples(globs: tuple[str, ...]) -> list[str]:
    """Readable texts that the globs may match; whether they do is for the caller to see."""
    texts: list[str] = []
    for glob in globs:
        if glob == STAR:
            texts.append("*")
        fields = glob.split(":", 5)
        if len(fields) < 6:
            fields = [*fields[:-1], *([fields[-1]] * (7 - len(fields)))] if STAR in fields[-1] else fields
        if len(fields) == 6:
            filled = [
                readable if text in (STAR, FIELD_STAR) else text
                for text, readable in zip(fields, _READABLE_FIELDS, strict=True)
            ]
            texts.extend(_filled(":".join(filled), word) for word in ("example", ""))
    return texts


def _filled(glob: str, word: str) -> str:
    return glob.replace(STAR, word).replace(FIELD_STAR, word).replace(ANY, "x")
