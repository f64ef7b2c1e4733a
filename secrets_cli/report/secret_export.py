"""What an export wrote to a file, as JSON; without a value."""

from collections.abc import Sequence

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.environment.file_format import FileFormat
from secrets_cli.secrets.environment.formats import Exported

SCHEMA = "secrets-cli/secret-export/1"


def export_json(entries: Sequence[Exported], format: FileFormat, file: str) -> dict[str, JsonValue]:
    """The names in the file, and the parameter each is from."""
    return {
        "schema": SCHEMA,
        "file": file,
        "to": format.value,
        "parameters": [{"name": one.name, "source": one.source} for one in entries],
    }
