"""The comments of a file of any kind that has comments: YAML, Terraform, TOML. JSON has none."""

import re
from collections.abc import Iterator

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonNode, Places
from secrets_cli.inputs.comment import Comment


def comments_with(sign: str, text: str, name: str) -> tuple[Comment, ...]:
    """The comments that begin with `sign`, in order; none of a file that cannot be read, for it is not judged either."""
    if sign not in text:
        return ()
    return tuple(comment for comment in _comments(text, name, sign) if comment.text.startswith(sign))


def _comments(text: str, name: str, sign: str) -> tuple[Comment, ...]:
    base = name.lower()
    try:
        if base.endswith(".tf"):
            from secrets_cli.inputs.terraform_comments import terraform_comments  # so does the reader of Terraform

            return terraform_comments(text, name)
        if base.endswith((".yml", ".yaml")):
            from secrets_cli.inputs.yaml_comments import yaml_comments  # PyYAML takes a while to load
            from secrets_cli.inputs.yaml_text import read_yaml_documents

            read_yaml_documents(text, name)  # refuses what the following would fail on, or take too long for
            return yaml_comments(text, name)
        if base.endswith(".toml"):
            return tuple(_toml_comments(text, name, sign))
    except MalformedInput:
        return ()
    return ()


def _toml_comments(text: str, name: str, sign: str) -> Iterator[Comment]:
    """The comments of a TOML text. Each speaks of one line alone: places in it are those of keys.

    The standard library's reader keeps no tokens. A comment is what can be replaced without changing what the text says; all
    strings are part of what it says.
    """
    from secrets_cli.inputs.toml_text import read_toml

    places = Places(text, name)
    whole = read_toml(text, name).root
    lines = text.split("\n")
    for found in re.finditer(rf"#[ \t]*(?=({re.escape(sign)}[^\r\n]*))", text):
        start, end = found.span(1)
        place = places.at(found.start())
        if _said(text[:start] + "x" * (end - start) + text[end:], name) != whole:
            continue
        line = place.line
        if not lines[line - 1][: place.column - 1].strip():
            follows = (n for n in range(line, len(lines)) if (stripped := lines[n].strip()) and stripped[0] != "#")
            line = next(follows, line - 1) + 1
        yield Comment(found.group(1).strip(), place, (line, line))


def _said(text: str, name: str) -> JsonNode | None:
    from secrets_cli.inputs.toml_text import read_toml

    try:
        return read_toml(text, name).root
    except MalformedInput:
        return None
