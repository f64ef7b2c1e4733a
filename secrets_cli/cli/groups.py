"""Every group of commands of the program, in the order of the help."""

import typer

from secrets_cli.cli import catalog
from secrets_cli.cli.gate_commands import gate_app
from secrets_cli.cli.key import key_app
from secrets_cli.cli.lambda_ import lambda_app
from secrets_cli.cli.policy import policy_app
from secrets_cli.cli.policy_contains import contains_command
from secrets_cli.cli.policy_diff import diff_command
from secrets_cli.cli.policy_expand import expand_command
from secrets_cli.cli.policy_minimize import minimize_command
from secrets_cli.cli.role import role_app
from secrets_cli.cli.secret import secret_app
from secrets_cli.cli.usage import usage_app

policy_app.command("contains")(contains_command)
policy_app.command("diff")(diff_command)
policy_app.command("expand")(expand_command)
policy_app.command("minimize")(minimize_command)

GROUPS: tuple[tuple[str, typer.Typer], ...] = (
    ("key", key_app),
    ("secret", secret_app),
    ("lambda", lambda_app),
    ("usage", usage_app),
    ("role", role_app),
    ("policy", policy_app),
    ("gate", gate_app),
    ("catalog", catalog.app),
)
