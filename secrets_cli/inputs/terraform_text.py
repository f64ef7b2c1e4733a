"""The texts of a Terraform configuration's root folder, to be edited: where parts of them end, who mentions what, and splices."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.inputs.list_edit import CannotEdit, Splice, spliced
from secrets_cli.inputs.terraform import Configuration
from secrets_cli.inputs.terraform_parse import spans_of
from secrets_cli.inputs.terraform_source import SourceFile, Sources
from secrets_cli.inputs.terraform_syntax import Block, Body

_COMMENT_LINES: Final = re.compile(r"[ \t]*(?:#|//)[^\n]*")
_COMMENTS_ABOVE: Final = re.compile(r"(?:(?<=\n)|\A)(?:[ \t]*(?:#|//)[^\n]*\n)+\Z")
_EMPTY_ABOVE: Final = re.compile(r"\n([ \t\r]*\n)\Z")
_EMPTY_LINE: Final = re.compile(r"[ \t\r]*\n")


class Refused(Exception):
    """The files are left as they are."""


def must(found: CannotEdit | None) -> None:
    """Raise Refused where something cannot be edited."""
    if found is not None:
        raise Refused(found.reason)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a file: characters `start` to `end` (not included) of all sources."""

    start: int
    end: int

    def holds(self, offset: int) -> bool:
        """Whether the offset is within."""
        return self.start <= offset < self.end


@dataclass(slots=True)
class EditedFiles:
    """The files of the root module with the changes that are to be made."""

    configuration: Configuration
    files: dict[str, SourceFile]
    """By name in reports: the `.tf` files of the root folder."""
    splices: dict[str, list[Splice]] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    """Other files with their new texts, by name in reports."""
    gone: list[Span] = field(default_factory=list)
    """What is taken out of the files."""
    _ends: dict[str, dict[int, int]] = field(default_factory=dict)
    _bare: dict[str, str] = field(default_factory=dict)

    def file_at(self, offset: int) -> SourceFile:
        """The file that holds the offset of all sources."""
        return self.configuration.evaluator.sources.file_at(offset)

    def place(self, offset: int) -> str:
        """The offset as `file:line:column`."""
        return str(self.configuration.evaluator.sources.at(offset))

    def span(self, offset: int) -> Span:
        """The block or expression that begins at the offset, without what follows it."""
        file = self.file_at(offset)
        if file.name not in self._ends:
            self._ends[file.name] = _ends_of(file)
        return Span(offset, file.base + self._ends[file.name][offset - file.base])

    def text(self, span: Span) -> str:
        """What stands there."""
        return self.configuration.evaluator.sources.slice(span.start, span.end)

    def indent(self, offset: int) -> str:
        """The white space that the line of the offset begins with."""
        file = self.file_at(offset)
        line = file.text[file.text.rfind("\n", 0, offset - file.base) + 1 :]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def replace(self, span: Span, text: str) -> None:
        """Put a text in the place of what stands there, with the file's line ends."""
        file = self.file_at(span.start)
        text = text.replace("\n", "\r\n") if "\r\n" in file.text else text
        self.gone.append(span)
        self.splices.setdefault(file.name, []).append(Splice(span.start - file.base, span.end - file.base, text))

    def remove_lines(self, span: Span) -> CannotEdit | None:
        """Take out what stands there, with its lines, the comment right above it and one of the empty lines around it."""
        file = self.file_at(span.start)
        text = file.text
        start, end = span.start - file.base, span.end - file.base
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last + 1
        if text[first:start].strip() or _COMMENT_LINES.sub("", text[end:last]).strip():
            return CannotEdit(f"{self.place(span.start)}: it does not stand on lines of its own")
        above = _COMMENTS_ABOVE.search(text[:first])
        first = first if above is None else above.start()
        empty = _EMPTY_ABOVE.search(text[:first])
        after = _EMPTY_LINE.match(text, last)
        if empty is not None and not any(one.holds(empty.start(1) + file.base) for one in self.gone):
            first = empty.start(1)
        elif after is not None and not text[:first].strip():
            last = after.end()
        self.replace(Span(first + file.base, last + file.base), "")
        return None

    def mentions(self, address: str) -> Iterator[int]:
        """Where the root module's files name a resource, data source or local value; comments do not count."""
        pattern = re.compile(rf"(?<![\w.-]){re.escape(address)}(?![\w-])")
        for name, file in self.files.items():
            if name not in self._bare:
                self._bare[name] = _without_comments(file)
            yield from (found.start() + file.base for found in pattern.finditer(self._bare[name]))

    def texts(self) -> dict[str, str]:
        """The changed files, by name in reports."""
        changed = {name: spliced(self.files[name].text, splices) for name, splices in self.splices.items()}
        return changed | self.others


def open_files(configuration: Configuration, names: Iterable[str]) -> EditedFiles:
    """The files of those names, as the configuration read them."""
    evaluator = configuration.evaluator
    files = {name: file for name in names if (file := evaluator.sources.named(name)) is not None}
    return EditedFiles(configuration, files)


def blocks_within(body: Body) -> Iterator[Block]:
    """All blocks, those within others too."""
    for block in body.blocks:
        yield block
        yield from blocks_within(block.body)


def _ends_of(file: SourceFile) -> dict[int, int]:
    """Where what begins at an offset of the file ends, without the comments and white space behind it."""
    sources = Sources()
    gaps, things = spans_of(sources, sources.add(file.name, file.text))
    before = {end: start for start, end in gaps if end > start}
    ends: dict[int, int] = {}
    for start, end in things:
        while end in before and before[end] >= start:
            end = before[end]
        ends[start] = max(end, ends.get(start, 0))
    return ends


def _without_comments(file: SourceFile) -> str:
    sources = Sources()
    gaps, _ = spans_of(sources, sources.add(file.name, file.text))
    text = list(file.text)
    for start, end in gaps:
        text[start:end] = " " * (end - start)
    return "".join(text)
