"""A piece of somebody's file around a place, with line numbers and a caret: what may be shown of it, and no more."""

import bisect
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from secrets_cli.report.hidden_values import covered_lines, hidden_spans
from secrets_cli.report.printable import cells, columns
from secrets_cli.secret_value import MASK

_BREAK = re.compile(r"\r\n|\n|\r")
_CUT = "…"
_LONGEST = 2_000_000
"""Characters of a line of which a frame is still made."""
_REACH = 1_000
"""Characters to either side of the place that are looked at: no terminal is wider."""


@dataclass(frozen=True, slots=True)
class FrameLine:
    """One line of a frame, fit to be shown."""

    number: int
    """1-based; 0 for the line that holds the caret."""
    text: str


@dataclass(slots=True)
class FramedFile:
    """The lines of one file, and which of them are known to hold a secret's value.

    INVARIANT: no frame shows a value that `hidden_spans` hides, nor any value of a line in `secret_lines`.
    """

    text: str
    secret_lines: frozenset[int] = frozenset()
    """1-based numbers of lines on which a rule found a secret."""
    _lines: list[str] = field(init=False)
    _covered: frozenset[int] = field(init=False)
    _hidden: dict[int, tuple[tuple[int, int], ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._lines = _BREAK.split(self.text.removeprefix("\ufeff"))
        self._covered = covered_lines(self._lines)

    def frame(self, line: int, column: int, width: int, context: bool = True) -> tuple[FrameLine, ...]:
        """The line and a caret under its column, cut to `width` columns around it; empty where there is no such place.

        With `context` also the lines before and after, where they are not blank and nothing on them must be hidden.
        """
        if not self._has(line) or not 1 <= column <= len(self._lines[line - 1]) + 1:
            return ()
        shown, caret, start = self._cut(line, column, width)
        before = self._context(line - 1, start, width) if context else ()
        after = self._context(line + 1, start, width) if context else ()
        return (*before, FrameLine(line, shown), FrameLine(0, " " * caret + "^"), *after)

    def _has(self, line: int) -> bool:
        return 1 <= line <= len(self._lines) and len(self._lines[line - 1]) <= _LONGEST

    def _context(self, line: int, start: int, width: int) -> tuple[FrameLine, ...]:
        if not self._has(line) or not self._lines[line - 1].strip() or self._hides(line):
            return ()
        text = self._lines[line - 1]
        return (FrameLine(line, _fitted(cells(text[:_REACH]), min(start, len(text)), width)),)

    def _cut(self, line: int, column: int, width: int) -> tuple[str, int, int]:
        """The line as shown, the caret's place in it, and the character that it is shown from."""
        text = self._lines[line - 1]
        first = max(column - 1 - _REACH, 0)
        shown = cells(text[first : column - 1 + _REACH])
        at = column - 1 - first
        for begin, end in self._hides(line):
            for index in range(max(begin - first, 0), min(end - first, len(shown))):
                shown[index] = ""
            if 0 <= max(begin - first, 0) < min(end - first, len(shown)):
                shown[max(begin - first, 0)] = MASK
                at = max(begin - first, 0) if begin - first < at < end - first else at
        start = _start(shown, at, width)
        fitted = _fitted(shown, start, width, is_cut=start > 0 or first > 0)
        return fitted, columns("".join(shown[start:at])) + (1 if start or first else 0), start + first

    def _hides(self, line: int) -> Sequence[tuple[int, int]]:
        if line - 1 in self._covered:
            return ((0, len(self._lines[line - 1])),)
        if line not in self._hidden:
            self._hidden[line] = hidden_spans(self._lines[line - 1], line in self.secret_lines)
        return self._hidden[line]


def _start(shown: Sequence[str], at: int, width: int) -> int:
    """From which cell on a line is shown so that the one at `at` is seen with two thirds of the width behind it."""
    if columns("".join(shown[: at + 1])) <= width * 2 // 3 or columns("".join(shown)) <= width:
        return 0
    back = list(itertools.accumulate(columns(cell) for cell in reversed(shown[:at])))
    return at - bisect.bisect_right(back, width // 3)


def _fitted(shown: Sequence[str], start: int, width: int, is_cut: bool = False) -> str:
    """The cells from `start` on that fit into the width, with a mark where something is left out."""
    if not "".join(shown[start:]):
        return _CUT if is_cut else ""
    room = width - is_cut
    sizes = list(itertools.accumulate(columns(cell) for cell in shown[start:]))
    if sizes[-1] <= room:
        kept, end = "".join(shown[start:]), ""
    else:
        kept, end = "".join(shown[start : start + bisect.bisect_right(sizes, room - 1)]), _CUT
    return f"{_CUT if is_cut else ''}{kept}{end}"
