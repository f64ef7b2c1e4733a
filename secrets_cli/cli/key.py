"""`secrets-cli key`: KMS keys. Each command is a module of its own."""

import typer

from secrets_cli.cli.key_create import create_command

key_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="KMS keys.")


@key_app.callback()
def key() -> None:
    """KMS keys with separate administrators and users."""


key_app.command("create")(create_command)
