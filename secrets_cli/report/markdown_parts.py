"""Markdown within the room that GitHub gives a comment: what does not fit is left out whole, and how much is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.wording import how_many

LONGEST = 65_536
"""Characters that GitHub takes as a comment; bytes are counted here, which are never fewer."""
_END = 200
"""Bytes kept for each thing that is said where something had to be left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its items, of which as many are written as there is room for."""

    heading: Sequence[str]
    items: Sequence[str]
    noun: str
    """What one item is, to say how many were left out; its plural takes an `s`."""
    close: Sequence[str] = ()

    def within(self, room: int) -> list[str]:
        """The lines that fit in `room` bytes; none where there are no items."""
        if not self.items:
            return []
        lines = list(self.heading)
        left = room - sum(_size(line) for line in (*self.heading, *self.close))
        for index, item in enumerate(self.items):
            left -= _size(item)
            if left < 0:
                rest = how_many(len(self.items) - index, self.noun)
                return [*lines, "", f"{rest} not shown here, as there is no room.", *self.close, ""]
            lines.append(item)
        return [*lines, *self.close, ""]


def within(longest: int, head: Sequence[str], parts: Sequence[Part]) -> str:
    """The head, and of the parts in their order what fits; never longer than `longest` bytes of UTF-8."""
    room = longest - len(parts) * _END - sum(_size(line) for line in head)
    lines = list(head)
    for part in parts:
        made = part.within(room)
        lines += made
        room -= sum(_size(line) for line in made)
    return "\n".join(lines).rstrip("\n") + "\n"


def _size(line: str) -> int:
    return len(line.encode("utf-8", "replace")) + 1
