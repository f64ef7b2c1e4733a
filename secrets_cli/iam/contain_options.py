"""What one condition key can be, as far as it matters: which unwanted terms hold while the wanted ones do.

A key may hold no value, one, or several. What several values make true follows from what each makes true by itself: a
positive operator and ForAnyValue need one value that fits (an *any* term), a negated operator and ForAllValues need all
to fit (an *all* term). So no more values are ever needed than one for each wanted any-term and one for each unwanted
all-term.

Where terms of several families meet on one key, or a policy variable stands in a value, not every combination can be
shown by a value: such an option carries none, and whoever relies on it has shown nothing. It stands for the best that
could be; no option that could be better is missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.iam.classes import Budget
from secrets_cli.iam.condition import TermTest, compile_term
from secrets_cli.iam.contain_values import Intractable, KeyTerm, representatives
from secrets_cli.iam.model import ConditionTerm, Operator, Quantifier
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.iam.request import ContextValue

_MOST_COMBINATIONS = 4096


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a key can be, with all wanted terms true."""

    truth: int
    """The unwanted terms that hold, a bit for each term as they were given."""
    value: ContextValue | None
    """What makes it so; the empty tuple is the key's absence; None where no value is known that does."""


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The terms on one key (in lower case) that a question is about."""

    key: str
    terms: tuple[KeyTerm, ...]
    wanted: int
    """The terms that must hold, a bit for each. The others are better false."""


def options_of(asked: KeyTerms, budget: Budget) -> tuple[Option, ...]:
    """The options among which a best one always is: absence first, then single values, then several, then one for
    which no value was found. None: the wanted terms cannot hold together.

    Raises Intractable where they are too many to list.
    """
    found: dict[int, ContextValue | None] = {}
    unsure: dict[int, None] = {}
    for truth, value in _Key(asked).options(budget):
        if value is None:
            unsure[truth] = None
        else:
            found.setdefault(truth, value)
    return (
        *(Option(truth, value) for truth, value in found.items()),
        *(Option(truth, None) for truth in unsure if truth not in found),
    )


def pinned_option(asked: KeyTerms, value: ContextValue) -> tuple[Option, ...]:
    """The option that one given value of the key (the empty tuple: its absence) is, if the wanted terms hold then. No
    term may be open."""
    truth = _Key(asked).truth(value)
    return () if asked.wanted & ~truth else (Option(truth & ~asked.wanted, value),)


class _Key:
    """One key with its terms as tests."""

    __slots__ = ("asked", "every", "quantified", "raw", "tests", "whole", "whole_mask")

    def __init__(self, asked: KeyTerms) -> None:
        self.asked = asked
        terms = asked.terms
        self.whole = [number for number, term in enumerate(terms) if not term.open]
        self.whole_mask = sum(1 << number for number in self.whole)
        self.every = sum(1 << number for number in self.whole if _needs_all(terms[number].term.operator))
        self.quantified = any(terms[number].term.operator.quantifier for number in self.whole)
        self.tests = [compile_term(term.term, term.variables) for term in terms]
        # Without its set operator a term says what one value is by itself, the empty string included.
        self.raw = [compile_term(_single(term.term), term.variables) for term in terms]

    def truth(self, value: ContextValue) -> int:
        """The terms that hold; for an absent key also the open ones, which do not look at their values then."""
        numbers = self.whole if value else range(len(self.asked.terms))
        return self._ask(self.tests, numbers, value)

    def options(self, budget: Budget) -> Iterator[tuple[int, ContextValue | None]]:
        """The unwanted terms that hold where the wanted ones do, with a value where there is one."""
        wanted = self.asked.wanted
        absent = self.truth(())
        if not wanted & ~absent:
            yield absent & ~wanted, ()
        sure = self.whole_mask == (1 << len(self.asked.terms)) - 1
        wanted &= self.whole_mask
        for truth, value in self._present(budget):
            if not wanted & ~truth:
                # What an open term does is not known: at best a wanted one holds, and an unwanted one does not.
                yield truth & ~wanted, value if sure else None

    def _present(self, budget: Budget) -> Iterator[tuple[int, ContextValue | None]]:
        """The whole terms that hold where the key is present; single values first."""
        values, families = representatives([self.asked.terms[number] for number in self.whole], budget)
        parts: dict[int, str] = {}
        for value in values:
            budget.spend(1 + len(self.whole))
            parts.setdefault(self._ask(self.raw, self.whole, value), value)
        yield from parts.items()
        # INVARIANT: "" is present though it is false, so its truth is asked of the tests as for any value.
        yield self._ask(self.tests, self.whole, ""), ""
        parts.setdefault(self._ask(self.raw, self.whole, ""), "")
        if families > 1:
            best = self._best_mixture(parts)
            if best is not None:
                yield best, None
        else:
            yield from self._several(parts, budget)

    def _ask(self, tests: Sequence[TermTest], numbers: Iterable[int], value: ContextValue) -> int:
        context = {self.asked.key: value}
        return sum(1 << number for number in numbers if tests[number](context))

    def _best_mixture(self, parts: Iterable[int]) -> int | None:
        """Where families meet on a key: each term by itself at its best, which may be impossible together."""
        ever = never_false = 0
        for index, truth in enumerate(parts):
            ever |= truth
            never_false = truth if index == 0 else never_false & truth
        wanted = self.asked.wanted & self.whole_mask
        return None if wanted & ~ever else never_false | wanted

    def _several(self, parts: dict[int, str], budget: Budget) -> Iterator[tuple[int, ContextValue]]:
        """Two or more values: the any-terms join, the all-terms meet."""
        wanted = self.asked.wanted & self.whole_mask
        most = (wanted & ~self.every).bit_count() + (self.every & ~wanted).bit_count()
        if most and self.quantified:
            # The empty string, which may be the one that is needed, counts only beside another value.
            most += 1
        usable = [(truth, value) for truth, value in parts.items() if not wanted & self.every & ~truth]
        # Empty strings alone are what "" is: a list begins with another value.
        level: list[tuple[int, tuple[str, ...]]] = [(truth, (value,)) for truth, value in usable if value]
        seen = {truth for truth, _ in level}
        for _ in range(1, most):
            longer: list[tuple[int, tuple[str, ...]]] = []
            for truth, values in level:
                for other, value in usable:
                    budget.spend()
                    joined = ((truth | other) & ~self.every) | (truth & other & self.every)
                    if joined not in seen:
                        seen.add(joined)
                        longer.append((joined, (*values, value)))
            if len(seen) > _MOST_COMBINATIONS:
                raise Intractable
            yield from longer
            level = longer


def _single(term: ConditionTerm) -> ConditionTerm:
    return ConditionTerm(Operator(term.operator.base, term.operator.if_exists), term.key, term.values)


def _needs_all(operator: Operator) -> bool:
    if operator.quantifier is None:
        return operator.base in POSITIVE_OF
    return operator.quantifier is Quantifier.FOR_ALL_VALUES
