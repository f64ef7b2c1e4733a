"""Representative values of one condition key: at least one of every class that the terms on it can tell apart.

Values fall into families by what an operator compares - texts (strings, ARNs, booleans), numbers, moments, addresses,
bytes - and within a family the terms part all values into finitely many classes: the words of the terms' automata, the
points and gaps of an order, the nesting of address ranges. What a value makes true is asked of the operators' own code,
never modelled here.

Refuses, by `Intractable`, what it cannot represent: letters beyond ASCII compared without case, private-use characters.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from secrets_cli.iam.automaton import (
    ANY,
    FIELD_ANY,
    FIELD_STAR,
    ONLY_FOLDED,
    STAR,
    canonical,
    compile_globs,
    holds_reserved,
)
from secrets_cli.iam.classes import Budget, Universe, explore, other_character
from secrets_cli.iam.instant import parse_instant
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.iam.network import Network, parse_network
from secrets_cli.iam.number import parse_number
from secrets_cli.iam.operator_name import POSITIVE_OF, VARIABLES_IN
from secrets_cli.iam.pattern import Wildcard, tokens
from secrets_cli.iam.variables import TemplatePart, Variable, has_variables, template


class Intractable(Exception):
    """The terms on a key are of a kind, or so many, that their classes are not worked out."""


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """One distinct term on a key."""

    term: ConditionTerm
    variables: bool
    """Whether `${` in its values can be a policy variable: the policy's version knows them."""

    @property
    def base(self) -> str:
        """The positive operator that the values are compared by."""
        return POSITIVE_OF.get(self.term.operator.base, self.term.operator.base)

    def parts(self, value: str) -> tuple[TemplatePart, ...]:
        """One value as literal runs, wildcards and variables."""
        if self.variables and self.base in VARIABLES_IN and has_variables(value):
            return template(value)
        return tuple(tokens(value))

    @property
    def open(self) -> bool:
        """Whether its truth rests on what a policy variable holds."""
        return any(isinstance(part, Variable) for value in self.term.values for part in self.parts(value))


def representatives(terms: Sequence[KeyTerm], budget: Budget) -> tuple[list[str], int]:
    """Values of a key, none of them empty, and how many families they are of.

    With one family (or none) every class of values that the terms, none of them open, tell apart has one among them;
    with several, every class of each family has.
    """
    by_family: dict[str, list[KeyTerm]] = {}
    for term in terms:
        family = _FAMILY.get(term.base)
        if family is not None:
            by_family.setdefault(family, []).append(term)
    values: list[str] = []
    for family, group in by_family.items():
        values += _MAKERS[family](group, budget)
    return [value for value in dict.fromkeys((*values, "x")) if value], len(by_family)


def _texts(terms: Sequence[KeyTerm], budget: Budget) -> list[str]:
    """The literal values, and a word of every class of the patterns that is no literal value."""
    globs = dict.fromkeys(glob for term in terms for value in term.term.values for glob in _globs(term, value))
    points = [glob for glob in globs if not any(token in _TOKENS for token in glob)]
    wild = [glob for glob in globs if any(token in _TOKENS for token in glob)]
    automata = compile_globs(wild)
    other = other_character({*automata.alphabet, *"".join(points)})
    found = explore(automata, "", Universe.TEXT, (), other, budget)
    avoid = frozenset((*points, ""))
    words = (next(iter(found.words(goals, avoid, budget)), None) for goals in found.by_bits(()).values())
    return [*points, *(word for word in words if word is not None)]


_TOKENS = (STAR, ANY, FIELD_STAR, FIELD_ANY, ONLY_FOLDED)


def _globs(term: KeyTerm, value: str) -> Iterable[str]:
    """The value as a glob, or nothing where no text can match it."""
    if holds_reserved(value):
        raise Intractable
    parts = term.parts(value)
    match term.base:
        case "StringLike":
            return (canonical("".join(_like(part) for part in parts)),)
        case "ArnEquals" | "ArnLike":
            return _arn_glob(parts)
        case "StringEqualsIgnoreCase":
            return (_folded("".join(_plain(part) for part in parts)),)
        case "Bool":
            text = "".join(_plain(part) for part in parts).lower()
            return (_folded(text),) if text in ("true", "false") else ()
    return ("".join(_plain(part) for part in parts),)


def _plain(part: TemplatePart) -> str:
    match part:
        case Wildcard():
            return part.value
        case str():
            return part
    raise Intractable


def _like(part: TemplatePart) -> str:
    if isinstance(part, Wildcard):
        return STAR if part is Wildcard.STAR else ANY
    return _plain(part)


