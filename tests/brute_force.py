"""An oracle for containment: all requests over a small alphabet, evaluated by code of its own.

Nothing here imports the evaluator, the matcher or the automata: patterns are regular expressions, conditions are a few
lines each. Only the model's value types are shared, since they are what both sides are given.
"""

import ipaddress
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from secrets_cli.iam.model import ConditionTerm, Effect, Element, Policy, Statement

Value = str | tuple[str, ...]
Context = Mapping[str, Value]

_LETTERS = "abz"
"""`z` stands in no generated pattern: it is every other character."""
NAMES = tuple("".join(word) for length in (1, 2, 3) for word in itertools.product(_LETTERS, repeat=length))
ACTIONS = tuple(f"{service}:{name}" for service in ("s", "t", "u") for name in (*NAMES, "abab", "zbaz"))
RESOURCES = (
    "*",
    *(f"arn:aws:s:::{name}" for name in (*NAMES, "abab", "a:b", "${u}", "x${u}")),
    "arn:aws:t:::a",
    "arn:aws:t:z:z:a",
)

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


@lru_cache(maxsize=200_000)
def _regex(pattern: str, fold: bool = False) -> re.Pattern[str]:
    text = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if fold else 0))


def _variable(inside: str, context: Context) -> str | None:
    """What stands between the braces, filled in: an escape, the key's single value, its default, or nothing."""
    if inside in ("*", "?", "$"):
        return inside
    key, _, default = inside.partition(",")
    value = context.get(key.strip().lower())
    if isinstance(value, str):
        return value
    return default.strip()[1:-1] if default else None


def _with_variables(text: str, context: Context) -> str | None:
    """A regular expression for a pattern with variables filled in literally; None where one has no value."""
    out: list[str] = []
    position = 0
    for match in _VARIABLE.finditer(text):
        out.append(_regex(text[position : match.start()]).pattern)
        filled = _variable(match[1], context)
        if filled is None:
            return None
        out.append(re.escape(filled))
        position = match.end()
    out.append(_regex(text[position:]).pattern)
    return "".join(out)


def _resource_pattern(pattern: str, resource: str, context: Context, variables: bool) -> bool:
    if not (variables and "${" in pattern):
        return _regex(pattern).fullmatch(resource) is not None
    regex = _with_variables(pattern, context)
    return regex is not None and re.fullmatch(regex, resource, re.DOTALL) is not None


def _literal(value: str, context: Context, variables: bool) -> str | None:
    if not (variables and "${" in value):
        return value
    out: list[str] = []
    position = 0
    for match in _VARIABLE.finditer(value):
        out.append(value[position : match.start()])
        filled = _variable(match[1], context)
        if filled is None:
            return None
        out.append(filled)
        position = match.end()
    return "".join([*out, value[position:]])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _date(text: str) -> float | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", text):
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC).timestamp()
    return _number(text)


def _ordered(name: str, given: float | None, wanted: float | None) -> bool:
    if given is None or wanted is None:
        return False
    return {
        "Equals": given == wanted,
        "LessThan": given < wanted,
        "LessThanEquals": given <= wanted,
        "GreaterThan": given > wanted,
        "GreaterThanEquals": given >= wanted,
    }[name]


def _ip(given: str, wanted: str) -> bool:
    try:
        one, other = ipaddress.ip_network(given, strict=False), ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False
    return one.version == other.version and int(other[0]) <= int(one[0]) and int(one[-1]) <= int(other[-1])


def _arn(given: str, pattern: str) -> bool:
    fields, patterns = given.split(":", 5), pattern.split(":", 5)
    return len(fields) == len(patterns) == 6 and all(
        re.fullmatch(one, field, re.DOTALL) for one, field in zip(patterns, fields, strict=True)
    )


def _fits(base: str, given: str, value: str, context: Context, variables: bool) -> bool:
    """One value of the request against one of the policy, under a positive operator."""
    if base == "StringLike":
        return _resource_pattern(value, given, context, variables)
    if base in ("ArnLike", "ArnEquals"):
        regex = _with_variables(value, context) if variables else _regex(value).pattern
        return regex is not None and _arn(given, regex)
    wanted = _literal(value, context, variables and base.startswith(("String", "Bool")))
    if wanted is None:
        return False
    if base == "StringEquals":
        return given == wanted
    if base == "StringEqualsIgnoreCase":
        return given.lower() == wanted.lower()
    if base == "Bool":
        return wanted.lower() in ("true", "false") and given.lower() == wanted.lower()
    if base == "IpAddress":
        return _ip(given, wanted)
    if base.startswith("Numeric"):
        return _ordered(base[7:], _number(given), _number(wanted))
    return _ordered(base[4:], _date(given), _date(wanted))


def _term_holds(term: ConditionTerm, context: Context, variables: bool) -> bool:
    operator = term.operator
    found = context.get(term.key.lower(), ())
    given = (found,) if isinstance(found, str) else found
    if operator.base == "Null":
        return ("false" if given else "true") in [value.lower() for value in term.values]
    negated = "Not" in operator.base
    base = operator.base.replace("Not", "")
    quantifier = operator.quantifier.value if operator.quantifier else None
    if not given:
        return operator.if_exists or quantifier == "ForAllValues" or (negated and quantifier is None)
    if quantifier and not any(given):
        return quantifier == "ForAllValues"
    each = [any(_fits(base, one, value, context, variables) for value in term.values) != negated for one in given]
    return all(each) if quantifier == "ForAllValues" or (quantifier is None and negated) else any(each)


def _element(element: Element, match: Sequence[bool]) -> bool:
    return any(match) != element.negated


