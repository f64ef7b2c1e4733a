"""Keys as a table and as JSON (docs/schemas/key-list-1.json)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from secrets_cli.json_value import JsonValue
from secrets_cli.report.key_history import rotation_json, rotation_words, when
from secrets_cli.secrets.keys.survey import ListedKey, Listing, Unread

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

SCHEMA = "secrets-cli/key-list/1"
_STYLES = {"Enabled": "green", "Disabled": "yellow", "PendingDeletion": "red"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listing is from."""

    target: str
    """Profile and region as the command line names them."""
    region: str
    listing: Listing


def document(places: Sequence[Place]) -> dict[str, JsonValue]:
    """The JSON result."""
    return {
        "schema": SCHEMA,
        "keys": [_key_json(row) | {"target": place.target} for place in places for row in place.listing.keys],
        "unread": unread_json([one for place in places for one in place.listing.unread]),
    }


def unread_json(unread: Sequence[Unread]) -> list[JsonValue]:
    """What could not be read."""
    return [{"subject": one.subject, "reason": one.reason} for one in unread]


def _key_json(row: ListedKey) -> dict[str, JsonValue]:
    key = row.key
    return {
        "key_id": key.id,
        "key_arn": key.arn,
        "aliases": list(row.aliases),
        "state": key.state,
        "manager": key.manager,
        "spec": key.spec,
        "origin": key.origin,
        "multi_region": key.multi_region,
        "description": key.description,
        "created": when(key.created),
        "deletion": when(key.deletion),
        "rotation": rotation_json(row.rotation),
        "rotation_known": row.rotation_known,
    }


def table(places: Sequence[Place]) -> "Table":
    """One row a key; where it is from only where that is more than one place."""
    from rich.table import Table
    from rich.text import Text

    several = len(places) > 1
    found = Table(box=None, pad_edge=False, show_edge=False)
    for title in (
        *(("account/region",) if several else ()),
        "alias",
        "key",
        "state",
        "rotation",
        "created",
        "description",
    ):
        found.add_column(
            title, overflow="fold", no_wrap=title == "key", max_width=32 if title == "description" else None
        )
    for place in places:
        for row in place.listing.keys:
            where = (f"{row.key.arn.split(':')[4]}/{place.region}",) if several else ()
            found.add_row(*(Text(cell) for cell in (*where, "\n".join(row.aliases), row.key.id)), *_rest(row))
    return found


def _rest(row: ListedKey) -> "tuple[str | Text, ...]":
    from rich.text import Text

    key = row.key
    gone = f"\n{key.deletion:%Y-%m-%d}" if key.deletion else ""
    state = Text(f"{key.state}{gone}", style=_STYLES.get(key.state, "yellow"))
    rotation = (
        ""
        if key.manager != "CUSTOMER" or "Deletion" in key.state
        else rotation_words(row.rotation, known=row.rotation_known)
    )
    return state, rotation, f"{key.created:%Y-%m-%d}", Text(key.description)
