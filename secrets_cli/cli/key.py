"""`secrets-cli key`: KMS keys. Each command is a module of its own."""

import typer

from secrets_cli.cli.key_audit import audit_command
from secrets_cli.cli.key_cancel_delete import cancel_delete_command
from secrets_cli.cli.key_create import create_command
from secrets_cli.cli.key_delete import delete_command
from secrets_cli.cli.key_grant_use import grant_use_command
from secrets_cli.cli.key_list import list_command
from secrets_cli.cli.key_revoke_use import revoke_use_command
from secrets_cli.cli.key_rotation import rotation_app
from secrets_cli.cli.key_show import show_command

key_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="KMS keys.")


@key_app.callback()
def key() -> None:
    """KMS keys with separate administrators and users."""


key_app.command("create")(create_command)
key_app.command("list")(list_command)
key_app.command("show")(show_command)
key_app.command("audit")(audit_command)
key_app.command("grant-use")(grant_use_command)
key_app.command("revoke-use")(revoke_use_command)
key_app.add_typer(rotation_app, name="rotation")
key_app.command("delete")(delete_command)
key_app.command("cancel-delete")(cancel_delete_command)
