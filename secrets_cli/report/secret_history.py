"""Versions of a secret as a table and as JSON (docs/schemas/secret-history-1.json), and what a rollback does."""

from typing import TYPE_CHECKING

from secrets_cli.aws.parameters import Version
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.store.history import Comparison, Rollback
from secrets_cli.wording import iso_time

if TYPE_CHECKING:
    from rich.table import Table

HISTORY_SCHEMA = "secrets-cli/secret-history/1"
ROLLBACK_SCHEMA = "secrets-cli/secret-rollback/1"


def history_json(name: str, versions: tuple[Version, ...], *, reveal: bool) -> dict[str, JsonValue]:
    """The document, oldest version first; `value` is null unless shown, `same_as_current` null where values were not read."""
    current = versions[-1].value if versions else None
    return {
        "schema": HISTORY_SCHEMA,
        "name": name,
        "versions": [
            {
                "version": version.number,
                "type": version.type,
                "modified": iso_time(version.modified),
                "modified_by": version.modified_by,
                "labels": list(version.labels),
                "key": version.key or None,
                "tier": version.tier,
                "description": version.description,
                "same_as_current": None if version.value is None or current is None else version.value == current,
                "value": version.value.reveal() if reveal and version.value else None,
            }
            for version in versions
        ],
    }


def history_table(versions: tuple[Version, ...], *, has_values: bool, reveal: bool) -> "Table":
    """One row a version, newest first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    titles = ["version", "modified", "modified by", "labels", "key", "tier"]
    for title in [*titles, "as now", "value"] if has_values else titles:
        table.add_column(title, overflow="fold")
    current = versions[-1].value if versions else None
    for version in reversed(versions):
        cells = [
            str(version.number),
            iso_time(version.modified),
            version.modified_by.split(":", 5)[-1] or "-",
            " ".join(version.labels) or "-",
            version.key or f"none ({version.type})",
            version.tier.lower(),
        ]
        if has_values and version.value is not None:
            cells += ["same" if version.value == current else "differs"]
            cells += [version.value.reveal() if reveal else str(version.value)]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def rollback_lines(plan: Rollback) -> tuple[str, ...]:
    """What a rollback would do, without values."""
    target, current = plan.target, plan.current
    labels = f" ({' '.join(target.labels)})" if target.labels else ""
    said = {
        Comparison.EQUAL: "the same as the current value",
        Comparison.DIFFERENT: "differs from the current value",
        Comparison.UNKNOWN: "cannot be compared: the current value cannot be read",
    }
    return (
        f"{plan.name}: the value of version {target.number}{labels}, of {iso_time(target.modified)} by "
        f"{target.modified_by.split(':', 5)[-1] or 'unknown'}, becomes version {current.number + 1}",
        f"  value   {said[plan.comparison]}",
        f"  key     {plan.key}" + ("" if plan.key == current.key else f" (now {current.key})"),
        f"  tier    {current.tier.lower()}; description, pattern and policies stay; labels stay where they are",
    )


def rollback_json(plan: Rollback, version: int | None) -> dict[str, JsonValue]:
    """The document; `version` is the new one, None where nothing was done."""
    return {
        "schema": ROLLBACK_SCHEMA,
        "name": plan.name,
        "from_version": plan.target.number,
        "replaced_version": plan.current.number,
        "comparison": plan.comparison.value,
        "changed": version is not None,
        "version": version,
        "key": plan.key,
        "tier": plan.current.tier,
    }
