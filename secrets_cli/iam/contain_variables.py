"""Policies with their policy variables filled in, to look for a witness where variables leave the answer open.

Nothing is proven with it: what is found for one filling is replayed on the policies as they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from secrets_cli.iam.model import VERSION_2012, ConditionTerm, Element, Policy, Statement
from secrets_cli.iam.pattern import Wildcard
from secrets_cli.iam.request import ContextValue
from secrets_cli.iam.variables import Variable, has_variables, template

Filling = Mapping[str, ContextValue]
"""For each variable's key (lower case) a text, or the empty tuple: the key is absent."""

_MOST_FILLINGS = 24
_MOST_CANDIDATES = 8
_PIECES = re.compile(r"[^*?/:${},' ]+")


def fillings(policies: Sequence[Policy]) -> Iterator[Filling]:
    """Fillings worth a try: a name nobody uses, absence, and the words that stand in the policies."""
    texts = [text for policy in policies if policy.version == VERSION_2012 for text in _texts(policy)]
    keys = sorted({part.key for text in texts for part in template(text) if isinstance(part, Variable)})
    if not keys:
        return
    words = dict.fromkeys(piece for text in texts for piece in _PIECES.findall(text.rpartition(":")[2]))
    known = list(words)[:_MOST_CANDIDATES]
    candidates: list[ContextValue] = [_fresh(known), (), *known, ""]
    for choice in islice(product(candidates, repeat=len(keys)), _MOST_FILLINGS):
        yield dict(zip(keys, choice, strict=True))


def _fresh(words: Sequence[str]) -> str:
    name = "example"
    while name in words:
        name += "e"
    return name


def _texts(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        if statement.resource is not None:
            yield from statement.resource.values
        for term in statement.conditions:
            yield from term.values


def filled_in(policy: Policy, filling: Filling) -> Policy:
    """The policy with each variable replaced by its text, or what holds it dropped where its key is absent."""
    if policy.version != VERSION_2012:
        return policy
    statements = (_statement(statement, filling) for statement in policy.statements)
    return Policy(tuple(one for one in statements if one is not None), policy.version)


def _statement(statement: Statement, filling: Filling) -> Statement | None:
    resource = statement.resource
    if resource is not None:
        values = _filled(resource.values, filling)
        if not values and not resource.negated:
            return None
        resource = Element(values, resource.negated) if values else Element(("*",))
    terms = tuple(
        ConditionTerm(term.operator, term.key, _filled(term.values, filling)) for term in statement.conditions
    )
    return Statement(statement.effect, statement.action, resource, conditions=terms)


def _filled(values: tuple[str, ...], filling: Filling) -> tuple[str, ...]:
    texts = (_text(value, filling) if has_variables(value) else value for value in values)
    return tuple(text for text in texts if text is not None)


def _text(value: str, filling: Filling) -> str | None:
    written: list[str] = []
    for part in template(value):
        text: str | None
        match part:
            case Wildcard():
                written.append(part.value)
                continue
            case Variable():
                given = filling.get(part.key)
                text = given if isinstance(given, str) else part.default
            case str():
                text = part
        if text is None:
            return None
        written.append("".join(f"${{{character}}}" if character in "*?$" else character for character in text))
    return "".join(written)
