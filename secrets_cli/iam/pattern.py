"""Glob patterns of the policy language: `*` is any run of characters, `?` any one character.

A match takes time proportional to the text times the pattern's length, whatever the pattern: there is no backtracking
over the stars. Both wildcards cross every character, `:` and `/` included.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (a `*` at the end of
an ARN segment matches beyond the colon), https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

import enum
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

Matcher: TypeAlias = Callable[[str], bool]


class Wildcard(enum.Enum):
    """A character of a pattern that stands for others."""

    STAR = "*"
    ANY = "?"


Token: TypeAlias = str | Wildcard
"""A run of literal characters, or a wildcard."""

_PIECES = re.compile(r"[*?]|[^*?]+")


def tokens(pattern: str) -> Iterator[Token]:
    """The pattern as literal runs and wildcards, in order."""
    for piece in _PIECES.findall(pattern):
        yield Wildcard(piece) if piece in ("*", "?") else piece


def matches(pattern: str, text: str, ignore_case: bool = False) -> bool:
    """Whether the whole text matches the pattern; with `ignore_case`, ASCII letters are compared without case."""
    if ignore_case:
        return compiled(ascii_lower(pattern))(ascii_lower(text))
    return compiled(pattern)(text)


@lru_cache(maxsize=65536)
def compiled(pattern: str) -> Matcher:
    """The pattern as a test of a whole text, case-sensitive; cached."""
    return matcher_of(tokens(pattern))


def matcher_of(pieces: Iterable[Token]) -> Matcher:
    """A test of a whole text from tokens, in which a literal `*` or `?` may stand inside a literal run."""
    segments = _segments(pieces)
    if len(segments) == 1:
        return _whole(segments[0])
    head, tail = segments[0], segments[-1]
    middle = tuple(segment for segment in segments[1:-1] if segment.width)
    if not middle and head.plain is not None and tail.plain is not None:
        return _ends(head.plain, tail.plain)
    return _Stars(head, middle, tail)


def ascii_lower(text: str) -> str:
    """The text with ASCII letters in lower case and every other character as it was."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class _Segment:
    """What stands between two stars: literal characters and `?`, so its width is fixed."""

    __slots__ = ("_regex", "plain", "width")

    def __init__(self, pieces: list[Token]) -> None:
        self.width = sum(len(piece) if isinstance(piece, str) else 1 for piece in pieces)
        self.plain: str | None = None
        if all(isinstance(piece, str) for piece in pieces):
            self.plain = "".join(piece for piece in pieces if isinstance(piece, str))
        # INVARIANT: the expression has no repetition, so that searching it never backtracks.
        self._regex = re.compile(
            "".join(re.escape(piece) if isinstance(piece, str) else "." for piece in pieces), re.DOTALL
        )

    def at(self, text: str, start: int) -> bool:
        """Whether the segment stands at `start`."""
        if self.plain is not None:
            return text.startswith(self.plain, start)
        return self._regex.match(text, start) is not None

    def after(self, text: str, start: int, end: int) -> int:
        """Where the leftmost occurrence within `start`..`end` ends, or -1."""
        if self.plain is not None:
            found = text.find(self.plain, start, end)
            return -1 if found < 0 else found + self.width
        match = self._regex.search(text, start, end)
        return -1 if match is None else match.end()


class _Stars:
    """The general case: a head, segments in any distance, a tail. Taking each segment leftmost is enough."""

    __slots__ = ("_head", "_middle", "_tail")

    def __init__(self, head: _Segment, middle: tuple[_Segment, ...], tail: _Segment) -> None:
        self._head = head
        self._middle = middle
        self._tail = tail

    def __call__(self, text: str) -> bool:
        position = self._head.width
        end = len(text) - self._tail.width
        if end < position or not self._head.at(text, 0) or not self._tail.at(text, end):
            return False
        for segment in self._middle:
            position = segment.after(text, position, end)
            if position < 0:
                return False
        return True


def _segments(pieces: Iterable[Token]) -> list[_Segment]:
    runs: list[list[Token]] = [[]]
    for piece in pieces:
        if piece is Wildcard.STAR:
            runs.append([])
        else:
            runs[-1].append(piece)
    return [_Segment(run) for run in runs]


def _whole(segment: _Segment) -> Matcher:
    plain = segment.plain
    if plain is not None:
        return lambda text: text == plain
    width = segment.width
    return lambda text: len(text) == width and segment.at(text, 0)


def _ends(head: str, tail: str) -> Matcher:
    if not tail:
        return (lambda text: text.startswith(head)) if head else (lambda _: True)
    if not head:
        return lambda text: text.endswith(tail)
    shortest = len(head) + len(tail)
    return lambda text: len(text) >= shortest and text.startswith(head) and text.endswith(tail)
