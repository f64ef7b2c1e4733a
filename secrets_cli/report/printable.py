"""Text of others, made fit to be shown: no control character, no workflow command, no invisible mark gets through.

File names, policies and messages about them are somebody else's text. On a terminal an escape code in it could move the
cursor or hide a line; in the log of a CI job a line of it could be a command to the runner.
"""

import unicodedata

from secrets_cli.inputs.found import UNKNOWN

_TAB = 4
_UNKNOWN_SHOWN = "<unknown>"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
"""Marks inside emoji: of no width, and harmless."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co"})
"""Categories of which a terminal shows nothing, or something else than is there: controls, marks of direction, halves of
surrogate pairs, separators of lines, private use."""


def printable(text: str) -> str:
    """The text on one line: what is invisible is written as an escape (`\\x1b`), what is unknown as `<unknown>`.

    `::` at its start and `##[` anywhere, by which a GitHub runner knows a command, are broken up by an escape:
    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    """
    shown = "".join(_character(character) for character in text).replace("##[", "##\\x5b")
    bare = shown.lstrip()
    return f"{shown[: len(shown) - len(bare)]}\\x3a{bare[1:]}" if bare.startswith("::") else shown


def cells(line: str) -> list[str]:
    """What is shown for each character of a line, one by one; a tab fills up to the next fourth column."""
    shown: list[str] = []
    column = 0
    for index, character in enumerate(line):
        cell = " " * (_TAB - column % _TAB) if character == "\t" else _character(character)
        if character == "[" and line[max(index - 2, 0) : index] == "##":
            cell = "\\x5b"
        shown.append(cell)
        column += columns(cell)
    return shown


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: two for wide characters, none for combining ones."""
    return sum(_width(character) for character in text)


def _character(character: str) -> str:
    if character == UNKNOWN:
        return _UNKNOWN_SHOWN
    if character in _JOINERS or unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00  # a byte of a file's name that is no UTF-8 (PEP 383)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _width(character: str) -> int:
    if character.isascii():
        return 1
    if character in _JOINERS or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
