"""`secrets-cli secret`: SecureString parameters. Each command is a module of its own."""

import typer

from secrets_cli.cli.secret_exec import CommandAfterDashes, exec_command
from secrets_cli.cli.secret_export import export_command
from secrets_cli.cli.secret_import import import_command
from secrets_cli.hardening import protect_process

secret_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Secrets in Parameter Store.")


@secret_app.callback()
def secret() -> None:
    """Secrets in Parameter Store: stored, read, versioned, shared and audited without a value leaking."""
    protect_process()


secret_app.command("exec", cls=CommandAfterDashes)(exec_command)
secret_app.command("export")(export_command)
secret_app.command("import")(import_command)
