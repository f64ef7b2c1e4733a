"""Where things stand in the files of one Terraform configuration.

All files that are read - the module's, its child modules', the JSON that `file()` names - stand one behind the other in
one range of offsets, so a value carries one number wherever it came from, and a policy put together from several files
still has each statement's own place.
"""

from bisect import bisect_right
from dataclasses import dataclass

from secrets_cli.errors import TooLarge
from secrets_cli.iam.json_text import Places
from secrets_cli.iam.location import Location

MAX_CHARACTERS = 4 * 1024 * 1024
"""Of one file; Terraform's own largest examples have some 200 KB."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was read."""

    name: str
    """As the reader knows it."""
    text: str
    base: int
    """The offset of its first character."""


class Sources(Places):
    """The files read so far; turns an offset into `file:line:column`."""

    __slots__ = ("_bases", "_files", "_next", "_places")

    def __init__(self) -> None:
        self._files: list[SourceFile] = []
        self._bases: list[int] = []
        self._places: list[Places] = []
        self._next = 0

    def add(self, name: str, text: str, limit: int = MAX_CHARACTERS) -> SourceFile:
        """Take in a file. Raises TooLarge past the limit of characters."""
        if len(text) > limit:
            raise TooLarge(
                f"`{name}` has {len(text)} characters; at most {limit} are read",
                help="leave the file out, or split it",
            )
        added = SourceFile(name, text, self._next)
        self._files.append(added)
        self._bases.append(added.base)
        self._places.append(Places(text, name))
        self._next += len(text) + 1
        return added

    def at(self, offset: int) -> Location:
        """Where the character at `offset` stands, counted from 1."""
        index = bisect_right(self._bases, offset) - 1
        return self._places[index].at(offset - self._bases[index])

    def file_at(self, offset: int) -> SourceFile:
        """The file that holds the offset."""
        return self._files[bisect_right(self._bases, offset) - 1]

    def named(self, name: str) -> SourceFile | None:
        """The first file of the name that was read."""
        return next((one for one in self._files if one.name == name), None)

    def slice(self, start: int, end: int) -> str:
        """The text between two offsets of one file."""
        file = self.file_at(start)
        return file.text[start - file.base : end - file.base]
