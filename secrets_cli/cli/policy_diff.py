"""`secrets-cli policy diff`: what only one of two policies grants."""

from pathlib import Path
from typing import Annotated

import typer

from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption
from secrets_cli.cli.terminal import write_json, write_text


def diff_command(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The policy before; `-` reads standard input.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The policy after.")],
    more_old: Annotated[
        list[Path] | None, typer.Option("--old", help="A further policy of the old side. Repeatable.")
    ] = None,
    more_new: Annotated[
        list[Path] | None, typer.Option("--new", help="A further policy of the new side. Repeatable.")
    ] = None,
    format_: FormatOption = OutputFormat.TEXT,
    _quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Show what only one side grants: by action, access level and resource, conditions included.

    Exact for every action that the catalog knows, and undecided is said; for the others the verdicts of containment in
    both directions stand. A report: exit 0 whatever the difference. To fail on one, use `policy contains`.
    """
    from secrets_cli.catalog.known_requests import KnownToCatalog
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.reading import policies_in
    from secrets_cli.iam.difference import difference
    from secrets_cli.report import policy_diff

    before = policies_in((old, *(more_old or ())))
    after = policies_in((new, *(more_new or ())))
    catalog = load_catalog()
    found = difference(before, after, KnownToCatalog(catalog))
    if format_ is OutputFormat.JSON:
        write_json(policy_diff.document(found, catalog))
    else:
        write_text(policy_diff.text(found, before, after, catalog))
