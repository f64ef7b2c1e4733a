"""What was done with labels: docs/schemas/secret-label-1.json."""

from collections.abc import Sequence

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.store.labelling import LabelChange

LABEL_SCHEMA = "secrets-cli/secret-label/1"


def label_json(name: str, changes: Sequence[LabelChange], *, is_done: bool) -> dict[str, JsonValue]:
    """The document; `is_done` is False for a dry run."""
    return {
        "schema": LABEL_SCHEMA,
        "name": name,
        "done": is_done,
        "labels": [
            {"label": each.label, "before": each.before, "after": each.after, "changed": each.is_change}
            for each in changes
        ],
    }


def label_line(name: str, change: LabelChange) -> str:
    """One line of text."""
    if not change.is_change:
        return f"{name}: {change.label} is on version {change.after} already"
    before = f"version {change.before}" if change.before else "none"
    after = f"version {change.after}" if change.after else "none"
    return f"{name}: {change.label} from {before} to {after}"
