"""What one condition key can be: every set of terms that can hold together, with the value that shows it.

A key may hold no value, one, or several. What several values make true follows from what each makes true by itself: a
positive operator and ForAnyValue need one value that fits, a negated operator and ForAllValues need all to fit.

Where terms of several families meet on one key, or a policy variable stands in a value, not every combination can be
shown by a value: such options carry none, and whoever relies on one has shown nothing. No option is missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from secrets_cli.iam.classes import Budget
from secrets_cli.iam.condition import TermTest, compile_term
from secrets_cli.iam.contain_values import Intractable, KeyTerm, representatives
from secrets_cli.iam.model import ConditionTerm, Operator, Quantifier
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.iam.request import ContextValue

_MOST_OPTIONS = 512
_MOST_MIXED = 10
_MOST_OPEN = 4


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a key can be."""

    truth: int
    """A bit for each term that holds, numbered as the terms were given."""
    value: ContextValue | None
    """What makes it so; the empty tuple is the key's absence; None where no value is known that does."""


def options_of(key: str, terms: Sequence[KeyTerm], budget: Budget) -> tuple[Option, ...]:
    """Every set of terms on `key` (lower case) that can hold together, each once: absence first, then single values,
    then several, then what no value was found for.

    Raises Intractable where they are too many to list.
    """
    found: dict[int, ContextValue | None] = {_Key(key, terms).truth(()): ()}
    open_bits = [1 << number for number, term in enumerate(terms) if term.open]
    if len(open_bits) > _MOST_OPEN:
        raise Intractable
    without_value: dict[int, None] = {}
    for truth, value in _Key(key, terms).present(budget):
        if value is None or open_bits:
            for choice in product((0, 1), repeat=len(open_bits)):
                without_value[truth | sum(bit for bit, on in zip(open_bits, choice, strict=True) if on)] = None
        else:
            found.setdefault(truth, value)
        if len(found) + len(without_value) > _MOST_OPTIONS:
            raise Intractable
    return (
        *(Option(truth, value) for truth, value in found.items()),
        *(Option(truth, None) for truth in without_value if truth not in found),
    )


def pinned_option(key: str, terms: Sequence[KeyTerm], value: ContextValue) -> Option:
    """What one given value of the key (the empty tuple: its absence) makes true. No term may be open."""
    return Option(_Key(key, terms).truth(value), value)


class _Key:
    """One key with its terms as tests."""

    __slots__ = ("key", "raw", "terms", "tests", "whole")

    def __init__(self, key: str, terms: Sequence[KeyTerm]) -> None:
        self.key = key
        self.terms = terms
        self.whole = [number for number, term in enumerate(terms) if not term.open]
        self.tests = [compile_term(term.term, term.variables) for term in terms]
        # Without its set operator a term says what one value is by itself, the empty string included.
        self.raw = [compile_term(_single(term.term), term.variables) for term in terms]

    def truth(self, value: ContextValue) -> int:
        """The terms that hold; for an absent key also the open ones, which do not look at their values then."""
        numbers = self.whole if value else range(len(self.terms))
        return self._ask(self.tests, numbers, value)

    def present(self, budget: Budget) -> Iterator[tuple[int, ContextValue | None]]:
        """The sets of whole terms that hold where the key is present, with values; single ones first."""
        whole = [self.terms[number] for number in self.whole]
        values, families = representatives(whole, budget)
        parts: dict[int, str | None] = {}
        for value in values:
            budget.spend(len(whole))
            parts.setdefault(self._ask(self.raw, self.whole, value), value)
        yield from parts.items()
        # INVARIANT: "" is present though it is false, so its truth is asked of the tests as for any value.
        yield self._ask(self.tests, self.whole, ""), ""
        if families > 1:
            for truth in self._mixed(tuple(parts), budget):
                if truth not in parts:
                    parts[truth] = None
                    yield truth, None
        yield from self._several(parts, budget)

    def _ask(self, tests: Sequence[TermTest], numbers: Iterable[int], value: ContextValue) -> int:
        context = {self.key: value}
        return sum(1 << number for number in numbers if tests[number](context))

    def _mixed(self, parts: tuple[int, ...], budget: Budget) -> Iterator[int]:
        """Every combination of what each term can be: where families meet, some may be impossible."""
        if len(self.whole) > _MOST_MIXED:
            raise Intractable
        reachable = [sorted({truth & 1 << number for truth in parts}) for number in self.whole]
        for choice in product(*reachable):
            budget.spend()
            yield sum(choice)

    def _several(self, parts: dict[int, str | None], budget: Budget) -> Iterator[tuple[int, ContextValue | None]]:
        """Two or more values: the terms that need one value that fits join, those that need all meet."""
        every = sum(1 << number for number in self.whole if _needs_all(self.terms[number].term.operator))
        single = [(truth, None if value is None else (value,)) for truth, value in parts.items()]
        empty = (self._ask(self.raw, self.whole, ""), ("",))
        seen = set(parts)
        todo: list[tuple[int, tuple[str, ...] | None]] = list(single)
        for truth, values in todo:
            for other, value in (*single, empty):
                budget.spend()
                joined = ((truth | other) & ~every) | (truth & other & every)
                if joined in seen:
                    continue
                seen.add(joined)
                if len(seen) > _MOST_OPTIONS:
                    raise Intractable
                both = None if values is None or value is None else (*values, *value)
                todo.append((joined, both))
                yield joined, both


def _single(term: ConditionTerm) -> ConditionTerm:
    return ConditionTerm(Operator(term.operator.base, term.operator.if_exists), term.key, term.values)


def _needs_all(operator: Operator) -> bool:
    if operator.quantifier is None:
        return operator.base in POSITIVE_OF
    return operator.quantifier is Quantifier.FOR_ALL_VALUES
