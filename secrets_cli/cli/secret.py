"""`secrets-cli secret`: SecureString parameters. Each command is a module of its own."""

import typer

from secrets_cli.cli.secret_copy import copy_command
from secrets_cli.cli.secret_diff import diff_command
from secrets_cli.cli.secret_reencrypt import reencrypt_command
from secrets_cli.cli.secret_rename import rename_command

secret_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Secrets in Parameter Store.")


@secret_app.callback()
def secret() -> None:
    """Secrets in Parameter Store: stored, read, versioned, shared and audited without a value leaking."""


secret_app.command("copy")(copy_command)
secret_app.command("diff")(diff_command)
secret_app.command("reencrypt")(reencrypt_command)
secret_app.command("rename")(rename_command)
