"""Settings out of one file's text: dotenv, JSON, YAML and TOML, each with the line it stands on.

YAML is composed and never constructed, so no tag runs anything and `!Ref x` stays what it is: a reference. A value that
is not a text in the file (a reference by tag or intrinsic function, a list) is no setting.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    read_json,
)
from secrets_cli.secret_value import SecretValue

if TYPE_CHECKING:
    import yaml

_MOST_NODES = 200_000
"""Of one file: aliases of YAML make a small text a large tree."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text as it stands in the file, masked; `line` from 1."""

    value: SecretValue
    line: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Names and what is under them, in order. A list has its places as names."""

    items: tuple[tuple[str, "Node"], ...]
    line: int = 0

    def at(self, *path: str) -> "Node | None":
        """What is under the names one below the other, or None."""
        node: Node | None = self
        for name in path:
            node = dict(node.items).get(name) if isinstance(node, Branch) else None
        return node


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that is no text of the file: a reference, a null."""

    line: int = field(default=0)


Node: TypeAlias = Leaf | Branch | Opaque


def leaves(node: "Node | None", name: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every text under a node with its own name; texts in lists have the list's."""
    match node:
        case Leaf():
            yield name, node
        case Branch(items):
            for key, inner in items:
                yield from leaves(inner, name if key.isdigit() else key)
        case Opaque() | None:
            return


_ASSIGNMENT = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*(?:=|:[ \t])[ \t]*
    (?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>[^']*)'|(?P<plain>[^\n]*))""",
    re.MULTILINE | re.VERBOSE,
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def read_dotenv(text: str) -> Branch:
    """`NAME=value` lines, as dotenv files have them; a quoted value may go over lines."""
    return Branch(tuple(_assignments(text)))


def _assignments(text: str) -> Iterator[tuple[str, Node]]:
    for found in _ASSIGNMENT.finditer(text):
        quoted = found["double"] if found["double"] is not None else found["single"]
        value = quoted if quoted is not None else _COMMENT.sub("", found["plain"])
        yield found["name"], Leaf(SecretValue(value.strip()), text.count("\n", 0, found.start("name")) + 1)


def read_json_tree(text: str, name: str) -> Node:
    """A JSON document. Raises MalformedInput with the place alone: the reader's own message quotes what it met there."""
    try:
        document = read_json(text, name)
    except MalformedInput as error:
        place = re.search(r":\d+:\d+(?=: )", error.message)
        raise MalformedInput(f"`{name}{place[0] if place else ''}` is not JSON", "correct it") from None
    return _from_json(document.root, document)


def _from_json(node: JsonNode, document: JsonDocument) -> Node:
    line = document.places.at(node.offset).line
    match node:
        case JsonString():
            return Leaf(SecretValue(node.value), line)
        case JsonNumber():
            return Leaf(SecretValue(node.text), line)
        case JsonBool() | JsonNull():
            return Opaque(line)
        case JsonArray():
            return Branch(tuple((str(i), _from_json(item, document)) for i, item in enumerate(node.items)), line)
        case JsonObject():
            items = tuple((member.key.value, _from_json(member.value, document)) for member in node.members)
            return _intrinsic(items, line) or Branch(items, line)


def _intrinsic(items: tuple[tuple[str, Node], ...], line: int) -> Node | None:
    """`{"Fn::Sub": "text"}` is its text, any other intrinsic function is a reference."""
    if len(items) != 1 or not (items[0][0] == "Ref" or items[0][0].startswith("Fn::")):
        return None
    name, inner = items[0]
    return inner if name == "Fn::Sub" and isinstance(inner, Leaf) else Opaque(line)


def read_yaml_tree(text: str, name: str) -> Node:
    """A YAML document (of several, all under their places). Raises MalformedInput with the place."""
    import yaml

    try:
        documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
        reader = _Yaml(name)
        trees = tuple((str(i), reader.tree(node, ())) for i, node in enumerate(documents) if node is not None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise MalformedInput(f"`{name}{place}` is not YAML", "correct it, or take it out of the folder") from None
    except RecursionError:
        raise MalformedInput(f"`{name}` is nested too deep", "take it out of the folder") from None
    return trees[0][1] if len(trees) == 1 else Branch(trees)


class _Yaml:
    """One file's nodes as ours; counts them, as aliases may multiply."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes = 0

    def tree(self, node: "yaml.Node", above: tuple[int, ...]) -> Node:
        import yaml

        self.nodes += 1
        line = node.start_mark.line + 1
        if self.nodes > _MOST_NODES or id(node) in above:
            raise MalformedInput(f"`{self.name}:{line}` unfolds to more than {_MOST_NODES:,} nodes, or to itself")
        inside = (*above, id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        if node.tag.startswith("!"):
            return Opaque(line)
        if isinstance(node, yaml.MappingNode):
            items = tuple(item for key, value in node.value for item in self._item(key, value, inside))
            return _intrinsic(items, line) or Branch(items, line)
        if isinstance(node, yaml.SequenceNode):
            return Branch(tuple((str(i), self.tree(item, inside)) for i, item in enumerate(node.value)), line)
        return Opaque(line)

    def _item(self, key: "yaml.Node", value: "yaml.Node", inside: tuple[int, ...]) -> Iterator[tuple[str, Node]]:
        """One entry; a merge (`<<: *defaults`) gives those of what it merges."""
        tree = self.tree(value, inside)
        if key.tag == "tag:yaml.org,2002:merge" and isinstance(tree, Branch):
            merged = [tree] if not tree.items or not tree.items[0][0].isdigit() else [item for _, item in tree.items]
            for part in merged:
                if isinstance(part, Branch):
                    yield from part.items
            return
        yield str(key.value), tree

    def _scalar(self, node: "yaml.ScalarNode", line: int) -> Node:
        if node.tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"):
            return Opaque(line)
        if node.tag.startswith("!") and node.tag != "!Sub":
            return Opaque(line)
        return Leaf(SecretValue(str(node.value)), line)


def read_toml_tree(text: str, name: str) -> Node:
    """A TOML document. Its reader gives no places, so a line is that of the name in the text: the first that has it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedInput(f"`{name}` is not TOML: {_place_of(error)}", "correct it") from None
    return _from_toml(document, text.splitlines(), 0)


def _place_of(error: Exception) -> str:
    found = re.search(r"\(at [^)]*\)", str(error))
    return found[0].strip("()") if found else "it cannot be read"


def _from_toml(value: Any, lines: list[str], line: int) -> Node:
    if isinstance(value, str):
        return Leaf(SecretValue(value), line)
    if isinstance(value, Mapping):
        return Branch(
            tuple((key, _from_toml(inner, lines, _line_of(key, lines))) for key, inner in value.items()), line
        )
    if isinstance(value, bool) or not isinstance(value, int | float | list):
        return Opaque(line)
    if isinstance(value, list):
        return Branch(tuple((str(i), _from_toml(item, lines, line)) for i, item in enumerate(value)), line)
    return Leaf(SecretValue(str(value)), line)


def _line_of(key: str, lines: list[str]) -> int:
    assignment = re.compile(rf"""(?:^|[{{,.\s\[])["']?{re.escape(key)}["']?\s*(?:=|\]|\.)""")
    return next((number for number, line in enumerate(lines, start=1) if assignment.search(line)), 1)
