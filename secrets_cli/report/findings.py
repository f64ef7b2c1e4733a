"""Findings of an audit, as a table and as JSON."""

from typing import TYPE_CHECKING

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.finding import Finding
from secrets_cli.severity import Severity

if TYPE_CHECKING:
    from rich.table import Table

COLOUR = {Severity.INFO: "dim", Severity.LOW: "cyan", Severity.MEDIUM: "yellow", Severity.HIGH: "bold red"}
"""How each severity is shown on a terminal."""


def ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Worst first, then by rule and subject."""
    return tuple(sorted(findings, key=lambda found: (-found.severity.rank, found.rule, found.subject)))


def findings_json(findings: tuple[Finding, ...]) -> list[JsonValue]:
    """The findings as objects, worst first."""
    return [
        {
            "rule": found.rule,
            "severity": found.severity.value,
            "confidence": found.confidence.value,
            "subject": found.subject,
            "message": found.message,
            "fix": found.fix,
            "evidence": list(found.evidence),
        }
        for found in ordered(findings)
    ]


def findings_table(findings: tuple[Finding, ...]) -> "Table":
    """One row a finding, worst first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("severity", "rule", "subject", "what", "what to do"):
        table.add_column(title, overflow="fold")
    for found in ordered(findings):
        row = (found.rule, found.subject, found.message, found.fix)
        table.add_row(Text(found.severity.value, style=COLOUR[found.severity]), *(Text(cell) for cell in row))
    return table
