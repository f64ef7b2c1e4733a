"""The rotations of a key, as a table and as JSON (docs/schemas/key-rotations-1.json)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from secrets_cli.aws.keys import Key, Rotation, RotationDone
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.keys.state_plan import MOST_ON_DEMAND
from secrets_cli.wording import iso_time

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = "secrets-cli/key-rotations/1"


def when(moment: datetime | None) -> str | None:
    """A moment in UTC as ISO 8601, to the second."""
    return iso_time(moment) if moment else None


def rotation_words(now: Rotation | None, *, known: bool = True) -> str:
    """Whether and how often a key rotates, in a few words; `known` is False where that could not be read."""
    if not known:
        return "unknown"
    if now is None:
        return "not possible"
    if not now.enabled:
        return "off"
    every = f"every {now.period_days} days" if now.period_days else "on"
    return f"{every}, next {now.next:%Y-%m-%d}" if now.next else every


def rotation_json(now: Rotation | None) -> JsonValue:
    """The rotation of a key; null where it cannot rotate."""
    if now is None:
        return None
    return {"enabled": now.enabled, "period_days": now.period_days, "next": when(now.next)}


def document(name: str, key: Key, now: Rotation | None, done: Sequence[RotationDone]) -> dict[str, JsonValue]:
    """The JSON result."""
    return {
        "schema": SCHEMA,
        "name": name,
        "key_id": key.id,
        "key_arn": key.arn,
        "rotation": rotation_json(now),
        "on_demand_left": MOST_ON_DEMAND - _on_demand(done),
        "rotations": [{"date": when(one.when), "kind": one.kind} for one in done],
    }


def view(name: str, now: Rotation | None, done: Sequence[RotationDone]) -> "RenderableType":
    """The readable result."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    head = Text(f"{name}: automatic rotation {rotation_words(now)}")
    left = Text(f"{MOST_ON_DEMAND - _on_demand(done)} of {MOST_ON_DEMAND} rotations on demand are left")
    if not done:
        return Group(head, Text("not rotated yet"), left)
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("rotated")
    table.add_column("kind")
    for one in done:
        table.add_row(when(one.when), one.kind.lower().replace("_", " "))
    return Group(head, table, left)


def _on_demand(done: Sequence[RotationDone]) -> int:
    return sum(one.kind == "ON_DEMAND" for one in done)
