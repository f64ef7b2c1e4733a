"""Whether a statement's conditions always hold, never hold, or depend on the request.

Only what certainly is one or the other is said to be; all else depends. Certain is what the evaluator answers for every
request that there can be from `today` on: a date that has passed never comes again, a session that began before one has
ended 36 hours later, terms on one key can contradict each other, a key that AWS always sends is never absent. Terms on
different keys are judged apart.

What holds UNKNOWN, a policy variable, or an Arn pattern with fewer than six fields is open: it may hold and may fail.
"""

import datetime
import enum
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from secrets_cli.gate.condition_worlds import CLOCK, CLOCKS, can_fail, can_hold, family_of
from secrets_cli.iam.contain_values import KeyTerm
from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.inputs.found import UNKNOWN

_ARN_FIELDS = 6
_PRESENCE = "presence"
_MOST_COMPARED = 12
"""Terms on one key that are looked at in pairs."""


class Truth(enum.Enum):
    """Of one term, or of all terms of a statement."""

    ALWAYS = "always"
    NEVER = "never"
    DEPENDS = "depends"


def truth_of(terms: Iterable[ConditionTerm], today: datetime.date) -> Truth:
    """The truth of all terms together; of no terms it is ALWAYS."""
    every = tuple(terms)
    if not every:
        return Truth.ALWAYS
    if contradiction(every, today):
        return Truth.NEVER
    return Truth.ALWAYS if all(truth_of_term(term, today) is Truth.ALWAYS for term in every) else Truth.DEPENDS


@lru_cache(maxsize=8192)
def truth_of_term(term: ConditionTerm, today: datetime.date) -> Truth:
    """The truth of one term, from `today` on."""
    if is_open(term):
        return Truth.DEPENDS
    if not can_fail(term, today):
        return Truth.ALWAYS
    return Truth.DEPENDS if can_hold((term,), today) else Truth.NEVER


def truth_where_present(term: ConditionTerm, today: datetime.date) -> Truth:
    """The truth of a term in requests that have its key with some value: a term that is ALWAYS there, and DEPENDS
    otherwise, asks for nothing but the key's presence (or absence)."""
    if is_open(term):
        return Truth.DEPENDS
    if not can_fail(term, today, present=True):
        return Truth.ALWAYS
    present = ConditionTerm(Operator("Null"), term.key, ("false",))
    return Truth.DEPENDS if can_hold((term, present), today) else Truth.NEVER


def contradiction(terms: Sequence[ConditionTerm], today: datetime.date) -> tuple[ConditionTerm, ...]:
    """Terms of a statement that cannot hold together, as few as show it: one that never holds, else two, else all on
    one key. Empty where all terms can hold, as far as is known."""
    for group in _groups(terms):
        found = _contradicting(group, today)
        if found:
            return tuple(group[number] for number in found)
    return ()


def is_open(term: ConditionTerm) -> bool:
    """Whether the term's truth rests on something that is not in it."""
    if any(UNKNOWN in text for text in (term.key, *term.values)):
        return True
    return KeyTerm(term, True).open or any(_is_short_arn(term, value) for value in term.values)


def _is_short_arn(term: ConditionTerm, value: str) -> bool:
    """An Arn operator's value such as `*` or `arn:aws:*`: AWS does not say whether it matches."""
    base = POSITIVE_OF.get(term.operator.base, term.operator.base)
    return base.startswith("Arn") and "*" in value and value.count(":") < _ARN_FIELDS - 1


def _groups(terms: Iterable[ConditionTerm]) -> Iterator[tuple[ConditionTerm, ...]]:
    """The terms that are not open, by key and by what they compare; those on a key's presence are in each group."""
    by_key: dict[str, list[ConditionTerm]] = {}
    for term in terms:
        if not is_open(term):
            key = term.key.lower()
            by_key.setdefault(CLOCK if key in CLOCKS and family_of(term) == "moment" else key, []).append(term)
    for group in by_key.values():
        families = dict.fromkeys(family_of(term) for term in group)
        for family in families:
            if family != _PRESENCE or len(families) == 1:
                yield tuple(term for term in group if family_of(term) in (family, _PRESENCE))


@lru_cache(maxsize=8192)
def _contradicting(group: tuple[ConditionTerm, ...], today: datetime.date) -> tuple[int, ...]:
    """Which of the terms: equal terms of other statements stand elsewhere, so the terms themselves are not remembered."""
    every = tuple(range(len(group)))
    if can_hold(_on_one_key(group), today):
        return ()
    for number in (1, 2):
        if len(group) > _MOST_COMPARED:
            break
        for few in combinations(every, number):
            if not can_hold(_on_one_key([group[one] for one in few]), today):
                return few
    return every


def _on_one_key(terms: Sequence[ConditionTerm]) -> tuple[ConditionTerm, ...]:
    """The terms with the first one's key: the two clocks show the same moment."""
    return tuple(ConditionTerm(term.operator, terms[0].key, term.values) for term in terms)
