"""From the text of a `.tf` file to its syntax tree.

An own reader, because the policies of many configurations stand in heredocs, whose `${...}` the grammar of python-hcl2
leaves unread, and because a gate reads whole repositories: that grammar takes some ten seconds for a megabyte, and 1.6
seconds to load where its cache cannot be written. Refuses with the place what Terraform refuses to parse; nested
deeper than MAX_DEPTH is TooLarge.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

import re
from typing import NoReturn

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.inputs.terraform_source import SourceFile, Sources
from secrets_cli.inputs.terraform_syntax import (
    Access,
    Attr,
    Attribute,
    Block,
    Body,
    Call,
    Chunk,
    Conditional,
    Directive,
    Escape,
    Expression,
    ForList,
    Index,
    Item,
    Mapping,
    Not,
    NumberLiteral,
    Operation,
    Other,
    Sequence,
    Splat,
    Step,
    Template,
    Word,
)
from secrets_cli.inputs.terraform_template import Heredoc, escape_at, find_heredoc

MAX_DEPTH = 48
"""Levels of blocks, brackets and templates within each other; a policy written out needs ten."""

_COMMENT = r"#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/"
_SPACE = re.compile(rf"(?:[ \t\r]+|{_COMMENT})*+")
_SPACE_AND_LINES = re.compile(rf"(?:[ \t\r\n]+|{_COMMENT})*+")
_NAME = re.compile(r"[^\W\d][\w-]*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LEGACY_INDEX = re.compile(r"[0-9]+")
_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[-<>+*/%]")
_QUOTED_RUN = re.compile(r'(?:[^"\\\n$%]|[$%](?!\{|[$%]\{))+')
_HEREDOC_RUN = re.compile(r"(?:[^$%\n]|[$%](?!\{|[$%]\{))*\n?")


def parse_terraform(sources: Sources, file: SourceFile) -> Body:
    """The file's body. Raises MalformedInput where the text stops being Terraform's language."""
    reader = _Reader(sources, file)
    reader.skip_lines()
    body = reader.body(top=True)
    if reader.position < len(file.text):
        reader.fail(f"`{reader.text[reader.position]}` where an attribute or a block is expected")
    return body


def parse_expression(sources: Sources, file: SourceFile) -> Expression:
    """The one expression that the file holds, as the value of a variable given on the command line."""
    reader = _Reader(sources, file)
    reader.multi_line = True
    reader.skip()
    found = reader.expression()
    reader.skip()
    if reader.position < len(file.text):
        reader.fail("text follows the end of the expression")
    return found


def parse_template(sources: Sources, file: SourceFile) -> Template:
    """The whole file as one template, as `templatefile()` reads it."""
    reader = _Reader(sources, file)
    parts = reader.heredoc_parts(Heredoc(reader.position, reader.end, reader.end, 0))
    return Template(tuple(parts), file.base)


class _Reader:
    """Recursive descent; the recursion ends at MAX_DEPTH. `position` counts from the beginning of the file, what goes
    into the tree from the beginning of all sources."""

    __slots__ = ("base", "depth", "end", "multi_line", "position", "sources", "text")

    def __init__(self, sources: Sources, file: SourceFile) -> None:
        self.sources = sources
        self.text = file.text
        self.base = file.base
        self.position = 1 if file.text.startswith("\ufeff") else 0
        self.end = len(file.text)
        self.depth = 0
        self.multi_line = False

    def fail(self, what: str, position: int | None = None) -> NoReturn:
        place = self.sources.at(self.base + (self.position if position is None else position))
        raise MalformedInput(
            f"{place}: {what}", help="correct the Terraform file at this place; `terraform fmt` finds it"
        )

    def seen(self) -> str:
        """What stands here, for messages."""
        match self.peek():
            case "":
                return "the end of the file"
            case "\n" | "\r":
                return "the end of the line"
            case character:
                return f"`{character}`"

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            place = self.sources.at(self.base + self.position)
            raise TooLarge(f"{place}: nested deeper than {MAX_DEPTH} levels", help="a policy needs ten levels")

    def skip(self) -> None:
        """Past white space and comments, and past line ends within brackets."""
        match = (_SPACE_AND_LINES if self.multi_line else _SPACE).match(self.text, self.position, self.end)
        if match is not None:
            self.position = match.end()

    def skip_lines(self) -> None:
        match = _SPACE_AND_LINES.match(self.text, self.position, self.end)
        if match is not None:
            self.position = match.end()

    def peek(self, length: int = 1) -> str:
        return self.text[self.position : min(self.position + length, self.end)]

    def take(self, token: str) -> bool:
        if self.text.startswith(token, self.position, self.end):
            self.position += len(token)
            return True
        return False

    def expect(self, token: str, opened: int | None = None) -> None:
        if self.take(token):
            return
        found = self.seen()
        closes = f" to close what {self.sources.at(self.base + opened)} opens" if opened is not None else ""
        self.fail(f"{found} where `{token}` is expected{closes}")

    def name(self) -> str | None:
        match = _NAME.match(self.text, self.position, self.end)
        if match is None:
            return None
        self.position = match.end()
        return match.group()

    # Bodies

    def body(self, top: bool = False) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        self.skip_lines()
        while self.position < self.end and (top or self.peek() != "}"):
            start = self.position
            name = self.name()
            if name is None:
                self.fail(f"`{self.peek()}` where an attribute or a block is expected")
            self.skip()
            if self.peek() == "=" and self.peek(2) != "==":
                if name in attributes:
                    first = self.sources.at(attributes[name].offset)
                    self.fail(f"`{name}` is given twice, first at {first}", start)
                self.position += 1
                self.skip()
                attributes[name] = Attribute(name, self.expression(), self.base + start)
            else:
                blocks.append(self.block(name, start))
            self.end_of_item()
        return Body(tuple(attributes.values()), tuple(blocks))

    def end_of_item(self) -> None:
        self.skip()
        if self.position < self.end and self.peek() not in ("\n", "}"):
            self.fail(f"`{self.peek()}` where the line must end")
        self.skip_lines()

    def block(self, kind: str, start: int) -> Block:
        labels: list[str] = []
        while self.peek() not in ("{", ""):
            if self.peek() == '"':
                labels.append(self.plain(self.quoted()))
            else:
                label = self.name()
                if label is None:
                    self.fail(
                        f"`{self.peek()}` where `=`, a label or `{{` is expected after `{kind}`".replace("\n", " ")
                    )
                labels.append(label)
            self.skip()
        opened = self.position
        self.expect("{")
        self.enter()
        body = self.body()
        self.expect("}", opened)
        self.depth -= 1
        return Block(kind, tuple(labels), body, self.base + start)

    def plain(self, template: Template) -> str:
        texts = [part.text for part in template.parts if isinstance(part, Chunk | Escape)]
        if len(texts) != len(template.parts):
            self.fail("a label must be a plain string", template.offset - self.base)
        return "".join(texts)

    # Expressions

    def expression(self) -> Expression:
        self.enter()
        start = self.position
        condition = self.operation()
        self.skip()
        if not self.take("?"):
            self.depth -= 1
            return condition
        self.skip()
        yes = self.expression()
        self.skip()
        self.expect(":")
        self.skip()
        no = self.expression()
        self.depth -= 1
        return Conditional(condition, yes, no, self.base + start, self.base + self.position)

    def operation(self) -> Expression:
        start = self.position
        operands = [self.operand()]
        operators: list[str] = []
        stop = self.position
        while True:
            self.skip()
            match = _OPERATOR.match(self.text, self.position, self.end)
            if match is None:
                break
            self.position = match.end()
            operators.append(match.group())
            self.skip()
            operands.append(self.operand())
            stop = self.position
        self.position = stop
        if not operators:
            return operands[0]
        return Operation(tuple(operands), tuple(operators), self.base + start, self.base + stop)

    def operand(self) -> Expression:
        start = self.position
        negations = 0
        minus = False
        while self.peek() in ("!", "-") and self.peek():
            minus = minus or self.peek() == "-"
            negations += 1
            self.position += 1
            self.skip()
        found = self.steps(self.primary())
        if minus:
            return Other(self.base + start, self.base + self.position)
        return Not(found, self.base + start) if negations % 2 else found

    def primary(self) -> Expression:
        start = self.position
        match self.peek():
            case '"':
                return self.quoted()
            case "(":
                return self.bracketed(start)
            case "[":
                return self.sequence(start)
            case "{":
                return self.mapping(start)
            case "<":
                return self.heredoc(start)
        number = _NUMBER.match(self.text, start, self.end)
        if number is not None:
            self.position = number.end()
            return NumberLiteral(number.group(), self.base + start)
        return self.word(start)

    def word(self, start: int) -> Expression:
        name = self.name()
        if name is None:
            found = self.seen()
            self.fail(f"{found} where a value is expected")
        while self.take("::"):
            name = f"{name}::{self.name() or ''}"
        if self.peek() == "(":
            return self.call(name, start)
        return Word(name, self.base + start)

    def bracketed(self, start: int) -> Expression:
        self.position += 1
        before, self.multi_line = self.multi_line, True
        self.skip()
        inner = self.expression()
        self.skip()
        self.expect(")", start)
        self.multi_line = before
        return inner

    def call(self, name: str, start: int) -> Call:
        opened = self.position
        self.position += 1
        before, self.multi_line = self.multi_line, True
        self.skip()
        arguments: list[Expression] = []
        spread = False
        while self.peek() != ")":
            arguments.append(self.expression())
            self.skip()
            spread = self.take("...")
            self.skip()
            if not self.take(","):
                break
            self.skip()
        self.expect(")", opened)
        self.multi_line = before
        return Call(name, tuple(arguments), spread, self.base + start, self.base + self.position)

    def steps(self, root: Expression) -> Expression:
        steps: list[Step] = []
        while True:
            start = self.position
            if self.peek() == "." and self.peek(3) != "...":
                self.position += 1
                steps.append(self.attr_step(start))
            elif self.peek() == "[":
                steps.append(self.index_step(start))
            else:
                break
        return Access(root, tuple(steps), root.offset, self.base + self.position) if steps else root

    def attr_step(self, start: int) -> Step:
        if self.take("*"):
            return Splat()
        match = _LEGACY_INDEX.match(self.text, self.position, self.end)
        if match is not None:
            self.position = match.end()
            return Attr(match.group(), self.base + start + 1)
        name = self.name()
        if name is None:
            self.fail("an attribute's name is expected after `.`")
        return Attr(name, self.base + start + 1)

    def index_step(self, start: int) -> Step:
        self.position += 1
        before, self.multi_line = self.multi_line, True
        self.skip()
        step: Step = Splat() if self.take("*") else Index(self.expression())
        self.skip()
        self.expect("]", start)
        self.multi_line = before
        return step

    # Collections

    def for_follows(self) -> bool:
        match = _NAME.match(self.text, self.position, self.end)
        return match is not None and match.group() == "for" and not self._is_key(match.end())

    def _is_key(self, position: int) -> bool:
        match = _SPACE.match(self.text, position, self.end)
        after = match.end() if match else position
        return self.text[after : after + 1] in ("=", ":", "")

    def sequence(self, start: int) -> Expression:
        self.position += 1
        before, self.multi_line = self.multi_line, True
        self.skip()
        found: Expression
        if self.for_follows():
            found = self.for_list(start)
        else:
            items: list[Expression] = []
            while self.peek() != "]":
                items.append(self.expression())
                self.skip()
                if not self.take(","):
                    break
                self.skip()
            found = Sequence(tuple(items), self.base + start)
        self.expect("]", start)
        self.multi_line = before
        return found

    def for_intro(self) -> tuple[tuple[str, ...], Expression]:
        self.position += len("for")
        self.skip()
        names: list[str] = []
        while True:
            name = self.name()
            if name is None:
                self.fail("a name is expected after `for`")
            names.append(name)
            self.skip()
            if not self.take(","):
                break
            self.skip()
        self.expect("in")
        self.skip()
        collection = self.expression()
        self.skip()
        self.expect(":")
        self.skip()
        return tuple(names), collection

    def for_condition(self) -> Expression | None:
        self.skip()
        match = _NAME.match(self.text, self.position, self.end)
        if match is None or match.group() != "if":
            return None
        self.position = match.end()
        self.skip()
        condition = self.expression()
        self.skip()
        return condition

    def for_list(self, start: int) -> ForList:
        names, collection = self.for_intro()
        value = self.expression()
        condition = self.for_condition()
        return ForList(names, collection, value, condition, self.base + start)

    def mapping(self, start: int) -> Expression:
        self.position += 1
        before, self.multi_line = self.multi_line, False
        self.skip_lines()
        found = self.for_mapping(start) if self.for_follows() else self.items(start)
        self.multi_line = before
        return found

    def for_mapping(self, start: int) -> Other:
        self.multi_line = True
        self.for_intro()
        self.expression()
        self.skip()
        self.expect("=>")
        self.skip()
        self.expression()
        self.skip()
        self.take("...")
        self.for_condition()
        self.expect("}", start)
        return Other(self.base + start, self.base + self.position)

    def items(self, start: int) -> Mapping:
        items: list[Item] = []
        while self.peek() != "}":
            items.append(self.item())
            self.skip()
            if not self.take(",") and self.peek() not in ("\n", "}"):
                self.fail("a comma or the end of the line is expected after the value", self.position)
            self.skip_lines()
            if self.position >= self.end:
                break
        self.expect("}", start)
        return Mapping(tuple(items), self.base + start)

    def item(self) -> Item:
        key = self.expression()
        if isinstance(key, Word):
            key = Template((Chunk(key.name, key.offset),), key.offset)
        self.skip()
        if not self.take("=") and not self.take(":"):
            self.expect("=")
        self.skip()
        return Item(key, self.expression())

    # Templates

    def quoted(self) -> Template:
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
