"""Another linter's remarks as findings, whoever reads: they are shown because they were asked for."""

import json
from collections.abc import Iterable

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.made_finding import with_fingerprints
from secrets_cli.gate.rule import Hit, Rule
from secrets_cli.gate.settings import Settings
from secrets_cli.iam.render import policy_document


def opinion_findings(hits: Iterable[Hit], rule: Rule, settings: Settings) -> tuple[Finding, ...]:
    """The remarks as findings of `rule`, in the same order, less those in files for which the rule is disabled."""
    return tuple(with_fingerprints(_finding(hit, rule, settings) for hit in hits if _is_asked(hit, rule, settings)))


def _is_asked(hit: Hit, rule: Rule, settings: Settings) -> bool:
    return rule.id not in settings.at(hit.location.file).disabled


def _finding(hit: Hit, rule: Rule, settings: Settings) -> Finding:
    principal = hit.about[0].of.principal if hit.about else ""
    statements = sorted(json.dumps(policy_document(at.alone), sort_keys=True) for at in hit.about)
    file = settings.folders.from_top(hit.location.file)
    return Finding(
        rule=rule.id,
        severity=settings.at(hit.location.file).severities.get(rule.id) or hit.severity or rule.severity,
        confidence=hit.confidence or rule.confidence,
        location=hit.location,
        principal=principal,
        message=hit.message,
        evidence=hit.evidence,
        fix=None,
        fingerprint="\0".join((rule.id, file, principal, hit.subject, *statements)),
    )
