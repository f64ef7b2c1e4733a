"""Where a reader of Terraform's language stands in a file, and its steps over white space, comments, words and brackets."""

import re
from typing import NoReturn

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.inputs.terraform_source import SourceFile, Sources

MAX_DEPTH = 48
"""Levels of blocks, brackets and templates within each other; a policy written out needs ten."""

_COMMENT = r"#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/"
SPACE = re.compile(rf"(?:[ \t\r]+|{_COMMENT})*+")
"""Within a line."""
_SPACE_AND_LINES = re.compile(rf"(?:[ \t\r\n]+|{_COMMENT})*+")
NAME = re.compile(r"[^\W\d][\w-]*")
"""A word: of an attribute, a block, a function."""


class Cursor:
    """A place in a file. `position` counts from the beginning of the file; what goes into the tree counts from the
    beginning of all sources, which is `base` further."""

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
        """Raise MalformedInput at the position, or where the cursor stands."""
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
        """One level deeper. Raises TooLarge past MAX_DEPTH."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            place = self.sources.at(self.base + self.position)
            raise TooLarge(f"{place}: nested deeper than {MAX_DEPTH} levels", help="a policy needs ten levels")

    def skip(self) -> None:
        """Past white space and comments, and past line ends within brackets."""
        match = (_SPACE_AND_LINES if self.multi_line else SPACE).match(self.text, self.position, self.end)
        if match is not None:
            self.position = match.end()

    def skip_lines(self) -> None:
        """Past white space, comments and line ends."""
        match = _SPACE_AND_LINES.match(self.text, self.position, self.end)
        if match is not None:
            self.position = match.end()

    def peek(self, length: int = 1) -> str:
        """The next characters."""
        return self.text[self.position : min(self.position + length, self.end)]

    def take(self, token: str) -> bool:
        """Step over the token where it stands here."""
        if self.text.startswith(token, self.position, self.end):
            self.position += len(token)
            return True
        return False

    def expect(self, token: str, opened: int | None = None) -> None:
        """Step over the token, which must stand here; `opened` is where the bracket stands that it closes."""
        if self.take(token):
            return
        found = self.seen()
        closes = f" to close what {self.sources.at(self.base + opened)} opens" if opened is not None else ""
        self.fail(f"{found} where `{token}` is expected{closes}")

    def name(self) -> str | None:
        """Step over a word, where one stands here."""
        match = NAME.match(self.text, self.position, self.end)
        if match is None:
            return None
        self.position = match.end()
        return match.group()
