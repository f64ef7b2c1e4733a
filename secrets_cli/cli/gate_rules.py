"""`secrets-cli gate rules`: the index of the rules."""

import enum
from typing import Annotated

import typer

from secrets_cli.cli.options import DebugOption, NoColorOption, QuietOption
from secrets_cli.cli.terminal import write_json, write_text


class RulesFormat(enum.Enum):
    """How the rules are written to stdout."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def rules_command(
    format_: Annotated[
        RulesFormat, typer.Option("--format", help="How to write the rules to stdout.")
    ] = RulesFormat.TEXT,
    _quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """List every rule: what it reports, how bad it is, how sure it is, and from which persona on it is shown."""
    from secrets_cli.gate.registry import RULES
    from secrets_cli.gate.rule_page import rule_index
    from secrets_cli.report import gate_rules

    match format_:
        case RulesFormat.JSON:
            write_json(gate_rules.rules_json(RULES))
        case RulesFormat.MARKDOWN:
            write_text(rule_index(RULES).rstrip("\n"))
        case RulesFormat.TEXT:
            write_text(gate_rules.rules_text(RULES))
