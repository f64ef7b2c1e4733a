"""Reads the expressions of Terraform's language.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#expressions
"""

import re

from secrets_cli.inputs.terraform_cursor import NAME, SPACE
from secrets_cli.inputs.terraform_strings import StringReader
from secrets_cli.inputs.terraform_syntax import (
    Access,
    Attr,
    Call,
    Chunk,
    Conditional,
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

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LEGACY_INDEX = re.compile(r"[0-9]+")
_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[-<>+*/%]")


class ExpressionReader(StringReader):
    """Recursive descent; the recursion ends at the cursor's MAX_DEPTH."""

    __slots__ = ()

    def expression(self) -> Expression:
        """A conditional, or what stands lower."""
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
        """Operands with operators between them."""
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
        """A value with the signs before it."""
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
        """A value without what follows it."""
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
        """A word or a call."""
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
        """An expression in round brackets."""
        self.position += 1
        before, self.multi_line = self.multi_line, True
        self.skip()
        inner = self.expression()
        self.skip()
        self.expect(")", start)
        self.multi_line = before
        return inner

    def call(self, name: str, start: int) -> Call:
        """A function's arguments."""
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
        """The root with the attributes and indexes that follow."""
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
        """What follows a full stop."""
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
        """What stands in square brackets."""
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
        """Whether `for` stands here as a keyword."""
        match = NAME.match(self.text, self.position, self.end)
        return match is not None and match.group() == "for" and not self._is_key(match.end())

    def _is_key(self, position: int) -> bool:
        match = SPACE.match(self.text, position, self.end)
        after = match.end() if match else position
        return self.text[after : after + 1] in ("=", ":", "")

    def sequence(self, start: int) -> Expression:
        """A list, or a `for` that makes one."""
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
        """The names and the collection of a `for`."""
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
        """What follows `if` in a `for`."""
        self.skip()
        match = NAME.match(self.text, self.position, self.end)
        if match is None or match.group() != "if":
            return None
        self.position = match.end()
        self.skip()
        condition = self.expression()
        self.skip()
        return condition

    def for_list(self, start: int) -> ForList:
        """`for` in square brackets."""
        names, collection = self.for_intro()
        value = self.expression()
        condition = self.for_condition()
        return ForList(names, collection, value, condition, self.base + start)

    def mapping(self, start: int) -> Expression:
        """An object, or a `for` that makes one."""
        self.position += 1
        before, self.multi_line = self.multi_line, False
        self.skip_lines()
        found = self.for_mapping(start) if self.for_follows() else self.items(start)
        self.multi_line = before
        return found

    def for_mapping(self, start: int) -> Other:
        """`for` in curly brackets, read past."""
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
        """The items of an object."""
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
        """One of them."""
        key = self.expression()
        if isinstance(key, Word):
            key = Template((Chunk(key.name, key.offset),), key.offset)
        self.skip()
        if not self.take("=") and not self.take(":"):
            self.expect("=")
        self.skip()
        return Item(key, self.expression())
