"""Setting a value in one table of a TOML text; all else stays as it is, comments included.

The standard library writes no TOML, so a setting's lines are found in the text: it goes from its key to the line with which the
value is whole.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.json_value import JsonValue

_HEADER = re.compile(r"[ \t]*(\[\[?)[ \t]*([^\[\]]+?)[ \t]*\]\]?")


def set_toml_value(text: str, table: str, key: str, value: JsonValue) -> str | CannotEdit:
    """The text with `key = value` in the table `[table]`, whose name is a bare key."""
    lines = text.splitlines(keepends=True)
    bounds = _bounds(lines, table)
    if bounds is None:
        return CannotEdit(f"there is no table `[{table}]` on a line of its own")
    ending = "\r\n" if "\r\n" in text else "\n"
    setting = re.compile(rf"([ \t]*)(?:{re.escape(key)}|\"{re.escape(key)}\")[ \t]*=")
    for number in range(*bounds):
        found = setting.match(lines[number])
        if found is None:
            continue
        last = _last_of(lines, number, bounds[1])
        if last is None:
            return CannotEdit(f"`{key}` of `[{table}]` is not written in a way that is understood")
        comment = _comment(lines[last]) if last == number else ""
        written = f"{found[1]}{key} = {_toml(value)}{comment}{ending}"
        return "".join([*lines[:number], written, *lines[last + 1 :]])
    return _added(_without_tables(lines, f"{table}.{key}"), table, f"{key} = {_toml(value)}{ending}", ending)


def _added(lines: list[str], table: str, written: str, ending: str) -> str | CannotEdit:
    bounds = _bounds(lines, table)
    assert bounds is not None  # it was there before its items were taken out
    start, end = bounds
    while end > start and not lines[end - 1].strip():
        end -= 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += ending
    return "".join([*lines[:end], written, *lines[end:]])


def _bounds(lines: list[str], table: str) -> tuple[int, int] | None:
    """The lines of a table behind its header, the end not included."""
    first = next((n for n, line in enumerate(lines) if _is_header(line, "[", table)), None)
    if first is None:
        return None
    return first + 1, next((n for n in range(first + 1, len(lines)) if _HEADER.match(lines[n])), len(lines))


def _is_header(line: str, opening: str, name: str) -> bool:
    found = _HEADER.match(line)
    return found is not None and found[1] == opening and found[2].strip("\"'") == name


def _without_tables(lines: list[str], name: str) -> list[str]:
    """Without the items `[[name]]` and the tables within them."""
    kept: list[str] = []
    dropping = False
    for line in lines:
        found = _HEADER.match(line)
        if found is not None:
            dropping = found[2] == name or found[2].startswith(f"{name}.")
        if not dropping:
            kept.append(line)
    return kept


def _last_of(lines: list[str], first: int, end: int) -> int | None:
    for last in range(first, end):
        try:
            tomllib.loads("".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    return None


def _comment(line: str) -> str:
    """The comment behind a value of one line, with the blanks before it."""
    for found in re.finditer(r"[ \t]*#", line):
        try:
            tomllib.loads(line[: found.start()])
        except tomllib.TOMLDecodeError:
            continue
        return line[found.start() :].rstrip("\r\n")
    return ""


def _toml(value: JsonValue) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
