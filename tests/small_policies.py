"""Random policies over a small alphabet, made from a `random.Random`, for the brute-force oracle."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.iam.model import (
    VERSION_2008,
    VERSION_2012,
    ConditionTerm,
    Effect,
    Element,
    Operator,
    Policy,
    Quantifier,
    Statement,
)
from tests.brute_force import Value


@dataclass(frozen=True, slots=True)
class KeyKind:
    """A condition key of the small world: its operators, the values policies use, the values requests carry."""

    name: str
    operators: tuple[str, ...]
    policy_values: tuple[str, ...]
    request_values: tuple[Value, ...]


_STRINGS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
_TEXTS = ("a", "b", "ab", "A", "a*", "*b", "?", "*", "a?", "", "?*")
_GIVEN: tuple[Value, ...] = (
    (),
    "",
    "a",
    "b",
    "ab",
    "A",
    "z",
    "az",
    "zb",
    ("a", "b"),
    ("a", "z"),
    ("a", ""),
    ("ab", "b", "z"),
    ("", ""),
)
_ORDER = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_ADDRESSES = ("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.0.0.1", "2001:db8::/32", "0.0.0.0/0", "nonsense")
_ARNS = ("arn:aws:s:::a", "arn:aws:s:::*", "arn:*:s:::a", "arn:aws:*:a", "arn:aws:?:::a*")

KINDS = (
    KeyKind("k", _STRINGS, _TEXTS, _GIVEN),
    KeyKind("K2", _STRINGS, _TEXTS, _GIVEN),
    KeyKind(
        "n",
        tuple(f"Numeric{name}" for name in _ORDER),
        ("1", "2", "3.5", "2.0", "x"),
        ((), "0", "1", "1.5", "2", "3", "3.5", "9", "no", ("1", "9"), ("2", "3", "no")),
    ),
    KeyKind(
        "d",
        tuple(f"Date{name}" for name in _ORDER),
        ("2026-01-01", "2026-02-01", "1767225600", "x"),
        ((), "2025-12-31", "2026-01-01", "2026-01-05", "2026-02-01", "2026-05-01", "no"),
    ),
    KeyKind(
        "i",
        ("IpAddress", "NotIpAddress"),
        _ADDRESSES,
        ((), "10.0.0.1", "10.0.0.2", "10.200.0.1", "10.0.0.0/8", "11.0.0.0", "2001:db8::1", "2001::1", "no"),
    ),
    KeyKind("bo", ("Bool",), ("true", "false", "True", "x"), ((), "true", "false", "TRUE", "x", ("true", "false"))),
    KeyKind(
        "ar",
        ("ArnLike", "ArnNotLike", "ArnEquals", "StringLike", "StringNotEquals"),
        _ARNS,
        (
            (),
            "a",
            "arn:aws:s:::a",
            "arn:aws:s:::b",
            "arn:cn:s:::a",
            "arn:aws:t:::ab",
            "arn:aws:x:y:z:a",
            "arn:aws:s:::b:a",
        ),
    ),
    KeyKind(
        "mix",
        ("StringEquals", "NumericLessThan", "StringLike", "NumericEquals"),
        ("1", "2", "1*"),
        ((), "1", "2", "1.0", "0", "15", "z"),
    ),
)

VARIABLE_VALUES: tuple[Value, ...] = ((), "a", "b", "ab", "", "*", ("a", "b"))
"""What the key `u`, which policy variables name, can hold."""


@dataclass(frozen=True, slots=True)
class Flavour:
    """What one random pair is made of."""

    negated: float = 0.2
    deny: float = 0.3
    conditions: float = 0.0
    kinds: tuple[KeyKind, ...] = ()
    variables: float = 0.0
    old_version: float = 0.0
    crowd: int = 2
    """Patterns a crowded Resource has."""


def _word(dice: random.Random) -> str:
    return "".join(dice.choice("abab*?") for _ in range(dice.choice((1, 1, 2, 2, 3))))


def _action(dice: random.Random) -> str:
    word = _word(dice)
    if dice.random() < 0.3:
        word = word.upper()
    service = dice.choice(("s", "s", "s", "t", "?", "*", "S", "s*"))
    return "*" if dice.random() < 0.08 else f"{service}:{word}"


def _resource(dice: random.Random, flavour: Flavour) -> str:
    roll = dice.random()
    if roll < 0.15:
        return "*"
    word = _word(dice)
    if dice.random() < flavour.variables:
        variable = dice.choice(("${u}", "${u}", "${u, 'a'}", "${*}", "${U}"))
        word = dice.choice((variable, f"{variable}{dice.choice('ab*?')}", f"{dice.choice('ab*?')}{variable}"))
    if roll < 0.25:
        return dice.choice(("arn:*", f"arn:aws:*:{word}", f"arn:aws:?:*{word}", "arn:aws:t:*", f"arn:*:s:*:*:{word}"))
    return f"arn:aws:s:::{word}"


def _term(dice: random.Random, flavour: Flavour) -> ConditionTerm:
    kind = dice.choice(flavour.kinds)
    key = kind.name.upper() if dice.random() < 0.2 else kind.name
    if dice.random() < 0.1:
        return ConditionTerm(Operator("Null"), key, (dice.choice(("true", "false")),))
    base = dice.choice(kind.operators)
    quantifier = dice.choice((None, None, None, None, Quantifier.FOR_ALL_VALUES, Quantifier.FOR_ANY_VALUE))
    values = tuple(dice.choice(kind.policy_values) for _ in range(dice.choice((1, 1, 2, 3))))
    if base.startswith("String") and dice.random() < flavour.variables:
        values = (dice.choice(("${u}", "a${u}", "${u}*")), *values[1:])
    return ConditionTerm(Operator(base, dice.random() < 0.15, quantifier), key, values)


def _terms(dice: random.Random, flavour: Flavour) -> tuple[ConditionTerm, ...]:
    if dice.random() >= flavour.conditions:
        return ()
    terms = (_term(dice, flavour) for _ in range(dice.choice((1, 1, 2))))
    return tuple({(term.operator, term.key.lower()): term for term in terms}.values())


def random_statement(dice: random.Random, flavour: Flavour) -> Statement:
    """One statement."""
    actions = tuple(_action(dice) for _ in range(dice.choice((1, 1, 2, 3))))
    resources = tuple(_resource(dice, flavour) for _ in range(dice.choice((1, 1, 2, flavour.crowd))))
    return Statement(
        Effect.DENY if dice.random() < flavour.deny else Effect.ALLOW,
        Element(actions, dice.random() < flavour.negated),
        Element(resources, dice.random() < flavour.negated),
        conditions=_terms(dice, flavour),
    )


def random_policy(dice: random.Random, flavour: Flavour) -> Policy:
    """One policy of one to four statements."""
    version = VERSION_2008 if dice.random() < flavour.old_version else VERSION_2012
    return Policy(tuple(random_statement(dice, flavour) for _ in range(dice.choice((1, 1, 2, 3, 4)))), version)


def random_flavour(dice: random.Random) -> Flavour:
    """What the next pair is made of: half without conditions, a fifth with policy variables."""
    roll = dice.random()
    negated, deny = dice.choice((0.0, 0.2, 0.4)), dice.choice((0.0, 0.3, 0.5))
    crowd = dice.choice((2, 6))
    if roll < 0.5:
        return Flavour(negated, deny, crowd=crowd)
    variables = 0.4 if roll > 0.8 else 0.0
    return Flavour(
        negated,
        deny,
        dice.choice((0.4, 0.8)),
        tuple(dice.sample(KINDS, dice.choice((1, 1, 2)))),
        variables,
        0.2 if variables else 0.0,
        crowd,
    )


def random_pair(dice: random.Random) -> tuple[Flavour, tuple[Policy, ...], tuple[Policy, ...]]:
    """An old and a new side; the new one is often made from the old, so that both answers come up."""
    flavour = random_flavour(dice)
    old = (random_policy(dice, flavour),)
    roll = dice.random()
    if roll < 0.3:
        return flavour, old, (random_policy(dice, flavour),)
    statements = list(old[0].statements)
    dice.shuffle(statements)
    if roll < 0.6:
        statements = [_narrowed(dice, flavour, one) for one in statements]
    if dice.random() < 0.5:
        statements.append(random_statement(dice, Flavour(flavour.negated, 1.0, flavour.conditions, flavour.kinds)))
    if dice.random() < 0.3:
        statements.append(random_statement(dice, flavour))
    return flavour, old, (Policy(tuple(statements), old[0].version),)


def _narrowed(dice: random.Random, flavour: Flavour, statement: Statement) -> Statement:
    """The statement with a wildcard filled, or a condition more or less."""
    assert statement.resource is not None
    return Statement(
        statement.effect,
        Element(tuple(_filled(dice, one) for one in statement.action.values), statement.action.negated),
        Element(tuple(_filled(dice, one) for one in statement.resource.values), statement.resource.negated),
        conditions=statement.conditions if dice.random() < 0.6 else _terms(dice, flavour),
    )


def _filled(dice: random.Random, pattern: str) -> str:
    if pattern == "*" or "${" in pattern or dice.random() < 0.5:
        return pattern
    return pattern.replace("*", dice.choice(("a", "b*", "?", "", "*")), 1) if pattern[-2:] != ":*" else pattern


def values_of(flavour: Flavour) -> Mapping[str, Sequence[Value]]:
    """What requests of this world carry."""
    values: dict[str, Sequence[Value]] = {kind.name.lower(): kind.request_values for kind in flavour.kinds}
    if flavour.variables:
        values["u"] = VARIABLE_VALUES
    return values
