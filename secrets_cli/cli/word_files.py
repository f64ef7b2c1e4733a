"""The keep-lists and never-lists a command line names."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secrets_cli.catalog.catalog import Catalog
    from secrets_cli.narrow.word_lists import WordLists


def word_lists_in(keep: Iterable[Path], never: Iterable[Path], catalog: "Catalog") -> "WordLists":
    """The lists of the files, checked before any log is read. Raises as read_text, parse_word_list and checked do."""
    from secrets_cli.cli.reading import read_text
    from secrets_cli.narrow.word_lists import WordLists, checked, parse_word_list

    kept, forbidden = (
        tuple(word for path in paths for word in parse_word_list(read_text(path), str(path))) for paths in (keep, never)
    )
    return checked(WordLists(kept, forbidden), catalog)
