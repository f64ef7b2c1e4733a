"""A narrowing as JSON: schema `secrets-cli/narrowing/1` (docs/schemas/narrowing-1.json)."""

from typing import assert_never

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.contain import Contained, NotContained, Undecided
from secrets_cli.iam.render import policy_document
from secrets_cli.iam.request import Request
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import Blocked, Containment, Gap, Narrowing, NarrowingResult, Proof, StatementEvidence

SCHEMA = "secrets-cli/narrowing/1"


def narrowing_json(result: NarrowingResult, catalog: Catalog) -> dict[str, JsonValue]:
    """The document for a result; where it is blocked or its proof fails, `policies` and `statements` are empty."""
    match result:
        case Narrowing():
            return _narrowing(result, catalog)
        case Blocked():
            return _blocked(result, catalog)
        case unreachable:
            assert_never(unreachable)


def _narrowing(result: Narrowing, catalog: Catalog) -> dict[str, JsonValue]:
    holds = result.proof.holds
    summary = result.summary
    return {
        "schema": SCHEMA,
        "catalog": catalog.header.document(),
        "principal": result.principal,
        "policies": [policy_document(policy) for policy in result.policies] if holds else [],
        "proof": _proof(result.proof),
        "summary": {
            "actions_before": summary.actions_before,
            "actions_after": summary.actions_after,
            "by_access_level": {
                level.level: {"before": level.before, "after": level.after} for level in summary.by_access_level
            },
        },
        "removed": [{"action": r.action, "resources": list(r.resources), "reason": r.reason} for r in result.removed],
        "kept": [{"action": k.action, "because": k.because} for k in result.kept],
        "invisible": [
            {"action": i.action, "resources": list(i.resources), "reason": i.reason, "kept": i.kept}
            for i in result.invisible
        ],
        "gaps": [_gap(gap) for gap in result.gaps],
        "denied_events": [
            {"event_name": d.event_name, "event_id": d.event_id, "action": d.action, "resource": d.resource}
            for d in result.denied_events
        ],
        "statements": [_statement(statement) for statement in result.statements] if holds else [],
        "warnings": list(result.warnings),
        "never": [
            {"action": n.action, "resource": n.resource, "because": n.because, "events": n.events} for n in result.never
        ],
    }


def _blocked(result: Blocked, catalog: Catalog) -> dict[str, JsonValue]:
    return {
        "schema": SCHEMA,
        "catalog": catalog.header.document(),
        "principal": result.principal,
        "blocked": result.reason,
        "help": result.help or None,
        "policies": [],
        "proof": {
            "contained": {"verdict": "undecided", "witness": None, "reason": f"not narrowed: {result.reason}"},
            "replay": {"requests": 0, "allowed": 0, "denied": [], "never": []},
        },
        "summary": {"actions_before": 0, "actions_after": 0, "by_access_level": {}},
        "removed": [],
        "kept": [],
        "invisible": [],
        "gaps": [_gap(gap) for gap in result.gaps],
        "denied_events": [],
        "statements": [],
        "warnings": [],
        "never": [],
    }


def _proof(proof: Proof) -> dict[str, JsonValue]:
    return {
        "contained": containment_json(proof.contained),
        "replay": {
            "requests": proof.requests,
            "allowed": proof.allowed,
            "denied": [{"action": d.action, "resource": d.resource, "reason": d.reason} for d in proof.denied],
            "never": [{"action": d.action, "resource": d.resource, "reason": d.reason} for d in proof.never],
        },
    }


def containment_json(verdict: Containment) -> dict[str, JsonValue]:
    """`verdict`, `witness` and `reason`, as in a containment document."""
    match verdict:
        case Contained():
            return {"verdict": "contained", "witness": None, "reason": None}
        case NotContained(witness=witness):
            return {"verdict": "not-contained", "witness": _witness(witness), "reason": None}
        case Undecided(reason=reason):
            return {"verdict": "undecided", "witness": None, "reason": reason}
        case unreachable:
            assert_never(unreachable)


def _witness(witness: Request) -> dict[str, JsonValue]:
    context: dict[str, JsonValue] = {
        key: value if isinstance(value, str) else list(value) for key, value in witness.context.items()
    }
    return {"action": witness.action, "resource": witness.resource, "context": context}


def _gap(gap: Gap) -> dict[str, JsonValue]:
    return {"name": gap.name, "reason": gap.reason, "blocks": gap.blocks, "accepted": gap.accepted}


def _statement(statement: StatementEvidence) -> dict[str, JsonValue]:
    evidence = statement.evidence
    return {
        "sid": statement.sid,
        "origin": statement.origin.value,
        "evidence": {
            "events": evidence.events,
            "first_seen": evidence.first_seen or None,
            "last_seen": evidence.last_seen or None,
            "event_ids": list(evidence.event_ids),
            "notes": list(evidence.notes),
        },
    }
