"""Where something stands in a document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file, as `file:line:column`."""

    file: str
    """The name the reader knows the document by: a path, `-`, or a name given by the caller."""
    line: int
    """1-based."""
    column: int
    """1-based, in characters."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
