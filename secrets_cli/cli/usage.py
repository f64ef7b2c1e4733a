"""`secrets-cli usage`: CloudTrail in, usage out."""

from pathlib import Path
from typing import Annotated

import typer

from secrets_cli.cli.after_dashes import MaybeCommandAfterDashes
from secrets_cli.cli.options import (
    DaysOption,
    DebugOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    QuietOption,
    SinceOption,
    UntilOption,
)
from secrets_cli.cli.usage_record import record_command
from secrets_cli.cli.usage_visibility import visibility_command

usage_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What CloudTrail logs show to be used.")


@usage_app.callback()
def usage() -> None:
    """What CloudTrail logs show to be used."""


@usage_app.command("scan")
def usage_scan(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE..", help="Folders or files of CloudTrail logs.")],
    principal: Annotated[
        list[str] | None, typer.Option("--principal", help="ARN of a role or user; others are left out. Repeatable.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    days: DaysOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Read logs and list each distinct use: principal, action, resource, outcome, count, first and last seen.

    Files and records that cannot be used are listed, and the exit code is 0; it is 4 where no file could be read at all.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.scanning import asked_window, refuse_unread, scan_with_progress, unseen_principals
    from secrets_cli.cli.terminal import print_report, warn, write_json
    from secrets_cli.report.usage_json import usage_json

    window = asked_window(since, until, days)
    found = scan_with_progress(sources, frozenset(principal) if principal else None, quiet=quiet, window=window)
    refuse_unread(found)
    for warning in unseen_principals(found, principal or ()):
        warn(warning)
    if format_ is OutputFormat.JSON:
        write_json(usage_json(found, load_catalog().header))
        return
    from secrets_cli.report.usage_text import usage_report

    print_report(usage_report(found), no_color=no_color)


@usage_app.command("explain")
def usage_explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of CloudTrail records, plain or gzip.")],
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say of each record which action on which resource it needed, whether it counts, and why."""
    from secrets_cli.catalog.events import meaning_of
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.scanning import records_of
    from secrets_cli.cli.terminal import print_report, write_json
    from secrets_cli.report.usage_json import explain_json
    from secrets_cli.usage.explain import explain
    from secrets_cli.usage.sources.files import printable

    catalog = load_catalog()
    explained = explain(records_of(file), printable(str(file)), lambda call: meaning_of(call, catalog))
    if format_ is OutputFormat.JSON:
        write_json(explain_json(explained.events, explained.rejected, catalog.header))
        return
    from secrets_cli.report.usage_text import explained_report

    print_report(explained_report(explained), no_color=no_color)


usage_app.command("visibility")(visibility_command)
usage_app.command("record", cls=MaybeCommandAfterDashes)(record_command)
