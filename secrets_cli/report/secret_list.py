"""Parameters as a tree or a flat table, and as JSON: docs/schemas/secret-list-1.json. No values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from secrets_cli.aws.parameters import SECURE_STRING
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.keys.key_word import is_managed
from secrets_cli.secrets.read_log import Read
from secrets_cli.secrets.store.listing import Listed, tree_lines
from secrets_cli.wording import iso_time

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

LIST_SCHEMA = "secrets-cli/secret-list/1"


@dataclass(frozen=True, slots=True)
class ListedAt:
    """What one profile and region holds."""

    target: str
    region: str
    parameters: tuple[Listed, ...]


def list_json(lists: tuple[ListedAt, ...], failed: tuple[tuple[str, str], ...], now: datetime) -> dict[str, JsonValue]:
    """The document; `failed` is target and message of each that could not be listed."""
    return {
        "schema": LIST_SCHEMA,
        "targets": [
            {
                "target": each.target,
                "region": each.region,
                "parameters": [_parameter(listed, now) for listed in each.parameters],
            }
            for each in lists
        ],
        "failed": [{"target": target, "error": message} for target, message in failed],
    }


def list_table(parameters: tuple[Listed, ...], now: datetime, *, is_flat: bool, has_usage: bool) -> "Table":
    """One row a parameter, in a tree of folders or by full name."""
    from rich.table import Table
    from rich.text import Text

    has_expiry = any(listed.expires for listed in parameters)
    columns = [title for title in _TITLES if _is_drawn(title, has_expiry, has_usage)]
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    for title in columns:
        table.add_column(title, overflow="fold", no_wrap=title not in _FOLDED)
    if is_flat:
        for listed in parameters:
            table.add_row(Text(listed.described.name), *_cells(listed, now, columns))
        return table
    for line in tree_lines(parameters):
        label = Text(line.guide, style="dim")
        label.append(line.label, style="" if line.listed else "bold blue")
        table.add_row(label, *(_cells(line.listed, now, columns) if line.listed else ()))
    return table


_TITLES = ("name", "version", "key", "tier", "age", "expires", "modified by", "last read")
_FOLDED = frozenset({"key", "modified by", "last read"})
"""Columns that give way on a narrow terminal."""


def _is_drawn(title: str, has_expiry: bool, has_usage: bool) -> bool:
    match title:
        case "expires":
            return has_expiry
        case "last read":
            return has_usage
        case _:
            return True


def _cells(listed: Listed, now: datetime, columns: Sequence[str]) -> list["Text"]:
    from rich.text import Text

    described = listed.described
    cells = {
        "version": Text(str(described.version)),
        "key": _key(listed),
        "tier": Text(described.tier.lower()),
        "age": Text(_age(described.modified, now)),
        "expires": _expiry(listed.expires, now),
        "modified by": Text(_who(described.modified_by)),
        "last read": Text(_read(listed.last_read)),
    }
    return [cells[title] for title in columns[1:]]


def _key(listed: Listed) -> "Text":
    from rich.text import Text

    if listed.described.type != SECURE_STRING:
        return Text(f"none ({listed.described.type}, readable as it is)", style="yellow")
    key = listed.described.key or "?"
    return Text(key, style="yellow" if is_managed(key) else "")


def _expiry(expires: datetime | None, now: datetime) -> "Text":
    from rich.text import Text

    if expires is None:
        return Text("-")
    days = (expires - now).days
    left = "past" if expires <= now else f"in {days} d" if days else "today"
    return Text(left, style="bold red" if days < 7 else "yellow" if days < 30 else "")


def _age(modified: datetime, now: datetime) -> str:
    seconds = max(0, int((now - modified).total_seconds()))
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 2 * 86_400 else f"{seconds // 86_400} d"


def _who(arn: str) -> str:
    """The part of an ARN that people know: `user/anna`, `assumed-role/deploy/anna`."""
    return arn.split(":", 5)[5] if arn.count(":") >= 5 else arn or "-"


def _read(read: Read | None) -> str:
    if read is None:
        return "not seen"
    session = f" ({read.session_name})" if read.session_name else ""
    maybe = "" if read.is_certain else "maybe, with its folder: "
    return f"{maybe}{read.last} {_who(read.principal)}{session}"


def _parameter(listed: Listed, now: datetime) -> JsonValue:
    described, read = listed.described, listed.last_read
    return {
        "name": described.name,
        "arn": described.arn,
        "type": described.type,
        "version": described.version,
        "key": described.key or None,
        "tier": described.tier,
        "description": described.description,
        "modified": iso_time(described.modified),
        "modified_by": described.modified_by,
        "age_days": max(0, (now - described.modified).days),
        "expires": iso_time(listed.expires) if listed.expires else None,
        "last_read": _read_json(read) if read else None,
    }


def _read_json(read: Read) -> JsonValue:
    return {
        "when": read.last,
        "principal": read.principal,
        "session_name": read.session_name,
        "action": read.action,
        "certain": read.is_certain,
    }
