"""Writing the gate's judgement to stdout, in the format asked for."""

import shutil
import sys

from secrets_cli.cli.gate import GateFormat
from secrets_cli.cli.terminal import write_json, write_text
from secrets_cli.gate.judgement import Judgement

_WIDTH = 120
"""Columns where stdout is no terminal: sentences are wrapped and code is cut there too, so that a log can be read."""


def write_judgement(
    judgement: Judgement, format_: GateFormat, *, no_color: bool, quiet: bool, exit_code: int | None = None
) -> None:
    """The whole judgement, however it ends. `exit_code` is the one that will be given, for the formats that tell it."""
    from secrets_cli.gate.registry import RULES

    by_id = {rule.id: rule for rule in RULES}
    match format_:
        case GateFormat.JSON:
            from secrets_cli.catalog.load import load_catalog
            from secrets_cli.report.gate_json import gate_json

            write_json(gate_json(judgement, RULES, load_catalog().header))
        case GateFormat.SARIF:
            from secrets_cli.report.gate_sarif import gate_sarif

            write_json(gate_sarif(judgement, RULES, exit_code))
        case GateFormat.GITHUB:
            from secrets_cli.report.gate_github import gate_github

            write_text(gate_github(judgement, by_id))
        case GateFormat.MARKDOWN:
            from secrets_cli.report.gate_markdown import gate_markdown

            write_text(gate_markdown(judgement, by_id).rstrip("\n"))
        case GateFormat.TEXT:
            from secrets_cli.report.gate_text import GateText

            is_terminal = sys.stdout.isatty()
            width = shutil.get_terminal_size((_WIDTH, 24)).columns if is_terminal else _WIDTH
            writer = GateText(by_id, judgement.texts.get, colour=is_terminal and not no_color, width=width)
            text = writer.one_liners(judgement) if quiet else writer.whole(judgement)
            if text:
                write_text(text)
