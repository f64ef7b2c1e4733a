"""`secrets-cli role narrow`: a policy of what was used, with its proof."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
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
from secrets_cli.narrow.generalize import Rule

if TYPE_CHECKING:
    from secrets_cli.catalog.catalog import Catalog
    from secrets_cli.narrow.holdout import Holdout
    from secrets_cli.narrow.narrow import Ask
    from secrets_cli.narrow.narrowing import Blocked, Narrowing
    from secrets_cli.usage.usage import Coverage
    from secrets_cli.usage.window import Window


@dataclass(frozen=True, slots=True)
class _Output:
    """How the result is to be shown."""

    format: OutputFormat
    out: Path | None
    quiet: bool
    no_color: bool


def narrow_command(
    logs: Annotated[list[str], typer.Option("--logs", help="A folder or file of CloudTrail logs. Repeatable.")],
    principal: Annotated[str, typer.Option("--principal", help="ARN of the role or user.")],
    policy: Annotated[
        list[Path], typer.Option("--policy", help="A present policy of the principal; give all of them. Repeatable.")
    ],
    function_config: Annotated[
        list[Path] | None,
        typer.Option(
            "--function-config",
            help="What `aws lambda` prints of its functions and event sources, as JSON. Repeatable.",
        ),
    ] = None,
    drop_invisible: Annotated[
        list[str] | None,
        typer.Option(
            "--drop-invisible",
            metavar="SERVICE|all",
            help="Drop what the logs could not show, of a service or of all. Repeatable.",
        ),
    ] = None,
    accept_gap: Annotated[
        list[str] | None,
        typer.Option("--accept-gap", metavar="NAME", help="Narrow although this evidence is missing. Repeatable."),
    ] = None,
    compact: Annotated[
        bool, typer.Option("--compact", help="Write wildcards where they match nothing else that is known.")
    ] = False,
    generalize: Annotated[
        Rule,
        typer.Option(
            "--generalize", help="When many resources become a pattern: never, by folder, or as the log shows."
        ),
    ] = Rule.PREFIX,
    since: SinceOption = None,
    until: UntilOption = None,
    days: DaysOption = None,
    holdout: Annotated[
        str | None,
        typer.Option(
            "--holdout",
            metavar="SHARE|DAY",
            help="Also narrow on the log before its last SHARE (`20%`) or DAY, and say what would have been denied after.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the policies and the report to this folder.")] = None,
    zappa_settings: Annotated[
        Path | None, typer.Option("--zappa-settings", help="The project's settings: keeps what Zappa itself does.")
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", metavar="NAME", help="The stage of the Zappa settings. Default: those of the role."),
    ] = None,
    keep: Annotated[
        list[Path] | None,
        typer.Option("--keep", help="A list of grants that stay though never called, with reasons. Repeatable."),
    ] = None,
    never: Annotated[
        list[Path] | None,
        typer.Option("--never", help="A list of grants that go though used, with reasons. Repeatable."),
    ] = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Write a policy that allows what was used and grants nothing new, with its proof.

    The policy goes to stdout and the report to stderr, or both as JSON to stdout. A policy whose proof fails is not
    written. Exit 20: proof failed. Exit 21: undecided, or evidence is missing.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.function_configurations import configurations_in
    from secrets_cli.cli.reading import policies_in
    from secrets_cli.cli.scanning import asked_window, scan_with_progress
    from secrets_cli.cli.word_files import word_lists_in
    from secrets_cli.narrow.narrow import Ask, narrow
    from secrets_cli.narrow.narrowing import Blocked

    catalog = load_catalog()
    window = asked_window(since, until, days)
    words = word_lists_in(keep or (), never or (), catalog)
    ask = Ask(
        principal=principal,
        policies=policies_in(policy),
        configurations=configurations_in(function_config or (), zappa_settings, stage, principal),
        usage=scan_with_progress(logs, frozenset({principal}), quiet=quiet, window=window),
        drop_invisible=frozenset(name.lower() for name in drop_invisible or ()),
        accepted_gaps=frozenset(accept_gap or ()),
        compact=compact,
        rule=generalize,
        words=words,
    )
    result = narrow(ask, catalog)
    measure = _measure(ask, holdout, logs, window, catalog, quiet=quiet) if holdout else None
    _write(result, measure, ask.usage.coverage, catalog, _Output(format_, out, quiet, no_color))
    if isinstance(result, Blocked):
        raise typer.Exit(ExitCode.UNDECIDED)
    raise typer.Exit(_exit_code(result))


def _measure(
    ask: "Ask", holdout: str, logs: list[str], window: "Window", catalog: "Catalog", *, quiet: bool
) -> "Holdout | Blocked | None":
    """The logs are read once more for each part: what is held of them does not tell the times of single records."""
    from dataclasses import replace

    from secrets_cli.cli.scanning import scan_with_progress
    from secrets_cli.narrow.holdout import cut_at, measured

    if ask.principal not in ask.usage.principals:
        return None
    cut = cut_at(holdout, ask.usage, ask.principal)
    parts = (replace(window, until=cut), replace(window, since=cut))
    earlier, later = (scan_with_progress(logs, frozenset({ask.principal}), quiet=quiet, window=part) for part in parts)
    return measured(ask, cut, earlier, later, catalog)


def _exit_code(result: "Narrowing") -> ExitCode:
    from secrets_cli.iam.contain import NotContained, Undecided

    proof = result.proof
    if isinstance(proof.contained, NotContained) or proof.denied:
        return ExitCode.NOT_PROVEN
    return ExitCode.UNDECIDED if isinstance(proof.contained, Undecided) else ExitCode.OK


def _write(
    result: "Narrowing | Blocked",
    measure: "Holdout | Blocked | None",
    coverage: "Coverage",
    catalog: "Catalog",
    output: _Output,
) -> None:
    from secrets_cli.cli.terminal import console, hint, write_json, write_text
    from secrets_cli.iam.render import policy_document
    from secrets_cli.narrow.narrowing import Narrowing
    from secrets_cli.report.holdout import holdout_json, holdout_report
    from secrets_cli.report.narrowing_json import narrowing_json
    from secrets_cli.report.narrowing_text import blocked_report, narrowing_report

    document = narrowing_json(result, catalog)
    if measure is not None:
        document["holdout"] = holdout_json(measure)
    is_proven = isinstance(result, Narrowing) and result.proof.holds
    if output.format is OutputFormat.JSON:
        write_json(document)
    elif not output.quiet or not is_proven:
        screen = console(output.no_color, stderr=True)
        screen.print(narrowing_report(result, coverage) if isinstance(result, Narrowing) else blocked_report(result))
        if measure is not None:
            screen.print(holdout_report(measure))
    if not isinstance(result, Narrowing) or not is_proven:
        return
    if output.out is not None:
        from secrets_cli.cli.narrowing_files import write_narrowing

        for path in write_narrowing(output.out, result, document):
            hint(f"wrote {path}", output.quiet)
    elif output.format is OutputFormat.TEXT:
        import json

        documents = [policy_document(p) for p in result.policies]
        write_text(json.dumps(documents[0] if len(documents) == 1 else documents, indent=2, ensure_ascii=False))
