"""A condition term in words, as what must hold for an answer to be yes.

Keys that begin with `secrets-cli:needs/` are our own: they stand for a policy whose text is not known, and the rest of the
key says which.
"""

from collections.abc import Iterable

from secrets_cli.iam.model import ConditionTerm, Effect, Element, Operator, Policy, Statement
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.iam.request import ContextValue

_NEEDS = "secrets-cli:needs/"
_ALLOWS, _DENIES = "allows", "denies"

_VERBS = {
    "StringLike": "like",
    "ArnLike": "like",
    "ArnEquals": "like",
    "IpAddress": "in",
    "NumericLessThan": "<",
    "NumericLessThanEquals": "<=",
    "NumericGreaterThan": ">",
    "NumericGreaterThanEquals": ">=",
    "DateLessThan": "before",
    "DateLessThanEquals": "not after",
    "DateGreaterThan": "after",
    "DateGreaterThanEquals": "not before",
}
"""Positive operators; those left out compare by `=`."""
_OPPOSITE = {"=": "!=", "like": "not like", "in": "not in", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_OPPOSITE |= {"before": "not before", "after": "not after", "not before": "before", "not after": "after"}


def words_of(term: ConditionTerm, *, holds: bool) -> str:
    """What the request must be for the term to hold, or not to: `aws:MultiFactorAuthPresent = true`."""
    operator = term.operator
    if term.key.startswith(_NEEDS):
        return _words_of_need(term, holds)
    if operator.base == "Null":
        absent = ("true" in (value.lower() for value in term.values)) is holds
        return f"{term.key} {'absent' if absent else 'present'}"
    negated = (operator.base in POSITIVE_OF) is holds
    verb = _VERBS.get(POSITIVE_OF.get(operator.base, operator.base), "=")
    values = " or ".join(term.values)
    if operator.base == "Bool" and negated and values.lower() in ("true", "false"):
        return f"{term.key} = {'false' if values.lower() == 'true' else 'true'}"
    if negated:
        verb = _OPPOSITE[verb]
    quantifier = f" ({operator.quantifier.value})" if operator.quantifier else ""
    return f"{term.key} {verb} {values}{_absence(operator, holds)}{quantifier}"


def _absence(operator: Operator, holds: bool) -> str:
    """Where it is not plain what an absent key does: it makes the term true only with IfExists."""
    return ", or absent" if operator.if_exists and holds else ", and present" if operator.if_exists else ""


def value_words(key: str, value: ContextValue) -> str:
    """What a key must be, where no one term says it."""
    if value == ():
        return f"{key} absent"
    return f"{key} = {value if isinstance(value, str) else ' and '.join(value)}"


def without_repeats(needs: Iterable[str]) -> tuple[str, ...]:
    """The needs without those that others say already: a policy that allows does not deny; a variable's own key."""
    given = tuple(dict.fromkeys(needs))
    compared = " ".join(given).lower()
    kept = []
    for one in given:
        subject, _, rest = one.partition(" not to deny it")
        said = not rest and subject != one and f"{subject} to allow it" in given
        if not said and f"${{{one.partition(' = ')[0].lower()}}}" not in compared:
            kept.append(one)
    return tuple(kept)


def unknown_policy(need: str) -> Policy:
    """A policy that may allow everything, deny everything, or neither: stands for one whose text is not known.

    `need` names it in what an answer needs: `policy X, which was not read`.
    """
    return Policy((_may(Effect.ALLOW, need, _ALLOWS), _may(Effect.DENY, need, _DENIES)), name=need)


def hoped_policy(need: str) -> Policy:
    """A policy that may allow everything or nothing, and denies nothing."""
    return Policy((_may(Effect.ALLOW, need, _ALLOWS),), name=need)


def _may(effect: Effect, need: str, value: str) -> Statement:
    term = ConditionTerm(Operator("StringEquals"), f"{_NEEDS}{need}", (value,))
    return Statement(effect, Element(("*",)), Element(("*",)), conditions=(term,))


def _words_of_need(term: ConditionTerm, holds: bool) -> str:
    return f"{term.key.removeprefix(_NEEDS)} {'to allow' if holds else 'not to deny'} it"
