"""`policy diff` as text and as JSON (docs/schemas/policy-diff-1.json)."""

from collections.abc import Iterable, Sequence

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.contain import Contained, Difference, NotContained, Undecided
from secrets_cli.iam.difference import ActionDifference, Change, PolicyDifference, StatementVerdict
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.json_value import JsonValue
from secrets_cli.report.policy_words import (
    LEVELS,
    counted_by_level,
    file_names,
    indented,
    is_deny,
    level_of,
    names_by_service,
    resource_text,
    statement_json,
    statement_name,
    verdict_json,
    verdict_text,
)
from secrets_cli.wording import how_many

SCHEMA = "secrets-cli/policy-diff/1"

_HEADINGS = {
    Change.ONLY_NEW: "granted only by new",
    Change.WIDER: "granted wider by new",
    Change.DIFFERENT: "granted differently: each side has what the other has not",
    Change.UNDECIDED: "undecided",
    Change.NARROWER: "granted narrower by new",
    Change.ONLY_OLD: "granted only by old",
}
"""In the order of interest to who reviews a change."""


def document(found: PolicyDifference, catalog: Catalog) -> dict[str, JsonValue]:
    """The JSON result."""
    return {
        "schema": SCHEMA,
        "catalog": catalog.header.document(),
        "containment": {"new_in_old": verdict_json(found.new_in_old), "old_in_new": verdict_json(found.old_in_new)},
        "summary": {
            "actions_old": len(found.old_actions),
            "actions_new": len(found.new_actions),
            "by_access_level": {
                level: {"old": old, "new": new} for level, old, new in _levels(found, catalog) if level != "all"
            },
            "changes": {change.value: len(_of(found, change)) for change in Change},
        },
        "statements": [_statement_json(one) for one in found.statements],
        "actions": [_action_json(one, catalog) for one in found.actions],
        "unknown_patterns": list(found.unknown_patterns),
    }


def text(found: PolicyDifference, old: Sequence[Policy], new: Sequence[Policy], catalog: Catalog) -> str:
    """The readable result: counts, verdicts, the new statements, and the actions by what became of them."""
    lines = [
        f"old: {file_names(old)}",
        f"new: {file_names(new)}",
        "",
        *_table(found, catalog),
        "",
        f"new in old: {verdict_text(found.new_in_old)}",
        f"old in new: {verdict_text(found.old_in_new)}",
        "",
        "statements of new, each against all of old",
        *(line for one in found.statements for line in _statement_lines(one)),
    ]
    for change in _HEADINGS:
        members = _of(found, change)
        if members:
            lines += ["", f"{_HEADINGS[change]}: {how_many(len(members), 'action')}", *_change_lines(members, catalog)]
    if found.unknown_patterns:
        lines += ["", f"not known to the catalog: {', '.join(found.unknown_patterns)}"]
    if not found.actions:
        lines += ["", "no known action is granted differently"]
    return "\n".join([*lines, "", f"catalog {catalog.header.label}"])


def _of(found: PolicyDifference, change: Change) -> list[ActionDifference]:
    return [one for one in found.actions if one.change is change]


def _levels(found: PolicyDifference, catalog: Catalog) -> list[tuple[str, int, int]]:
    old, new = (counted_by_level(actions, catalog) for actions in (found.old_actions, found.new_actions))
    rows = [(level, old.get(level, 0), new.get(level, 0)) for level in LEVELS if level in old or level in new]
    return [*rows, ("all", len(found.old_actions), len(found.new_actions))]


# --- JSON ---


def _statement_json(one: StatementVerdict) -> dict[str, JsonValue]:
    return {
        "policy": one.policy.name,
        "sid": one.statement.sid,
        "index": one.statement.index,
        **verdict_json(one.contained),
        "actions": list(one.actions),
    }


def _action_json(one: ActionDifference, catalog: Catalog) -> dict[str, JsonValue]:
    return {
        "action": one.action,
        "access_level": level_of(one.action, catalog) if one.known else None,
        "change": one.change.value,
        "old": [statement_json(statement) for statement in one.old],
        "new": [statement_json(statement) for statement in one.new],
        "new_in_old": verdict_json(one.new_in_old),
        "old_in_new": verdict_json(one.old_in_new),
    }


# --- text ---


def _table(found: PolicyDifference, catalog: Catalog) -> list[str]:
    rows = [(level, f"{old:,}", f"{new:,}", f"{new - old:+,}") for level, old, new in _levels(found, catalog)]
    lines = [("actions granted", "old", "new", "change"), *rows]
    width = max(len(row[0]) for row in lines)
    return [f"{row[0]:<{width}}  {row[1]:>7}  {row[2]:>7}  {row[3]:>7}" for row in lines]


def _statement_lines(one: StatementVerdict) -> list[str]:
    name = statement_name(one.statement)
    if isinstance(one.contained, Contained):
        return [f"  {name}: contained"]
    lines = [f"  {name}: {verdict_text(one.contained)}"]
    if one.actions:
        lines.append(f"    of {how_many(len(one.actions), 'known action')}:")
        lines += indented(names_by_service(one.actions), 6)
    return lines


def _change_lines(members: Sequence[ActionDifference], catalog: Catalog) -> list[str]:
    """By access level; within it the actions that the same statements grant are told together."""
    lines: list[str] = []
    for level in LEVELS:
        here = [one for one in members if level_of(one.action, catalog) == level]
        if here:
            lines.append(f"  {level} ({len(here)})")
        for group in _by_statements(here):
            lines += indented(names_by_service([one.action for one in group]), 4)
            lines += indented(_sides(group[0]), 6)
    return lines


def _by_statements(members: Iterable[ActionDifference]) -> list[list[ActionDifference]]:
    groups: dict[tuple[object, ...], list[ActionDifference]] = {}
    for one in members:
        kinds = (_where(one.old), _where(one.new), _reasons(one))
        groups.setdefault(kinds, []).append(one)
    return list(groups.values())


def _sides(one: ActionDifference) -> list[str]:
    lines = [f"old: {line}" for line in _where(one.old)] + [f"new: {line}" for line in _where(one.new)]
    return lines + list(_reasons(one))


def _where(statements: Iterable[Statement]) -> tuple[str, ...]:
    allowed = dict.fromkeys(resource_text(s) for s in statements if not is_deny(s))
    denied = dict.fromkeys(f"denied on {resource_text(s)}" for s in statements if is_deny(s))
    return (*allowed, *denied)


def _reasons(one: ActionDifference) -> tuple[str, ...]:
    """What is to be said of the verdicts beyond the kind of change."""
    reasons = []
    for way, verdict in (("new in old", one.new_in_old), ("old in new", one.old_in_new)):
        if isinstance(verdict, Undecided):
            reasons.append(f"{way}: undecided, {verdict.reason}")
        elif isinstance(verdict, NotContained) and verdict.difference is Difference.ONLY_WHERE_NO_REQUEST_IS_KNOWN:
            reasons.append(f"{way}: the difference is only on resources that no known request of the action carries")
    return tuple(reasons)
