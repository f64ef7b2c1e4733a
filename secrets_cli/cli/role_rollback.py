"""`secrets-cli role rollback`: a role or user as it was before `role apply`, byte by byte."""

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
    SettleOption,
    YesOption,
)

if TYPE_CHECKING:
    from secrets_cli.account.rollback import WayBack
    from secrets_cli.account.snapshot import Snapshot
    from secrets_cli.aws.role_changes import RoleChanges
    from secrets_cli.report.role_rollback import Undoing


def rollback_command(
    snapshot: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="The file that `role apply` named.")],
    force: Annotated[
        bool, typer.Option("--force", help="Also where somebody else changed it since: what they did is overwritten.")
    ] = False,
    settle: SettleOption = 10.0,
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
    """Put the policies of a role or user back as they were before `role apply`, also where that was interrupted.

    Documents are restored byte by byte; the old policies come back before the new one goes. Where somebody else changed
    the principal since, nothing is done and exit code 21 says so; --force overwrites it.
    """
    from secrets_cli.aws.role_changes import RoleChanges
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.exit_codes import ExitCode
    from secrets_cli.cli.snapshot_files import snapshot_at
    from secrets_cli.cli.terminal import hint, write_json
    from secrets_cli.report.role_rollback import Undoing, rollback_json, rollback_lines

    taken = snapshot_at(snapshot)
    iam = RoleChanges(Connection(Target(profile, region, endpoint_url)))
    back = _way_back(taken, iam, force=force)
    for line in rollback_lines(taken, back):
        hint(line, quiet and yes)
    undoing = Undoing(taken, back)
    if undoing.state == "planned" and not dry_run and _agreed(taken, yes=yes):
        undoing = _undone(undoing, snapshot, iam, settle, quiet=quiet)
    elif undoing.state == "already" and not dry_run:
        _note_rolled_back(undoing, snapshot)
    if format_ is OutputFormat.JSON:
        write_json(rollback_json(undoing, str(snapshot), dry_run=dry_run))
    _end(undoing, format_, quiet=quiet)
    if undoing.state == "drifted":
        raise typer.Exit(ExitCode.UNDECIDED)


def _way_back(taken: "Snapshot", iam: "RoleChanges", *, force: bool) -> "WayBack":
    from secrets_cli.account.apply_run import now_of, policy_there
    from secrets_cli.account.rollback import way_back
    from secrets_cli.errors import ConfigurationError

    plan = taken.plan
    live, now = now_of(plan.live.named, plan.made, iam.roles)
    if live.arn != plan.live.arn:
        raise ConfigurationError(
            f"the snapshot is of `{plan.live.arn}`, and these credentials see `{live.arn}`",
            "check the account of the credentials (`aws sts get-caller-identity`)",
        )
    shared = {arn: policy_there(arn, iam.roles) for arn in sorted(plan.before.attached - now.attached - plan.made)}
    return way_back(taken, live, now, shared, force=force)


def _agreed(taken: "Snapshot", *, yes: bool) -> bool:
    from secrets_cli.cli.asking import confirm

    return confirm(f"put {taken.plan.live.arn} back as it was", yes=yes)


def _undone(undoing: "Undoing", path: Path, iam: "RoleChanges", settle: float, *, quiet: bool) -> "Undoing":
    """Carry the steps out. Raises AwsFailure, its help saying how to go on."""
    import time
    from dataclasses import replace

    from secrets_cli.account.apply_run import Pace, carry_out
    from secrets_cli.account.held import Step
    from secrets_cli.account.rollback import Back
    from secrets_cli.cli.terminal import hint
    from secrets_cli.errors import AwsFailure
    from secrets_cli.report.role_steps import step_words

    # INVARIANT: only what is planned is carried out.
    assert isinstance(undoing.back, Back)
    count = 0

    def done(step: Step) -> None:
        nonlocal count
        count += 1
        hint(f"done: {step_words(step)}", quiet)

    try:
        carry_out(undoing.back.way, iam, Pace(settle, time.sleep), done)
    except AwsFailure as error:
        raise type(error)(
            f"{error.message}; {count} of {len(undoing.back.way.steps)} steps of the rollback done",
            f"the old or the new policy is in force; run it again to go on{f'. {error.help}' if error.help else ''}",
            error.code,
        ) from None
    over = replace(undoing, done=count, is_over=True)
    _note_rolled_back(over, path)
    return over


def _note_rolled_back(undoing: "Undoing", path: Path) -> None:
    """Say in the snapshot that all was taken back: the next apply begins anew."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from secrets_cli.cli.snapshot_files import write_snapshot
    from secrets_cli.wording import iso_time

    if not undoing.snapshot.rolled_back:
        write_snapshot(path, replace(undoing.snapshot, rolled_back=iso_time(datetime.now(UTC))))


def _end(undoing: "Undoing", format_: OutputFormat, *, quiet: bool) -> None:
    from secrets_cli.account.rollback import Drifted
    from secrets_cli.cli.terminal import hint, write_text

    if isinstance(undoing.back, Drifted) and undoing.back.can_be_forced:
        hint("help: look at it with `role show`; `--force` puts it back all the same")
    elif undoing.state == "planned":
        hint("nothing was changed", quiet)
    elif format_ is OutputFormat.TEXT and undoing.state == "rolled-back":
        write_text(f"rolled back {undoing.snapshot.plan.live.arn}")
