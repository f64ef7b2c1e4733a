"""What a deletion would take and took (docs/schemas/secret-delete-1.json), the backup before it, and the way back."""

from collections.abc import Sequence
from datetime import datetime

from secrets_cli.aws.parameters import Described
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.store.deletion import Deleted
from secrets_cli.wording import iso_time

DELETE_SCHEMA = "secrets-cli/secret-delete/1"
_SHOWN = 20


def doomed_lines(names: Sequence[str], described: Sequence[Described]) -> tuple[str, ...]:
    """What is about to be deleted, the first twenty one by one."""
    known = {each.name: each for each in described}
    lines = [f"  {name}{_known(known.get(name), is_listed=bool(known))}" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        lines.append(f"  ... and {len(names) - _SHOWN} more")
    return (f"to be deleted, with every version: {len(known) or len(names)}", *lines)


def _known(described: Described | None, *, is_listed: bool) -> str:
    """What the list of parameters says of one; nothing where the list was denied, or none of them is in it."""
    if described is None:
        return "  not there" if is_listed else ""
    when = described.modified.strftime("%Y-%m-%d")
    return f"  version {described.version}, key {described.key or 'none'}, last written {when}"


def undo_lines(deleted: Sequence[str], described: Sequence[Described], backup: str) -> tuple[str, ...]:
    """How to have the secrets again: from the backup, or by storing each anew."""
    if not deleted:
        return ()
    wait = "to restore, after 30 seconds (until then AWS does not create the names again):"
    if backup:
        return (wait, f"  secrets-cli secret restore {backup}")
    keys = {each.name: each.key for each in described}
    commands = [f"  secrets-cli secret put {name} --key {keys.get(name) or 'ALIAS'}" for name in deleted[:_SHOWN]]
    return (f"{wait} no backup was kept, so with a copy of the values of your own", *commands)


def delete_json(
    done: Deleted, backup: str, when: datetime, planned: Sequence[str] | None = None
) -> dict[str, JsonValue]:
    """The document; `planned` are the names of a run that only showed them."""
    return {
        "schema": DELETE_SCHEMA,
        "dry_run": planned is not None,
        "planned": list(planned or ()),
        "when": iso_time(when),
        "deleted": list(done.deleted),
        "missing": list(done.missing),
        "backup": backup or None,
        "failed": done.failure.message if done.failure else None,
    }
