"""The values of Terraform expressions, each with its place and with what could not be resolved in it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from secrets_cli.iam.json_text import JsonNode
from secrets_cli.inputs.found import UNKNOWN

if TYPE_CHECKING:
    from secrets_cli.inputs.terraform_module import Resource

MAX_TEXT = 256 * 1024
"""Characters of one value; a policy of AWS has at most 32,768."""
MAX_WEIGHT = 20_000
"""Of one value, see `weight_of`."""
_CHARACTERS = 64


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """Why something is unknown."""

    offset: int
    reason: str
    supply: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters of a text and where they stand."""

    start: int
    """Of the run in the text."""
    offset: int
    """Of its first character in the sources."""
    moving: bool
    """Whether each further character stands one further on; else all stand at `offset`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string; unknown parts of it are UNKNOWN."""

    value: str
    offset: int
    """Of the opening quote, or of the expression that gives it."""
    pieces: tuple[Piece, ...] = ()
    """In the order of the text; empty where all of it stands at `offset`."""
    causes: tuple[Cause, ...] = ()
    encoded: JsonNode | None = None
    """What the text is the JSON of, where that is known better than by reading it."""
    origin: "Resource | None" = None
    """The role, user, group or policy whose name or ARN it is."""

    def place(self, index: int) -> int:
        """The offset in the sources of the character at `index`."""
        if not self.pieces:
            return self.offset
        piece = self.pieces[max(0, bisect_right(self.pieces, index, key=lambda one: one.start) - 1)]
        return piece.offset + (index - piece.start if piece.moving else 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Null:
    """`null`."""

    offset: int


@dataclass(frozen=True, slots=True)
class ListValue:
    """A list, tuple or set."""

    items: tuple["Value", ...]
    offset: int
    weight: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", 1 + sum(weight_of(item) for item in self.items))


@dataclass(frozen=True, slots=True)
class MapValue:
    """A map or object; its keys are distinct."""

    members: tuple[tuple[Text, "Value"], ...]
    offset: int
    weight: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        weight = sum(weight_of(key) + weight_of(value) for key, value in self.members)
        object.__setattr__(self, "weight", 1 + weight)

    def get(self, name: str) -> "Value | None":
        """The value under the key, or None."""
        return next((value for key, value in self.members if key.value == name), None)


@dataclass(frozen=True, slots=True)
class Unresolvable:
    """A value that is not known."""

    causes: tuple[Cause, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, depending on a condition that is not known."""

    options: tuple["Value", ...]
    offset: int
    weight: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", 1 + sum(weight_of(option) for option in self.options))


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource or data source itself, of which an attribute is wanted."""

    resource: "Resource"
    offset: int


Value: TypeAlias = Text | Number | Boolean | Null | ListValue | MapValue | Unresolvable | Either | Reference


def unknown(offset: int, reason: str, supply: str = "") -> Unresolvable:
    """A value that is not known for that reason."""
    return Unresolvable((Cause(offset, reason, supply),), offset)


def weight_of(value: Value) -> int:
    """How much work it is to walk through the value; what is shared counts each time."""
    match value:
        case ListValue() | MapValue() | Either():
            return value.weight
        case Text():
            return 1 + len(value.value) // _CHARACTERS + len(value.causes)
        case Unresolvable():
            return 1 + len(value.causes)
        case _:
            return 1


def causes_of(value: Value) -> tuple[Cause, ...]:
    """What is unknown anywhere in the value."""
    match value:
        case Text() | Unresolvable():
            return value.causes
        case ListValue():
            return merged(causes_of(item) for item in value.items)
        case MapValue():
            return merged((*causes_of(key), *causes_of(item)) for key, item in value.members)
        case Either():
            return merged(causes_of(option) for option in value.options)
        case _:
            return ()


def merged(many: Iterable[tuple[Cause, ...]]) -> tuple[Cause, ...]:
    """The causes, each once, in their order."""
    return tuple(dict.fromkeys(cause for causes in many for cause in causes))


def scalar_text(value: Value) -> Text | None:
    """The value as Terraform writes it into a string, or None for what it refuses there."""
    match value:
        case Text():
            return value
        case Number():
            return Text(value.text, value.offset)
        case Boolean():
            return Text("true" if value.value else "false", value.offset)
        case Unresolvable():
            return Text(UNKNOWN, value.offset, causes=value.causes)
        case Reference():
            reason = f"`{value.resource.address}` is an object where a string is expected"
            return Text(UNKNOWN, value.offset, causes=(Cause(value.offset, reason),))
        case _:
            return None


def joined(texts: Sequence[Text], offset: int) -> Text | Unresolvable:
    """The texts one behind the other, each with its own places; unknown where it passes MAX_TEXT."""
    if sum(len(text.value) for text in texts) > MAX_TEXT:
        return unknown(offset, f"the string passes {MAX_TEXT} characters")
    pieces: list[Piece] = []
    length = 0
    for text in texts:
        inner = text.pieces or (Piece(0, text.offset, False),)
        pieces.extend(Piece(length + piece.start, piece.offset, piece.moving) for piece in inner)
        length += len(text.value)
    causes = merged(text.causes for text in texts)
    return Text("".join(text.value for text in texts), offset, tuple(pieces), causes)
