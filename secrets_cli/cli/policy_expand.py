"""`secrets-cli policy expand`: every known action that policies grant, statement by statement."""

from pathlib import Path
from typing import Annotated

import typer

from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption
from secrets_cli.cli.terminal import write_json, write_text


def expand_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE..", help="Policies; `-` reads standard input.")],
    format_: FormatOption = OutputFormat.TEXT,
    _quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """List the known actions of every statement, wildcards and NotAction resolved, with access level and resources.

    At the end stands what the policies together grant, whatever their Deny statements take back left out, and what the
    catalog does not know.
    """
    from secrets_cli.catalog.expansion import expanded
    from secrets_cli.catalog.known_requests import KnownToCatalog
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.reading import policies_in
    from secrets_cli.iam.difference import granted_actions
    from secrets_cli.report import policy_expand

    policies = policies_in(files)
    catalog = load_catalog()
    statements = expanded(policies, catalog)
    granted = granted_actions(policies, KnownToCatalog(catalog))
    if format_ is OutputFormat.JSON:
        write_json(policy_expand.document(statements, granted, catalog))
    else:
        write_text(policy_expand.text(statements, granted, catalog))
