"""`secrets-cli lambda`: the getSecret function. Each command is a module of its own."""

import typer

from secrets_cli.cli.lambda_deploy import deploy_command
from secrets_cli.cli.lambda_invoke import invoke_command
from secrets_cli.cli.lambda_logs import logs_command
from secrets_cli.cli.lambda_remove import remove_command
from secrets_cli.cli.lambda_status import status_command
from secrets_cli.cli.lambda_template import template_command
from secrets_cli.hardening import protect_process

lambda_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The getSecret function.")


@lambda_app.callback()
def lambda_() -> None:
    """The getSecret function: hands a secret to callers who are granted it."""
    protect_process()


lambda_app.command("deploy")(deploy_command)
lambda_app.command("template")(template_command)
lambda_app.command("invoke")(invoke_command)
lambda_app.command("status")(status_command)
lambda_app.command("logs")(logs_command)
lambda_app.command("remove")(remove_command)
