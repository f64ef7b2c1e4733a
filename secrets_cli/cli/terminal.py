"""Writing to the two streams: results to stdout, everything else to stderr."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, cast

import typer

from secrets_cli.json_value import JsonValue

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


_NO_UTF_8 = re.compile("[\ud800-\udfff]")
_TOGETHER = 1_000
"""Items of a long list made into text at once."""
_CLOSE = "\n  ]"
_WIDTH = 160
"""Columns where no terminal says how many."""
_ANY_WIDTH = 100_000
"""Columns, where lines may be as long as they are: no terminal, so nothing to fit in."""


def write_json(document: Mapping[str, JsonValue]) -> None:
    """One JSON document to stdout, as `json_text` writes it."""
    sys.stdout.write(f"{json_text(document)}\n")


def write_large_json(document: Mapping[str, JsonValue], key: str, items: Iterable[Mapping[str, JsonValue]]) -> None:
    """The same text of a document whose list `key`, empty in `document`, is of the items: they are taken as they are written,
    so memory does not grow with them, and several times as fast. Its numbers must be whole: others may be written another way."""
    empty = f'\n  "{key}": []'
    head, found, tail = json_text(document).partition(empty)
    assert found, "the document has the list, and no other line is like it at the top"
    sys.stdout.write(head + empty[:-1])
    rest = iter(items)
    is_first = True
    while some := list(islice(rest, _TOGETHER)):
        sys.stdout.write(_lines_of(some) if is_first else f",{_lines_of(some)}")
        is_first = False
    sys.stdout.write(f"{']' if is_first else _CLOSE}{tail}\n")


def _lines_of(items: list[Mapping[str, JsonValue]]) -> str:
    """Items of a list at the top of a document, without its brackets."""
    import msgspec

    document = {"": items}
    try:
        text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    except UnicodeEncodeError:  # as `json_text` tells
        text = json_text(cast("Mapping[str, JsonValue]", document))
    return text.removeprefix('{\n  "": [').removesuffix(f"{_CLOSE}\n}}")


def json_text(document: JsonValue) -> str:
    """The document indented, keys in the order given, non-ASCII kept.

    Bytes of a file's name that are no UTF-8 could not be written: a document that holds some is all ASCII.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return json.dumps(document, indent=2) if _NO_UTF_8.search(text) else text


def write_text(text: str) -> None:
    """Text to stdout, ended by one line feed."""
    typer.echo(text)


def hint(text: str, quiet: bool = False) -> None:
    """A line for the reader on stderr, left out with `--quiet`."""
    if not quiet:
        typer.echo(text, err=True)


def warn(text: str) -> None:
    """A warning on stderr; `--quiet` does not silence it."""
    typer.echo(f"warning: {text}", err=True)


def console(no_color: bool = False, stderr: bool = False) -> "Console":
    """A rich console on stdout (or stderr), loaded when a table is really drawn."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # A file or a pipe has no width of its own: ARNs should not be broken there.
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH
    return Console(no_color=no_color, stderr=stderr, highlight=False, soft_wrap=False, width=width)


def print_report(report: "RenderableType", *, no_color: bool, stderr: bool = False) -> None:
    """The report to stdout (or stderr): fitted to a terminal, else each row on one line, so that no ARN is broken."""
    out = console(no_color, stderr)
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty():
        out.print(report)
        return
    out.width = _ANY_WIDTH
    with out.capture() as captured:
        out.print(report)
    stream.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())
