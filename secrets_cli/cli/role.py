"""`secrets-cli role`: execution roles and users."""

import typer

from secrets_cli.cli.role_apply import apply_command
from secrets_cli.cli.role_audit import audit_command
from secrets_cli.cli.role_denials import denials_command
from secrets_cli.cli.role_list import list_command
from secrets_cli.cli.role_narrow import narrow_command
from secrets_cli.cli.role_rollback import rollback_command
from secrets_cli.cli.role_show import show_command

role_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Execution roles and users.")


@role_app.callback()
def role() -> None:
    """Execution roles and users, cut down to what they use."""


role_app.command("list")(list_command)
role_app.command("audit")(audit_command)
role_app.command("narrow")(narrow_command)
role_app.command("apply")(apply_command)
role_app.command("rollback")(rollback_command)
role_app.command("denials")(denials_command)
role_app.command("show")(show_command)
