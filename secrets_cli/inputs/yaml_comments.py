"""The comments of a YAML text: what the parser's own tokens leave out.

A `#` within a block scalar, a quoted string or a plain one is part of a token, and so never a comment.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias, cast

import yaml
from yaml.events import (
    CollectionEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.tokens import BlockEndToken, KeyToken, ScalarToken, StreamEndToken, StreamStartToken, Token, ValueToken

from secrets_cli.iam.json_text import Places
from secrets_cli.inputs.comment import Comment, Extents, Thing

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(?=#)")
_SPAN: TypeAlias = tuple[int, int]


def yaml_comments(text: str, name: str) -> tuple[Comment, ...]:
    """Every comment, in order. The text must be YAML that `read_yaml_documents` has read."""
    shift = 1 if text.startswith("\ufeff") else 0
    body = text[shift:]
    places = Places(body, name)
    spans = list(_spans(body))
    busy = {line for start, end in spans for line in (places.at(start).line, places.at(max(start, end - 1)).line)}
    extents = Extents(yaml_things(body), busy)
    comments: list[Comment] = []
    for offset in _signs(body, spans):
        place = places.at(offset)
        end = body.find("\n", offset)
        before = body[body.rfind("\n", 0, offset) + 1 : offset]
        thing = extents.of(place.line, beside=bool(before.strip()))
        written = body[offset + 1 : end if end >= 0 else len(body)].strip()
        comments.append(Comment(written, place, (thing.first, thing.last), thing.section))
    return tuple(comments)


def _loader(text: str) -> "yaml.CSafeLoader | yaml.SafeLoader":
    return yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)


def _spans(text: str) -> Iterator[_SPAN]:
    """Where the tokens stand that have characters of their own; a block scalar's header without its comment."""
    loader = _loader(text)
    try:
        while loader.check_token():
            token = loader.get_token()
            assert isinstance(token, Token)  # the stubs of the two parsers disagree
            yield from _of_token(token, text)
    finally:
        loader.dispose()


def _of_token(token: Token, text: str) -> Iterator[_SPAN]:
    if isinstance(token, StreamStartToken | StreamEndToken | BlockEndToken):
        return
    start, end = token.start_mark.index, token.end_mark.index
    if isinstance(token, KeyToken | ValueToken) and end <= start:
        return
    header = _BLOCK_HEADER.match(text, start) if isinstance(token, ScalarToken) and token.style in ("|", ">") else None
    if header is None:
        yield start, end
        return
    yield start, header.end()
    line_end = text.find("\n", start)
    if 0 <= line_end < end:
        yield line_end + 1, end


def _signs(text: str, spans: list[_SPAN]) -> Iterator[int]:
    """Where comments begin: the first `#` of each line of what lies between tokens."""
    position = 0
    for start, end in (*sorted(spans), (len(text), len(text))):
        while (found := text.find("#", position, start)) >= 0:
            yield found
            line_end = text.find("\n", found, start)
            position = line_end + 1 if line_end >= 0 else start
        position = max(position, end)


def yaml_things(text: str) -> Iterator[Thing]:
    """The pairs and items of the collections of a text that `read_yaml_documents` has read."""
    loader = _loader(text)
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, NodeEvent):
                yield from _within(_composed(event, loader), 0)
    finally:
        loader.dispose()


def _composed(event: NodeEvent, loader: "yaml.CSafeLoader | yaml.SafeLoader") -> Node:
    """The node that begins with the event; an alias is one by itself.

    The parser's own way refuses an anchor that is written twice, which YAML allows: https://yaml.org/spec/1.2.2/#71-alias-nodes
    """
    start = _mark(event.start_mark)
    if isinstance(event, SequenceStartEvent):
        items, end = _until(SequenceEndEvent, loader)
        return SequenceNode("", items, start, end, flow_style=event.flow_style)
    if isinstance(event, MappingStartEvent):
        parts, end = _until(MappingEndEvent, loader)
        return MappingNode("", list(zip(parts[::2], parts[1::2], strict=True)), start, end, flow_style=event.flow_style)
    return ScalarNode("", "", start, _mark(event.end_mark))


def _mark(mark: object) -> yaml.Mark:
    return cast("yaml.Mark", mark)  # the marks of the two parsers have the same fields, and no class in common


def _until(end: type[CollectionEndEvent], loader: "yaml.CSafeLoader | yaml.SafeLoader") -> tuple[list[Node], yaml.Mark]:
    """The nodes up to the end of a collection, and where it ends."""
    found: list[Node] = []
    while not isinstance(event := loader.get_event(), end):
        assert isinstance(event, NodeEvent), "a collection holds nodes"
        found.append(_composed(event, loader))
    return found, _mark(event.end_mark)


def _within(node: Node, depth: int) -> Iterator[Thing]:
    """The pairs and items of a collection and of all in it."""
    match node:
        case MappingNode():
            for key, value in node.value:
                section = depth == 0 and not isinstance(value, ScalarNode)
                yield Thing(key.start_mark.line + 1, max(last_line(value), key.end_mark.line + 1), section)
                yield from _within(value, depth + 1)
        case SequenceNode():
            for item in node.value:
                yield Thing(item.start_mark.line + 1, max(last_line(item), item.start_mark.line + 1))
                yield from _within(item, depth + 1)
        case _:
            return


def last_line(node: Node) -> int:
    """The last line that the node writes on, counted from 1; the end of a block collection is where the next thing begins."""
    if isinstance(node, MappingNode | SequenceNode) and node.value and not node.flow_style:
        last = node.value[-1]
        parts = last if isinstance(last, tuple) else (last,)
        inside = [last_line(part) for part in parts if part.start_mark.index >= node.start_mark.index]
        return max(inside, default=node.start_mark.line + 1)
    line = int(node.end_mark.line)
    return line + 1 if node.end_mark.column else max(line, node.start_mark.line + 1)
