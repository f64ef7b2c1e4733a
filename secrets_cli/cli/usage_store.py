"""`secrets-cli usage store`: what is remembered of logs."""

from typing import Annotated

import typer

from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption
from secrets_cli.cli.store_option import StorePathOption, store_path

store_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What is remembered of logs.")


@store_app.callback()
def store() -> None:
    """What is remembered of logs."""


@store_app.command("info")
def info_command(
    store: StorePathOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say where the store is and what it holds. Exit 3 where there is none."""
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.usage_store import info_json, info_text
    from secrets_cli.usage.store.database import opened
    from secrets_cli.usage.store.upkeep import info_of
    from secrets_cli.usage.store.version import reader_version

    with opened(store_path(store), make=False) as database:
        info = info_of(database, reader_version(load_catalog().header))
    if format_ is OutputFormat.JSON:
        write_json(info_json(info))
    else:
        write_text(info_text(info))


@store_app.command("compact")
def compact_command(
    store: StorePathOption = None,
    closed_after: Annotated[
        int,
        typer.Option(
            "--closed-after", metavar="DAYS", min=0, help="Days after its end that a day may still get files."
        ),
    ] = 2,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Merge each closed day into rows by principal, and set free what is of no more use.

    Scans merge days by themselves; this also merges files that came late, forgets files that another version had read, and makes
    the file smaller.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.usage_store import compact_json, compact_text
    from secrets_cli.usage.store.compacting import compact_all
    from secrets_cli.usage.store.database import opened
    from secrets_cli.usage.store.remembering import last_closed
    from secrets_cli.usage.store.version import reader_version

    path = store_path(store)
    with opened(path, make=False) as database:
        done = compact_all(database, reader_version(load_catalog().header), last_closed(closed_after))
        database.shrink()
    size = path.stat().st_size
    if format_ is OutputFormat.JSON:
        write_json(compact_json(str(path), done, size))
    else:
        write_text(compact_text(str(path), done, size))


@store_app.command("drop")
def drop_command(
    store: StorePathOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Remove the store, also a damaged one. The logs are not touched; the next scan with a store reads them anew."""
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.usage_store import drop_json, drop_text
    from secrets_cli.usage.store.upkeep import drop

    path = store_path(store)
    size = drop(path)
    if format_ is OutputFormat.JSON:
        write_json(drop_json(str(path), size))
    else:
        write_text(drop_text(str(path), size))
