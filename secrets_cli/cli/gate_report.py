"""Writing the gate's judgement to stdout, in the format asked for."""

from secrets_cli.cli.gate import GateFormat
from secrets_cli.cli.terminal import hint, write_json, write_text
from secrets_cli.gate.judgement import Judgement


def write_judgement(judgement: Judgement, format_: GateFormat, *, no_color: bool, quiet: bool) -> None:
    """The whole judgement, however it ends."""
    from secrets_cli.report.gate_json import gate_json

    if format_ is GateFormat.JSON:
        write_json(gate_json(judgement))
        return
    for finding in judgement.findings:
        write_text(f"{finding.location}: {finding.severity.value}: {finding.message} [{finding.rule}]")
    for unknown in judgement.unresolved:
        write_text(f"{unknown.location}: unresolved: {unknown.reason}")
    for unread in judgement.unreadable:
        write_text(f"{unread.message}")
    hint(f"{judgement.scanned.files} files, {len(judgement.findings)} findings", quiet)
