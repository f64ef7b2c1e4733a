"""`secrets-cli secret delete`: delete parameters, with a way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.options import (
    DebugOption,
    DryRunOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    YesOption,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from secrets_cli.aws.parameters import Described, ParameterStore
    from secrets_cli.secrets.store.deletion import Deleted


def delete_command(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="The parameters; with --recursive, folders.")],
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Everything under each folder given.")] = False,
    backup: Annotated[
        Path | None,
        typer.Option("--backup", metavar="FILE", help="First write values and all else to a file (0600), as JSON."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write the backup over a file, or where git would take it.")
    ] = False,
    confirm_count: Annotated[
        str | None, typer.Option("--confirm", metavar="N", help="With --recursive: how many go, in place of typing it.")
    ] = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Delete parameters with every version of them, which AWS cannot undo.

    Asks first; with --recursive the number of parameters is to be typed, or given with --confirm. --backup keeps what
    `secret restore` needs. Exit code 3: a name was not there (the others are deleted). 5: AWS refused some.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.explaining import explained
    from secrets_cli.cli.private_file import refuse_in_work_tree
    from secrets_cli.cli.progress import stepped
    from secrets_cli.cli.terminal import hint
    from secrets_cli.report.secret_delete import doomed_lines
    from secrets_cli.secrets.store.deletion import delete_each

    if backup and not force:
        refuse_in_work_tree(backup)
    connection = Connection(Target(profile, region, endpoint_url))
    store = ParameterStore(connection)
    doomed, described = _doomed(store, names, recursive=recursive, is_kept=backup is not None)
    for line in doomed_lines(doomed, described):
        hint(line, quiet and yes)
    if backup is None and not yes:
        hint("no backup is kept: `--backup FILE` keeps one", quiet)
    if dry_run or not _agreed(doomed, confirm_count, recursive=recursive, yes=yes):
        _nothing(doomed, format_)
        return
    with explained(connection, *([f"{folder.rstrip('/')}/*" for folder in names] if recursive else doomed)):
        if backup:
            _keep(store, backup, described, force=force, quiet=quiet)
        going = [each.name for each in described] if backup else doomed
        with stepped("deleting", len(going), quiet=quiet) as step:
            done = delete_each(store, going, doomed, step)
        if done.failure and not done.deleted:
            raise done.failure
    _report(done, described, str(backup or ""), format_, quiet=quiet)
    _end(done)


def _nothing(planned: "Sequence[str]", format_: OutputFormat) -> None:
    """A dry run, or an answer that is no."""
    from datetime import UTC, datetime

    from secrets_cli.cli.terminal import hint, write_json
    from secrets_cli.report.secret_delete import delete_json
    from secrets_cli.secrets.store.deletion import Deleted

    hint("nothing was deleted")
    if format_ is OutputFormat.JSON:
        write_json(delete_json(Deleted((), ()), "", datetime.now(UTC), planned))


def _doomed(
    store: "ParameterStore", names: "Sequence[str]", *, recursive: bool, is_kept: bool
) -> "tuple[tuple[str, ...], tuple[Described, ...]]":
    """The names to delete, and what is known of them.

    Of single names nothing is known where the caller may not list: then they are deleted all the same, but not where a
    backup is wanted.
    """
    from secrets_cli.cli.explaining import explained
    from secrets_cli.errors import AccessDenied
    from secrets_cli.secrets.parameter_name import checked_path
    from secrets_cli.secrets.store.deletion import under
    from secrets_cli.secrets.store.words import plain_name

    if recursive:
        with explained(store.connection):
            found = {each.name: each for folder in names for each in under(store, checked_path(folder))}
        return tuple(found), tuple(found.values())
    plain = tuple(dict.fromkeys(plain_name(name, "a single version cannot be deleted") for name in names))
    try:
        with explained(store.connection):
            return plain, store.described(plain)
    except AccessDenied:
        if is_kept:
            raise
        return plain, ()


def _agreed(doomed: "Sequence[str]", count: str | None, *, recursive: bool, yes: bool) -> bool:
    from secrets_cli.cli.asking import confirm, confirm_by_typing
    from secrets_cli.errors import ConfigurationError

    if recursive:
        if count is not None and count.strip() != str(len(doomed)):
            raise ConfigurationError(
                f"`--confirm` does not say how many go: there are {len(doomed)}", "look at them with `--dry-run` first"
            )
        return confirm_by_typing(f"this deletes {len(doomed)} parameters for good", str(len(doomed)), typed=count)
    what = doomed[0] if len(doomed) == 1 else f"{len(doomed)} parameters"
    return confirm(f"delete {what} for good", yes=yes)


def _keep(store: "ParameterStore", backup: Path, described: "Sequence[Described]", *, force: bool, quiet: bool) -> None:
    """Write the backup; nothing is deleted where this fails."""
    from datetime import UTC, datetime

    from secrets_cli.cli.private_file import write_private
    from secrets_cli.cli.progress import stepped
    from secrets_cli.cli.terminal import hint
    from secrets_cli.secrets.store.backup import backup_text
    from secrets_cli.secrets.store.deletion import kept

    connection = store.connection
    with stepped("keeping", len(described), quiet=quiet) as step:
        whole = kept(store, described, step)
    text = backup_text(whole, connection.region, connection.account, datetime.now(UTC))
    write_private(backup, text, replace=force)
    hint(f"kept {len(described)} in {backup} (0600; it holds the values as they are: delete it when it has served)")


def _report(
    done: "Deleted", described: "Sequence[Described]", backup: str, format_: OutputFormat, *, quiet: bool
) -> None:
    from datetime import UTC, datetime

    from secrets_cli.cli.terminal import hint, write_json, write_text
    from secrets_cli.report.secret_delete import delete_json, undo_lines

    if format_ is OutputFormat.JSON:
        write_json(delete_json(done, backup, datetime.now(UTC)))
    else:
        for name in done.deleted:
            write_text(f"deleted {name}")
    for line in undo_lines(done.deleted, described, backup):
        hint(line, quiet)


def _end(done: "Deleted") -> None:
    if done.unknown:
        from secrets_cli.cli.terminal import warn

        warn(f"interrupted while these were under way, which may be gone: {', '.join(done.unknown)}")
        raise KeyboardInterrupt
    if done.failure:
        raise done.failure
    if done.missing:
        from secrets_cli.errors import NotThere

        raise NotThere(
            f"not there: {', '.join(f'`{name}`' for name in done.missing)}",
            "see the names with `secrets-cli secret list`; `--recursive` deletes what is under a folder",
        )
