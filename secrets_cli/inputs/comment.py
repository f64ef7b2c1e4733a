"""A comment of a file, with what it stands beside or above.

A comment beside something on its line speaks of what begins on that line; a comment on a line of its own of what begins on the
next line that holds more than comments. What begins there - a statement, a block, a setting with its value - is covered to
its last line; the largest, where several begin on one line.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from secrets_cli.iam.location import Location


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment of one line."""

    text: str
    """Without the sign that begins it and without white space around."""
    location: Location
    """Of the sign."""
    lines: tuple[int, int]
    """The first and the last line of what it speaks of, both included, counted from 1; its own where nothing follows it."""
    section: bool = False
    """Whether that is a whole section of the file, such as `Resources:`."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that begins on one line and ends on that or a later one."""

    first: int
    last: int
    section: bool = False


class Extents:
    """What begins on which line."""

    __slots__ = ("_busy", "_things")

    def __init__(self, things: Iterable[Thing], busy: Iterable[int]) -> None:
        """`busy` are the lines that hold more than comments."""
        self._busy = sorted(set(busy))
        self._things: dict[int, Thing] = {}
        for thing in things:
            known = self._things.get(thing.first)
            if known is None or thing.last > known.last:
                self._things[thing.first] = thing

    def of(self, line: int, beside: bool) -> Thing:
        """What a comment on the line speaks of; `beside` where something stands before it on the line."""
        if not beside:
            line = next((busy for busy in self._busy if busy > line), line)
        return self._things.get(line) or Thing(line, line)
