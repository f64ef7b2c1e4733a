"""Heredocs and the escapes of quoted strings in Terraform's language.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

import re
from dataclasses import dataclass

_OPENING = re.compile(r"<<(-?)([^\W\d][\w-]*)\r?\n")
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_HEX = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
_MAX_CODE = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Heredoc:
    """Where a heredoc's text stands."""

    begin: int
    """Of the first character after the opening line."""
    end: int
    """Behind the last line feed of the text, where the closing line begins."""
    after: int
    """Behind the closing word."""
    indent: int
    """How many blanks `<<-` takes from the beginning of each line."""

    def indent_at(self, text: str, position: int) -> int:
        """How many of them stand there; a blank line may have fewer."""
        count = 0
        while count < self.indent and text[position + count : position + count + 1] in (" ", "\t"):
            count += 1
        return count


def find_heredoc(text: str, position: int) -> Heredoc | None:
    """The heredoc that opens at `position`, or None where none opens or it is not closed."""
    opening = _OPENING.match(text, position)
    if opening is None:
        return None
    word = opening.group(2)
    closing = re.compile(rf"^[ \t]*{re.escape(word)}(?=[ \t]*\r?$)", re.MULTILINE).search(text, opening.end())
    if closing is None:
        return None
    indent = 0
    if opening.group(1):
        indent = _common_indent(text[opening.end() : closing.start()], len(closing.group()) - len(word))
    return Heredoc(opening.end(), closing.start(), closing.end(), indent)


def _common_indent(body: str, closing: int) -> int:
    """The smallest indentation of a line that is not blank; `closing` where there is none."""
    indents = [len(line) - len(line.lstrip(" \t")) for line in body.split("\n") if line.strip()]
    return min(indents, default=closing)


def escape_at(text: str, position: int) -> tuple[str, int] | None:
    """The character that the escape at `position` means and the escape's length; None where it is no escape."""
    simple = _SIMPLE.get(text[position + 1 : position + 2])
    if simple is not None:
        return simple, 2
    match = _HEX.match(text, position)
    if match is None:
        return None
    code = int(match.group(1) or match.group(2), 16)
    if code > _MAX_CODE or code in _SURROGATES:
        return None
    return chr(code), len(match.group())
