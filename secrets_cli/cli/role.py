"""`secrets-cli role`: execution roles and users."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption

if TYPE_CHECKING:
    from secrets_cli.catalog.catalog import Catalog
    from secrets_cli.narrow.narrowing import Blocked, Narrowing
    from secrets_cli.usage.usage import Coverage

role_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Execution roles and users.")


@role_app.callback()
def role() -> None:
    """Execution roles and users, cut down to what they use."""


@role_app.command("narrow")
def role_narrow(
    logs: Annotated[list[str], typer.Option("--logs", help="A folder or file of CloudTrail logs. Repeatable.")],
    principal: Annotated[str, typer.Option("--principal", help="ARN of the role or user.")],
    policy: Annotated[
        list[Path], typer.Option("--policy", help="A present policy of the principal; give all of them. Repeatable.")
    ],
    function_config: Annotated[
        list[Path] | None,
        typer.Option("--function-config", help="Output of `aws lambda get-function-configuration`. Repeatable."),
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
    out: Annotated[Path | None, typer.Option("--out", help="Write the policies and the report to this folder.")] = None,
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
    from secrets_cli.cli.reading import policies_in, read_text
    from secrets_cli.cli.scanning import scan_with_progress
    from secrets_cli.narrow.configuration import parse_configuration
    from secrets_cli.narrow.narrow import Ask, narrow
    from secrets_cli.narrow.narrowing import Blocked

    catalog = load_catalog()
    present = policies_in(policy)
    configurations = tuple(parse_configuration(read_text(path), str(path)) for path in function_config or ())
    usage = scan_with_progress(logs, frozenset({principal}), quiet=quiet)
    ask = Ask(
        principal=principal,
        policies=present,
        usage=usage,
        configurations=configurations,
        drop_invisible=frozenset(name.lower() for name in drop_invisible or ()),
        accepted_gaps=frozenset(accept_gap or ()),
        compact=compact,
    )
    result = narrow(ask, catalog)
    _write(result, usage.coverage, catalog, format_, out=out, quiet=quiet, no_color=no_color)
    if isinstance(result, Blocked):
        raise typer.Exit(ExitCode.UNDECIDED)
    raise typer.Exit(_exit_code(result))


def _exit_code(result: "Narrowing") -> ExitCode:
    from secrets_cli.iam.contain import NotContained, Undecided

    proof = result.proof
    if isinstance(proof.contained, NotContained) or proof.denied:
        return ExitCode.NOT_PROVEN
    return ExitCode.UNDECIDED if isinstance(proof.contained, Undecided) else ExitCode.OK


def _write(
    result: "Narrowing | Blocked",
    coverage: "Coverage",
    catalog: "Catalog",
    format_: OutputFormat,
    *,
    out: Path | None,
    quiet: bool,
    no_color: bool,
) -> None:
    from secrets_cli.cli.terminal import console, hint, write_json, write_text
    from secrets_cli.iam.render import policy_document
    from secrets_cli.narrow.narrowing import Narrowing
    from secrets_cli.report.narrowing_json import narrowing_json
    from secrets_cli.report.narrowing_text import blocked_report, narrowing_report

    document = narrowing_json(result, catalog)
    is_proven = isinstance(result, Narrowing) and result.proof.holds
    if format_ is OutputFormat.JSON:
        write_json(document)
    elif not quiet or not is_proven:
        console(no_color, stderr=True).print(
            narrowing_report(result, coverage) if isinstance(result, Narrowing) else blocked_report(result)
        )
    if not isinstance(result, Narrowing) or not is_proven:
        return
    if out is not None:
        from secrets_cli.cli.narrowing_files import write_narrowing

        for path in write_narrowing(out, result, document):
            hint(f"wrote {path}", quiet)
    elif format_ is OutputFormat.TEXT:
        import json

        documents = [policy_document(p) for p in result.policies]
        write_text(json.dumps(documents[0] if len(documents) == 1 else documents, indent=2, ensure_ascii=False))