def _folded(text: str) -> str:
    if not text.isascii():
        raise Intractable
    return "".join(ONLY_FOLDED + character if character.isalpha() else character for character in text)


_LAST_FIELD = 5


def _arn_glob(parts: Iterable[TemplatePart]) -> Iterable[str]:
    """An Arn operator's value: before the fifth colon no wildcard crosses a colon. Fewer fields match nothing."""
    written: list[str] = []
    colons = 0
    for part in parts:
        if isinstance(part, Wildcard):
            inside = colons < _LAST_FIELD
            star, any_one = (FIELD_STAR, FIELD_ANY) if inside else (STAR, ANY)
            written.append(star if part is Wildcard.STAR else any_one)
        else:
            text = _plain(part)
            written.append(text)
            colons = min(_LAST_FIELD, colons + text.count(":"))
    return (canonical("".join(written)),) if colons == _LAST_FIELD else ()


def _numbers(terms: Sequence[KeyTerm], _: Budget) -> list[str]:
    """Every bound, a number in every gap, one below, one above, and a text that is no number."""
    return [_decimal(number) for number in _around(_parsed(terms, parse_number))]


def _moments(terms: Sequence[KeyTerm], _: Budget) -> list[str]:
    """As for numbers."""
    return [_instant(moment) for moment in _around(_parsed(terms, parse_instant))]


def _parsed(terms: Sequence[KeyTerm], parse: Callable[[str], Fraction | None]) -> list[Fraction]:
    parsed = (
        parse("".join(_plain(part) for part in term.parts(value))) for term in terms for value in term.term.values
    )
    return sorted({number for number in parsed if number is not None})


def _around(bounds: list[Fraction]) -> list[Fraction]:
    if not bounds:
        return [Fraction(1)]
    gaps = [(low + high) / 2 for low, high in pairwise(bounds)]
    return [*bounds, *gaps, bounds[0] - 1, bounds[-1] + 1]


def _decimal(number: Fraction) -> str:
    """The number in digits. A bound was read from digits and a gap halves one, so the digits end."""
    whole, rest = divmod(abs(number), 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{'-' if number < 0 else ''}{whole}{'.' + digits if digits else ''}"


_LAST_SECOND = 253402300799
"""Of the year 9999."""


def _instant(moment: Fraction) -> str:
    """The moment as AWS writes dates, or in epoch seconds where that form cannot hold it."""
    if moment.denominator == 1 and 0 <= moment <= _LAST_SECOND:
        return (datetime(1970, 1, 1) + timedelta(seconds=int(moment))).isoformat() + "Z"
    text = _decimal(moment)
    # Four digits alone would be read as a year.
    return text if "." in text or len(text) != len("1970") or text.startswith("-") else f"{text}.0"


def _addresses(terms: Sequence[KeyTerm], _: Budget) -> list[str]:
    """One address of every part of the nested ranges, the ranges themselves (a request may carry one), one outside."""
    networks: dict[Network, None] = {}
    for term in terms:
        for value in term.term.values:
            network = parse_network("".join(_plain(part) for part in term.parts(value)))
            if network is not None:
                networks[network] = None
    values: list[str] = []
    for version, highest in ((4, (1 << 32) - 1), (6, (1 << 128) - 1)):
        own = [network for network in networks if network.version == version]
        starts = {0, *(network.first for network in own), *(network.last + 1 for network in own)}
        values += [_address(version, start) for start in sorted(starts) if start <= highest]
        values += [f"{_address(version, network.first)}/{_prefix(network, highest)}" for network in own]
        values.append(f"{_address(version, 0)}/0")
    return values


def _address(version: int, number: int) -> str:
    import ipaddress

    return str(ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number))


def _prefix(network: Network, highest: int) -> int:
    return highest.bit_length() - (network.last - network.first).bit_length()


def _bytes(terms: Sequence[KeyTerm], _: Budget) -> list[str]:
    """The values themselves: what equals one, as text or as bytes, is like it; and bytes that equal none."""
    values = [value for term in terms for value in term.term.values]
    other = "AAAA"
    while other in values:
        other += "AAAA"
    return [*values, other]


_FAMILY = {
    **dict.fromkeys(("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "Bool"), "text"),
    **{
        f"Numeric{name}": "number"
        for name in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
    **{
        f"Date{name}": "moment" for name in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
    "IpAddress": "address",
    "BinaryEquals": "bytes",
}
"""The families; Null compares no value."""

_MAKERS = {"text": _texts, "number": _numbers, "moment": _moments, "address": _addresses, "bytes": _bytes}
