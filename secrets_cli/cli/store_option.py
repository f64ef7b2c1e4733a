"""`--store[=PATH]`: a place for what is read, or the usual one.

The command line's parser has no options whose value may be left out, and `--store logs/` must not take the logs for the
store: so a bare `--store` is given an empty value before the words are parsed, and another value is only taken behind `=`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

_COMMANDS = (("usage", "scan"), ("role", "narrow"), ("role", "audit"))

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="[=PATH]",
        help="Remember what is read, and read only what is new; in the user's cache folder, or the file PATH.",
    ),
]
StorePathOption = Annotated[
    Path | None, typer.Option("--store", metavar="PATH", help="The store's file. Default: in the user's cache folder.")
]


def with_bare_store(arguments: Sequence[str]) -> list[str]:
    """The words with an empty value given to a bare `--store`, where the command reads logs."""
    words = list(arguments)
    if tuple(words[:2]) not in _COMMANDS:
        return words
    end = words.index("--") if "--" in words else len(words)
    return [f"{word}=" if place < end and word == "--store" else word for place, word in enumerate(words)]


def store_path(value: str | Path | None) -> Path:
    """The file meant by the option; the usual one where it has no value."""
    from secrets_cli.usage.store.place import default_path

    return Path(value).expanduser() if value else default_path()
