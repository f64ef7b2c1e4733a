"""A policy as frozen values, in AWS's own words.

The model keeps what the author wrote: case, order and the form of names. Two statements are equal when they say the
same, wherever they stand: locations and positions take no part in comparison.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import enum
from dataclasses import dataclass, field

from secrets_cli.iam.location import Location


class Effect(enum.Enum):
    """What a statement does to the requests it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class Quantifier(enum.Enum):
    """The set operator in front of a condition operator."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


@dataclass(frozen=True, slots=True)
class Element:
    """`Action`/`NotAction` or `Resource`/`NotResource`: patterns, and whether they are negated."""

    values: tuple[str, ...]
    """The patterns as written, never empty."""
    negated: bool = False
    """True for NotAction and NotResource."""
    location: Location | None = field(default=None, compare=False)
    """Of the element's key."""
    places: tuple[Location, ...] = field(default=(), compare=False)
    """Of each value, in the order of the values; empty where only the element's place is known."""

    def place_of(self, value: str) -> Location | None:
        """Where the first value of that text stands, else where the element does."""
        if len(self.places) != len(self.values) or value not in self.values:
            return self.location
        return self.places[self.values.index(value)]


@dataclass(frozen=True, slots=True)
class PrincipalEntry:
    """One principal: its kind (`AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for everyone) and its value."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """`Principal` or `NotPrincipal`."""

    entries: tuple[PrincipalEntry, ...]
    negated: bool = False
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator, taken apart: `ForAnyValue:StringLikeIfExists` is (StringLike, True, FOR_ANY_VALUE)."""

    base: str
    """One of the 27 base operators, in AWS's spelling."""
    if_exists: bool = False
    quantifier: Quantifier | None = None

    def __str__(self) -> str:
        prefix = f"{self.quantifier.value}:" if self.quantifier else ""
        return f"{prefix}{self.base}{'IfExists' if self.if_exists else ''}"


@dataclass(frozen=True, slots=True)
class ConditionTerm:
    """One operator on one key: `{"StringEquals": {"aws:username": ["a", "b"]}}` is one term with two values."""

    operator: Operator
    key: str
    """As written; condition keys are compared without case."""
    values: tuple[str, ...]
    """As text: booleans are `true`/`false`, numbers as they were written."""
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. All its condition terms must hold for it to match."""

    effect: Effect
    action: Element
    resource: Element | None = None
    """None only where the policy's kind has no Resource element: trust policies."""
    principal: PrincipalElement | None = None
    """None in identity policies."""
    conditions: tuple[ConditionTerm, ...] = ()
    sid: str | None = None
    index: int = field(default=0, compare=False)
    """Its place in the policy, from 0."""
    location: Location | None = field(default=None, compare=False)
    """Of the statement's opening brace."""


VERSION_2012 = "2012-10-17"
VERSION_2008 = "2008-10-17"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document."""

    statements: tuple[Statement, ...]
    version: str = VERSION_2012
    """`2012-10-17` or `2008-10-17`; a document without a Version element is `2008-10-17` (AWS's default), in which
    policy variables are plain text."""
    policy_id: str | None = None
    """The `Id` element."""
    name: str = field(default="", compare=False)
    """What the reader knows the policy by: its file or its name."""
