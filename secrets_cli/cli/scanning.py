"""Reading logs from the command line, with a progress bar where somebody is looking."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError, MalformedInput, UnreadableSource

if TYPE_CHECKING:
    from secrets_cli.json_value import JsonValue
    from secrets_cli.usage.engine import Progress
    from secrets_cli.usage.s3_scan import S3Ask
    from secrets_cli.usage.sources.content import BadFileError
    from secrets_cli.usage.sources.event_history import HistoryAsk, HistoryProgress
    from secrets_cli.usage.usage import Usage
    from secrets_cli.usage.window import Window

_HELP = (
    'expected CloudTrail records: `{"Records": [...]}`, one record a line, the output of `lookup-events`, or an export of Athena '
    "or CloudTrail Lake"
)


def scan_with_progress(
    sources: Sequence[str],
    principals: frozenset[str] | None,
    *,
    quiet: bool,
    window: "Window | None" = None,
    store: str | None = None,
    s3: "S3Ask | None" = None,
    history: "HistoryAsk | None" = None,
    covers_all: bool = True,
) -> "Usage":
    """The usage in the sources; `covers_all` (without a store) as of `secrets_cli.usage.engine.scan`.

    Raises as that, or with a store (empty: the usual one) as `secrets_cli.usage.store.remembering.scan_remembered`, and
    ConfigurationError where that is asked to remember what is not on disk.
    """
    from dataclasses import replace

    from secrets_cli.usage.engine import S3_AS_IT_IS
    from secrets_cli.usage.sources.s3_layout import is_s3
    from secrets_cli.usage.window import EVERYTHING

    days = window or EVERYTHING
    ask = s3 or S3_AS_IT_IS
    if quiet or not sys.stderr.isatty():
        return _scan(sources, principals, None, days, store, ask, history, covers_all=covers_all)
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    from secrets_cli.cli.terminal import console

    sizes = () if history else (DownloadColumn(), TransferSpeedColumn())
    columns = (TextColumn("{task.description}"), BarColumn(), *sizes, TimeRemainingColumn())
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("listing", total=None)
        noun = "objects" if any(is_s3(source) for source in sources) else "files"

        def show(progress: "Progress") -> None:
            more = "+" if progress.is_listing else ""
            description = f"reading {progress.files:,}/{progress.all_files:,}{more} {noun}"
            bar.update(task, completed=progress.bytes, total=progress.all_bytes, description=description)

        def show_history(found: "HistoryProgress") -> None:
            said = f"asked for {found.days:,}/{found.all_days:,} days of a region, {found.events:,} events"
            bar.update(task, completed=found.days, total=found.all_days, description=said)

        asked = replace(history, progress=show_history) if history else None
        return _scan(sources, principals, show, days, store, ask, asked, covers_all=covers_all)


def _scan(
    sources: Sequence[str],
    principals: frozenset[str] | None,
    progress: "Callable[[Progress], None] | None",
    window: "Window",
    store: str | None,
    s3: "S3Ask",
    history: "HistoryAsk | None",
    *,
    covers_all: bool,
) -> "Usage":
    from secrets_cli.usage.engine import scan
    from secrets_cli.usage.sources.event_history import SOURCE

    if store is None:
        return scan(sources, principals, progress, window=window, s3=s3, history=history, covers_all=covers_all)
    if history and SOURCE in sources:
        raise ConfigurationError(
            f"`--store` remembers files and objects, and `{SOURCE}` is neither",
            "leave `--store` out; `--lookup-keep DIR` keeps days of event history",
        )
    from secrets_cli.cli.store_option import store_path
    from secrets_cli.usage.store.remembering import scan_remembered

    return scan_remembered(sources, store_path(store), principals, progress, window=window, s3=s3)


def refuse_unread(usage: "Usage") -> None:
    """Raise MalformedInput where there were files and not one record could be had from them."""
    rejected = usage.coverage.rejected
    if usage.coverage.records == 0 and rejected:
        first = rejected[0]
        more = f", and {len(rejected) - 1} more" if len(rejected) > 1 else ""
        raise MalformedInput(f"no record could be read: `{first.where}`: {first.reason}{more}", _HELP)


def unseen_principals(usage: "Usage", principals: Sequence[str]) -> tuple[str, ...]:
    """A warning for each of the principals that no readable record belongs to."""
    return tuple(
        f"no record of `{arn}`; a session is known by its role"
        if ":assumed-role/" in arn
        else f"no record of `{arn}` in these logs"
        for arn in dict.fromkeys(principals)
        if arn not in usage.principals
    )


def records_of(file: Path) -> "Iterator[JsonValue | BadFileError]":
    """The raw records of one file.

    Raises ConfigurationError for a folder, NothingToRead where there is no file, UnreadableSource where it cannot be opened,
    MalformedInput where it holds no records.
    """
    from secrets_cli.usage.sources.content import BadFileError, UnreadableFileError, read_bytes
    from secrets_cli.usage.sources.exports import export_at
    from secrets_cli.usage.sources.files import named_file, printable
    from secrets_cli.usage.sources.shape import raw_records

    name = printable(str(file))
    found = named_file(str(file))
    if found is None:
        raise ConfigurationError(f"`{name}` is a folder", "name one file; `usage scan` reads folders")
    try:
        if export := export_at(found.path, name, found.size):
            return iter(tuple(export.records()))
        return raw_records(read_bytes(str(file)))
    except UnreadableFileError as error:
        raise UnreadableSource(f"`{name}` {error}", "check the file's permissions") from None
    except BadFileError as error:
        raise MalformedInput(f"`{name}`: {error}", _HELP) from None


def asked_window(since: str | None, until: str | None, days: int | None) -> "Window":
    """The window that the options ask for. Raises as `secrets_cli.usage.window.window_of`."""
    import datetime

    from secrets_cli.usage.window import window_of

    return window_of(since, until, days, datetime.datetime.now(datetime.UTC))
