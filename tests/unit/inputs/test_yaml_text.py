"""YAML as a node tree with places: what it says, where it stands, and what is refused."""

import json
from collections.abc import Callable, Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    read_json,
)
from secrets_cli.iam.parse import parse_document
from secrets_cli.inputs.yaml_text import MAX_CHARACTERS, YamlVersion, read_yaml, read_yaml_documents


def plain(node: JsonNode) -> object:
    """The node as Python's own values; a number as its text in a list of one."""
    match node:
        case JsonObject(members):
            return {member.key.value: plain(member.value) for member in members}
        case JsonArray(items):
            return [plain(item) for item in items]
        case JsonNumber(text):
            return (text,)
        case JsonNull():
            return None
        case JsonString(value) | JsonBool(value):
            return value


def placed(document: JsonDocument) -> Iterator[tuple[object, int, int]]:
    """Each string and each name, with line and column."""

    def walk(node: JsonNode) -> Iterator[JsonString]:
        if isinstance(node, JsonObject):
            for member in node.members:
                yield member.key
                yield from walk(member.value)
        elif isinstance(node, JsonArray):
            for item in node.items:
                yield from walk(item)
        elif isinstance(node, JsonString):
            yield node

    for one in walk(document.root):
        place = document.places.at(one.offset)
        yield one.value, place.line, place.column


@pytest.fixture(params=["c", "python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers must give the same tree."""
    if request.param == "python":
        monkeypatch.setattr(yaml, "__with_libyaml__", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !Ref X", {"a": {"Ref": "X"}}),
        ("a: !Condition X", {"a": {"Condition": "X"}}),
        ("a: !Sub 'arn:${X}'", {"a": {"Fn::Sub": "arn:${X}"}}),
        ("a: !GetAtt R.Arn", {"a": {"Fn::GetAtt": "R.Arn"}}),
        ("a: !If [C, !Ref X, no]", {"a": {"Fn::If": ["C", {"Ref": "X"}, False]}}),
        ("a: !Sub\n  - x\n  - {y: z}", {"a": {"Fn::Sub": ["x", {"y": "z"}]}}),
        ("a: !Ref 123", {"a": {"Ref": "123"}}),
        ("!Mine [x]", {"Fn::Mine": ["x"]}),
        ("a: !Fn::Sub x", {"a": {"Fn::Sub": "x"}}),
        ("a: !Equals\n- !Ref A\n- b", {"a": {"Fn::Equals": [{"Ref": "A"}, "b"]}}),
    ],
)
def test_a_local_tag_is_its_long_form(text: str, expected: object) -> None:
    assert plain(read_yaml(text, "f").root) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012-10-17", "2012-10-17"),
        ("2012-10-17T00:00:00Z", "2012-10-17T00:00:00Z"),
        ("111122223333", ("111122223333",)),
        ("012345678901", "012345678901"),
        ("'111122223333'", "111122223333"),
        ("1.50", ("1.50",)),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int 12", ("12",)),
        ("!!null null", None),
        ("~", None),
        ("[null, Null]", [None, None]),
        ("{a: }", {"a": None}),
        ("'null'", "null"),
        ("TRUE", True),
        ("off", False),
        ('"off"', "off"),
        ("s3:Get*", "s3:Get*"),
        ("{200: x, true: y, ~: z}", {"200": "x", "true": "y", "~": "z"}),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b", "a b"),
        ("!!map {a: !!seq [b]}", {"a": ["b"]}),
    ],
)
def test_a_scalar_is_what_yaml_1_1_says_but_a_date_is_text(text: str, expected: object) -> None:
    assert plain(read_yaml(text, "f").root) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("yes", "yes"), ("off", "off"), ("True", True), ("1_000", "1_000"), ("0o17", ("0o17",)), ("1e3", ("1e3",))],
)
def test_yaml_1_2_has_fewer_booleans(text: str, expected: object) -> None:
    assert plain(read_yaml(text, "f", YamlVersion.V1_2).root) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_are_those_of_the_text(end: str, mark: str) -> None:
    text = mark + end.join(
        ["# ä comment", "Äa: !Ref X", "b:", "  - 'c'", "  - {d: &e \U0001f600}", "f: |", "  x", "g: *e"]
    )
    assert list(placed(read_yaml(text, "f"))) == [
        ("Äa", 2, 1),
        ("Ref", 2, 5),
        ("X", 2, 5),
        ("b", 3, 1),
        ("c", 4, 5),
        ("d", 5, 6),
        ("\U0001f600", 5, 9),
        ("f", 6, 1),
        ("x\n", 6, 4),
        ("g", 8, 1),
        ("\U0001f600", 5, 9),
    ]


