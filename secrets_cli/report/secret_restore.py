"""What a restore did: docs/schemas/secret-restore-1.json. Names only."""

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.store.backup import Backup, Restored

RESTORE_SCHEMA = "secrets-cli/secret-restore/1"


def restore_json(done: Restored, backup: Backup, planned: tuple[str, ...] | None = None) -> dict[str, JsonValue]:
    """The document; `planned` are the names of a run that only showed them."""
    return {
        "schema": RESTORE_SCHEMA,
        "dry_run": planned is not None,
        "planned": list(planned or ()),
        "stored": list(done.stored),
        "present": list(done.present),
        "left_out": list(backup.plain),
        "failed": [{"name": name, "error": failure.message} for name, failure in done.failed],
    }
