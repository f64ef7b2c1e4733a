"""`secrets-cli secret restore`: store again what a deletion kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
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
    from secrets_cli.secrets.store.backup import Backup, Restored


def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `secret delete --backup` wrote.")],
    key: Annotated[str | None, typer.Option("--key", metavar="ALIAS", help="Another KMS key for all of them.")] = None,
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
    """Store again what `secret delete --backup` kept, as version 1 with key, tier, tags and labels.

    A parameter that is there is left alone, so it can be run again. The region is the backup's unless --region is given.
    Exit code 5: some were not stored.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.asking import confirm
    from secrets_cli.cli.progress import stepped
    from secrets_cli.cli.reading import read_text
    from secrets_cli.cli.terminal import hint
    from secrets_cli.secret_value import SecretValue
    from secrets_cli.secrets.keys.choice import chosen_key
    from secrets_cli.secrets.store.backup import parsed_backup, restored

    backup = parsed_backup(SecretValue(read_text(file)), str(file), chosen_key(key, None).key if key else "")
    connection = Connection(Target(profile, region or backup.region, endpoint_url))
    hint(
        f"to be stored in {connection.region}, where not there: {len(backup.orders)} of account {backup.account}", quiet
    )
    for order in backup.orders[:20]:
        hint(f"  {order.write.name}  key {order.write.key}, {order.write.tier.lower()} tier", quiet)
    if dry_run or not confirm(f"store {len(backup.orders)} parameters", yes=yes):
        hint("nothing was stored")
        _nothing(backup, format_)
        return
    with stepped("storing", len(backup.orders), quiet=quiet) as step:
        done = restored(ParameterStore(connection), backup.orders, step)
    _report(done, backup, format_, quiet=quiet)


def _nothing(backup: "Backup", format_: OutputFormat) -> None:
    """A dry run, or an answer that is no."""
    from secrets_cli.cli.terminal import write_json
    from secrets_cli.report.secret_restore import restore_json
    from secrets_cli.secrets.store.backup import Restored

    if format_ is OutputFormat.JSON:
        write_json(restore_json(Restored((), (), ()), backup, tuple(order.write.name for order in backup.orders)))


def _report(done: "Restored", backup: "Backup", format_: OutputFormat, *, quiet: bool) -> None:
    from secrets_cli.cli.terminal import hint, warn, write_json, write_text
    from secrets_cli.report.secret_restore import restore_json

    if format_ is OutputFormat.JSON:
        write_json(restore_json(done, backup))
    else:
        for name in done.stored:
            write_text(f"stored {name}")
    for name in done.present:
        hint(f"left alone, as it is there: {name}", quiet)
    for name in backup.plain:
        warn(f"left out, as it was no SecureString: {name}; `--key ALIAS` stores it as one")
    for name, failure in done.failed:
        typer.echo(f"error: {name}: {failure.message}", err=True)
        if failure.help:
            typer.echo(f"help: {failure.help}", err=True)
    if done.failed:
        raise typer.Exit(ExitCode.AWS)
