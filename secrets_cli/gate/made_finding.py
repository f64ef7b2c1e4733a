"""Findings that are made outside of the engine's rounds: about suppressions, about what a team requires."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from secrets_cli.iam.location import Location


def made_finding(
    rule: Rule, message: str, location: Location, content: str, settings: Settings, principal: str = ""
) -> Finding | None:
    """A finding whose fingerprint is still what it is to be made of: `content`, which holds no line. None where the rule is
    disabled for the file, or meant for a more demanding persona."""
    local = settings.at(location.file)
    if rule.id in local.disabled or rule.persona.rank > local.persona.rank:
        return None
    said = "\0".join((rule.id, settings.folders.from_top(location.file), principal, content))
    severity = local.severities.get(rule.id) or rule.severity
    return Finding(rule.id, severity, rule.confidence, location, principal, message, (), None, said)


def with_fingerprints(findings: Iterable[Finding]) -> Iterator[Finding]:
    """With fingerprints made of what they hold so far, and of a number where two are the same."""
    seen: dict[str, int] = {}
    for finding in findings:
        seen[finding.fingerprint] = number = seen.get(finding.fingerprint, -1) + 1
        made = hashlib.sha256(f"{finding.fingerprint}\0{number}".encode("utf-8", "surrogatepass")).hexdigest()
        yield replace(finding, fingerprint=made)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By file, line, column, rule and message."""
    return tuple(sorted(findings, key=_place))


def rule_of(id: str, rules: Sequence[Rule]) -> Rule | None:
    """The rule of that id, or None."""
    return next((rule for rule in rules if rule.id == id), None)


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.location.file, finding.location.line, finding.location.column, finding.rule, finding.message
