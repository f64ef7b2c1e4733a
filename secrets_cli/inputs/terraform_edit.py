"""Editing a policy in a Terraform file: a `statement` block, an object of `jsonencode`, or JSON in a heredoc."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import Places
from secrets_cli.iam.location import Location
from secrets_cli.inputs.document_edit import DocumentText, open_document
from secrets_cli.inputs.list_edit import CannotEdit, ItemAt, ListAt, Style, replace_items
from secrets_cli.inputs.terraform_parse import parse_terraform, spans_of
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_syntax import (
    Block,
    Body,
    Call,
    Chunk,
    Expression,
    Mapping,
    Sequence,
    Template,
)
from secrets_cli.inputs.terraform_template import find_heredoc

_ATTRIBUTES = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}
_Written: TypeAlias = Block | Mapping
"""A statement: a block of a document, or an object."""


@dataclass(frozen=True, slots=True)
class TerraformText:
    """A text with its tree."""

    text: str
    name: str
    body: Body
    ends: dict[int, int]
    """Where blocks and expressions end that begin at an offset."""


def open_terraform(text: str, name: str) -> TerraformText:
    """The text, read. Raises MalformedInput as the reader does."""
    sources = Sources()
    file = sources.add(name, text)
    _, spans = spans_of(sources, file)
    ends: dict[int, int] = {}
    for start, end in spans:
        while end > start and text[end - 1].isspace():
            end -= 1
        ends[start] = max(end, ends.get(start, 0))
    return TerraformText(text, name, parse_terraform(sources, file), ends)


def replace_values(
    opened: TerraformText, statement: Location, element: str, old: tuple[str, ...], new: tuple[str, ...]
) -> str | CannotEdit:
    """The text with other values for the element (`Action`, ...) of the statement that stands there."""
    if any(sign in value for value in new for sign in ("${", "%{")):
        return CannotEdit("the new values hold a policy variable, which Terraform would take for its own")
    found = next((one for one in _statements(opened.body) if _stands(opened, one.offset, statement)), None)
    value = None if found is None else _value_of(found, element)
    if found is None:
        return CannotEdit("the statement is not written out there")
    listed = None if value is None else _list_at(opened, value)
    if listed is None:
        return CannotEdit(f"`{element}` is not written as a string or a list of plain strings there")
    return replace_items(opened.text, listed, old, new)


def remove_statement(opened: TerraformText, statement: Location) -> str | CannotEdit:
    """The text without the `statement` block that stands there."""
    blocks = [one for one in _blocks(opened.body) if one.type == "statement"]
    found = next((one for one in blocks if _stands(opened, one.offset, statement)), None)
    if found is None:
        return CannotEdit("the statement is no block of its own")
    start, end = found.offset, opened.ends[found.offset]
    line_start = opened.text.rfind("\n", 0, start) + 1
    line_end = opened.text.find("\n", end)
    rest = opened.text[end : len(opened.text) if line_end < 0 else line_end]
    if opened.text[line_start:start].strip() or rest.strip():
        return CannotEdit("the statement does not stand on lines of its own")
    return opened.text[:line_start] + opened.text[len(opened.text) if line_end < 0 else line_end + 1 :]


@dataclass(frozen=True, slots=True)
class Heredoc:
    """JSON in a heredoc, as a document whose places are those of the file."""

    document: DocumentText
    start: int
    tail: str
    """The file's text behind it."""

    def put_back(self, edited: str | CannotEdit, text: str) -> str | CannotEdit:
        """The file with the edited document."""
        return edited if isinstance(edited, CannotEdit) else text[: self.start] + edited[self.start :] + self.tail


def heredoc_at(opened: TerraformText, place: Location) -> Heredoc | None:
    """The heredoc that holds the place, where all of it is plain JSON."""
    text = opened.text
    for one in _templates(opened.body):
        found = find_heredoc(text, one.offset) if text.startswith("<<", one.offset) else None
        if found is None or not all(isinstance(part, Chunk) for part in one.parts):
            continue
        places = Places(text, opened.name)
        if places.at(found.begin).line <= place.line <= places.at(max(found.begin, found.end - 1)).line:
            before = "".join(c if c == "\n" else " " for c in text[: found.begin])
            try:
                document = open_document(before + text[found.begin : found.end], opened.name)
            except MalformedInput:
                return None
            return Heredoc(document, found.begin, text[found.end :]) if document.is_json else None
    return None


def _stands(opened: TerraformText, offset: int, place: Location) -> bool:
    return Places(opened.text, opened.name).at(offset) == place


def _value_of(statement: _Written, element: str) -> Expression | None:
    if isinstance(statement, Block):
        attribute = statement.body.attribute(_ATTRIBUTES[element])
        return None if attribute is None else attribute.value
    return next((item.value for item in statement.items if _plain(item.key) == element), None)


def _plain(expression: Expression) -> str | None:
    """The text of a string without any expression or escape in it."""
    if not isinstance(expression, Template):
        return None
    texts = [part.text for part in expression.parts if isinstance(part, Chunk)]
    return "".join(texts) if len(texts) == len(expression.parts) else None


def _list_at(opened: TerraformText, value: Expression) -> ListAt | None:
    items: list[ItemAt] = []
    for one in value.items if isinstance(value, Sequence) else (value,):
        text = _plain(one)
        if text is None or opened.text[one.offset] != '"':
            return None
        items.append(ItemAt(text, one.offset, opened.text.index('"', one.offset + 1) + 1))
    if not items:
        return None
    return ListAt(Style.FLOW if isinstance(value, Sequence) else Style.SINGLE, tuple(items), _quoted)


def _quoted(value: str, _like: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _statements(body: Body) -> Iterator[_Written]:
    yield from (block for block in _blocks(body) if block.type == "statement")
    for expression in _expressions(body):
        if isinstance(expression, Mapping) and any(_plain(item.key) == "Effect" for item in expression.items):
            yield expression


def _templates(body: Body) -> Iterator[Template]:
    return (one for one in _expressions(body) if isinstance(one, Template))


def _blocks(body: Body) -> Iterator[Block]:
    for block in body.blocks:
        yield block
        yield from _blocks(block.body)


def _expressions(body: Body) -> Iterator[Expression]:
    for within in (body, *(block.body for block in _blocks(body))):
        for attribute in within.attributes:
            yield from _within(attribute.value)


def _within(expression: Expression) -> Iterator[Expression]:
    yield expression
    match expression:
        case Sequence(items):
            for one in items:
                yield from _within(one)
        case Mapping(items):
            for item in items:
                yield from _within(item.value)
        case Call(_, arguments):
            for one in arguments:
                yield from _within(one)
        case _:
            return
