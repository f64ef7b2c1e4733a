"""Whether a statement's conditions always hold, never hold, or depend on the request.

Only what certainly is one or the other is said to be; all else depends.
"""

import datetime
import enum
from collections.abc import Iterable

from secrets_cli.iam.model import ConditionTerm

_CLOCK = "aws:currenttime"


class Truth(enum.Enum):
    """Of one term, or of all terms of a statement."""

    ALWAYS = "always"
    NEVER = "never"
    DEPENDS = "depends"


def truth_of(terms: Iterable[ConditionTerm], today: datetime.date) -> Truth:
    """The truth of all terms together; of no terms it is ALWAYS."""
    each = {truth_of_term(term, today) for term in terms}
    if Truth.NEVER in each:
        return Truth.NEVER
    return Truth.DEPENDS if Truth.DEPENDS in each else Truth.ALWAYS


def truth_of_term(term: ConditionTerm, today: datetime.date) -> Truth:
    """The truth of one term, from `today` on: a date that has passed never comes again."""
    if term.key.lower() == _CLOCK and term.operator.base in _DATES and term.operator.quantifier is None:
        each = {_DATES[term.operator.base](value, today) for value in term.values}
        return each.pop() if len(each) == 1 else Truth.DEPENDS
    return Truth.DEPENDS


def _after(value: str, today: datetime.date) -> Truth:
    """`DateGreaterThan`: true from the date on, for good."""
    date = _date(value)
    return Truth.ALWAYS if date is not None and date < today else Truth.DEPENDS


def _before(value: str, today: datetime.date) -> Truth:
    """`DateLessThan`: false from the date on, for good."""
    date = _date(value)
    return Truth.NEVER if date is not None and date < today else Truth.DEPENDS


_DATES = {
    "DateGreaterThan": _after,
    "DateGreaterThanEquals": _after,
    "DateLessThan": _before,
    "DateLessThanEquals": _before,
    "DateEquals": _before,
}


def _date(value: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value[:10])
    except ValueError:
        return None
