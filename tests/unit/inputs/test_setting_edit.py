"""Setting values in JSON, YAML and TOML: what is set is there, what is not stays to the character."""

import json
import tomllib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.inputs.setting_edit import set_value
from secrets_cli.inputs.toml_edit import set_toml_value
from secrets_cli.json_value import JsonValue

STATEMENTS: JsonValue = [
    {
        "Sid": "ReadFiles",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": "arn:aws:s3:::files/*",
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    }
]
YAML = """\
# top
a:
  list: [1, 2] # beside
  block: # beside the key
    # above an item
    - 1
    - 2 # of the last
  # between
  text: |
    several
    lines
  empty:
  null: ~
  flow: {x: 1, y: [2]}
  tagged: !Sub "${A}"
  deep:
    deeper: 1
# below
b: 1
"""


def read(text: str) -> Any:
    return yaml.load(text.replace("!Sub", ""), Loader=yaml.SafeLoader)  # a safe loader, named


def edited(text: str, name: str, path: tuple[str, ...], value: JsonValue) -> str:
    found = set_value(text, name, path, value)
    assert isinstance(found, str), found
    return found


@pytest.mark.parametrize("value", [STATEMENTS, [], "x", "true", "arn:aws:s3:::b/*", False])
@pytest.mark.parametrize(
    "path",
    [
        *((("a", key)) for key in ("list", "block", "text", "empty", "flow", "tagged", "new")),
        ("a", "deep", "deeper"),
        ("a", "deep", "new", "newer"),
        ("a", "empty", "within"),
        ("a", "flow", "x"),
        ("a", "flow", "z"),
        ("b",),
        ("c", "d", "e"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_yaml(path: tuple[str, ...], value: JsonValue, ending: str) -> None:
    before = YAML.replace("\n", ending)
    after = edited(before, "x.yml", path, value)
    expected = read(before)
    around = expected
    for step in path[:-1]:
        around[step] = around.get(step) or {}
        around = around[step]
    around[path[-1]] = value
    assert read(after) == expected
    for comment in ("# top", "# beside the key", "# between", "# below"):
        assert comment in after
    assert after.count("\n") == after.count(ending)
    assert edited(after, "x.yml", path, value) == after  # once is enough


def test_a_yaml_file_keeps_the_lines_it_had() -> None:
    after = edited(YAML, "x.yml", ("a", "block"), ["x"])
    assert after == YAML.replace("    # above an item\n    - 1\n    - 2 # of the last\n", "    - x\n")


def test_what_an_alias_repeats_is_left_alone() -> None:
    text = "base: &base\n  policies: [1]\nuse: *base\n"
    assert isinstance(set_value(text, "x.yml", ("use", "policies"), []), CannotEdit)


def test_what_is_no_mapping_is_left_alone() -> None:
    assert isinstance(set_value("a: [1]\n", "x.yml", ("a", "b"), 1), CannotEdit)
    assert isinstance(set_value('{"a": [1]}', "x.json", ("a", "b"), 1), CannotEdit)


TREES = st.recursive(
    st.one_of(st.integers(0, 9), st.text("ab# :'\"", max_size=4), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("pqrs"), inner, max_size=3)),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("pqrs"), TREES, min_size=1, max_size=3)


@settings(max_examples=300, deadline=None)
@given(OBJECTS, st.sampled_from("pqrst"), TREES, st.sampled_from([None, 2, 4, "\t"]))
def test_json_says_the_same_but_for_what_is_set(tree: Any, key: str, value: Any, indent: int | str | None) -> None:
    after = edited(json.dumps(tree, indent=indent), "x.json", (key,), value)
    assert json.loads(after) == {**tree, key: value}


@settings(max_examples=300, deadline=None)
@given(OBJECTS, st.sampled_from("pqrst"), TREES, st.booleans())
def test_yaml_says_the_same_but_for_what_is_set(tree: Any, key: str, value: Any, flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=True if flow else None, sort_keys=False)
    if text.startswith("{"):
        text = f"top: {text}"
        after = edited(text, "x.yml", ("top", key), value)
        assert read(after) == {"top": {**tree, key: value}}
    else:
        assert read(edited(text, "x.yml", (key,), value)) == {**tree, key: value}


TOML = """\
[dev] # first
attach = "a.json" # kept
extra_permissions = [
  {Effect = "Allow"}, # goes
]

[prod]
extends = "dev"

[[prod.extra_permissions]]
Effect = "Allow"

[other]
x = 1"""


@pytest.mark.parametrize("table", ["dev", "prod", "other"])
@pytest.mark.parametrize("key", ["attach", "extra_permissions", "new"])
@pytest.mark.parametrize("value", ["p.json", [], False])
def test_toml(table: str, key: str, value: JsonValue) -> None:
    after = set_toml_value(TOML, table, key, value)
    assert isinstance(after, str)
    expected = tomllib.loads(TOML)
    expected[table][key] = value
    assert tomllib.loads(after) == expected
    assert "# first" in after
    assert "# kept" in after
    assert set_toml_value(after, table, key, value) == after


def test_a_table_that_is_not_there_is_left_alone() -> None:
    assert isinstance(set_toml_value("dev = {x = 1}\n", "dev", "x", 2), CannotEdit)
