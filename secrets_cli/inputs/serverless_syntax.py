"""The variable syntax of the Serverless Framework: `${source(parameter, ..):address, fallback, ..}` within a text.

What starts like no source - `${AWS::Region}`, `${TableName}` - is plain text, as it is to the framework; `\\${` is an
escaped `${`. Beyond the framework's present syntax a variable may also stand as a fallback (`${opt:a, ${self:b}}`),
which its first versions took.

Source: https://www.serverless.com/framework/docs/guides/variables
"""

import re
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from secrets_cli.iam.json_text import JsonBool, JsonNode, JsonNull, JsonNumber, JsonString

MAX_NESTING = 16
"""Variables within variables of one text."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out, as the last fallback."""

    node: JsonNode
    """At offset 0; it stands where the text stands."""


@dataclass(frozen=True, slots=True)
class Call:
    """One source asked for one value: `file(config.yml):prod.key` is (`file`, [`config.yml`], `prod.key`)."""

    name: str
    parameters: tuple["Template", ...] | None
    """None where there are no brackets."""
    address: "Template | None"


@dataclass(frozen=True, slots=True)
class Variable:
    """A `${...}`: the first of its sources that has a value gives it."""

    text: str
    """As written."""
    sources: tuple["Literal | Call | Variable", ...]


@dataclass(frozen=True, slots=True)
class Malformed:
    """What begins as a variable and is none, up to the end of the text."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text taken apart."""

    parts: tuple[str | Variable | Malformed, ...]


Source: TypeAlias = Literal | Call | Variable


def parse_template(text: str) -> Template:
    """The text taken apart; a text without any variable is one part (none where it is empty)."""
    if "${" not in text:
        return Template((text,) if text else ())
    return Template(_Scanner(text).top())


class _NoVariable(Exception):
    """What stands here is no variable; its argument says why."""


_OPENING = re.compile(r"\$\{([a-z][A-Za-z0-9.-]*)(?=[:(])(?!:\s*:)")
_ESCAPES = re.compile(r"\\+(?=\$\{)")
_WORD = re.compile(r"[A-Za-z0-9.-]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_SPACE = re.compile(r"\s*")
_QUOTED = {"'": re.compile(r"'([^']*)'"), '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)}
_WORDS: dict[str, JsonNode] = {"true": JsonBool(True, 0), "false": JsonBool(False, 0), "null": JsonNull(0)}


class _Scanner:
    """Recursive descent over one text; the recursion ends at MAX_NESTING."""

    __slots__ = ("at", "depth", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def top(self) -> tuple[str | Variable | Malformed, ...]:
        parts: list[str | Variable | Malformed] = []
        plain = ""
        while self.at < len(self.text):
            start = self.at
            if _OPENING.match(self.text, start):
                if plain:
                    parts.append(plain)
                plain = ""
                parts.append(self.tried())
            else:
                plain += self.plain()
        if plain:
            parts.append(plain)
        return tuple(parts)

    def tried(self) -> Variable | Malformed:
        start = self.at
        try:
            return self.variable()
        except _NoVariable as why:
            self.at = len(self.text)
            return Malformed(self.text[start:], str(why))

    def plain(self) -> str:
        """The characters up to the next `${` or backslash before one; half of the backslashes before a `${` stay, and
        an odd one takes the `${` as text."""
        escapes = _ESCAPES.match(self.text, self.at)
        if escapes:
            run = len(escapes.group())
            self.at = escapes.end() + (2 if run % 2 else 0)
            return "\\" * (run // 2) + ("${" if run % 2 else "")
        start = self.at
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] not in "\\$":
            self.at += 1
        return self.text[start : self.at]

    def variable(self) -> Variable:
        """At an opening `${`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise _NoVariable(f"variables are nested deeper than {MAX_NESTING} levels")
        start = self.at
        self.at += 2
        sources: list[Source] = [self.source()]
        while self.peek() == ",":
            self.at += 1
            self.skip()
            sources.append(self.source())
        if self.peek() != "}":
            self.fail("its closing `}` is missing")
        self.at += 1
        self.depth -= 1
        return Variable(self.text[start : self.at], tuple(sources))

    def source(self) -> Source:
        """One source, and the white space behind it."""
        found: Source
        if self.peek() in _QUOTED:
            found = Literal(JsonString(self.quoted(), 0))
        elif self.peek() == "$":
            found = self.nested()
        else:
            found = self.call_or_word()
        self.skip()
        return found

    def nested(self) -> Variable:
        if not _OPENING.match(self.text, self.at):
            self.fail("a source is expected")
        return self.variable()

    def call_or_word(self) -> Call | Literal:
        word = _WORD.match(self.text, self.at)
        if word is None:
            self.fail("a source is expected")
        self.at = word.end()
        self.skip()
        if self.peek() and self.peek() in ":(":
            return self.call(word.group())
        if word.group() in _WORDS:
            return Literal(_WORDS[word.group()])
        if not _NUMBER.fullmatch(word.group()):
            self.fail(f"the fallback `{word.group()}` needs quotes")
        return Literal(JsonNumber(word.group(), 0))

    def call(self, name: str) -> Call:
        parameters = self.parameters() if self.peek() == "(" else None
        self.skip()
        if self.peek() != ":":
            return Call(name, parameters, None)
        self.at += 1
        self.skip()
        return Call(name, parameters, self.argument(",}"))

    def parameters(self) -> tuple[Template, ...]:
        found: list[Template] = []
        self.at += 1
        self.skip()
        while self.peek() != ")":
            argument = self.argument(",)")
            if argument is not None:
                found.append(argument)
            self.skip()
            if self.peek() == ",":
                self.at += 1
                self.skip()
            elif self.peek() != ")":
                self.fail("the `)` of its parameters is missing")
        self.at += 1
        return tuple(found)

    def argument(self, ends: str) -> Template | None:
        """A parameter or an address, up to one of the characters of `ends`; None for an empty one."""
        if self.peek() in _QUOTED:
            return Template((self.quoted(),))
        parts: list[str | Variable | Malformed] = []
        while self.peek() not in ends:
            parts.append(self.nested() if self.text.startswith("${", self.at) else self.characters(ends))
        if not parts:
            return None
        last = parts[-1]
        if isinstance(last, str):
            parts[-1] = last.rstrip()
        return Template(tuple(parts))

    def characters(self, ends: str) -> str:
        start = self.at
        self.at += 1
        while self.peek() not in ends and self.peek() != "$":
            self.at += 1
        return self.text[start : self.at]

    def quoted(self) -> str:
        found = _QUOTED[self.peek()].match(self.text, self.at)
        if found is None:
            self.fail("a closing quote is missing")
        self.at = found.end()
        return found.group(1)

    def peek(self) -> str:
        """The character here; empty at the end, which every set of `ends` holds."""
        return self.text[self.at : self.at + 1]

    def skip(self) -> None:
        space = _SPACE.match(self.text, self.at)
        if space is not None:
            self.at = space.end()

    def fail(self, why: str) -> NoReturn:
        raise _NoVariable(why)
