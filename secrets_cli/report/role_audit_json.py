"""An audit of roles as JSON (docs/schemas/role-audit-1.json)."""

from collections.abc import Iterable, Mapping

from secrets_cli.account.audit.evidence import Evidence
from secrets_cli.account.audit.judged import OpenPath, RoleFinding
from secrets_cli.account.audit.role_audit import Audit, Proposal, RoleAudit, Service
from secrets_cli.catalog.header import Header
from secrets_cli.json_value import JsonValue
from secrets_cli.report.role_audit_words import listed
from secrets_cli.usage.usage import Coverage

SCHEMA = "secrets-cli/role-audit/1"


def audit_document(audit: Audit, catalog: Header) -> dict[str, JsonValue]:
    """The JSON result: changes of all roles first, what removes most first, then the roles."""
    return {**audit_head(audit, catalog), "roles": [role_document(one) for one in audit.roles]}


def audit_head(audit: Audit, catalog: Header) -> dict[str, JsonValue]:
    """The same without the roles, which come last."""
    ranked = sorted(
        ((proposal, one) for one in audit.roles for proposal in one.proposals),
        key=lambda item: (-item[0].removes, item[1].role.arn, item[0].kind.value, item[0].what),
    )
    return {
        "schema": SCHEMA,
        "catalog": catalog.document(),
        "today": audit.today.isoformat(),
        "coverage": _coverage(audit.coverage),
        "functions_of": list(audit.functions_of),
        "changes": [{"role": one.role.arn, **_proposal(proposal)} for proposal, one in ranked],
        "notes": list(audit.notes),
    }


def _coverage(coverage: Coverage | None) -> JsonValue:
    if coverage is None:
        return None
    return {
        "first": coverage.first or None,
        "last": coverage.last or None,
        "records": coverage.records,
        "rejected": len(coverage.rejected),
        "regions": list(coverage.regions),
        "accounts": list(coverage.accounts),
        "data_event_types": list(coverage.data_event_types),
    }


def role_document(one: RoleAudit) -> dict[str, JsonValue]:
    """One role."""
    role, origin = one.role, one.origin
    return {
        "arn": role.arn,
        "name": role.name,
        "created": role.created or None,
        "last_used": role.last_used or None,
        "last_used_known": role.last_used is not None,
        "origin": None
        if origin is None
        else {
            "framework": origin.framework.slug,
            "because": origin.told_by,
            "application": origin.application or None,
            "stack": origin.stack or None,
        },
        "functions": None if one.functions is None else list(one.functions),
        "policies": {
            "inline": [policy.name for policy in role.inline],
            "attached": list(role.attached),
            "boundary": role.boundary or None,
        },
        "risk": {
            "total": one.risk.total,
            "reach": one.risk.reach,
            "escalation": one.risk.escalation,
            "trust": one.risk.trust,
        },
        "administrator": one.administrator,
        "granted": one.granted,
        "services": {
            name: {
                "granted": service.granted,
                "used": service.used,
                "unused": service.unused,
                "invisible": service.invisible,
            }
            for name, service in one.services.items()
        },
        "evidence": _evidence(one.evidence, one.services),
        "findings": [_finding(finding) for finding in one.findings],
        "escalation": [_path(path) for path in one.paths],
        "changes": [_proposal(proposal) for proposal in one.proposals],
        "unresolved": list(one.unresolved),
    }


def _evidence(evidence: Evidence, services: Mapping[str, Service]) -> dict[str, JsonValue]:
    return {
        "state": evidence.state.value,
        "reasons": list(evidence.reasons),
        "events": evidence.events,
        "first_seen": evidence.first_seen or None,
        "last_seen": evidence.last_seen or None,
        "used": _texts(listed(evidence.used, services)),
        "unused": _texts(listed(evidence.unused, services)),
        "invisible": _texts(listed(evidence.invisible, services)),
    }


def _finding(finding: RoleFinding) -> dict[str, JsonValue]:
    return {
        "rule": finding.rule,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "policy": finding.policy or None,
        "line": finding.line or None,
        "sids": _texts(finding.sids),
        "message": finding.message,
        "evidence": _texts(finding.evidence),
    }


def _path(path: OpenPath) -> dict[str, JsonValue]:
    return {
        "id": path.id,
        "gains": path.gains.value,
        "how": path.how,
        "severity": path.severity.value,
        "reach": path.reach,
        "conditions": _texts(path.conditions),
        "requests": [{"action": action, "resource": resource} for action, resource in path.requests],
        "policies": _texts(path.policies),
    }


def _proposal(proposal: Proposal) -> dict[str, JsonValue]:
    return {
        "kind": proposal.kind.value,
        "what": proposal.what,
        "risk_removed": proposal.removes,
        "policy": proposal.policy or None,
        "sids": _texts(proposal.sids),
        "how": proposal.how or None,
        "caution": proposal.caution or None,
    }


def _texts(texts: Iterable[str]) -> list[JsonValue]:
    return list(texts)
