"""A YAML reader that keeps where everything stands, in the node tree of `secrets_cli.iam.json_text`.

It is built on the events of PyYAML's parser and makes no Python objects of any tag: a local tag is kept as the long
form that CloudFormation gives it (`!Ref X` is `{"Ref": "X"}`, `!Condition X` is `{"Condition": "X"}`, any other `!X` is
`{"Fn::X": ...}`), the tags of YAML's own types are applied, and every other tag is refused.

Aliases and `<<` merges are resolved. An alias within what it names, aliases that would repeat more than
MAX_ALIASED_NODES nodes, nesting deeper than MAX_DEPTH levels, a name given twice in one mapping and a name that is no
text are refused, each at its place. Tabs where YAML allows them, CRLF and a byte order mark are fine.

Sources: https://yaml.org/spec/1.1/ and https://yaml.org/spec/1.2.2/ (the core schema);
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import (
    MAX_DEPTH,
    JsonArray,
    JsonBool,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Member,
    Places,
)

MAX_CHARACTERS: Final = 2 * 1024 * 1024
"""Some four seconds of reading at worst; CloudFormation takes templates of at most 1 MB."""
MAX_ALIASED_NODES: Final = 100_000
"""Nodes that the aliases of one document may repeat, counted through aliases of aliases."""


class YamlVersion(enum.Enum):
    """Which plain words are booleans and numbers; nothing else differs here."""

    V1_1 = "1.1"
    """`yes`, `on` and their likes are true: CloudFormation."""
    V1_2 = "1.2"
    """Only `true` and `false` are booleans: js-yaml, and so the Serverless Framework."""


def read_yaml(text: str, name: str, version: YamlVersion = YamlVersion.V1_1) -> JsonDocument:
    """The one document of the text, with its places.

    A date stays the text it is (`2012-10-17`), a number keeps the form it was written in, a name that is a number or a
    boolean is its text. A node that an alias or a merge brings stands where it was written. The place of a node with a
    tag or an anchor is that of the tag or anchor.

    Raises MalformedInput at the place where the text stops being YAML, has no or a second document, or holds what the
    module's docstring refuses, and TooLarge past a limit.
    """
    documents = read_yaml_documents(text, name, version)
    if not documents:
        raise MalformedInput(
            f"{Places(text, name).at(0)}: the document is empty", help="correct the YAML at this place"
        )
    if len(documents) > 1:
        second = documents[1]
        raise MalformedInput(
            f"{second.places.at(second.root.offset)}: a second YAML document, where one is expected",
            help="keep each document in a file of its own",
        )
    return documents[0]


def read_yaml_documents(text: str, name: str, version: YamlVersion = YamlVersion.V1_1) -> tuple[JsonDocument, ...]:
    """Every document of a text in which `---` divides several; otherwise as `read_yaml`. Empty for a text without any."""
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(
            f"`{name}` has {len(text)} characters; at most {MAX_CHARACTERS} are read",
            help="divide the file; CloudFormation takes at most 1 MB of template",
        )
    places = Places(text, name)
    strange = _STRANGE.search(text)
    if strange is not None:
        raise _wrong(places, strange.start(), f"the character U+{ord(strange.group()):04X} may not stand in YAML")
    return tuple(JsonDocument(root, places) for root in _Composer(text, places, version).documents())


def _wrong(places: Places, offset: int, what: str) -> MalformedInput:
    return MalformedInput(f"{places.at(offset)}: {what}", help="correct the YAML at this place")


_STRANGE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_STANDARD = "tag:yaml.org,2002:"
_PLAIN_FUNCTIONS = ("Ref", "Condition")
"""Local tags whose long form has no `Fn::` in front."""
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = {
    YamlVersion.V1_1: re.compile(
        r"(?P<true>true|True|TRUE|yes|Yes|YES|on|On|ON)|false|False|FALSE|no|No|NO|off|Off|OFF"
    ),
    YamlVersion.V1_2: re.compile(r"(?P<true>true|True|TRUE)|false|False|FALSE"),
}
_NUMBER = {
    YamlVersion.V1_1: re.compile(
        r"[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)"
        r"|[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?"
        r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    ),
    YamlVersion.V1_2: re.compile(
        r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    ),
}


@dataclass(frozen=True, slots=True)
class _Built:
    """A node, with what an alias to it would repeat."""

    node: JsonNode
    nodes: int = 1
    height: int = 1


class _Composer:
    """From events to nodes; the recursion ends at MAX_DEPTH."""

    __slots__ = ("aliased", "anchors", "loader", "places", "shift", "version")

    def __init__(self, text: str, places: Places, version: YamlVersion) -> None:
        # The C parser is some ten times faster and takes the same language; PyYAML has it wherever libyaml was there.
        # They count a byte order mark differently, so they never see it.
        self.shift = 1 if text.startswith("\ufeff") else 0
        text = text[self.shift :]
        self.loader = yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)
        self.places = places
        self.version = version
        self.anchors: dict[str, _Built | None] = {}
        self.aliased = 0

    def documents(self) -> Iterator[JsonNode]:
        """The root of each document."""
        try:
            while not isinstance(event := self.next(), StreamEndEvent):
                if isinstance(event, DocumentStartEvent):
                    self.anchors = {}
                    self.aliased = 0
                    yield self.compose(self.next(), 0).node
        finally:
            self.loader.dispose()

    def next(self) -> Event:
        try:
            event = self.loader.get_event()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            context = f", {error.context}" if error.context else ""
            wrong = self.wrong(f"this is no YAML: {error.problem}{context}", self.shift + (mark.index if mark else 0))
            if error.context == "while scanning an alias":
                wrong.help = "put a value that begins with `*` in quotes"
            raise wrong from None
        except yaml.YAMLError as error:
            raise self.wrong(f"this is no YAML: {error}", 0) from None
        assert isinstance(event, Event)  # the stubs of the two parsers disagree
        return event

    def wrong(self, what: str, offset: int) -> MalformedInput:
        return _wrong(self.places, offset, what)

    def start(self, event: Event) -> int:
        assert event.start_mark is not None  # only events made by hand have none
        return event.start_mark.index + self.shift

    def compose(self, event: Event, depth: int) -> _Built:
        if isinstance(event, AliasEvent):
            return self.alias(event, depth)
        assert isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        built = self.tagged(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = built
        return built

    def alias(self, event: AliasEvent, depth: int) -> _Built:
        offset = self.start(event)
        name = event.anchor
        if name not in self.anchors:
            raise self.wrong(f"the alias `*{name}` has no anchor before it", offset)
        built = self.anchors[name]
        if built is None:
            raise self.wrong(f"the alias `*{name}` stands within what it names", offset)
        self.aliased += built.nodes
        if self.aliased > MAX_ALIASED_NODES:
            raise self.too_large(f"the aliases up to here repeat more than {MAX_ALIASED_NODES} nodes", offset)
        if depth + built.height > MAX_DEPTH:
            raise self.too_large(f"nested deeper than {MAX_DEPTH} levels", offset)
        return built

    def too_large(self, what: str, offset: int) -> TooLarge:
        return TooLarge(f"{self.places.at(offset)}: {what}", help="write the document out, without nested aliases")

    def tagged(self, event: ScalarEvent | SequenceStartEvent | MappingStartEvent, depth: int) -> _Built:
        tag = event.tag
        offset = self.start(event)
        if tag is None or tag == "!" or tag.startswith(_STANDARD):
            return self.untagged(event, depth, (tag or "").removeprefix(_STANDARD))
        function = tag[1:]
        if not tag.startswith("!") or not re.fullmatch(r"[A-Za-z][A-Za-z0-9:]*", function):
            raise self.wrong(f"the tag `{tag[:80]}` is not read", offset)
        inner = self.untagged(event, depth + 1, "str" if isinstance(event, ScalarEvent) else "")
        name = function if function in _PLAIN_FUNCTIONS or "::" in function else f"Fn::{function}"
        node = JsonObject((Member(JsonString(name, offset), inner.node),), offset)
        return _Built(node, inner.nodes + 1, inner.height + 1)

    def untagged(self, event: ScalarEvent | SequenceStartEvent | MappingStartEvent, depth: int, tag: str) -> _Built:
        offset = self.start(event)
        if depth >= MAX_DEPTH and not isinstance(event, ScalarEvent):
            raise self.too_large(f"nested deeper than {MAX_DEPTH} levels", offset)
        match event:
            case ScalarEvent():
                return _Built(self.scalar(event, tag))
            case SequenceStartEvent() if tag in ("", "!", "seq"):
                return self.sequence(offset, depth + 1)
            case MappingStartEvent() if tag in ("", "!", "map"):
                return self.mapping(offset, depth + 1)
            case _:
                raise self.wrong(f"the tag `!!{tag[:80]}` is not read here", offset)

    def scalar(self, event: ScalarEvent, tag: str) -> JsonNode:
        offset = self.start(event)
        if _SURROGATE.search(event.value):
            raise self.wrong("half of a surrogate pair in a string", offset)
        match tag:
            case "str" | "!":
                return JsonString(event.value, offset)
            case "":
                # In events of the C parser a plain scalar has the style "", in those of the other None.
                return JsonString(event.value, offset) if event.style else self.plain(event.value, offset)
            case "int" | "float" | "bool" | "null":
                node = self.plain(event.value, offset)
                if not isinstance(node, _NODES[tag]):
                    raise self.wrong(f"`{event.value[:40]}` is not what its tag `!!{tag}` says", offset)
                return node
            case _:
                raise self.wrong(f"the tag `!!{tag[:80]}` is not read", offset)

    def plain(self, value: str, offset: int) -> JsonNode:
        if _NULL.fullmatch(value):
            return JsonNull(offset)
        found = _BOOL[self.version].fullmatch(value)
        if found:
            return JsonBool(found["true"] is not None, offset)
        if _NUMBER[self.version].fullmatch(value):
            return JsonNumber(value, offset)
        return JsonString(value, offset)

    def sequence(self, offset: int, depth: int) -> _Built:
        items: list[_Built] = []
        while not isinstance(event := self.next(), SequenceEndEvent):
            items.append(self.compose(event, depth))
        return _Built(
            JsonArray(tuple(item.node for item in items), offset),
            1 + sum(item.nodes for item in items),
            1 + max((item.height for item in items), default=0),
        )

    def mapping(self, offset: int, depth: int) -> _Built:
        own: dict[str, Member] = {}
        merges: list[JsonNode] = []
        nodes = height = 0
        while not isinstance(event := self.next(), MappingEndEvent):
            key = None if _is_merge(event) else self.key(event)
            value = self.compose(self.next(), depth)
            nodes += value.nodes
            height = max(height, value.height)
            if key is None:
                merges.append(value.node)
            elif key.value in own:
                first = self.places.at(own[key.value].key.offset)
                raise self.wrong(f"`{key.value}` is given twice, first at {first}", key.offset)
            else:
                own[key.value] = Member(key, value.node)
        for node in merges:
            for member in self.merged(node):
                own.setdefault(member.key.value, member)
        return _Built(JsonObject(tuple(own.values()), offset), 1 + nodes, 1 + height)

    def key(self, event: Event) -> JsonString:
        offset = self.start(event)
        node: JsonNode
        if isinstance(event, AliasEvent):
            node = self.alias(event, 0).node
        elif isinstance(event, ScalarEvent) and (event.tag is None or event.tag == f"{_STANDARD}str"):
            node = JsonString(event.value, offset)
            if event.anchor is not None:
                self.anchors[event.anchor] = _Built(node)
        else:
            raise self.wrong("a name in a mapping must be plain text", offset)
        match node:
            case JsonString(value):
                return JsonString(value, offset)
            case JsonNumber(text):
                return JsonString(text, offset)
            case _:
                raise self.wrong("a name in a mapping must be plain text", offset)

    def merged(self, node: JsonNode) -> Iterator[Member]:
        """The members that `<<` brings; of a list, the earlier mapping wins."""
        for one in node.items if isinstance(node, JsonArray) else (node,):
            if not isinstance(one, JsonObject):
                raise self.wrong("`<<` takes a mapping, or a list of mappings", one.offset)
            yield from one.members


_NODES: Final = {
    "int": JsonNumber,
    "float": JsonNumber,
    "bool": JsonBool,
    "null": JsonNull,
}


def _is_merge(event: Event) -> bool:
    if not isinstance(event, ScalarEvent) or event.value != "<<":
        return False
    return event.tag == f"{_STANDARD}merge" or (event.tag is None and not event.style)
