"""The JSON reader: values, places, and what it refuses where."""

import json

import pytest

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    JsonArray,
    JsonBool,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    read_json,
)


def _plain(node: JsonNode) -> object:
    match node:
        case JsonObject():
            return {member.key.value: _plain(member.value) for member in node.members}
        case JsonArray():
            return [_plain(item) for item in node.items]
        case JsonNumber():
            return json.loads(node.text)
        case JsonNull():
            return None
        case JsonString() | JsonBool():
            return node.value


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -0.5e+3, true, false, null, "x\\u00e9\\n\\ud83d\\ude00"], "b": {}, "c": []}',
        " [ ] ",
        '"s"',
        "0",
        '\r\n{\t"\\"": "\\\\"}\n',
    ],
)
def test_reads_what_json_reads(text: str) -> None:
    assert _plain(read_json(text, "f").root) == json.loads(text)


def test_a_byte_order_mark_is_skipped() -> None:
    document = read_json("\ufeff{}", "f")
    assert document.root == JsonObject((), 1)


def test_places_are_lines_and_columns() -> None:
    document = read_json('{\n  "é": [\n    1,\n    22 ]}', "dir/f.json")
    assert isinstance(document.root, JsonObject)
    member = document.root.members[0]
    assert str(document.places.at(member.key.offset)) == "dir/f.json:2:3"
    assert isinstance(member.value, JsonArray)
    assert [str(document.places.at(item.offset)) for item in member.value.items] == ["dir/f.json:3:5", "dir/f.json:4:5"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f:1:1: the document is empty"),
        ("  \n ", "f:2:2: the document is empty"),
        ('{"a": 1,\n "a": 2}', "f:2:2: `a` is given twice, first at f:1:2"),
        ('{"a": 1, "\\u0061": 2}', "f:1:10: `a` is given twice, first at f:1:2"),
        ('{"a": NaN}', "f:1:7: `NaN` where a value is expected"),
        ("[-Infinity]", "f:1:2: `-Infinity` where a value is expected"),
        ("[01]", "f:1:2: `01` where a value is expected"),
        ("[1.]", "f:1:2: `1.` where a value is expected"),
        ("[tru]", "f:1:2: `tru` where a value is expected"),
        ("[1,]", "f:1:4: `]` where a value is expected"),
        ("[1 2]", "f:1:4: `,` or `]` is expected"),
        ("[1", "f:1:3: the document ends before `]` closes what f:1:1 opens"),
        ("[", "f:1:2: the document ends where a value is expected"),
        ("{1: 2}", "f:1:2: a name in double quotes is expected"),
        ('{"a" 2}', "f:1:6: `:` is expected after `a`"),
        ('{"a": 1,}', "f:1:9: a name in double quotes is expected"),
        ("{} {}", "f:1:4: text follows the end of the JSON document"),
        ('["a', "f:1:2: a string without its closing quote"),
        ('["a\nb"]', "f:1:4: a control character in a string must be written as an escape"),
        ('["\\x"]', "f:1:3: an escape that JSON does not have in a string"),
        ('["\\ud800"]', "f:1:2: half of a surrogate pair in a string"),
        ("{'a': 1}", "f:1:2: a name in double quotes is expected"),
        ("[\u0661]", "f:1:2: `\u0661` where a value is expected"),
        ("[1]\x00", "f:1:4: text follows the end of the JSON document"),
    ],
)
def test_refuses_at_the_place(text: str, message: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        read_json(text, "f")
    assert caught.value.message == message
    assert caught.value.help


def test_depth_has_a_limit() -> None:
    read_json("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f")
    with pytest.raises(TooLarge, match=f"nested deeper than {MAX_DEPTH} levels"):
        read_json('{"a":' * 1_000_000, "f")


def test_length_has_a_limit() -> None:
    with pytest.raises(TooLarge, match=f"at most {MAX_CHARACTERS} are read"):
        read_json(" " * (MAX_CHARACTERS + 1), "f")
