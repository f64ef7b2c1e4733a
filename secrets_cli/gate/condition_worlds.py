"""What one condition key can be in a request, as far as terms on it can tell: the finite set of cases that decides
whether the terms can hold together, and whether they can fail.

Each case is a value of the key - its absence, one value, several - that is put to the evaluator's own tests, so that
what is said here is what the evaluator says of every request. What is known of the key (`gate.condition_keys`) leaves
cases out: a key that is always there is never absent, a clock shows no time that has passed, no session is older than a
session gets.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from secrets_cli.gate.condition_keys import KeyFacts, KeyType, facts_of_key
from secrets_cli.iam.classes import Budget, OutOfBudget
from secrets_cli.iam.condition import TermTest, compile_term
from secrets_cli.iam.instant import parse_instant
from secrets_cli.iam.model import ConditionTerm, Operator, Quantifier
from secrets_cli.iam.network import parse_network
from secrets_cli.iam.number import parse_number
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.iam.request import ContextValue

CLOCK = "aws:currenttime"
_EPOCH = "aws:epochtime"
CLOCKS = frozenset({CLOCK, _EPOCH})
ISSUED = "aws:tokenissuetime"
"""When the session began. A request has it where it is made with temporary credentials."""
_LONGEST_SESSION = datetime.timedelta(hours=36)
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html; other sessions last 12 hours at most."""
_STEPS = 20_000
"""Of the search for values: some milliseconds."""


def can_hold(terms: Sequence[ConditionTerm], today: datetime.date) -> bool:
    """Whether terms on one key, none of them open, can all hold in one request; True where it is not known."""
    from secrets_cli.iam.contain_values import Intractable  # takes a while to load, and many files have no condition

    try:
        return _Cases(tuple(terms), today).some_holds()
    except (Intractable, OutOfBudget):
        return True


@lru_cache(maxsize=8192)
def can_fail(term: ConditionTerm, today: datetime.date, present: bool = False) -> bool:
    """Whether a term that is not open can be false in a request, with `present` in one that has the key; True where it is
    not known."""
    from secrets_cli.iam.contain_values import Intractable  # takes a while to load, and many files have no condition

    try:
        return _Cases((term,), today).some_fails(present)
    except (Intractable, OutOfBudget):
        return True


def family_of(term: ConditionTerm) -> str:
    """The kind of values the term compares; terms of two kinds on one key are judged apart."""
    base = POSITIVE_OF.get(term.operator.base, term.operator.base)
    for beginning, family in (("Numeric", "number"), ("Date", "moment"), ("Ip", "address"), ("Binary", "bytes")):
        if base.startswith(beginning):
            return family
    return "presence" if base == "Null" else "text"


class _Cases:
    """The cases of one key under terms on it, all of one family or on its presence."""

    __slots__ = ("facts", "key", "single", "terms", "tests", "values")

    def __init__(self, terms: tuple[ConditionTerm, ...], today: datetime.date) -> None:
        self.terms = terms
        self.key = terms[0].key.lower()
        self.facts = facts_of_key(self.key)
        self.tests = [_tested(term) for term in terms]
        self.single = [_tested(_without_quantifier(term)) for term in terms]
        self.values = _values(terms, self.facts, self.key, today)

    def some_holds(self) -> bool:
        """The more values a key has the more terms hold that need one that fits; those that need all to fit leave out
        the values that do not."""
        if any(all(self._holds(number, case) for number in self._numbers()) for case in self._few()):
            return True
        if self.facts.multivalued is False:
            return False
        every = [number for number in self._numbers() if _needs_all(self.terms[number].operator)]
        usable = tuple(value for value in self.values if all(self._fits(number, value) for number in every))
        if usable and all(self._fits(number, "") for number in every):
            usable = (*usable, "")
        return len(usable) > 1 and all(self._holds(number, usable) for number in self._numbers())

    def some_fails(self, present: bool) -> bool:
        cases = [case for case in self._few() if not (present and case == ())]
        if self.facts.multivalued is not False:
            cases += [(value, "") for value in self.values]
        return not all(self._holds(0, case) for case in cases)

    def _few(self) -> Iterator[ContextValue]:
        """No value, and each value by itself."""
        if not self.facts.always:
            yield ()
        yield from self.values
        if self.facts.type is None or self.facts.type is KeyType.STRING:
            yield ""

    def _numbers(self) -> range:
        return range(len(self.terms))

    def _holds(self, number: int, value: ContextValue) -> bool:
        return self.tests[number]({self.key: value})

    def _fits(self, number: int, value: str) -> bool:
        return self.single[number]({self.key: value})


