"""What the condition operators compare, one value of the policy with one value of the request.

A value that is not of the operator's type - a number that is none, an address that is none - compares as unequal; it
is not an error, for AWS stores such policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from secrets_cli.iam.instant import parse_instant
from secrets_cli.iam.network import parse_network
from secrets_cli.iam.number import parse_number
from secrets_cli.iam.pattern import Matcher, Token, Wildcard, matcher_of

ValueTest: TypeAlias = Callable[[str], bool]
"""Whether one value of the request compares as the operator says."""

_ARN_FIELDS = 6


def value_test(base: str, expected: tuple[Token, ...]) -> ValueTest:
    """The test for one value of the policy under a positive base operator.

    `expected` are the value's tokens with its variables filled in. Operators other than StringLike and the Arn ones
    take wildcards as plain characters.
    """
    match base:
        case "StringLike":
            return matcher_of(expected)
        case "ArnEquals" | "ArnLike":
            return _arn_test(expected)
    return _PLAIN_TESTS[base](_plain(expected))


def _plain(expected: tuple[Token, ...]) -> str:
    return "".join(token.value if isinstance(token, Wildcard) else token for token in expected)


def _equals(expected: str) -> ValueTest:
    return lambda given: given == expected


def _equals_ignoring_case(expected: str) -> ValueTest:
    lower = expected.lower()
    return lambda given: given.lower() == lower


def _bool(expected: str) -> ValueTest:
    wanted = expected.lower()
    if wanted not in ("true", "false"):
        return _never
    return lambda given: given.lower() == wanted


def _binary(expected: str) -> ValueTest:
    wanted = _decoded(expected)
    return lambda given: given == expected or (wanted is not None and _decoded(given) == wanted)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _ip_address(expected: str) -> ValueTest:
    network = parse_network(expected)
    if network is None:
        return _never

    def test(given: str) -> bool:
        address = parse_network(given)
        return address is not None and network.contains(address)

    return test


def _never(_: str) -> bool:
    return False


def _arn_test(expected: tuple[Token, ...]) -> ValueTest:
    fields = _arn_fields(expected)
    if len(fields) != _ARN_FIELDS:
        return _never
    tests: tuple[Matcher, ...] = tuple(matcher_of(field) for field in fields)

    def test(given: str) -> bool:
        parts = given.split(":", _ARN_FIELDS - 1)
        return len(parts) == _ARN_FIELDS and all(one(part) for one, part in zip(tests, parts, strict=True))

    return test


def _arn_fields(expected: tuple[Token, ...]) -> list[list[Token]]:
    """The tokens split at the first five colons of their literal runs."""
    fields: list[list[Token]] = [[]]
    for token in expected:
        if isinstance(token, Wildcard):
            fields[-1].append(token)
            continue
        first, *rest = token.split(":", _ARN_FIELDS - len(fields))
        fields[-1].append(first)
        fields += [[part] for part in rest]
    return fields


def _ordered(
    parse: Callable[[str], Fraction | None], holds: Callable[[Fraction, Fraction], bool]
) -> Callable[[str], ValueTest]:
    """A test on values that have an order; `holds(given, expected)`."""

    def build(expected: str) -> ValueTest:
        wanted = parse(expected)
        if wanted is None:
            return _never

        def test(given: str) -> bool:
            value = parse(given)
            return value is not None and holds(value, wanted)

        return test

    return build


_COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "Equals": lambda given, expected: given == expected,
    "LessThan": lambda given, expected: given < expected,
    "LessThanEquals": lambda given, expected: given <= expected,
    "GreaterThan": lambda given, expected: given > expected,
    "GreaterThanEquals": lambda given, expected: given >= expected,
}

_PLAIN_TESTS: dict[str, Callable[[str], ValueTest]] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "Bool": _bool,
    "BinaryEquals": _binary,
    "IpAddress": _ip_address,
    **{f"Numeric{name}": _ordered(parse_number, holds) for name, holds in _COMPARISONS.items()},
    **{f"Date{name}": _ordered(parse_instant, holds) for name, holds in _COMPARISONS.items()},
}
