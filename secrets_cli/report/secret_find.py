"""Which secrets hold a value: docs/schemas/secret-find-1.json. Names only."""

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.store.find import Compared

FIND_SCHEMA = "secrets-cli/secret-find/1"


def find_json(found: Compared) -> dict[str, JsonValue]:
    """The document."""
    return {
        "schema": FIND_SCHEMA,
        "names": list(found.matches),
        "compared": found.count,
        "unreadable": [{"name": each.asked, "error": each.failure.message} for each in found.unreadable],
    }
