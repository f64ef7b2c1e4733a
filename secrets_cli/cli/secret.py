"""`secrets-cli secret`: SecureString parameters. Each command is a module of its own."""

import typer

from secrets_cli.cli.after_dashes import CommandAfterDashes
from secrets_cli.cli.secret_access import access_command
from secrets_cli.cli.secret_audit import audit_command
from secrets_cli.cli.secret_copy import copy_command
from secrets_cli.cli.secret_delete import delete_command
from secrets_cli.cli.secret_diff import diff_command
from secrets_cli.cli.secret_exec import exec_command
from secrets_cli.cli.secret_export import export_command
from secrets_cli.cli.secret_find import find_command
from secrets_cli.cli.secret_get import get_command
from secrets_cli.cli.secret_history import history_command
from secrets_cli.cli.secret_import import import_command
from secrets_cli.cli.secret_label import label_command
from secrets_cli.cli.secret_list import list_command
from secrets_cli.cli.secret_policy import policy_command
from secrets_cli.cli.secret_put import put_command
from secrets_cli.cli.secret_reencrypt import reencrypt_command
from secrets_cli.cli.secret_rename import rename_command
from secrets_cli.cli.secret_restore import restore_command
from secrets_cli.cli.secret_rollback import rollback_command
from secrets_cli.cli.value_in_argv import TAKES_EXTRA_WORDS
from secrets_cli.hardening import protect_process

secret_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Secrets in Parameter Store.")


@secret_app.callback()
def secret() -> None:
    """Secrets in Parameter Store: stored, read, versioned, shared and audited without a value leaking."""
    protect_process()


secret_app.command("put", context_settings=TAKES_EXTRA_WORDS)(put_command)
secret_app.command("get")(get_command)
secret_app.command("list")(list_command)
secret_app.command("history")(history_command)
secret_app.command("rollback")(rollback_command)
secret_app.command("label")(label_command)
secret_app.command("find", context_settings=TAKES_EXTRA_WORDS)(find_command)
secret_app.command("delete")(delete_command)
secret_app.command("restore")(restore_command)
secret_app.command("copy")(copy_command)
secret_app.command("diff")(diff_command)
secret_app.command("reencrypt")(reencrypt_command)
secret_app.command("rename")(rename_command)
secret_app.command("exec", cls=CommandAfterDashes)(exec_command)
secret_app.command("export")(export_command)
secret_app.command("import")(import_command)


secret_app.command("access")(access_command)
secret_app.command("policy")(policy_command)


secret_app.command("audit")(audit_command)
