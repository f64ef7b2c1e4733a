"""The audit of keys, as text and as JSON (docs/schemas/key-audit-1.json)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from secrets_cli.json_value import JsonValue
from secrets_cli.report.findings import COLOUR, findings_json, ordered
from secrets_cli.report.key_list import unread_json
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.keys.audit import KeyAudit
from secrets_cli.severity import Severity

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = "secrets-cli/key-audit/1"


def document(audit: KeyAudit, findings: tuple[Finding, ...]) -> dict[str, JsonValue]:
    """The JSON result; `findings` are those of the audit that were asked for."""
    return {
        "schema": SCHEMA,
        "keys": audit.keys,
        "findings": findings_json(findings),
        "unread": unread_json(audit.unread),
        "notes": list(audit.notes),
    }


def view(audit: KeyAudit, findings: tuple[Finding, ...]) -> "RenderableType":
    """The readable result: the findings, worst first, what was not judged, and the count."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = list(_by_key(findings))
    parts += [Text(f"not judged: {one.subject} {one.reason}", style="yellow") for one in audit.unread]
    counts = {
        severity: sum(one.severity is severity for one in findings)
        for severity in (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
    }
    counted = ", ".join(f"{number} {severity.value}" for severity, number in counts.items() if number)
    keys = f"{audit.keys:,} key{'' if audit.keys == 1 else 's'}"
    parts.append(
        Text(f"{keys}, {len(findings):,} finding{'' if len(findings) == 1 else 's'}{f': {counted}' if counted else ''}")
    )
    return Group(*parts)


def _by_key(findings: tuple[Finding, ...]) -> "Iterator[RenderableType]":
    """A heading and a table for each key: its ARN is too long for a column."""
    from rich.table import Table
    from rich.text import Text

    by_subject: dict[str, list[Finding]] = {}
    for found in ordered(findings):
        by_subject.setdefault(found.subject, []).append(found)
    for subject, group in by_subject.items():
        table = Table(box=None, pad_edge=False, show_edge=False, show_header=False, padding=(0, 2, 0, 0))
        for found in group:
            severity = Text(f"  {found.severity.value}", style=COLOUR[found.severity])
            told = Text(found.message)
            if found.evidence:
                told.append(f" [{'; '.join(found.evidence)}]", style="dim")
            table.add_row(severity, found.rule, told.append(f"\n-> {found.fix}", style="cyan"))
        yield Text(subject, style="bold")
        yield table
        yield ""