def test_merges_and_aliases_are_resolved() -> None:
    text = (
        "base: &base {Effect: Allow, Action: x}\n"
        "other: &other {Action: y, Sid: z}\n"
        "one: {<<: *base, Action: own}\n"
        "two: {<<: [*other, *base]}\n"
        "three: {<<: *base, <<: *other}\n"
        "name: &n key\n"
        "*n : value\n"
        "'<<': text\n"
    )
    assert plain(read_yaml(text, "f").root) == {
        "base": {"Effect": "Allow", "Action": "x"},
        "other": {"Action": "y", "Sid": "z"},
        "one": {"Action": "own", "Effect": "Allow"},
        "two": {"Action": "y", "Sid": "z", "Effect": "Allow"},
        "three": {"Effect": "Allow", "Action": "x", "Sid": "z"},
        "name": "key",
        "key": "value",
        "<<": "text",
    }


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join(['*' + before] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
TOWER = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{x: *a{n - 1}}}\n" for n in range(1, 100))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n\n'a': 2", "f:3:1: `a` is given twice, first at f:1:1"),
        ("{1: a, '1': b}", "f:1:8: `1` is given twice, first at f:1:2"),
        ("a: &x [*x]", "f:1:8: the alias `*x` stands within what it names"),
        ("a: &x {<<: *x}", "f:1:12: the alias `*x` stands within what it names"),
        ("a: *x", "f:1:4: the alias `*x` has no anchor before it"),
        ("a: &x 1\n---\nb: *x", "f:3:4: the alias `*x` has no anchor before it"),
        ("a: 1\n---\nb: 2", "f:3:1: a second YAML document"),
        ("", "f:1:1: the document is empty"),
        ("# only a comment\n", "f:1:1: the document is empty"),
        ("a:\n\t- b", "f:2:1: this is no YAML: "),
        ("a: [1,", "f:1:7: this is no YAML: "),
        ("a: b: c", "f:1:5: this is no YAML: mapping values are not allowed"),
        ("a: !!python/object/apply:os.system [x]", "f:1:4: the tag `!!python/object/apply:os.system` is not read"),
        ("a: !!binary aGk=", "f:1:4: the tag `!!binary` is not read"),
        ("a: !!set {b}", "f:1:4: the tag `!!set` is not read"),
        ("a: !!int x", "f:1:4: `x` is not what its tag `!!int` says"),
        ("a: !!str [x]", "f:1:4: the tag `!!str` is not read"),
        ("a: !<x> b", "f:1:4: the tag `x` is not read"),
        ("%TAG !e! tag:example.com,2000:\n---\na: !e!foo x", "f:3:4: the tag `tag:example.com,2000:foo` is not read"),
        ("? [a]\n: b", "f:1:3: a name in a mapping must be plain text"),
        ("!Ref a: b", "f:1:1: a name in a mapping must be plain text"),
        ("b: &m {}\n*m : b", "f:2:1: a name in a mapping must be plain text"),
        ("a: {<<: x}", "f:1:9: `<<` takes a mapping"),
        ("a: \x00b", "f:1:4: the character U+0000 may not stand in YAML"),
        ('a: "\\ud83d\\ude00"', "f:1:"),
        ("a: '\ud800'", "f:1:5: the character U+D800 may not stand in YAML"),
    ],
)
def test_what_is_refused_names_its_place(text: str, message: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        read_yaml(text, "f")
    assert caught.value.message.startswith(message)
    assert caught.value.help


@pytest.mark.parametrize("text", ["Action: *", "Action: *:*"])
def test_a_bare_star_is_told_from_an_alias(text: str) -> None:
    with pytest.raises(MalformedInput, match="while scanning an alias") as caught:
        read_yaml(text, "f")
    assert caught.value.help == "put a value that begins with `*` in quotes"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "f:6:8: the aliases up to here repeat more than 100000 nodes"),
        (TOWER, "f:63:15: nested deeper than 64 levels"),
        ("[" * 100_000, "f:1:65: nested deeper than 64 levels"),
        ("- " * 100_000, "f:1:129: nested deeper than 64 levels"),
        ("!X [" * 100_000, "f:1:129: nested deeper than 64 levels"),
        ("a" * (MAX_CHARACTERS + 1), f"`f` has {MAX_CHARACTERS + 1} characters; at most {MAX_CHARACTERS} are read"),
    ],
    ids=["bomb", "tower", "brackets", "dashes", "tags", "size"],
)
def test_a_bomb_passes_a_stated_limit(text: str, message: str) -> None:
    with pytest.raises(TooLarge) as caught:
        read_yaml(text, "f")
    assert caught.value.message == message


def test_documents_are_read_one_by_one() -> None:
    documents = read_yaml_documents("a: 1\n---\n- b\n...\n", "f")
    assert [plain(document.root) for document in documents] == [{"a": ("1",)}, ["b"]]
    assert read_yaml_documents("# nothing\n", "f") == ()


WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=20
)
"""Without the line ends that YAML folds."""
SCALARS = st.one_of(WORDS, st.booleans(), st.none())
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc* :<é", max_size=6), inner),
    max_leaves=20,
)


@given(TREES, st.sampled_from([None, 1, 2]))
def test_json_is_the_same_tree_read_as_yaml(tree: object, indent: int | None) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=False)
    assert read_yaml(text, "f").root == read_json(text, "f").root


DUMPERS: list[Callable[[object], str]] = [
    lambda tree: yaml.safe_dump(tree, default_flow_style=False, allow_unicode=True),
    lambda tree: yaml.safe_dump(tree, default_flow_style=True, width=40),
]


@given(TREES, st.sampled_from(DUMPERS))
def test_what_pyyaml_writes_comes_back(tree: object, dump: Callable[[object], str]) -> None:
    assert plain(read_yaml(dump(tree), "f").root) == tree


def test_a_policy_in_yaml_has_its_places() -> None:
    text = (
        "Version: 2012-10-17\n"
        "Statement:\n"
        "  - Effect: Allow\n"
        "    Action:\n"
        "      - s3:Get*\n"
        "    Resource: '*'\n"
        "    Condition:\n"
        "      Bool: {aws:SecureTransport: true}\n"
    )
    policy = parse_document(read_yaml(text, "p.yml"), "p.yml")
    statement = policy.statements[0]
    assert [str(one) for one in (statement.location, statement.action.location)] == ["p.yml:3:5", "p.yml:4:5"]
    assert str(statement.conditions[0].location) == "p.yml:8:14"
    assert statement.conditions[0].values == ("true",)
    with pytest.raises(MalformedInput, match=r"^p\.yml:6:15: the resource `q`"):
        parse_document(read_yaml(text.replace("'*'", "q  "), "p.yml"), "p.yml")
