"""The rules of the gate, all in a list and one by one, as text and as JSON."""

from collections.abc import Mapping, Sequence

from secrets_cli.gate.rule import Rule
from secrets_cli.json_value import JsonValue

LIST_SCHEMA = "secrets-cli/gate-rules/1"
RULE_SCHEMA = "secrets-cli/gate-rule/1"


def rules_json(rules: Sequence[Rule]) -> dict[str, JsonValue]:
    """All rules, in the order of the index (docs/schemas/gate-rules-1.json)."""
    return {"schema": LIST_SCHEMA, "rules": [_rule(rule) for rule in rules]}


def rule_json(rule: Rule, examples: Mapping[str, str]) -> dict[str, JsonValue]:
    """One rule with its examples (docs/schemas/gate-rule-1.json). `examples`: name of the bundled file -> text."""
    return {
        "schema": RULE_SCHEMA,
        **_rule(rule),
        "examples": [{"name": name, "text": examples[name]} for name in sorted(examples)],
    }


def rules_text(rules: Sequence[Rule]) -> str:
    """A line for each rule: severity, confidence, persona, id, what it reports."""
    head = ("rule", "severity", "confidence", "persona", "reports what")
    rows = [(one.id, one.severity.value, one.confidence.value, one.persona.value, one.title) for one in rules]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head) - 1)]
    return "\n".join(
        "  ".join([*(word.ljust(width) for word, width in zip(row[:-1], widths, strict=True)), row[-1]])
        for row in (head, *rows)
    )


def _rule(rule: Rule) -> dict[str, JsonValue]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.value,
        "confidence": rule.confidence.value,
        "persona": rule.persona.value,
        "why": rule.why,
        "how_to_fix": rule.how_to_fix,
        "references": list(rule.references),
        "mapping": list(rule.mapping),
        "silences": sorted(rule.silences),
    }
