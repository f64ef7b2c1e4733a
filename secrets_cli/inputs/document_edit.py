"""Editing a policy in a JSON or YAML text: one element of a statement, a statement, a Version; all else stays as it is."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString
from secrets_cli.iam.location import Location
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.extents import extents_of
from secrets_cli.inputs.list_edit import CannotEdit, ItemAt, ListAt, Splice, Style, replace_items, spliced

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./:-]*(?<!:)")
"""Values that YAML takes as the text they are, without quotes."""
_WORDS = re.compile(r"(?i)true|false|yes|no|on|off|null|y|n")


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text with its tree."""

    text: str
    document: JsonDocument
    is_json: bool
    ends: Mapping[int, int]
    """Where the scalars end that begin at an offset."""


def open_document(text: str, name: str) -> DocumentText:
    """The text, read. Raises MalformedInput as the readers do."""
    document = read_document(text, name)
    is_json = _is_json(text)
    return DocumentText(text, document, is_json, {} if is_json else _scalar_ends(text))


def replace_values(
    opened: DocumentText, statement: Location, element: str, old: tuple[str, ...], new: tuple[str, ...]
) -> str | CannotEdit:
    """The text with other values for the element (`Action`, `NotResource`, ...) of the statement that stands there."""
    node = _object_at(opened, statement)
    value = None if node is None else node.get(element)
    listed = None if value is None else _list_at(opened, value)
    if listed is None:
        return CannotEdit(f"`{element}` is not written as a string or a list of strings there")
    return replace_items(opened.text, listed, old, new)


def remove_statement(opened: DocumentText, statement: Location, name: str) -> str | CannotEdit:
    """The text without the statement that stands there, which must be one of several in a list."""
    found = next((one for one in _arrays(opened.document.root) if _number_in(opened, one, statement) is not None), None)
    if found is None:
        return CannotEdit("the statement is not one of a list")
    number = _number_in(opened, found, statement)
    if len(found.items) == 1 or number is None:
        return CannotEdit("it is the only statement: remove the policy itself")
    if opened.text[found.offset] == "[":
        if not opened.is_json:
            return CannotEdit("the statements are written between brackets in YAML")
        items = tuple(ItemAt(str(i), one.offset, json_end(opened.text, one)) for i, one in enumerate(found.items))
        return replace_items(opened.text, ListAt(Style.FLOW, items, lambda value, _like: value), (str(number),), ())
    thing = extents_of(opened.text, name).of(statement.line, beside=True)
    lines = opened.text.split("\n")
    if not lines[thing.first - 1].lstrip().startswith("-"):
        return CannotEdit("the statement does not begin on a line of its own")
    return "\n".join(lines[: thing.first - 1] + lines[thing.last :])


def set_version(opened: DocumentText, place: Location, version: str) -> str | CannotEdit:
    """The text with the Version of the document that stands there."""
    node = _object_at(opened, place, "Statement")
    if node is None:
        return CannotEdit("the document is not written out there")
    written = node.get("Version")
    if isinstance(written, JsonString):
        end = json_end(opened.text, written) if opened.is_json else opened.ends.get(written.offset)
        if end is None:
            return CannotEdit("the Version is not written out there")
        return spliced(opened.text, [Splice(written.offset, end, json.dumps(version))])
    if written is not None or not node.members:
        return CannotEdit("the Version is not written out there")
    first = node.members[0].key.offset
    line_start = opened.text.rfind("\n", 0, first) + 1
    before = opened.text[line_start:first]
    if opened.is_json:
        separator = f",\n{before}" if not before.strip() else ", "
        return spliced(opened.text, [Splice(first, first, f'"Version": {json.dumps(version)}{separator}')])
    if opened.text[node.offset] == "{":
        return spliced(opened.text, [Splice(first, first, f"Version: {json.dumps(version)}, ")])
    indent = " " * len(before)
    return spliced(opened.text, [Splice(first, first, f"Version: {json.dumps(version)}\n{indent}")])


def _is_json(text: str) -> bool:
    try:
        json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        return False
    return True


def _object_at(opened: DocumentText, place: Location, having: str = "Effect") -> JsonObject | None:
    return next((one for one in _objects(opened.document.root) if _stands(opened, one, place, having)), None)


def _stands(opened: DocumentText, node: JsonObject, place: Location, having: str) -> bool:
    return node.get(having) is not None and opened.document.places.at(node.offset) == place


def _objects(node: JsonNode) -> Iterator[JsonObject]:
    match node:
        case JsonObject():
            yield node
            for member in node.members:
                yield from _objects(member.value)
        case JsonArray():
            for item in node.items:
                yield from _objects(item)
        case _:
            return


def _arrays(node: JsonNode) -> Iterator[JsonArray]:
    match node:
        case JsonObject():
            for member in node.members:
                yield from _arrays(member.value)
        case JsonArray():
            yield node
            for item in node.items:
                yield from _arrays(item)
        case _:
            return


def _number_in(opened: DocumentText, array: JsonArray, place: Location) -> int | None:
    for number, item in enumerate(array.items):
        if isinstance(item, JsonObject) and _stands(opened, item, place, "Effect"):
            return number
    return None


def _list_at(opened: DocumentText, node: JsonNode) -> ListAt | None:
    quoted = _json_quoted if opened.is_json else yaml_quoted
    nodes = node.items if isinstance(node, JsonArray) else (node,)
    items: list[ItemAt] = []
    for one in nodes:
        if not isinstance(one, JsonString):
            return None
        end = json_end(opened.text, one) if opened.is_json else opened.ends.get(one.offset)
        if end is None:
            return None
        items.append(ItemAt(one.value, one.offset, end))
    if not items:
        return None
    if not isinstance(node, JsonArray):
        return ListAt(Style.SINGLE, tuple(items), quoted)
    return ListAt(Style.FLOW if opened.text[node.offset] == "[" else Style.BLOCK, tuple(items), quoted)


def json_end(text: str, node: JsonNode) -> int:
    """Where a value of a JSON text ends."""
    return json.JSONDecoder().raw_decode(text, node.offset)[1]


def _json_quoted(value: str, _like: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def yaml_quoted(value: str, like: str) -> str:
    """In the quotes of what it replaces; without any only where YAML cannot take it for something else."""
    if like.startswith('"'):
        return json.dumps(value, ensure_ascii=False)
    if not like.startswith("'") and _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value):
        return value
    return "'" + value.replace("'", "''") + "'"


def _scalar_ends(text: str) -> Mapping[int, int]:
    """Quoted and plain scalars of one line; those with a tag or an anchor, and blocks, are left alone."""
    import yaml
    from yaml.tokens import ScalarToken

    shift = 1 if text.startswith("\ufeff") else 0
    ends: dict[int, int] = {}
    for token in yaml.scan(text[shift:], Loader=yaml.SafeLoader):
        if isinstance(token, ScalarToken) and token.start_mark.line == token.end_mark.line:
            ends[token.start_mark.index + shift] = token.end_mark.index + shift
    return ends
