"""`secrets-cli role apply`: put a narrowed policy in force, proven anew, with a way back."""

from collections.abc import Sequence
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
from secrets_cli.cli.role_mode import PolicyMode

if TYPE_CHECKING:
    from secrets_cli.account.apply_prepare import Judged
    from secrets_cli.account.proposed import Proposed
    from secrets_cli.aws.role_changes import RoleChanges
    from secrets_cli.cli.role_applying import Job


def apply_command(
    narrowing: Annotated[
        Path,
        typer.Argument(
            metavar="NARROWING.json",
            help="Output of `role narrow --format json`, or narrowing.json of its --out folder.",
        ),
    ],
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="NAME|ARN", help="Of several narrowings in the file, this one. Repeatable."),
    ] = None,
    mode: Annotated[
        PolicyMode | None,
        typer.Option("--mode", help="What the narrowed policy becomes. Default: inline where it fits, else managed."),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(
            "--snapshot", metavar="FILE", help="Where the way back is kept (0600). Default: the state folder."
        ),
    ] = None,
    settle: SettleOption = 10.0,
    print_policy: Annotated[
        bool, typer.Option("--print-policy", help="Print the policy that applying and rolling back need, and end.")
    ] = False,
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
    """Replace the policies of a role or user by narrowed ones.

    The proof is made again on the policies as they are now; what changed since the analysis stops it. The new policy comes
    first and the old ones go after it. A snapshot is written before the first change; run again to finish what was
    interrupted. Exit 20: a proof failed. Exit 21: undecided, or changed since the analysis or meanwhile.
    """
    from secrets_cli.account.apply_prepare import chosen
    from secrets_cli.account.proposed import proposed_in
    from secrets_cli.aws.role_changes import RoleChanges
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.reading import read_text
    from secrets_cli.cli.role_applying import Applying, exit_code, finished

    largest = 1 << 30
    proposed = chosen(proposed_in(read_text(narrowing, largest), str(narrowing)), role or ())
    if print_policy:
        _print_policy(proposed, mode)
        return
    iam = RoleChanges(Connection(Target(profile, region, endpoint_url)))
    jobs = _jobs(proposed, mode, snapshot, iam)
    judged = [job.judged for job in jobs]
    _show(judged, quiet=quiet and yes)
    ready = [job for job in jobs if job.is_ready]
    if dry_run or not ready or not _agreed(ready, yes=yes):
        finished([job.row for job in jobs], format_, quiet=quiet, dry_run=True)
        raise typer.Exit(exit_code(judged))
    applying = Applying(iam, settle, quiet)
    try:
        for job in ready:
            applying.apply(job)
    finally:
        finished([job.row for job in jobs], format_, quiet=quiet, dry_run=False)
    raise typer.Exit(exit_code(judged))


def _print_policy(proposed: "Sequence[Proposed]", mode: PolicyMode | None) -> None:
    from secrets_cli.account.permissions import permissions_for
    from secrets_cli.cli.terminal import write_text
    from secrets_cli.iam.render import render_policy

    arns = [one.principal for one in proposed]
    write_text(render_policy(permissions_for(arns, managed=mode is not PolicyMode.INLINE)))


def _jobs(
    proposed: "Sequence[Proposed]", mode: PolicyMode | None, snapshot: Path | None, iam: "RoleChanges"
) -> "list[Job]":
    from secrets_cli.account.apply_plan import Mode
    from secrets_cli.account.apply_prepare import judged
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.role_applying import Job, begun_for
    from secrets_cli.errors import ConfigurationError, NothingToRead

    if not proposed:
        raise NothingToRead("the file holds no narrowing", "narrow a role first")
    if snapshot is not None and len(proposed) > 1:
        raise ConfigurationError(
            "`--snapshot` is one file, and there are several principals", "name one of them with `--role`"
        )
    catalog = load_catalog()
    jobs = []
    for one in proposed:
        path, begun = begun_for(one.principal, snapshot)
        jobs.append(Job(judged(one, begun, Mode(mode.value) if mode else None, iam.roles, catalog), path, snapshot))
    return jobs


def _show(judged: "Sequence[Judged]", *, quiet: bool) -> None:
    from secrets_cli.cli.terminal import hint
    from secrets_cli.report.role_apply import judged_lines

    for one in judged:
        for line in judged_lines(one):
            hint(line, quiet)


def _agreed(ready: "Sequence[Job]", *, yes: bool) -> bool:
    from secrets_cli.cli.asking import confirm
    from secrets_cli.wording import how_many

    if len(ready) == 1:
        return confirm(f"apply this to {ready[0].judged.proposed.principal}", yes=yes)
    return confirm(f"apply this to {how_many(len(ready), 'principal')}", yes=yes)
