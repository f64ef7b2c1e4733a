"""`policy expand` as text and as JSON (docs/schemas/policy-expand-1.json)."""

from collections.abc import Sequence

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.expansion import ExpandedStatement
from secrets_cli.json_value import JsonValue
from secrets_cli.report.policy_words import (
    LEVELS,
    counted_by_level,
    names_by_service,
    resource_text,
    statement_json,
    statement_name,
)
from secrets_cli.wording import how_many

SCHEMA = "secrets-cli/policy-expand/1"


def document(statements: Sequence[ExpandedStatement], granted: Sequence[str], catalog: Catalog) -> dict[str, JsonValue]:
    """The JSON result. `granted` are the actions that the policies together grant on something, Deny counted in."""
    return {
        "schema": SCHEMA,
        "catalog": catalog.header.document(),
        "statements": [_statement_json(one, catalog) for one in statements],
        "granted": {"actions": len(granted), "by_access_level": counted_by_level(granted, catalog)},
        "unknown_patterns": list(_unknown(statements)),
    }


def text(statements: Sequence[ExpandedStatement], granted: Sequence[str], catalog: Catalog) -> str:
    """The readable result: a paragraph a statement, the counts, the catalog."""
    lines: list[str] = []
    for one in statements:
        lines += [*_statement_lines(one), ""]
    lines.append(_granted_line(granted, catalog))
    unknown = _unknown(statements)
    if unknown:
        lines.append(f"not known to the catalog: {', '.join(unknown)}")
    return "\n".join([*lines, "", f"catalog {catalog.header.label}"])


def _statement_json(one: ExpandedStatement, catalog: Catalog) -> dict[str, JsonValue]:
    names = [expanded.action.full_name for expanded in one.actions]
    return {
        "policy": one.policy.name,
        **statement_json(one.statement),
        "actions": [
            {
                "action": expanded.action.full_name,
                "access_level": expanded.action.access_level.value,
                "resources": list(expanded.resources),
            }
            for expanded in one.actions
        ],
        "by_access_level": counted_by_level(names, catalog),
        "unknown_patterns": list(one.unknown),
    }


def _statement_lines(one: ExpandedStatement) -> list[str]:
    statement = one.statement
    names = [expanded.action.full_name for expanded in one.actions]
    where = statement.location or one.policy.name
    lines = [
        f"{statement_name(statement)} ({statement.effect.value}, {where}): {how_many(len(names), 'known action')}",
        f"  on {resource_text(statement)}",
    ]
    for level in LEVELS:
        same: dict[tuple[str, ...], list[str]] = {}
        for expanded in one.actions:
            if expanded.action.access_level.value == level:
                same.setdefault(expanded.resources, []).append(expanded.action.full_name)
        if same:
            lines.append(f"  {level} ({sum(map(len, same.values()))})")
        for resources, actions in same.items():
            lines += [f"    {line}" for line in names_by_service(actions)]
            if statement.resource and len(resources) < len(statement.resource.values):
                lines.append(f"      on {', '.join(resources)}")
    lines += [f"  not known to the catalog: {pattern}" for pattern in one.unknown]
    return lines


def _granted_line(granted: Sequence[str], catalog: Catalog) -> str:
    levels = ", ".join(f"{number:,} {level}" for level, number in counted_by_level(granted, catalog).items())
    return f"granted in all: {how_many(len(granted), 'action')}" + (f" ({levels})" if levels else "")


def _unknown(statements: Sequence[ExpandedStatement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pattern for one in statements for pattern in one.unknown))