def _tested(term: ConditionTerm) -> TermTest:
    return compile_term(term, variables=True)


def _without_quantifier(term: ConditionTerm) -> ConditionTerm:
    return ConditionTerm(Operator(term.operator.base, term.operator.if_exists), term.key, term.values)


def _needs_all(operator: Operator) -> bool:
    if operator.quantifier is None:
        return operator.base in POSITIVE_OF
    return operator.quantifier is Quantifier.FOR_ALL_VALUES


def _values(terms: Sequence[ConditionTerm], facts: KeyFacts, key: str, today: datetime.date) -> tuple[str, ...]:
    """At least one value of every class that the terms tell apart and that the key can hold."""
    from secrets_cli.iam.contain_values import KeyTerm, representatives

    found, _ = representatives([KeyTerm(term, True) for term in terms], Budget(_STEPS))
    if key in CLOCKS or key == ISSUED:
        start = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
        return _clock_values(found, terms, start - _LONGEST_SESSION if key == ISSUED else start)
    domain = _DOMAINS.get(facts.type) if facts.type else None
    if domain is None or not _is_typed(terms, domain):
        return tuple(found)
    return (*domain.examples, *filter(domain.holds, found))


def _clock_values(found: Sequence[str], terms: Sequence[ConditionTerm], start: datetime.datetime) -> tuple[str, ...]:
    """Of `start` and later. Where it is compared as a text, whatever text."""
    seconds = Fraction(int(start.timestamp()))
    families = {family_of(term) for term in terms} - {"presence"}
    if families == {"moment"}:
        return (start.isoformat().replace("+00:00", "Z"), *_later(found, parse_instant, seconds))
    if families == {"number"}:  # of aws:EpochTime; the other two are no number
        written = () if terms[0].key.lower() == _EPOCH else (start.isoformat(),)
        return (*written, str(seconds), *_later(found, parse_number, seconds))
    return tuple(found)


def _later(found: Sequence[str], parse: Callable[[str], Fraction | None], start: Fraction) -> Iterator[str]:
    for value in found:
        parsed = parse(value)
        if parsed is not None and parsed >= start:
            yield value


@dataclass(frozen=True, slots=True)
class _Domain:
    """What values a key of one type has."""

    operators: str
    """How the positive operators begin that compare such values; under others it would matter how AWS writes them."""
    examples: tuple[str, ...]
    holds: Callable[[str], bool]


def _is_typed(terms: Sequence[ConditionTerm], domain: _Domain) -> bool:
    bases = (POSITIVE_OF.get(term.operator.base, term.operator.base) for term in terms)
    return all(base.startswith((domain.operators, "Null")) for base in bases)


def _is_bool(value: str) -> bool:
    return value.lower() in ("true", "false")


def _is_number(value: str) -> bool:
    return parse_number(value) is not None


def _is_moment(value: str) -> bool:
    return parse_instant(value) is not None


def _is_address(value: str) -> bool:
    return "/" not in value and parse_network(value) is not None


_DOMAINS = {
    KeyType.BOOL: _Domain("Bool", ("true", "false"), _is_bool),
    KeyType.NUMBER: _Domain("Numeric", ("1",), _is_number),
    KeyType.DATE: _Domain("Date", ("2001-02-03T04:05:06Z",), _is_moment),
    KeyType.ADDRESS: _Domain("IpAddress", ("192.0.2.1", "2001:db8::1"), _is_address),
}
