"""`secrets-cli secret`: SecureString parameters. Each command is a module of its own."""

import typer

from secrets_cli.cli.secret_access import access_command
from secrets_cli.cli.secret_policy import policy_command

secret_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Secrets in Parameter Store.")


@secret_app.callback()
def secret() -> None:
    """Secrets in Parameter Store: stored, read, versioned, shared and audited without a value leaking."""


secret_app.command("access")(access_command)
secret_app.command("policy")(policy_command)
