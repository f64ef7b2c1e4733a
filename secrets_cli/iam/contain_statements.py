"""The statements of both sides of a comparison, numbered, with their patterns as globs.

A set of statements is an integer, a bit for each statement: which statements an action, a resource or a context
matches is then a few integer operations for ten thousand statements.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from secrets_cli.iam.automaton import ANY, FIRST_VARIABLE, STAR, canonical, holds_reserved, is_literal
from secrets_cli.iam.model import VERSION_2012, ConditionTerm, Effect, Element, Policy, Statement
from secrets_cli.iam.pattern import Wildcard
from secrets_cli.iam.variables import TemplatePart, Variable, has_variables, template

_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


class ReservedCharacter(Exception):
    """A pattern holds a character (private use, or beyond all scripts) that has a meaning of its own here."""


def fold(text: str) -> str:
    """The text in ASCII lower case: how actions are compared."""
    return text.translate(_LOWER)


def bits(mask: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    numbers: list[int] = []
    while mask:
        low = mask & -mask
        numbers.append(low.bit_length() - 1)
        mask ^= low
    return numbers


TermKey = tuple[str, str, frozenset[str], bool]


def term_key(term: ConditionTerm, variables: bool) -> TermKey:
    """What makes two condition terms the same: operator, key without case, values, and how `${` in them is read."""
    opaque = variables and any("${" in value for value in term.values)
    return (fold(str(term.operator)), fold(term.key), frozenset(term.values), opaque)


@dataclass(slots=True)
class Globs:
    """Numbered globs of one kind of element (action or resource) and the statements they stand in."""

    texts: list[str] = field(default_factory=list)
    """Each glob once, in order of appearance."""
    written: list[str] = field(default_factory=list)
    """How the first author wrote each."""
    positive: list[int] = field(default_factory=list)
    """For each glob the statements with it in Action or Resource."""
    negative: list[int] = field(default_factory=list)
    """For each glob the statements with it in NotAction or NotResource."""
    negated: int = 0
    """All statements with NotAction or NotResource."""
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, glob: str, written: str, statement: int, negated: bool) -> int:
        """Number the glob and note that the statement has it."""
        number = self._numbers.get(glob)
        if number is None:
            number = self._numbers[glob] = len(self.texts)
            self.texts.append(glob)
            self.written.append(written)
            self.positive.append(0)
            self.negative.append(0)
        (self.negative if negated else self.positive)[number] |= 1 << statement
        return number

    def number(self, glob: str) -> int | None:
        """The number of a glob, None where no statement has it."""
        return self._numbers.get(glob)

    def statements(self, matched: Iterable[int]) -> int:
        """The statements whose element matches a text that just these globs match."""
        positive = negative = 0
        for number in matched:
            positive |= self.positive[number]
            negative |= self.negative[number]
        return positive | (self.negated & ~negative)


@dataclass(frozen=True, slots=True)
class Numbered:
    """One statement of the comparison."""

    number: int
    new: bool
    """Of the new policies, else of the old."""
    allow: bool
    actions: tuple[int, ...]
    """Numbers of its action globs."""
    not_action: bool
    resources: tuple[int, ...]
    not_resource: bool
    conditions: tuple[ConditionTerm, ...]
    variables: bool
    """Whether `${...}` in it is a policy variable (2012) or plain text (2008)."""


@dataclass(slots=True)
class Comparison:
    """Both sides, numbered. The four masks part the statements by side and effect."""

    statements: list[Numbered] = field(default_factory=list)
    actions: Globs = field(default_factory=Globs)
    resources: Globs = field(default_factory=Globs)
    new_allow: int = 0
    new_deny: int = 0
    old_allow: int = 0
    old_deny: int = 0
    _terms: list[frozenset[TermKey]] = field(default_factory=list)
    _variables: dict[Variable, str] = field(default_factory=dict)

    def add(self, statement: Statement, version: str, new: bool) -> None:
        """Number one statement. Raises ReservedCharacter."""
        number = len(self.statements)
        variables = version == VERSION_2012
        bit = 1 << number
        allow = statement.effect is Effect.ALLOW
        if new:
            self.new_allow |= bit if allow else 0
            self.new_deny |= 0 if allow else bit
        else:
            self.old_allow |= bit if allow else 0
            self.old_deny |= 0 if allow else bit
        resource = statement.resource or Element(("*",))
        if any(map(holds_reserved, (*statement.action.values, *resource.values))):
            raise ReservedCharacter
        self._terms.append(frozenset(term_key(term, variables) for term in statement.conditions))
        if statement.action.negated:
            self.actions.negated |= bit
        if resource.negated:
            self.resources.negated |= bit
        self.statements.append(
            Numbered(
                number,
                new,
                allow,
                tuple(
                    self.actions.add(action_glob(text), text, number, statement.action.negated)
                    for text in dict.fromkeys(statement.action.values)
                ),
                statement.action.negated,
                tuple(
                    self.resources.add(self.resource_glob(text, variables), text, number, resource.negated)
                    for text in dict.fromkeys(resource.values)
                ),
                resource.negated,
                statement.conditions,
                variables,
            )
        )

    def terms_of(self, number: int) -> frozenset[TermKey]:
        """The distinct condition terms of a statement."""
        return self._terms[number]

    def resource_glob(self, text: str, variables: bool) -> str:
        """A resource pattern as a glob; each policy variable is a character of its own, the same for the same text."""
        if not (variables and has_variables(text)):
            return canonical(text.replace("*", STAR).replace("?", ANY))
        return canonical("".join(self._symbol(part) for part in template(text)))

    def _symbol(self, part: TemplatePart) -> str:
        match part:
            case Wildcard.STAR:
                return STAR
            case Wildcard.ANY:
                return ANY
            case Variable():
                return self._variables.setdefault(part, chr(ord(FIRST_VARIABLE) + len(self._variables)))
            case str():
                return part
        assert_never(part)


def action_glob(text: str) -> str:
    """An action pattern as a glob."""
    return canonical(fold(text).replace("*", STAR).replace("?", ANY))


def compare(old: Sequence[Policy], new: Sequence[Policy]) -> Comparison:
    """Number the statements of both sides: the new ones first. Equal statements of one side are taken once.

    Raises ReservedCharacter.
    """
    comparison = Comparison()
    for policies, is_new in ((new, True), (old, False)):
        seen: set[tuple[str, Effect, Element, Element | None, tuple[ConditionTerm, ...]]] = set()
        for policy in policies:
            for statement in policy.statements:
                key = (policy.version, statement.effect, statement.action, statement.resource, statement.conditions)
                if key not in seen:
                    seen.add(key)
                    comparison.add(statement, policy.version, is_new)
    return comparison


def plain(glob: str) -> bool:
    """Whether the glob is one text."""
    return is_literal(glob)
