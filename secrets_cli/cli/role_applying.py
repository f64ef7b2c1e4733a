"""The part of `role apply` that changes things: snapshot first, then step by step, then what came of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.account.apply_prepare import Fresh, Judged, Resumed, snapshot_of, way_of
from secrets_cli.account.apply_run import Pace, carry_out
from secrets_cli.account.check import Refused, Standing
from secrets_cli.account.held import Step
from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.narrowing_output import worst
from secrets_cli.cli.options import OutputFormat
from secrets_cli.cli.snapshot_files import new_path, open_snapshot, snapshot_at, write_snapshot
from secrets_cli.cli.terminal import hint, write_json, write_text
from secrets_cli.errors import AwsFailure, ConfigurationError
from secrets_cli.report.role_apply import Row, apply_json
from secrets_cli.report.role_steps import step_words
from secrets_cli.wording import how_many, iso_time

if TYPE_CHECKING:
    from secrets_cli.account.snapshot import Snapshot
    from secrets_cli.aws.role_changes import RoleChanges


@dataclass(slots=True)
class Job:
    """One principal on its way."""

    judged: Judged
    begun: Path | None
    """The snapshot of the run that this one goes on with."""
    asked: Path | None
    """Where the user wants the snapshot."""
    done: int = 0
    snapshot: Path | None = None
    failure: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether there is something to do."""
        return isinstance(self.judged.verdict, (Fresh, Resumed))

    @property
    def row(self) -> Row:
        """How far it came."""
        return Row(self.judged, self.done, str(self.snapshot or ""), self.failure)


def begun_for(arn: str, asked: Path | None) -> "tuple[Path | None, Snapshot | None]":
    """The unfinished apply of a principal, to be gone on with.

    Raises ConfigurationError where the file that the user names is the snapshot of something else, or of an apply that is
    over: it would be lost.
    """
    if asked is None or not asked.exists():
        return open_snapshot(arn) or (None, None) if asked is None else (None, None)
    found = snapshot_at(asked)
    if found.plan.live.arn != arn:
        raise ConfigurationError(f"`{asked}` is a snapshot of `{found.plan.live.arn}`", "give the name of a new file")
    if not found.is_open:
        return None, None
    return asked, found


@dataclass(frozen=True, slots=True)
class Applying:
    """How changes are made."""

    iam: "RoleChanges"
    settle: float
    quiet: bool

    def apply(self, job: Job) -> None:
        """Do what is left for one principal. Raises AwsFailure where a step fails, its help saying how to go on."""
        prepared = job.judged.verdict
        # INVARIANT: only what is ready is applied.
        assert isinstance(prepared, (Fresh, Resumed))
        when = iso_time(datetime.now(UTC))
        snapshot = snapshot_of(prepared, when)
        path = self._path(job, prepared, when)
        write_snapshot(path, snapshot)
        job.snapshot, job.done = path, prepared.start
        hint(f"snapshot: {path}", self.quiet)

        def done(step: Step) -> None:
            nonlocal snapshot
            snapshot = snapshot.with_step(iso_time(datetime.now(UTC)))
            write_snapshot(path, snapshot)
            job.done += 1
            hint(f"done: {step_words(step)}", self.quiet)

        try:
            carry_out(way_of(prepared.plan, prepared.start), self.iam, Pace(self.settle, self._sleep), done)
        except AwsFailure as error:
            job.failure = error.message
            total = len(prepared.plan.steps)
            raise type(error)(
                f"{error.message}; {job.done} of {how_many(total, 'step')} done",
                f"the old or the new policy is in force. Run again to finish, or undo: `secrets-cli role rollback {path}`"
                + (f". {error.help}" if error.help else ""),
                error.code,
            ) from None
        except BaseException:
            job.failure = "interrupted"
            raise
        write_snapshot(path, replace(snapshot, finished=iso_time(datetime.now(UTC))))

    def _sleep(self, seconds: float) -> None:
        if seconds == self.settle:
            hint(f"waiting {seconds:g} s until every place has heard of the new policy (`--settle`)", self.quiet)
        time.sleep(seconds)

    @staticmethod
    def _path(job: Job, prepared: Fresh | Resumed, when: str) -> Path:
        if isinstance(prepared, Resumed) and job.begun is not None:
            return job.begun
        if job.asked is None:
            return new_path(job.judged.proposed.principal, when)
        if job.asked.exists() and job.begun is None:
            raise ConfigurationError(f"`{job.asked}` is there already", "give the name of a new file")
        return job.asked


def finished(rows: Sequence[Row], format_: OutputFormat, *, quiet: bool, dry_run: bool) -> None:
    """The result on stdout, and how to undo it."""
    if format_ is OutputFormat.JSON:
        write_json(apply_json(rows, dry_run=dry_run))
    for row in rows:
        if format_ is OutputFormat.TEXT and row.state == "applied":
            write_text(f"applied {row.judged.proposed.principal}")
        if row.snapshot:
            hint(f"to undo: secrets-cli role rollback {row.snapshot}", quiet)
    if dry_run:
        hint("nothing was changed", quiet)


def exit_code(judged: Sequence[Judged]) -> ExitCode:
    """The worst of all: a failed proof, then what is undecided or drifted, then what is not possible."""
    standings = {one.verdict.standing for one in judged if isinstance(one.verdict, Refused)}
    codes = [ExitCode.NOT_PROVEN] if Standing.NOT_PROVEN in standings else []
    codes += [ExitCode.UNDECIDED] if Standing.UNDECIDED in standings else []
    found = worst(codes)
    return ExitCode.USAGE if found is ExitCode.OK and Standing.NOT_POSSIBLE in standings else found
