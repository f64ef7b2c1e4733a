"""The gate's judgement as JSON: schema `secrets-cli/gate/1`."""

from collections.abc import Mapping

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement
from secrets_cli.json_value import JsonValue

SCHEMA = "secrets-cli/gate/1"


def gate_json(judgement: Judgement) -> Mapping[str, JsonValue]:
    """The whole document."""
    return {
        "schema": SCHEMA,
        "findings": [_finding(one) for one in judgement.findings],
        "unresolved": [
            {
                "file": one.location.file,
                "line": one.location.line,
                "column": one.location.column,
                "reason": one.reason,
                "supply": one.supply,
            }
            for one in judgement.unresolved
        ],
        "unreadable": [{"file": one.file, "message": one.message, "help": one.help} for one in judgement.unreadable],
        "scanned": {
            "files": judgement.scanned.files,
            "kinds": dict(judgement.scanned.kinds),
            "skipped": dict(judgement.scanned.skipped),
            "passed": [{"path": one.path, "reason": one.reason} for one in judgement.scanned.passed],
        },
    }


def _finding(finding: Finding) -> Mapping[str, JsonValue]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "file": finding.location.file,
        "line": finding.location.line,
        "column": finding.location.column,
        "principal": finding.principal,
        "message": finding.message,
        "evidence": list(finding.evidence),
        "fix": None if finding.fix is None else {"what": finding.fix.what, "safe": finding.fix.safe},
        "fingerprint": finding.fingerprint,
        "state": finding.state.value,
    }
