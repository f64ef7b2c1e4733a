"""The syntax tree of Terraform's language: bodies, blocks, attributes and expressions, each with its place.

Only what policies are written with has a shape of its own; the rest is read past and kept as `Other`. Offsets are those
of `Sources`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Chunk:
    """Characters that stand in the file just so."""

    text: str
    offset: int
    """Of the first of them."""


@dataclass(frozen=True, slots=True)
class Escape:
    """Characters that the file writes differently, such as the line feed of `\\n`."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Directive:
    """`%{ ... }`, which is not evaluated."""

    offset: int


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted string or a heredoc."""

    parts: tuple["Chunk | Escape | Directive | Expression", ...]
    offset: int
    """Of the opening quote, or of a heredoc's `<<`."""


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """A number as it is written."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """`[a, b]`."""

    items: tuple["Expression", ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Item:
    """`key = value` in an object; a bare word is a Template."""

    key: "Expression"
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Mapping:
    """`{ key = value }`."""

    items: tuple[Item, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class ForList:
    """`[for k, v in collection : value if condition]`."""

    names: tuple[str, ...]
    collection: "Expression"
    value: "Expression"
    condition: "Expression | None"
    offset: int


@dataclass(frozen=True, slots=True)
class Other:
    """What is read past and never evaluated: `for` objects, arithmetic."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`; `spread` where the last argument is followed by `...`."""

    name: str
    arguments: tuple["Expression", ...]
    spread: bool
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Attr:
    """`.name`, or `.0`."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Index:
    """`[key]`."""

    key: "Expression"


@dataclass(frozen=True, slots=True)
class Splat:
    """`[*]` or `.*`."""


Step: TypeAlias = Attr | Index | Splat


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: `var`, `true`, the name of an iterator, a resource's type."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Access:
    """`root.attribute[index]`; at least one step."""

    root: "Expression"
    steps: tuple[Step, ...]
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: "Expression"
    offset: int


@dataclass(frozen=True, slots=True)
class Operation:
    """`a == b && c`: operands with the operators between them, precedence not yet applied."""

    operands: tuple["Expression", ...]
    operators: tuple[str, ...]
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? yes : no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"
    offset: int
    end: int


Expression: TypeAlias = (
    Template
    | NumberLiteral
    | Sequence
    | Mapping
    | ForList
    | Other
    | Call
    | Word
    | Access
    | Not
    | Operation
    | Conditional
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = value`."""

    name: str
    value: Expression
    offset: int
    """Of its name."""


@dataclass(frozen=True, slots=True)
class Block:
    """`type "label" { ... }`."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    offset: int
    """Of its type."""


@dataclass(frozen=True, slots=True)
class Body:
    """The attributes and blocks of a file or a block, in their order."""

    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name, or None."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def blocks_of(self, kind: str) -> Iterator[Block]:
        """The blocks of that type."""
        return (block for block in self.blocks if block.type == kind)
