"""What every command that changes a key does: show the plan, ask, carry it out, tell the result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import OutputFormat
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.secrets.keys.plan import KeyPlan


@dataclass(frozen=True, slots=True)
class Manner:
    """How the command line wants it done and told."""

    output: OutputFormat
    dry_run: bool = False
    quiet: bool = False
    no_color: bool = False
    question: str = ""
    """Asked before anything is done; empty where nothing is asked."""
    yes: bool = False
    typed: str | None = None
    """What `--confirm` gave; with `question` and `by_typing` the alias must be typed."""
    by_typing: bool = False


def carry_out(plan: "KeyPlan", kms: "KeyService", manner: Manner) -> None:
    """Show the plan on stderr, ask where the manner says so, carry it out, and write the result to stdout.

    Raises typer.Exit(130) where the answer is no, and as `secrets_cli.secrets.keys.execute.execute`.
    """
    from secrets_cli.cli.terminal import hint
    from secrets_cli.secrets.keys.execute import execute

    _show(plan, kms, manner)
    if not plan.steps or manner.dry_run:
        return _tell(plan, "planned" if plan.steps else "unchanged", manner)
    if not _agreed(plan, manner):
        hint("nothing was changed")
        raise typer.Exit(ExitCode.INTERRUPTED)
    try:
        carried = execute(plan, kms, lambda line: hint(line, manner.quiet))
    except KeyboardInterrupt:
        hint("interrupted: what is reported as done is done; run the same command again to go on")
        raise
    return _tell(plan, "changed", manner, carried.key_id, carried.key_arn)


def _agreed(plan: "KeyPlan", manner: Manner) -> bool:
    from secrets_cli.cli.asking import confirm, confirm_by_typing

    if manner.by_typing:
        word = plan.name.removeprefix("alias/")
        typed = manner.typed.removeprefix("alias/") if manner.typed is not None else None
        if typed is not None and typed != word:
            raise ConfigurationError("`--confirm` does not give the key's alias", f"give `--confirm {word}`")
        return confirm_by_typing(manner.question, word, typed=typed)
    return not manner.question or confirm(manner.question, yes=manner.yes)


def _show(plan: "KeyPlan", kms: "KeyService", manner: Manner) -> None:
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.terminal import print_report, warn
    from secrets_cli.report.key_plan import plan_view

    asks = bool(plan.steps and manner.question and not manner.yes and not manner.dry_run)
    if manner.quiet and not asks:
        for warning in plan.warnings:
            warn(warning)
        return
    account = plan.key.arn.split(":")[4] if plan.key else kms.connection.account
    print_report(plan_view(plan, account, load_catalog()), no_color=manner.no_color, stderr=True)


def _tell(plan: "KeyPlan", state: str, manner: Manner, key_id: str = "", key_arn: str = "") -> None:
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.iam.render import render_policy
    from secrets_cli.report.key_plan import change_json

    arn = key_arn or (plan.key.arn if plan.key else "")
    if manner.output is OutputFormat.JSON:
        write_json(change_json(plan, state, key_id, key_arn))
    elif state == "planned" and plan.policy is not None:
        write_text(render_policy(plan.policy))
    elif arn:
        write_text(arn)
