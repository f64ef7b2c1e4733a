"""Reading a file of names and values in whichever format it is."""

from pathlib import PurePath
from typing import Final, assert_never

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.environment.assignments import read_assignments
from secrets_cli.secrets.environment.entries import Entry
from secrets_cli.secrets.environment.file_format import InputFormat
from secrets_cli.secrets.environment.structured import read_json_entries, read_yaml_entries

_BY_ENDING: Final = {
    ".env": InputFormat.DOTENV,
    ".json": InputFormat.JSON,
    ".yaml": InputFormat.YAML,
    ".yml": InputFormat.YAML,
    ".sh": InputFormat.SHELL,
}


def format_of(file: str) -> InputFormat:
    """The format that the file's name tells: by its ending, or dotenv for `.env` and `.env.anything`.

    Raises ConfigurationError where it tells none, as that of stdin (`-`).
    """
    path = PurePath(file)
    if path.name == ".env" or path.name.startswith(".env."):
        return InputFormat.DOTENV
    found = _BY_ENDING.get(path.suffix.lower())
    if found is None:
        raise ConfigurationError(
            f"the name `{file}` does not tell the file's format", "give `--from dotenv`, `json`, `yaml` or `shell`"
        )
    return found


def read_entries(text: str, file: str, format: InputFormat) -> tuple[Entry, ...]:
    """The entries of a file, in order, a name that comes twice included (JSON refuses it).

    Raises MalformedInput that names the places which are not as they should be, and quotes no value.
    """
    match format:
        case InputFormat.DOTENV:
            return read_assignments(text, file, dotenv=True)
        case InputFormat.SHELL:
            return read_assignments(text, file, dotenv=False)
        case InputFormat.JSON:
            return read_json_entries(text, file)
        case InputFormat.YAML:
            return read_yaml_entries(text, file)
        case _:
            assert_never(format)
