"""The gate's judgement as JSON: schema `secrets-cli/gate/1` (docs/schemas/gate-1.json)."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from secrets_cli.catalog.header import Header
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.fix import Change, Fix, RemoveStatement, ReplacePolicies, ReplaceValues, SetVersion
from secrets_cli.gate.judgement import Judgement, Scanned
from secrets_cli.gate.rule import Rule
from secrets_cli.iam.location import Location
from secrets_cli.iam.render import policy_document
from secrets_cli.iam.request import Request
from secrets_cli.inputs.found import Unresolved
from secrets_cli.json_value import JsonValue
from secrets_cli.report.gate_counts import counts_of

SCHEMA = "secrets-cli/gate/1"


def gate_json(judgement: Judgement, rules: Sequence[Rule], catalog: Header) -> dict[str, JsonValue]:
    """The whole document: findings of every state, what is unknown, what could not be read, counts.

    The strings are those of the files; who shows them on a terminal or a page has to escape them.
    """
    by_id = {rule.id: rule for rule in rules}
    return {
        "schema": SCHEMA,
        "catalog": catalog.document(),
        "findings": [_finding(one, by_id.get(one.rule)) for one in judgement.findings],
        "unresolved": [_unresolved(one) for one in judgement.unresolved],
        "unreadable": [{"file": one.file, "message": one.message, "help": one.help} for one in judgement.unreadable],
        "fixed": list(judgement.fixed),
        "scanned": _scanned(judgement.scanned),
        "summary": _summary(judgement),
        "compared": _compared(judgement) if judgement.base else None,
    }


def _compared(judgement: Judgement) -> dict[str, JsonValue]:
    """What is new since the base, whether or not a finding speaks of it."""
    return {
        "base": judgement.base,
        "known": judgement.known,
        "new_access": [
            {
                **_place(one.location),
                "principal": one.principal,
                "what": one.what,
                "witness": None if one.witness is None else _witness(one.witness),
            }
            for one in judgement.access
        ],
        "new_suppressions": [
            {**_place(one.location), "rules": list(one.rules), "until": one.until.isoformat(), "reason": one.reason}
            for one in judgement.new_suppressions
        ],
    }


def _witness(request: Request) -> dict[str, JsonValue]:
    context: dict[str, JsonValue] = {
        key: value if isinstance(value, str) else list(value) for key, value in request.context.items()
    }
    return {"action": request.action, "resource": request.resource, "context": context}


def _finding(finding: Finding, rule: Rule | None) -> dict[str, JsonValue]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        **_place(finding.location),
        "principal": finding.principal,
        "message": finding.message,
        "evidence": list(finding.evidence),
        "fix": None if finding.fix is None else _fix(finding.fix),
        "fingerprint": finding.fingerprint,
        "state": finding.state.value,
        "note": finding.note,
        "title": rule.title if rule else "",
        "help": rule.how_to_fix if rule else "",
        "docs": f"secrets-cli gate explain {finding.rule}",
    }


def _fix(fix: Fix) -> dict[str, JsonValue]:
    return {"what": fix.what, "safe": fix.safe, "changes": [_change(one) for one in fix.changes]}


def _change(change: Change) -> dict[str, JsonValue]:
    match change:
        case ReplaceValues(statement, element, old, new):
            values = {"element": element, "old": list(old), "new": list(new)}
            return {"kind": "replace-values", **_place(statement), **values}
        case RemoveStatement(statement):
            return {"kind": "remove-statement", **_place(statement)}
        case SetVersion(document, version):
            return {"kind": "set-version", **_place(document), "version": version}
        case ReplacePolicies(documents, policies):
            written: list[JsonValue] = [policy_document(one) for one in policies]
            return {"kind": "replace-policies", **_place(documents[0]), "policies": written}
        case never:
            assert_never(never)


def _unresolved(unknown: Unresolved) -> Mapping[str, JsonValue]:
    return {**_place(unknown.location), "reason": unknown.reason, "supply": unknown.supply}


def _place(location: Location) -> dict[str, JsonValue]:
    return {"file": location.file, "line": location.line, "column": location.column}


def _scanned(scanned: Scanned) -> dict[str, JsonValue]:
    return {
        "files": scanned.files,
        "kinds": dict(scanned.kinds),
        "policies": scanned.policies,
        "statements": scanned.statements,
        "functions": scanned.functions,
        "principals": scanned.principals,
        "skipped": dict(scanned.skipped),
        "passed": [{"path": one.path, "reason": one.reason} for one in scanned.passed],
    }


def _summary(judgement: Judgement) -> dict[str, JsonValue]:
    counts = counts_of(judgement)
    return {
        "open": {severity.value: number for severity, number in counts.open.items()},
        "suppressed": counts.suppressed,
        "baselined": counts.baselined,
        "fixed": counts.fixed,
        "unresolved": counts.unresolved,
        "unreadable": counts.unreadable,
    }
