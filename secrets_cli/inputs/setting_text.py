"""How a value is written into a file that people keep: JSON with its indentation, YAML in blocks."""

import json
from collections.abc import Iterator, Mapping, Sequence

from secrets_cli.inputs.document_edit import yaml_quoted
from secrets_cli.json_value import JsonValue


def json_lines(value: JsonValue, indent: str, unit: str) -> str:
    """The value as JSON text whose first line stands on a line that is indented by `indent`; `unit` is one level's more."""
    text = json.dumps(value, indent=unit or None, ensure_ascii=False)
    return text.replace("\n", f"\n{indent}")


def yaml_lines(value: JsonValue, indent: str) -> str:
    """What follows a key and its colon: a scalar on the same line, a list or mapping on lines of their own.

    `indent` is that of what is within. An empty list or mapping is written on the same line.
    """
    if isinstance(value, Sequence | Mapping) and not isinstance(value, str) and value:
        return "".join(f"\n{line}" for line in _block(value, indent))
    return f" {_scalar(value)}"


def _block(value: JsonValue, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            # A list within a mapping stands two columns further in, as most people write it.
            yield from f"{indent}{_key(key)}:{yaml_lines(item, indent + '  ')}".split("\n")
        return
    assert isinstance(value, Sequence)  # the caller has scalars on the key's line
    for item in value:
        if isinstance(item, Sequence | Mapping) and not isinstance(item, str) and item:
            first, *rest = _block(item, indent + "  ")
            yield f"{indent}- {first[len(indent) + 2 :]}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(item)}"


def _key(key: str) -> str:
    return yaml_quoted(key, "")


def _scalar(value: JsonValue) -> str:
    return yaml_quoted(value, "") if isinstance(value, str) else json.dumps(value)