def statement_matches(statement: Statement, action: str, resource: str, context: Context, variables: bool) -> bool:
    """Whether one statement matches a request; the context's keys are in lower case."""
    assert statement.resource is not None
    return (
        _element(statement.action, [_regex(one, True).fullmatch(action) is not None for one in statement.action.values])
        and _element(
            statement.resource,
            [_resource_pattern(one, resource, context, variables) for one in statement.resource.values],
        )
        and all(_term_holds(term, context, variables) for term in statement.conditions)
    )


def allows(policies: Sequence[Policy], action: str, resource: str, context: Context) -> bool:
    """What the policies grant: an Allow matches and no Deny does."""
    lower = {key.lower(): value for key, value in context.items()}
    matching = {
        statement.effect
        for policy in policies
        for statement in policy.statements
        if statement_matches(statement, action, resource, lower, policy.version == "2012-10-17")
    }
    return matching == {Effect.ALLOW}


@dataclass(frozen=True, slots=True)
class Found:
    """A request of the small universe that the new policies grant and the old do not."""

    action: str
    resource: str
    context: Context


def difference(old: Sequence[Policy], new: Sequence[Policy], values: Mapping[str, Sequence[Value]]) -> Found | None:
    """The first request of the small universe that `new` grants and `old` does not.

    `values` gives for each condition key (lower case) what it can hold; the empty tuple is its absence. Requests that
    match the same statements are looked at once.
    """
    sides = [_Side(policies) for policies in (new, old)]
    statements = [one for side in sides for one in side.statements]
    actions = _parts([_action_mask(one.statement.action) for one in statements], len(ACTIONS))
    for u in values.get("u", ((),)):
        resources = [_resource_mask(one.statement, one.variables, u) for one in statements]
        for conditions, context in _contexts(statements, values, u):
            for action in actions:
                place = action.bit_length() - 1
                active = [
                    holds and bool(mask >> place & 1)
                    for holds, mask in zip(conditions, (one.actions for one in statements), strict=True)
                ]
                granted = _granted(statements, active, resources, range(len(sides[0].statements)))
                granted &= ~_granted(statements, active, resources, range(len(sides[0].statements), len(statements)))
                if granted:
                    return Found(ACTIONS[place], RESOURCES[granted.bit_length() - 1], context)
    return None


@dataclass(frozen=True, slots=True)
class _One:
    """A statement and the actions of the small universe that it matches, a bit for each."""

    statement: Statement
    variables: bool
    actions: int


class _Side:
    """The statements of one side."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.statements = [
            _One(statement, policy.version == "2012-10-17", _action_mask(statement.action))
            for policy in policies
            for statement in policy.statements
        ]


def _parts(masks: Sequence[int], size: int) -> list[int]:
    """The parts into which the masks cut all bits."""
    parts = [(1 << size) - 1]
    for mask in masks:
        parts = [cut for part in parts for cut in (part & mask, part & ~mask) if cut]
    return parts


def _granted(statements: Sequence[_One], active: Sequence[bool], resources: Sequence[int], own: Iterable[int]) -> int:
    """The resources that one side grants."""
    allowed = denied = 0
    for number in own:
        if active[number]:
            if statements[number].statement.effect is Effect.ALLOW:
                allowed |= resources[number]
            else:
                denied |= resources[number]
    return allowed & ~denied


def _contexts(
    statements: Sequence[_One], values: Mapping[str, Sequence[Value]], u: Value
) -> Iterator[tuple[tuple[bool, ...], Context]]:
    """Each set of statements whose conditions some context fulfils, with such a context in which `u` is given."""
    terms = [(number, one, term) for number, one in enumerate(statements) for term in one.statement.conditions]
    groups: list[list[tuple[frozenset[int], str, Value]]] = []
    for key in sorted(set(values) - {"u"}):
        own = [(number, one, term) for number, one, term in terms if term.key.lower() == key]
        found: dict[frozenset[int], Value] = {}
        for value in values[key]:
            failed = frozenset(number for number, one, term in own if not _truth(term, value, u, one.variables))
            found.setdefault(failed, value)
        groups.append([(failed, key, value) for failed, value in found.items()])
    seen: set[frozenset[int]] = set()
    for choice in itertools.product(*groups):
        failed = frozenset().union(*(one[0] for one in choice))
        if failed not in seen:
            seen.add(failed)
            context = {key: value for _, key, value in (*choice, (failed, "u", u)) if value != ()}
            yield tuple(number not in failed for number in range(len(statements))), context


@lru_cache(maxsize=500_000)
def _truth(term: ConditionTerm, value: Value, u: Value, variables: bool) -> bool:
    return _term_holds(term, {key: one for key, one in ((term.key.lower(), value), ("u", u)) if one != ()}, variables)


@lru_cache(maxsize=200_000)
def _pattern_actions(pattern: str) -> int:
    return sum(1 << place for place, action in enumerate(ACTIONS) if _regex(pattern, True).fullmatch(action))


def _action_mask(element: Element) -> int:
    mask = 0
    for pattern in element.values:
        mask |= _pattern_actions(pattern)
    return ~mask & (1 << len(ACTIONS)) - 1 if element.negated else mask


@lru_cache(maxsize=200_000)
def _pattern_resources(pattern: str, variables: bool, u: Value) -> int:
    context = {"u": u} if u != () else {}
    return sum(
        1 << place
        for place, resource in enumerate(RESOURCES)
        if _resource_pattern(pattern, resource, context, variables)
    )


def _resource_mask(statement: Statement, variables: bool, u: Value) -> int:
    element = statement.resource
    assert element is not None
    mask = 0
    for pattern in element.values:
        varies = variables and "${" in pattern
        mask |= _pattern_resources(pattern, varies, u if varies else ())
    return ~mask & (1 << len(RESOURCES)) - 1 if element.negated else mask
