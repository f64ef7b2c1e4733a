"""Statements as Terraform's language says them: a list of objects for `jsonencode`, `statement` blocks, or JSON in a heredoc.

Laid out as `terraform fmt` does it. `references` are texts with `${...}` for ARNs that the file already says so; what else holds
`${` or `%{` is escaped.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.json_value import JsonValue

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ONE: Final = re.compile(r"\$\{([^{}\"]*)\}")
_ELEMENTS: Final = {
    "Sid": "sid",
    "Effect": "effect",
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


@dataclass(frozen=True, slots=True)
class Words:
    """How the file says ARNs."""

    references: Mapping[str, str] = field(default_factory=dict)
    """ARN -> the inside of a quoted string: `${aws_s3_bucket.files.arn}`, `arn:aws:s3:::${var.bucket}`."""

    def said(self, resource: str) -> str | None:
        """The inside of a quoted string, with `${...}`, that stands for the resource; None where the file has no words for it."""
        if resource in self.references:
            return self.references[resource]
        begins = (one for one in self.references if resource.startswith((f"{one}/", f"{one}:")))
        longest = max(begins, key=len, default="")
        return self.references[longest] + escaped(resource[len(longest) :]) if longest else None


def escaped(text: str) -> str:
    """A text as the inside of a quoted string has it."""
    quoted = json.dumps(text, ensure_ascii=False)[1:-1]
    return quoted.replace("${", "$${").replace("%{", "%%{")


def object_list(
    statements: Sequence[JsonValue], words: Words, indent: str, *, quoted_keys: bool = False, sign: str = " ="
) -> str:
    """The statements as a list of objects, whose first line stands behind what is there and whose last begins with `indent`."""
    style = _Style(words, quoted_keys, sign)
    lines = ["["]
    for one in statements:
        lines += [f"{indent}  {line}" for line in style.object(one)]
        lines[-1] += ","
    return "\n".join([*lines, f"{indent}]"])


def blocks(statements: Sequence[JsonValue], words: Words, indent: str) -> list[str]:
    """The statements as `statement` blocks, each a text whose first line has no indentation yet."""
    return [
        "\n".join(["statement {", *(f"{indent}{line}" if line else "" for line in _block(one, words)), f"{indent}}}"])
        for one in statements
    ]


def json_document(document: JsonValue, words: Words, indent: str) -> str:
    """The document as JSON within a heredoc, each line indented and ended by a line feed."""
    text = _json(document, words, "")
    return "".join(f"{indent}{line}\n" for line in text.split("\n"))


def _json(value: JsonValue, words: Words, indent: str, *, is_resource: bool = False) -> str:
    inner = f"{indent}  "
    match value:
        case str():
            own = words.said(value) if is_resource else None
            return f'"{escaped(value) if own is None else own}"'
        case Mapping():
            members = (
                f'{inner}"{escaped(key)}": {_json(one, words, inner, is_resource=key in _NAMED)}'
                for key, one in value.items()
            )
            return "{\n" + ",\n".join(members) + f"\n{indent}}}" if value else "{}"
        case Sequence():
            items = (f"{inner}{_json(one, words, inner, is_resource=is_resource)}" for one in value)
            return "[\n" + ",\n".join(items) + f"\n{indent}]" if value else "[]"
        case _:
            return json.dumps(value)


@dataclass(frozen=True, slots=True)
class _Style:
    """How an object is written."""

    words: Words
    quoted_keys: bool
    sign: str
    """Between a key and its value: ` =` or `:`."""

    def object(self, value: JsonValue) -> list[str]:
        assert isinstance(value, Mapping)  # as statements are rendered
        pairs = [(self.key(key), self.value(one, is_resource=key in _NAMED)) for key, one in value.items()]
        return ["{", *(f"  {line}" for line in _aligned(pairs, self.sign)), "}"]

    def key(self, key: str) -> str:
        return key if _WORD.fullmatch(key) and not self.quoted_keys else f'"{escaped(key)}"'

    def value(self, value: JsonValue, *, is_resource: bool) -> list[str]:
        match value:
            case str():
                return [_text(value, self.words if is_resource else Words())]
            case Mapping():
                return self.object(value)
            case Sequence():
                return _list([self.value(one, is_resource=is_resource)[0] for one in value])
            case _:
                return [json.dumps(value)]


_NAMED: Final = ("Resource", "NotResource")


def _block(statement: JsonValue, words: Words) -> list[str]:
    """The lines within one `statement` block."""
    assert isinstance(statement, Mapping)  # as statements are rendered
    pairs: list[tuple[str, list[str]]] = []
    for element, name in _ELEMENTS.items():
        value = statement.get(element)
        if value is None:
            continue
        if element in ("Sid", "Effect"):
            pairs.append((name, [_text(str(value), Words())]))
            continue
        values = [value] if isinstance(value, str) else list(_texts(value))
        in_words = words if element in _NAMED else Words()
        pairs.append((name, _list([_with_variables(one, in_words) for one in values])))
    lines = [f"  {line}" for line in _aligned(pairs, " =")]
    conditions = statement.get("Condition")
    for test, keys in conditions.items() if isinstance(conditions, Mapping) else ():
        for key, value in keys.items() if isinstance(keys, Mapping) else ():
            values = [value] if isinstance(value, str) else list(_texts(value))
            said = [_with_variables(one, Words()) for one in values]
            own: list[tuple[str, list[str]]] = [("test", [_text(test, Words())]), ("variable", [_text(key, Words())])]
            inner = _aligned([*own, ("values", _list(said))], " =")
            lines += ["", "  condition {", *(f"    {line}" for line in inner), "  }"]
    return lines


def _texts(value: JsonValue) -> Sequence[str]:
    assert isinstance(value, Sequence)  # one text or several
    return [one if isinstance(one, str) else json.dumps(one) for one in value]


def _with_variables(value: str, words: Words) -> str:
    """A policy variable is `&{` in a document's blocks."""
    said = words.said(value)
    return _text(value, words) if said is not None else _text(value.replace("${", "&{"), Words())


def _text(value: str, words: Words) -> str:
    said = words.said(value)
    if said is None:
        return f'"{escaped(value)}"'
    alone = _ONE.fullmatch(said)
    return alone[1].strip() if alone is not None else f'"{said}"'


def _list(items: Sequence[str]) -> list[str]:
    if len(items) < 2:
        return [f"[{', '.join(items)}]"]
    return ["[", *(f"  {item}," for item in items), "]"]


def _aligned(pairs: Sequence[tuple[str, list[str]]], sign: str) -> list[str]:
    """Names and values; the equal signs of neighbours that have one line each stand below each other."""
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def close() -> None:
        width = max((len(name) for name, _ in run), default=0)
        pad = width if sign == " =" else 0
        lines.extend(f"{name:<{pad}}{sign} {value}" for name, value in run)
        run.clear()

    for name, value in pairs:
        if len(value) == 1:
            run.append((name, value[0]))
            continue
        close()
        lines.append(f"{name}{sign} {value[0]}")
        lines += value[1:]
    close()
    return lines
