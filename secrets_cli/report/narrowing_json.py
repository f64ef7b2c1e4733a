"""A narrowing as JSON: schema `secrets-cli/narrowing/1` (docs/schemas/narrowing-1.json)."""

from typing import assert_never

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.escalation.path import Path
from secrets_cli.iam.contain import Contained, NotContained, Undecided
from secrets_cli.iam.render import condition_block, policy_document
from secrets_cli.iam.request import Request
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import (
    AskedFor,
    Blocked,
    Containment,
    Gap,
    GeneralizedResource,
    Narrowing,
    NarrowingResult,
    Proof,
    StatementEvidence,
)
from secrets_cli.report.holdout import holdout_json
from secrets_cli.report.narrowing_report import Reported
from secrets_cli.report.narrowing_risk import Removal, removals_by_risk, ways_open
from secrets_cli.report.visibility_lines import sight_json

SCHEMA = "secrets-cli/narrowing/1"


def reported_json(reported: Reported) -> dict[str, JsonValue]:
    """The document for a result, with the hold-out where there is one."""
    document = narrowing_json(reported.result, reported.catalog)
    if reported.holdout is not None:
        document["holdout"] = holdout_json(reported.holdout)
    return document


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
    ways = ways_open(result, catalog)
    summary = result.summary
    return {
        "schema": SCHEMA,
        "catalog": catalog.header.document(),
        "principal": result.principal,
        "policies": [policy_document(policy) for policy in result.policies] if holds else [],
        "proof": proof_json(result.proof),
        "summary": {
            "actions_before": summary.actions_before,
            "actions_after": summary.actions_after,
            "by_access_level": {
                level.level: {"before": level.before, "after": level.after} for level in summary.by_access_level
            },
        },
        "removed": [_removal(removal) for removal in removals_by_risk(result, ways, catalog)],
        "kept": [{"action": k.action, "because": k.because} for k in result.kept],
        "invisible": [
            {
                "action": i.action,
                "resources": list(i.resources),
                "reason": i.reason,
                "kept": i.kept,
                "partly": i.partly,
                "last_accessed": i.last_accessed or None,
            }
            for i in result.invisible
        ],
        "gaps": [_gap(gap) for gap in result.gaps],
        "denied_events": denied_events_json(result),
        "statements": statements_json(result) if holds else [],
        "warnings": list(result.warnings),
        "asked_for": [_asked_for(asked) for asked in result.asked_for],
        "escalation": {"before": [_way(path) for path in ways.before], "after": [_way(path) for path in ways.after]},
        "days": [
            {"service": day.service, "day": day.day, "outcome": day.outcome.value, "count": day.count}
            for day in result.days
        ],
        **({"visibility": sight_json(result.sight)} if result.sight else {}),
        "never": [
            {"action": n.action, "resource": n.resource, "because": n.because, "events": n.events} for n in result.never
        ],
        "present": [policy_document(policy) for policy in result.present],
        "requests": [
            {"action": r.action, "resource": r.resource, "condition": condition_block(r.condition)}
            for r in result.requests
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
        "asked_for": [],
        "escalation": {"before": [], "after": []},
        "days": [],
        "never": [],
        "present": [],
        "requests": [],
    }


def denied_events_json(result: Narrowing) -> list[JsonValue]:
    """What AWS refused: one item for each event and action."""
    return [
        {"event_name": d.event_name, "event_id": d.event_id, "action": d.action, "resource": d.resource}
        for d in result.denied_events
    ]


def statements_json(result: Narrowing) -> list[JsonValue]:
    """The statements with what stands behind each."""
    return [_statement(statement) for statement in result.statements]


def proof_json(proof: Proof) -> dict[str, JsonValue]:
    """Both directions of the proof."""
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


def _removal(removal: Removal) -> JsonValue:
    return {
        "action": removal.action,
        "resources": list(removal.resources),
        "reason": removal.reason,
        "access_level": removal.access_level or None,
        "risk": removal.risk.value,
        "why": removal.why or None,
        "everywhere": removal.everywhere,
    }


def _asked_for(asked: AskedFor) -> JsonValue:
    return {
        "action": asked.action,
        "resource": asked.resource,
        "event_names": list(asked.event_names),
        "events": asked.events,
        "first_seen": asked.first_seen or None,
        "last_seen": asked.last_seen or None,
        "event_ids": list(asked.event_ids),
        "allowed_now": asked.allowed_now,
    }


def _way(path: Path) -> JsonValue:
    return {
        "id": path.id,
        "gains": path.end.value,
        "how": path.how,
        "actions": list(dict.fromkeys(need.action for need in path.needs)),
    }


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
            "calls": [
                {
                    "action": call.action,
                    "event_source": call.event_source,
                    "event_name": call.event_name,
                    "rule": call.rule,
                    "events": call.events,
                }
                for call in evidence.calls
            ],
        },
        "patterns": [
            {
                "resource": pattern.resource,
                "why": pattern.why,
                "stands_for": pattern.stands_for,
                "examples": list(pattern.examples),
            }
            for pattern in statement.patterns
        ],
        "generalized": [_generalized(one) for one in statement.generalized],
    }


def _generalized(one: GeneralizedResource) -> dict[str, JsonValue]:
    return {
        "resource": one.resource,
        "condition_key": one.condition_key or None,
        "seen": one.seen,
        "examples": list(one.examples),
        "admits": one.admits,
        "actions": list(one.actions),
        "resource_types": list(one.resource_types),
        "requests_seen": one.requests_seen,
        "requests_on_seen": one.requests_on_seen,
    }
