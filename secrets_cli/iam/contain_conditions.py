"""Which contexts make one new Allow match while nothing of the other side stands in the way.

Keys are independent of each other, so a context is one option for each key. The search takes, key by key, an option
that keeps every required term true, until each statement that must not match has a false term somewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from secrets_cli.iam.classes import Budget
from secrets_cli.iam.contain_options import KeyTerms, Option, options_of, pinned_option
from secrets_cli.iam.contain_statements import Comparison, Numbered, TermKey, bits, fold, term_key
from secrets_cli.iam.contain_values import Intractable, KeyTerm
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.iam.request import ContextValue

Context = Mapping[str, ContextValue]

_NO_CONTEXT: Context = {}


@dataclass(frozen=True, slots=True)
class Way:
    """One way a request's context can let the new policies allow what the old do not."""

    context: Context | None
    """None where no context was found although none could be ruled out."""
    why: str = ""
    """Where there is no context: what it rests on."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """An option for one key and the statements it keeps from matching."""

    key: str
    option: Option
    stops: int


@dataclass(slots=True)
class Contexts:
    """Solves for contexts; options are kept by key and terms."""

    comparison: Comparison
    budget: Budget
    pins: Context = field(default_factory=dict)
    """Keys (lower case) whose value is given; the empty tuple is absence."""
    _terms: list[frozenset[int]] = field(init=False)
    """For each statement the numbers of its terms."""
    _known: list[tuple[str, KeyTerm]] = field(default_factory=list)
    """Each distinct term with its key in lower case."""
    _spelling: dict[str, str] = field(default_factory=dict)
    _options: dict[tuple[str, tuple[int, ...], int], tuple[Option, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers: dict[TermKey, int] = {}
        self._terms = []
        for statement in self.comparison.statements:
            own: set[int] = set()
            for term in statement.conditions:
                key = term_key(term, statement.variables)
                number = numbers.setdefault(key, len(numbers))
                if number == len(self._known):
                    lower = term.key.lower()
                    self._spelling.setdefault(lower, term.key)
                    self._known.append((lower, KeyTerm(term, statement.variables)))
                own.add(number)
            self._terms.append(frozenset(own))

    def ways(self, statement: Numbered, active: int) -> Iterator[Way]:
        """The ways in which `statement` allows, no active new Deny matches, and the old side does not allow.

        `active` are the statements whose action and resource match. Nothing is yielded only where there is no way.
        """
        comparison = self.comparison
        blockers = bits(active & comparison.new_deny)
        allows = bits(active & comparison.old_allow)
        for helper in (None, *bits(active & comparison.old_deny)):
            self.budget.spend()
            required = self._terms[statement.number]
            if helper is not None:
                required = required | self._terms[helper]
            must_fail = [self._terms[number] for number in (*blockers, *(allows if helper is None else ()))]
            # A statement whose terms are all required cannot be kept from matching.
            if not any(terms <= required for terms in must_fail):
                way = self._way(required, must_fail)
                if way is not None:
                    yield way

    def _way(self, required: frozenset[int], must_fail: list[frozenset[int]]) -> Way | None:
        if not required and not must_fail and not self.pins:
            return Way(_NO_CONTEXT)
        if any(all(self._implied(number, required) for number in terms) for terms in must_fail):
            return None
        try:
            choices = self._choices(required, must_fail)
        except Intractable:
            return Way(None, "condition keys that too many or too different operators look at")
        if any(not options for options in choices.values()):
            return None
        wanted = (1 << len(must_fail)) - 1
        sure = {key: [one for one in options if one.option.value is not None] for key, options in choices.items()}
        if all(sure.values()):
            found = self._solve(sure, wanted, {})
            if found is not None:
                return Way(self._context(found, sure))
        if self._solve(choices, wanted, {}) is None:
            return None
        return Way(None, self._why(required, must_fail))

    def _why(self, required: frozenset[int], must_fail: list[frozenset[int]]) -> str:
        if any(self._known[number][1].open for number in required.union(*must_fail)):
            return "what a policy variable holds"
        return "a condition key that operators of several types look at"

    def _choices(self, required: frozenset[int], must_fail: list[frozenset[int]]) -> dict[str, list[_Choice]]:
        """For each key the options that keep the required terms true; of those, any that stop less are left out."""
        by_key: dict[str, list[int]] = {}
        for number in sorted(required.union(*must_fail)):
            by_key.setdefault(self._known[number][0], []).append(number)
        for key in self.pins:
            by_key.setdefault(key, [])
        return {key: self._of_key(key, tuple(numbers), required, must_fail) for key, numbers in by_key.items()}

    def _of_key(
        self, key: str, numbers: tuple[int, ...], required: frozenset[int], must_fail: list[frozenset[int]]
    ) -> list[_Choice]:
        place = {number: index for index, number in enumerate(numbers)}
        wanted = sum(1 << place[number] for number in required if number in place)
        looks = [sum(1 << place[number] for number in terms if number in place) for terms in must_fail]
        best: dict[tuple[int, bool], _Choice] = {}
        for option in self._options_of(key, numbers, wanted):
            self.budget.spend(1 + len(looks))
            stops = sum(1 << index for index, mask in enumerate(looks) if mask & ~wanted & ~option.truth)
            best.setdefault((stops, option.value is None), _Choice(key, option, stops))
        return [
            one
            for one in best.values()
            # Absence is kept whatever it stops: a key nobody needs is left out of the witness.
            if one.option.value == ()
            or not any(
                other.stops != one.stops and other.stops & one.stops == one.stops
                for other in best.values()
                if (other.option.value is None) == (one.option.value is None)
            )
        ]

    def _options_of(self, key: str, numbers: tuple[int, ...], wanted: int) -> tuple[Option, ...]:
        known = self._options.get((key, numbers, wanted))
        if known is None:
            asked = KeyTerms(key, tuple(self._known[number][1] for number in numbers), wanted)
            pinned = self.pins.get(key)
            known = options_of(asked, self.budget) if pinned is None else pinned_option(asked, pinned)
            self._options[key, numbers, wanted] = known
        return known

    def _solve(
        self, choices: dict[str, list[_Choice]], left: int, taken: dict[str, _Choice]
    ) -> dict[str, _Choice] | None:
        """One choice for some of the keys that together stop all statements in `left`; None where there is none."""
        self.budget.spend()
        if not left:
            return taken
        index = min(bits(left), key=lambda one: self._stoppers(choices, one, taken))
        for key, options in choices.items():
            if key in taken:
                continue
            for one in options:
                if one.stops >> index & 1:
                    found = self._solve(choices, left & ~one.stops, {**taken, key: one})
                    if found is not None:
                        return found
        return None

    def _stoppers(self, choices: dict[str, list[_Choice]], index: int, taken: dict[str, _Choice]) -> int:
        return sum(one.stops >> index & 1 for key, options in choices.items() if key not in taken for one in options)

    def _context(self, found: dict[str, _Choice], choices: dict[str, list[_Choice]]) -> Context:
        """The values; a key without a choice keeps the first that its required terms allow, absence where they do."""
        context: dict[str, ContextValue] = {}
        for key, options in choices.items():
            chosen = found.get(key)
            absent = next((one for one in options if one.option.value == ()), None)
            value = (chosen or absent or options[0]).option.value
            if value is not None and value != ():
                context[self._spelling.get(key, key)] = value
        return context

    def _implied(self, number: int, required: frozenset[int]) -> bool:
        """Whether a term surely holds where the required ones do."""
        return number in required or any(
            self._known[other][0] == self._known[number][0] and _implies(self._known[other][1], self._known[number][1])
            for other in required
        )


def _implies(strong: KeyTerm, weak: KeyTerm) -> bool:
    """Whether one term surely makes another on the same key true: the same operator (or its IfExists form) with more
    values, or fewer where it is negated. The values are compared as text, so what variables hold does not matter."""
    one, other = strong.term.operator, weak.term.operator
    if one.base != other.base or one.quantifier != other.quantifier or (one.if_exists and not other.if_exists):
        return False
    if strong.variables != weak.variables and any("${" in value for value in (*strong.term.values, *weak.term.values)):
        return False
    strong_values, weak_values = set(strong.term.values), set(weak.term.values)
    if one.base == "Null":
        return {fold(value) for value in strong_values} == {fold(value) for value in weak_values}
    return weak_values <= strong_values if one.base in POSITIVE_OF else strong_values <= weak_values
