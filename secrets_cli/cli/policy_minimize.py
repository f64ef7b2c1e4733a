"""`secrets-cli policy minimize`: a shorter policy that means the same, in parts that AWS takes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption
from secrets_cli.cli.terminal import hint, warn, write_json, write_text

if TYPE_CHECKING:
    from secrets_cli.iam.minimize import Minimized
    from secrets_cli.iam.model import Policy
    from secrets_cli.report.policy_minimize import Outcome


def minimize_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An identity policy; `-` reads standard input.")],
    compact: Annotated[
        bool,
        typer.Option(
            "--compact",
            help="Write wildcards where they match nothing else that is known. Proven equal for known actions only.",
        ),
    ] = False,
    split: Annotated[
        bool, typer.Option("--split", help="Write several policies where one is larger than a managed policy may be.")
    ] = False,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Write a shorter policy that grants and denies just the same, proven in both directions.

    Where that cannot be proven the policy is written as it was, and the reason on stderr. Without --compact no wildcard
    is made up. With --split a list of policies is written where there are several. Exit 21: --split was asked for and
    no split was proven, or a statement alone is too large and cannot be cut.
    """
    from secrets_cli.catalog.known_requests import KnownToCatalog
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.reading import policies_in
    from secrets_cli.iam.minimize import minimize

    (policy,) = policies_in((file,))
    known = KnownToCatalog(load_catalog()) if compact else None
    outcome = _outcome(policy, minimize(policy, known), split)
    _write(outcome, format_, quiet)
    if outcome.split_unproven or outcome.too_large:
        raise typer.Exit(ExitCode.UNDECIDED)


def _outcome(policy: "Policy", minimized: "Minimized", split_asked: bool) -> "Outcome":
    from secrets_cli.iam.equality import unequal
    from secrets_cli.iam.split import split
    from secrets_cli.report.policy_minimize import Outcome

    if not split_asked:
        return Outcome(policy, minimized, (minimized.policy,), (), "")
    parts = split(minimized.policy)
    unproven = unequal((minimized.policy,), parts.policies) if len(parts.policies) > 1 else None
    if unproven is not None:
        return Outcome(policy, minimized, (minimized.policy,), (), unproven.reason)
    return Outcome(policy, minimized, parts.policies, parts.too_large, "")


def _write(outcome: "Outcome", format_: OutputFormat, quiet: bool) -> None:
    import json

    from secrets_cli.iam.render import policy_document
    from secrets_cli.report import policy_minimize

    first, *others = policy_minimize.lines(outcome)
    hint(first, quiet)
    for line in others:
        warn(line)
    if format_ is OutputFormat.JSON:
        write_json(policy_minimize.document(outcome))
        return
    documents = [policy_document(policy) for policy in outcome.policies]
    write_text(json.dumps(documents[0] if len(documents) == 1 else documents, indent=2, ensure_ascii=False))
