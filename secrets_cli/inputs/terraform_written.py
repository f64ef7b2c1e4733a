"""Where the policy of a Terraform resource is written, and putting other statements there, in the form that it has.

Followed are `jsonencode`, heredocs, quoted JSON, `file()` of JSON, a local value, and the `statement` blocks of a data source,
each only where nothing else uses it. What else a policy may be made by is refused with its place.
"""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.model import VERSION_2012
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.inputs.setting_edit import set_value
from secrets_cli.inputs.terraform_hcl import Words, blocks, json_document, object_list
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_references import References
from secrets_cli.inputs.terraform_syntax import Access, Attr, Call, Chunk, Expression, Item, Mapping, Template, Word
from secrets_cli.inputs.terraform_template import find_heredoc
from secrets_cli.inputs.terraform_text import EditedFiles, Span, blocks_within
from secrets_cli.inputs.terraform_value import Text
from secrets_cli.inputs.terraform_words import words_in
from secrets_cli.json_value import JsonValue

_DOCUMENT: Final = "aws_iam_policy_document"
_MERGED: Final = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")


@dataclass(frozen=True, slots=True)
class PolicyWriter:
    """Writes statements into the files of a root module."""

    files: EditedFiles
    module: Module
    references: References
    with_words: bool
    """Whether ARNs are said as the old text says them."""

    def write(self, expression: Expression, statements: Sequence[JsonValue]) -> CannotEdit | None:
        """Put the statements in the place of those that the expression gives; None where that was done."""
        match expression:
            case Call("jsonencode", (Mapping() as mapping,)):
                return self._mapping(mapping, statements)
            case Call("jsonencode", (Access() as access,)):
                return self._local(access, statements, is_encoded=True)
            case Call("file", (path,)):
                return self._json_file(expression, path, statements)
            case Template():
                return self._template(expression, statements)
            case Access(Word("local")):
                return self._local(expression, statements, is_encoded=False)
            case Access(Word("data"), (Attr(type), Attr(name), Attr(attribute))) if type == _DOCUMENT:
                return self._data(name, attribute, expression, statements)
            case _:
                return self._refused(expression)

    def _refused(self, expression: Expression) -> CannotEdit:
        place = self.files.place(expression.offset)
        return CannotEdit(
            f"{place}: the policy is made in a way that is not written back; write it out with `jsonencode`"
        )

    def words(self, span: Span) -> Words:
        """The references in what stands there."""
        if not self.with_words:
            return Words()
        evaluator = self.files.configuration.evaluator
        return Words(words_in(self.files.text(span), evaluator, self.module, self.references))

    def _mapping(self, mapping: Mapping, statements: Sequence[JsonValue]) -> CannotEdit | None:
        files = self.files
        span = files.span(mapping.offset)
        words = self.words(span)
        listed = next((one for one in mapping.items if _plain(one.key) == "Statement"), None)
        version = next((one.value for one in mapping.items if _plain(one.key) == "Version"), None)
        if listed is not None and version is not None and _plain(version) == VERSION_2012:
            quoted, sign = self._key_style(listed)
            place = files.span(listed.value.offset)
            indent = files.indent(listed.key.offset)
            files.replace(place, object_list(statements, words, indent, quoted_keys=quoted, sign=sign))
            return None
        files.replace(span, _object(statements, words, files.indent(mapping.offset)))
        return None

    def _key_style(self, item: Item) -> tuple[bool, str]:
        """Whether keys are quoted, and the sign behind them, as of this one."""
        between = self.files.text(Span(item.key.offset, item.value.offset))
        return between.startswith('"'), ":" if between.rstrip().endswith(":") else " ="

    def _template(self, template: Template, statements: Sequence[JsonValue]) -> CannotEdit | None:
        files = self.files
        file = files.file_at(template.offset)
        span = files.span(template.offset)
        heredoc = find_heredoc(file.text, template.offset - file.base)
        words = self.words(span)
        if heredoc is None:
            call = f"jsonencode({_object(statements, words, files.indent(template.offset))})"
            files.replace(span, call)
            return None
        begin = heredoc.begin + file.base
        first = file.text[heredoc.begin : heredoc.end]
        indent = first[: len(first) - len(first.lstrip(" \t"))]
        document: JsonValue = {"Version": VERSION_2012, "Statement": list(statements)}
        files.replace(Span(begin, heredoc.end + file.base), json_document(document, words, indent))
        return None

    def _local(self, access: Access, statements: Sequence[JsonValue], *, is_encoded: bool) -> CannotEdit | None:
        match access:
            case Access(Word("local"), (Attr(name),)) if name in self.module.locals:
                pass
            case _:
                return self._refused(access)
        shared = self._shared(f"local.{name}", access.offset)
        if shared is not None:
            return shared
        written = self.module.locals[name].value
        if not is_encoded:
            return self.write(written, statements)
        return self._mapping(written, statements) if isinstance(written, Mapping) else self._refused(written)

    def _shared(self, address: str, own: int) -> CannotEdit | None:
        """Why what is named there is not only for this policy."""
        other = next((one for one in self.files.mentions(address) if one != own), None)
        if other is None:
            return None
        return CannotEdit(
            f"`{address}` is also used at {self.files.place(other)}, where it would change too: give the role one of its own"
        )

    def _json_file(self, call: Expression, path: Expression, statements: Sequence[JsonValue]) -> CannotEdit | None:
        evaluator = self.files.configuration.evaluator
        value = evaluator.evaluate(path, Scope(self.module))
        if not isinstance(value, Text) or UNKNOWN in value.value:
            return self._refused(call)
        path_name = posixpath.normpath(value.value)
        text = evaluator.supplied.read(path_name)
        folder = posixpath.dirname(next(iter(self.files.files)))
        name = posixpath.normpath(posixpath.join(folder, path_name))
        base = posixpath.basename(path_name)
        users = sum(len(re.findall(re.escape(base) + r'"', file.text)) for file in self.files.files.values())
        if text is None or users != 1:
            return CannotEdit(f"`{name}` is not there, or is also used elsewhere in the files")
        if not text.lstrip().startswith("{"):
            return CannotEdit(f"`{name}` is no JSON")
        has_version = re.search(rf'"Version"\s*:\s*"{VERSION_2012}"', text) is not None
        edited = set_value(text, name, ("Statement",), list(statements))
        if isinstance(edited, str) and not has_version:
            edited = set_value(edited, name, ("Version",), VERSION_2012)
        if isinstance(edited, CannotEdit):
            return edited
        self.files.others[name] = edited
        return None

    # The data source

    def _data(self, name: str, attribute: str, access: Access, statements: Sequence[JsonValue]) -> CannotEdit | None:
        address = f"data.{_DOCUMENT}.{name}"
        resource = self.module.resources.get((False, _DOCUMENT, name))
        if resource is None or attribute not in ("json", "minified_json"):
            return self._refused(access)
        problem = self._shared(address, access.offset) or self._not_plain(resource)
        if problem is not None:
            return problem
        return self._statements(resource, statements)

    def _not_plain(self, resource: Resource) -> CannotEdit | None:
        body = resource.block.body
        place = self.files.place(resource.block.offset)
        for name in ("count", "for_each", *_MERGED):
            if body.attribute(name) is not None:
                return CannotEdit(f"{place}: `{resource.address}` has `{name}`; write its statements out")
        if any(one.type == "dynamic" for one in blocks_within(body)):
            return CannotEdit(f"{place}: `{resource.address}` has `dynamic` blocks; write its statements out")
        return None

    def _statements(self, resource: Resource, statements: Sequence[JsonValue]) -> CannotEdit | None:
        files, block = self.files, resource.block
        whole = files.span(block.offset)
        present = list(block.body.blocks_of("statement"))
        indent = files.indent(present[0].offset) if present else f"{files.indent(block.offset)}  "
        made = f"\n\n{indent}".join(blocks(statements, self.words(whole), indent))
        if not present:
            opening = files.text(whole)
            if "\n" not in opening:
                files.replace(Span(whole.end - 1, whole.end), f"\n{indent}{made}\n{files.indent(block.offset)}}}")
                return None
            closing = whole.end - 1 - len(files.indent(block.offset))
            files.replace(Span(closing, closing), f"{indent}{made}\n")
            return None
        for old in present[1:]:
            problem = files.remove_lines(files.span(old.offset))
            if problem is not None:
                return problem
        files.replace(files.span(present[0].offset), made)
        return None


def policy_object(statements: Sequence[JsonValue], words: Words, indent: str) -> str:
    """A whole policy as an object; `indent` is that of the line it begins on."""
    return _object(statements, words, indent)


def _object(statements: Sequence[JsonValue], words: Words, indent: str) -> str:
    inner = f"{indent}  "
    listed = object_list(statements, words, inner)
    return f'{{\n{inner}Version = "{VERSION_2012}"\n{inner}Statement = {listed}\n{indent}}}'


def _plain(expression: Expression) -> str | None:
    """The text of a string without any expression or escape in it."""
    if not isinstance(expression, Template) or not all(isinstance(part, Chunk) for part in expression.parts):
        return None
    return "".join(part.text for part in expression.parts if isinstance(part, Chunk))
