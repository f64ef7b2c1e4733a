"""`secrets-cli catalog`: what exists in AWS."""

from typing import Annotated

import typer

from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption
from secrets_cli.cli.terminal import write_json, write_text

app = typer.Typer(no_args_is_help=True, help="The catalog of AWS actions, resource types and access levels.")


@app.callback()
def catalog() -> None:
    """The catalog of AWS actions, resource types and access levels."""


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="An action (ssm:GetParameter), an action pattern ('ssm:Get*') or a service (ssm)."
        ),
    ],
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    output: FormatOption = OutputFormat.TEXT,
    debug: DebugOption = False,
) -> None:
    """Show what the catalog knows of an action, of the actions that match a pattern, or of a service.

    Case does not matter. In lists, `*` behind a resource type marks one that every request for the action names.
    Exit code 3: the catalog knows no such name. 2: NAME is no action, pattern or service.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.catalog.look_up import look_up
    from secrets_cli.report import catalog_show

    known = load_catalog()
    found = look_up(known, name)
    if output is OutputFormat.JSON:
        write_json(catalog_show.document(name, found, known))
    else:
        write_text(catalog_show.text(found, known))
