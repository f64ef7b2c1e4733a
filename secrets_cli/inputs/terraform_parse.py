"""From the text of a `.tf` file to its syntax tree.

An own reader, because the policies of many configurations stand in heredocs, whose `${...}` the grammar of python-hcl2
leaves unread, and because a gate reads whole repositories: that grammar takes some ten seconds for a megabyte, and 1.6
seconds to load where its cache cannot be written. Refuses with the place what Terraform refuses to parse; nested
deeper than MAX_DEPTH is TooLarge.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from secrets_cli.inputs.terraform_expression import ExpressionReader
from secrets_cli.inputs.terraform_source import SourceFile, Sources
from secrets_cli.inputs.terraform_syntax import Attribute, Block, Body, Chunk, Escape, Expression, Template
from secrets_cli.inputs.terraform_template import Heredoc


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


class _Reader(ExpressionReader):
    """Reads bodies and their blocks."""

    __slots__ = ()

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
                    self.fail(f"{self.seen()} where `=`, a label or `{{` is expected after `{kind}`")
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


def spans_of(sources: Sources, file: SourceFile) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Where comments and white space stand, and where blocks and expressions do: each (begin, end) from the beginning of
    the file. Raises as `parse_terraform`."""
    reader = _SpanReader(sources, file)
    reader.skip_lines()
    reader.body(top=True)
    return tuple(sorted(reader.gaps)), tuple(reader.things)


class _SpanReader(_Reader):
    """Reads a file for where its parts begin and end."""

    __slots__ = ("gaps", "things")

    def __init__(self, sources: Sources, file: SourceFile) -> None:
        super().__init__(sources, file)
        self.gaps: set[tuple[int, int]] = set()
        self.things: list[tuple[int, int]] = []

    def skip(self) -> None:
        start = self.position
        super().skip()
        self.gaps.add((start, self.position))

    def skip_lines(self) -> None:
        start = self.position
        super().skip_lines()
        self.gaps.add((start, self.position))

    def expression(self) -> Expression:
        start = self.position
        found = super().expression()
        self.things.append((start, self.position))
        return found

    def block(self, kind: str, start: int) -> Block:
        found = super().block(kind, start)
        self.things.append((start, self.position))
        return found
