"""The group `gate` with its verbs."""

from secrets_cli.cli.gate import gate_app
from secrets_cli.cli.gate_baseline import baseline_app
from secrets_cli.cli.gate_explain import explain_command
from secrets_cli.cli.gate_rules import rules_command

gate_app.command("rules")(rules_command)
gate_app.command("explain")(explain_command)
gate_app.add_typer(baseline_app, name="baseline")

__all__ = ["gate_app"]
