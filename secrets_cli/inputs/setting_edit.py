"""Setting a value in a JSON or YAML text, by the names that lead to it; all else stays as it is, comments included.

What stood there goes with its own comments. A name that is not there is added behind the others of the mapping it belongs to, in
the way these are written.
"""

import re
from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonObject, Member, read_json
from secrets_cli.inputs.document_edit import json_end
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.list_edit import CannotEdit, Splice, spliced
from secrets_cli.inputs.setting_text import json_lines, yaml_lines
from secrets_cli.inputs.yaml_comments import last_line
from secrets_cli.json_value import JsonValue

_UNIT: Final = "    "


def set_value(text: str, name: str, path: tuple[str, ...], value: JsonValue) -> str | CannotEdit:
    """The text with the value under the path. Raises MalformedInput and TooLarge as `read_document`."""
    read_document(text, name)  # the limits of the readers hold for what follows
    if text.lstrip().startswith("{"):
        try:
            document = read_json(text, name)
        except MalformedInput:
            return CannotEdit("the file is YAML within one pair of braces")
        return _Json(text).set(document.root, path, value)
    loader = yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
    finally:
        loader.dispose()
    if not isinstance(root, MappingNode):
        return CannotEdit("the file is no mapping")
    return _Yaml(text).set(root, path, value)


def _nested(path: tuple[str, ...], value: JsonValue) -> JsonValue:
    """The value under the rest of a path."""
    for name in reversed(path):
        value = {name: value}
    return value


class _Json:
    def __init__(self, text: str) -> None:
        self.text = text

    def set(self, node: object, path: tuple[str, ...], value: JsonValue) -> str | CannotEdit:
        if not isinstance(node, JsonObject):
            return CannotEdit(f"what `{path[0]}` should stand in is no object")
        found = next((one for one in node.members if one.key.value == path[0]), None)
        if found is None:
            return self.added(node, path[0], _nested(path[1:], value))
        if len(path) > 1:
            return self.set(found.value, path[1:], value)
        indent = self.indent_of(found)
        written = json_lines(value, indent or "", self.unit(node) if indent is not None else "")
        return spliced(self.text, [Splice(found.value.offset, json_end(self.text, found.value), written)])

    def added(self, node: JsonObject, name: str, value: JsonValue) -> str:
        if not node.members:
            outer = re.match(r"[ \t]*", self.text[self.text.rfind("\n", 0, node.offset) + 1 :])
            around = outer.group() if outer else ""
            inner = around + _UNIT
            written = f'{{\n{inner}"{name}": {json_lines(value, inner, _UNIT)}\n{around}}}'
            return spliced(self.text, [Splice(node.offset, json_end(self.text, node), written)])
        last = node.members[-1]
        end = json_end(self.text, last.value)
        indent = self.indent_of(last)
        if indent is None:
            return spliced(self.text, [Splice(end, end, f', "{name}": {json_lines(value, "", "")}')])
        written = f',{self.line_end()}{indent}"{name}": {json_lines(value, indent, self.unit(node))}'
        return spliced(self.text, [Splice(end, end, written)])

    def indent_of(self, member: Member) -> str | None:
        """What stands before the member on its line; None where that is more than white space."""
        before = self.text[self.text.rfind("\n", 0, member.key.offset) + 1 : member.key.offset]
        return None if before.strip() else before

    def unit(self, node: JsonObject) -> str:
        """One level of indentation, told from the object's own and that of what is around it."""
        outer = re.match(r"[ \t]*", self.text[self.text.rfind("\n", 0, node.offset) + 1 :])
        inner = self.indent_of(node.members[0]) if node.members else None
        around = outer.group() if outer else ""
        return inner[len(around) :] if inner and inner.startswith(around) and inner != around else _UNIT

    def line_end(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"


class _Yaml:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def set(self, node: MappingNode, path: tuple[str, ...], value: JsonValue) -> str | CannotEdit:
        found = [(key, item) for key, item in node.value if isinstance(key, ScalarNode) and key.value == path[0]]
        if not found:
            return self.added(node, path[0], _nested(path[1:], value))
        key, item = found[0]
        if item.start_mark.index < key.end_mark.index:
            return CannotEdit(f"`{path[0]}` is an alias of what stands elsewhere too")
        if len(path) == 1:
            return self.replaced(node, key, item, value)
        if isinstance(item, MappingNode):
            return self.set(item, path[1:], value)
        if isinstance(item, ScalarNode) and item.value in ("", "~", "null") and not item.style:
            return self.replaced(node, key, item, _nested(path[1:], value))
        return CannotEdit(f"`{path[0]}` is not written out as a mapping there")

    def replaced(self, around: MappingNode, key: Node, item: Node, value: JsonValue) -> str | CannotEdit:
        if around.flow_style:
            written = json_lines(value, "", "")
            return spliced(self.text, [Splice(item.start_mark.index, item.end_mark.index, written)])
        colon = self.text.index(":", key.end_mark.index) + 1
        is_block = isinstance(item, MappingNode | SequenceNode) and not item.flow_style
        is_empty = item.start_mark.index == item.end_mark.index
        end = colon if is_empty else self.end_of_line(last_line(item)) if is_block else item.end_mark.index
        if not is_block and not is_empty and self.text[end - 1] == "\n":
            end = self.end_of_line(last_line(item))  # a block scalar ends where the next line begins
        line_end = self.end_of_line(key.start_mark.line + 1)
        written = self.with_ends(yaml_lines(value, " " * (key.start_mark.column + 2)))
        if is_empty:
            rest = self.text[colon:line_end]
            whole = rest + written if written.startswith(("\n", "\r")) else written + rest
            return spliced(self.text, [Splice(colon, line_end, whole)])
        # A comment beside the key, or beside a value of one line, stays where it is: above the lines that are written.
        is_below = is_block and item.start_mark.line > key.start_mark.line
        beside = self.text[colon:line_end] if is_below else self.text[end : self.end_of_line(last_line(item))]
        comment = beside.rstrip() if beside.strip().startswith("#") else ""
        if not is_below and comment:
            end = self.end_of_line(last_line(item))
        if not written.startswith(("\n", "\r")):
            return spliced(self.text, [Splice(colon, end, written + comment)])
        return spliced(self.text, [Splice(colon, end, comment + written)])

    def added(self, node: MappingNode, name: str, value: JsonValue) -> str | CannotEdit:
        if node.flow_style:
            close = node.end_mark.index - 1
            separator = ", " if node.value else ""
            while self.text[close - 1] in " \t":
                close -= 1
            return spliced(self.text, [Splice(close, close, f'{separator}"{name}": {json_lines(value, "", "")}')])
        column = node.value[0][0].start_mark.column
        own = [pair for pair in node.value if pair[1].start_mark.index >= node.start_mark.index]
        if not own:
            return CannotEdit(f"what `{name}` should stand in is made of what stands elsewhere")
        key, item = own[-1]
        at = self.end_of_line(
            max(last_line(item) if item.start_mark.index > key.end_mark.index else 0, key.end_mark.line + 1)
        )
        indent = " " * column
        written = f"\n{indent}{name}:{yaml_lines(value, indent + '  ')}"
        return spliced(self.text, [Splice(at, at, self.with_ends(written))])

    def end_of_line(self, number: int) -> int:
        """Before the line feed of the line, counted from 1."""
        end = self.text.find("\n", self.starts[number - 1])
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def with_ends(self, written: str) -> str:
        return written.replace("\n", "\r\n") if "\r\n" in self.text else written
