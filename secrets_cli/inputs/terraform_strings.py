"""Reads quoted strings and heredocs of Terraform's language, with the expressions in them.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

import re
from abc import ABC, abstractmethod

from secrets_cli.inputs.terraform_cursor import Cursor
from secrets_cli.inputs.terraform_syntax import Chunk, Directive, Escape, Expression, Template
from secrets_cli.inputs.terraform_template import Heredoc, escape_at, find_heredoc

_QUOTED_RUN = re.compile(r'(?:[^"\\\n$%]|[$%](?!\{|[$%]\{))+')
_HEREDOC_RUN = re.compile(r"(?:[^$%\n]|[$%](?!\{|[$%]\{))*\n?")


class StringReader(Cursor, ABC):
    """Reads strings; what reads the expressions in them is given by the class that derives from it."""

    __slots__ = ()

    @abstractmethod
    def expression(self) -> Expression:
        """The expression that stands here."""

    def quoted(self) -> Template:
        """A string in double quotes."""
        start = self.position
        self.position += 1
        parts: list[Chunk | Escape | Directive | Expression] = []
        while not self.take('"'):
            run = _QUOTED_RUN.match(self.text, self.position, self.end)
            if run is not None:
                parts.append(Chunk(run.group(), self.base + self.position))
                self.position = run.end()
                continue
            if self.peek() in ("", "\n"):
                self.fail("a string without its closing quote", start)
            parts.append(self.backslash() if self.peek() == "\\" else self.sigil())
        return Template(tuple(parts), self.base + start)

    def backslash(self) -> Escape:
        """An escape."""
        found = escape_at(self.text, self.position)
        if found is None:
            self.fail(f"`{self.peek(2)}` is no escape".replace("\n", " "))
        text, length = found
        escape = Escape(text, self.base + self.position)
        self.position += length
        return escape

    def sigil(self) -> Escape | Directive | Expression:
        """What begins with `$` or `%` and is not plain text."""
        start = self.position
        sigil = self.peek()
        if self.peek(2) == sigil * 2:
            self.position += 3
            return Escape(f"{sigil}{{", self.base + start)
        self.position += 2
        self.take("~")
        before, self.multi_line = self.multi_line, True
        self.skip()
        if sigil == "%":
            self.directive(start)
            self.multi_line = before
            return Directive(self.base + start)
        inner = self.expression()
        self.skip()
        self.take("~")
        self.expect("}", start)
        self.multi_line = before
        return inner

    def directive(self, start: int) -> None:
        """`%{ ... }`, read past."""
        match self.name():
            case "if":
                self.skip()
                self.expression()
            case "for":
                self.position -= len("for")
                self.for_directive()
            case "else" | "endif" | "endfor":
                pass
            case _:
                self.fail("a directive begins with `if`, `else`, `endif`, `for` or `endfor`", start)
        self.skip()
        self.take("~")
        self.expect("}", start)

    def for_directive(self) -> None:
        """`%{ for ... }`, read past."""
        self.position += len("for")
        self.skip()
        while self.name() is not None:
            self.skip()
            if not self.take(","):
                break
            self.skip()
        self.expect("in")
        self.skip()
        self.expression()

    def heredoc(self, start: int) -> Template:
        """A heredoc."""
        found = find_heredoc(self.text, start)
        if found is None:
            self.fail("a heredoc without its closing line" if self.peek(2) == "<<" else "`<` where a value is expected")
        self.enter()
        outer_end, self.end = self.end, min(found.end, self.end)
        before = self.multi_line
        parts = self.heredoc_parts(found)
        self.end, self.multi_line = outer_end, before
        self.position = found.after
        self.depth -= 1
        return Template(tuple(parts), self.base + start)

    def heredoc_parts(self, heredoc: Heredoc) -> list[Chunk | Escape | Directive | Expression]:
        """The parts of a heredoc, each line without its indentation."""
        parts: list[Chunk | Escape | Directive | Expression] = []
        self.position = heredoc.begin
        at_line_start = True
        while self.position < self.end:
            if at_line_start:
                self.position += heredoc.indent_at(self.text, self.position)
            run = _HEREDOC_RUN.match(self.text, self.position, self.end)
            if run is not None and run.group():
                parts.append(Chunk(run.group(), self.base + self.position))
                self.position = run.end()
                at_line_start = run.group().endswith("\n")
            elif self.position < self.end:
                parts.append(self.sigil())
                at_line_start = False
        return parts
