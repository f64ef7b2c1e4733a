"""Reading logs from the command line, with a progress bar where somebody is looking."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError, MalformedInput

if TYPE_CHECKING:
    from secrets_cli.json_value import JsonValue
    from secrets_cli.usage.sources.content import BadFileError
    from secrets_cli.usage.usage import Usage

_HELP = 'expected CloudTrail records: `{"Records": [...]}`, one record a line, or the output of `lookup-events`'


def scan_with_progress(sources: Sequence[str], principals: frozenset[str] | None, *, quiet: bool) -> "Usage":
    """The usage in the sources. Raises as `secrets_cli.usage.engine.scan`."""
    from secrets_cli.usage.engine import Progress, scan

    if quiet or not sys.stderr.isatty():
        return scan(sources, principals)
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    from secrets_cli.cli.terminal import console

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(progress: Progress) -> None:
            description = f"reading {progress.files:,}/{progress.all_files:,} files"
            bar.update(task, completed=progress.bytes, total=progress.all_bytes, description=description)

        return scan(sources, principals, show)


def refuse_unread(usage: "Usage") -> None:
    """Raise MalformedInput where there were files and not one record could be had from them."""
    rejected = usage.coverage.rejected
    if usage.coverage.records == 0 and rejected:
        first = rejected[0]
        more = f", and {len(rejected) - 1} more" if len(rejected) > 1 else ""
        raise MalformedInput(f"no record could be read: `{first.where}`: {first.reason}{more}", _HELP)


def records_of(file: Path) -> "Iterator[JsonValue | BadFileError]":
    """The raw records of one file.

    Raises ConfigurationError where it does not exist or is a folder, MalformedInput where it holds no records.
    """
    from secrets_cli.usage.sources.content import BadFileError, read_bytes
    from secrets_cli.usage.sources.shape import raw_records

    if file.is_dir():
        raise ConfigurationError(f"`{file}` is a folder", "name one file; `usage scan` reads folders")
    if not file.exists():
        raise ConfigurationError(f"there is no file `{file}`", "check the path")
    try:
        return raw_records(read_bytes(str(file)))
    except BadFileError as error:
        raise MalformedInput(f"`{file}`: {error}", _HELP) from None
