"""The value of each form of the Serverless Framework's variables."""

from collections.abc import Mapping

import pytest

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonNode, JsonNull, JsonNumber, JsonObject, JsonString
from secrets_cli.inputs.found import UNKNOWN, Supplied
from secrets_cli.inputs.joined_places import JoinedPlaces
from secrets_cli.inputs.serverless_variables import MAX_STEPS, Variables
from secrets_cli.inputs.yaml_text import YamlVersion, read_yaml


def _variables(text: str, values: Mapping[str, str] | None = None, files: Mapping[str, str] | None = None) -> Variables:
    name = "app/serverless.yml"
    document = read_yaml(text, name, YamlVersion.V1_2)
    supplied = Supplied(values or {}, (files or {}).get)
    return Variables(document, JoinedPlaces(text, name), name, supplied)


def _value(node: JsonNode | None) -> object:
    match node:
        case None | JsonNull():
            return None
        case JsonString() | JsonBool():
            return node.value
        case JsonNumber():
            return node.text
        case JsonArray():
            return [_value(item) for item in node.items]
        case JsonObject():
            return {member.key.value: _value(member.value) for member in node.members}


def _resolved(
    text: str, values: Mapping[str, str] | None = None, files: Mapping[str, str] | None = None
) -> tuple[object, list[str]]:
    """The value of `x`, and what could not be resolved as `place: reason | supply`."""
    variables = _variables(text, values, files)
    node = variables.get("x")
    value = None if node is None else _value(variables.resolved(node))
    return value, [f"{one.location}: {one.reason} | {one.supply}" for one in variables.unresolved]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: ${self:a.b}\na: {b: c}", "c"),
        ("x: ${self:a}\na: {b: [1, true]}", {"b": ["1", True]}),
        ("x: ${self:a.1}\na: [p, q]", "q"),
        ("x: p-${self:a}-${self:b}\na: 1\nb: true", "p-1-true"),
        ("x: ${self:a}\na: ${self:b}\nb: end", "end"),
        ("x: ${self:m.${self:k}}\nk: two\nm: {two: 2}", "2"),
        ("x: ${self:m.k.deep}\nm: ${self:n}\nn: {k: {deep: 1}}", "1"),
        ("x: ${self:none, 'fallback'}", "fallback"),
        ("x: ${self:none, self:nothing, self:a}\na: last", "last"),
        ("x: ${self:a, 'fallback'}\na: null", "fallback"),
        ("x: ${self:a, 'fallback'}\na: ''", ""),
        ("x: ${self:a, 'fallback'}\na: false", False),
        ("x: ${opt:stage, ${self:a}}\na: old", "old"),
        ("x: ${opt:stage, 'dev'}", "dev"),
        ("x: ${env:NAME, 'none'}", "none"),
        ("x: ${sls:stage}", "dev"),
        ("x: ${sls:stage}\nprovider: {stage: prod}", "prod"),
        ("x: ${aws:region}\nprovider: {region: eu-west-1}", "eu-west-1"),
        ("x: ${aws:region}", "us-east-1"),
        ("x: ${param:t}\nparams: {default: {t: d}, dev: {t: v}}", "v"),
        ("x: ${param:t}\nparams: {default: {t: d}, prod: {t: v}}", "d"),
        ("x: ${param:t}\nstages: {default: {params: {t: four}}}", "four"),
        ("x: ${param:t, 'none'}", "none"),
        ("x: ${strToBool(true)}", True),
        ("x: ${strToBool(${self:a})}\na: '0'", False),
        ("x: ${AWS::Region}/${TableName}", "${AWS::Region}/${TableName}"),
        (r"x: \${self:a}", "${self:a}"),
        ("x: ${aws:username}", "${aws:username}"),
        ("x: ${cognito-identity.amazonaws.com:sub}/*", "${cognito-identity.amazonaws.com:sub}/*"),
        ("x: {a: '${self:b}', c: ['${self:b}']}\nb: z", {"a": "z", "c": ["z"]}),
    ],
)
def test_what_the_file_decides_is_resolved(text: str, value: object) -> None:
    assert _resolved(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "values", "value"),
    [
        ("x: ${opt:stage, 'dev'}", {"stage": "prod"}, "prod"),
        ("x: ${opt:stage}", {"opt:stage": "prod"}, "prod"),
        ("x: ${sls:stage}\nprovider: {stage: qa}", {"stage": "prod"}, "prod"),
        ("x: ${aws:region}\nprovider: {region: eu-west-1}", {"region": "us-west-2"}, "us-west-2"),
        ("x: ${env:TABLE}", {"env:TABLE": "t"}, "t"),
        ("x: ${env:TABLE, 'none'}", {"TABLE": "not taken"}, "none"),
        ("x: ${param:t}\nparams: {default: {t: d}}", {"t": "given"}, "given"),
        ("x: ${param:t}\nparams: {default: {t: d}, prod: {t: p}}", {"stage": "prod"}, "p"),
        ("x: ${ssm:/app/${opt:stage, 'dev'}/key}", {"ssm:/app/dev/key": "arn"}, "arn"),
        ("x: ${file(a.js):key}", {"file(a.js):key": "js"}, "js"),
        ("x: ${sls:instanceId}", {"sls:instanceId": "i"}, "i"),
    ],
)
def test_what_the_user_gives_is_taken(text: str, values: Mapping[str, str], value: object) -> None:
    assert _resolved(text, values) == (value, [])


def test_the_process_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE", "of the process")
    assert _resolved("x: ${env:TABLE, 'none'}") == ("none", [])


@pytest.mark.parametrize(
    ("expression", "key"),
    [
        ("${ssm:/app/key}", "ssm:/app/key"),
        ("${ssm:/app/key, 'fallback'}", "ssm:/app/key"),
        ("${cf:stack.Output}", "cf:stack.Output"),
        ("${cf(eu-west-1):stack.Output}", "cf(eu-west-1):stack.Output"),
        ("${s3:bucket/key}", "s3:bucket/key"),
        ("${aws:accountId}", "aws:accountId"),
        ("${sls:instanceId}", "sls:instanceId"),
        ("${git:branch}", "git:branch"),
        ("${vault:secret/a.b}", "vault:secret/a.b"),
        ("${doppler:NAME}", "doppler:NAME"),
        ("${terraform:outputs:role}", "terraform:outputs:role"),
        ("${output:service.name}", "output:service.name"),
    ],
)
def test_what_a_deployment_alone_knows_is_unknown_whatever_its_fallback(expression: str, key: str) -> None:
    value, unresolved = _resolved(f'a: 1\nx: "{expression}"')
    assert value == UNKNOWN
    assert unresolved == [f"app/serverless.yml:2:4: `{expression}` is known at deployment only | --var '{key}=VALUE'"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x: ${opt:stage}", "`${opt:stage}` has no value | --param stage=STAGE"),
        ("x: ${opt:table}", "`${opt:table}` has no value | --var opt:table=VALUE"),
        ("x: ${env:A}", "`${env:A}` has no value | --var env:A=VALUE"),
        ("x: ${param:a}", "`${param:a}` has no value | --var param:a=VALUE"),
        ("x: ${self:custom.a}", "`${self:custom.a}` names nothing that this file has | "),
        ("x: ${env:}", "`${env:}` names nothing | "),
        ("x: ${file(a.js)}", "`${file(a.js)}` is the answer of a program, which is not run | --var 'file(a.js)=VALUE'"),
        (
            "x: ${file(./a.yml)}",
            "`${file(./a.yml)}` names the file `a.yml`, which is not there | --var 'file(./a.yml)=VALUE'",
        ),
        ("x: ${file()}", "`${file()}` names no file | "),
        ("x: ${strToBool(maybe)}", "`${strToBool(maybe)}` is neither true nor false | "),
        ("x: ${opt:stage, dev}", "`${opt:stage, dev}` is no variable: the fallback `dev` needs quotes | "),
        ("x: a-${self:b}\nb: [1]", "`${self:b}` is a list or an object, where a text is built | "),
        ("x: ${self:${self:b}}\nb: [1]", "a list or an object stands where a variable needs a name | "),
        ("x: ${self:x}", "`${self:x}` leads back to itself | "),
        ("x: \ufffc", "the character U+FFFC stands for what is unknown and may not be written | "),
    ],
)
def test_what_has_no_value_is_unknown_with_its_place_and_what_would_supply_it(text: str, reason: str) -> None:
    value, unresolved = _resolved(text)
    assert UNKNOWN in str(value)
    assert unresolved == [f"app/serverless.yml:1:4: {reason}"]


def test_the_known_part_of_a_text_stays() -> None:
    value, unresolved = _resolved("x: arn:aws:s3:::${ssm:/bucket}/${self:a}/*\na: key")
    assert value == f"arn:aws:s3:::{UNKNOWN}/key/*"
    assert len(unresolved) == 1


def test_what_depends_on_something_unknown_is_listed_once() -> None:
    value, unresolved = _resolved("x: ['${self:a.b}', '${self:a}', 'p-${self:a}', '${self:m.${self:a}}']\na: ${ssm:/k}")
    assert value == [UNKNOWN, UNKNOWN, f"p-{UNKNOWN}", UNKNOWN]
    assert [one.split(": ")[0] for one in unresolved] == ["app/serverless.yml:2:4"]


def test_only_what_is_asked_for_is_listed() -> None:
    assert _resolved("x: 1\na: ${ssm:/k}") == ("1", [])


class TestFiles:
    """`file()`."""

    @pytest.mark.parametrize(
        ("path", "content", "address", "value"),
        [
            ("a.yml", "k: {l: v}", ":k.l", "v"),
            ("a.yaml", "[1, 2]", "", ["1", "2"]),
            ("a.json", '{"k": ["v"]}', ":k.0", "v"),
            ("a.tfstate", '{"k": "v"}', ":k", "v"),
            ("a.txt", "all of it", "", "all of it"),
            ("a.yml", "k: ${self:s}-${opt:stage, 'dev'}", ":k", "mine-dev"),
            ("a.yml", "k: ${file(b.yml):z}", ":k", "from b"),
        ],
    )
    def test_a_file_is_read(self, path: str, content: str, address: str, value: object) -> None:
        files = {path: content, "b.yml": "z: from b"}
        assert _resolved(f"x: ${{file({path}){address}}}\ns: mine", files=files) == (value, [])

    def test_its_parts_stand_in_it(self) -> None:
        files = {"sub/a.yml": "first: 1\nk:\n  - ${ssm:/k}\n  - here"}
        variables = _variables("x: ${file(sub/a.yml):k}", files=files)
        node = variables.get("x")
        assert isinstance(node, JsonArray)
        assert str(variables.places.at(node.items[1].offset)) == "app/sub/a.yml:4:5"
        variables.resolved(node)
        assert [str(one.location) for one in variables.unresolved] == ["app/sub/a.yml:3:5"]

    def test_a_missing_key_and_a_missing_file_give_way_to_the_fallback(self) -> None:
        assert _resolved("x: ${file(a.yml):k, 'd'}", files={"a.yml": "z: 1"}) == ("d", [])
        assert _resolved("x: ${file(b.yml):k, 'd'}") == ("d", [])

    def test_a_missing_key_is_said(self) -> None:
        _, unresolved = _resolved("x: ${file(a.yml):k}", files={"a.yml": "z: 1"})
        assert unresolved == ["app/serverless.yml:1:4: `${file(a.yml):k}` names nothing that the file `a.yml` has | "]

    def test_files_that_include_each_other_end(self) -> None:
        files = {"a.yml": "k: ${file(b.yml):k}", "b.yml": "k: ${file(a.yml):k}"}
        value, unresolved = _resolved("x: ${file(a.yml):k}", files=files)
        assert value == UNKNOWN
        assert [one.split(" | ")[0] for one in unresolved] == ["app/a.yml:1:4: `${file(b.yml):k}` leads back to itself"]

    def test_a_file_that_is_none_of_its_kind_is_refused_at_its_place(self) -> None:
        with pytest.raises(MalformedInput, match=r"^app/a\.json:1:6: "):
            _resolved("x: ${file(a.json)}", files={"a.json": '{"k" 1}'})

    def test_a_file_is_read_once(self) -> None:
        asked: list[str] = []

        def read(path: str) -> str:
            asked.append(path)
            return "k: v"

        text = "x: ['${file(a.yml):k}', '${file(./a.yml):k}', '${file(a.yml)}']"
        variables = Variables(read_yaml(text, "s"), JoinedPlaces(text, "s"), "s", Supplied({}, read))
        assert _value(variables.resolved(variables.root)) == {"x": ["v", "v", {"k": "v"}]}
        assert asked == ["a.yml"]


class TestHostile:
    """Nothing hangs, nothing grows without bounds."""

    def test_a_cycle_through_objects_ends(self) -> None:
        value, unresolved = _resolved("x: {y: '${self:x}'}")
        assert value == {"y": UNKNOWN}
        assert [one.split(": ", 1)[1] for one in unresolved] == ["a variable leads back to what it stands in | "]

    def test_the_whole_file_within_itself_ends(self) -> None:
        value, unresolved = _resolved("x: ${self:}")
        assert value == {"x": UNKNOWN}
        assert len(unresolved) == 1

    def test_a_long_chain_ends(self) -> None:
        text = "x: ${self:a0}\n" + "".join(f"a{n}: ${{self:a{n + 1}}}\n" for n in range(3000)) + "a3000: end"
        value, unresolved = _resolved(text)
        assert value == UNKNOWN
        assert f"more than {MAX_STEPS} variables lead to each other" in unresolved[0]

    def test_a_deep_tree_of_variables_ends(self) -> None:
        text = "x: ${self:a0}\n" + "".join(f"a{n}: {{k: '${{self:a{n + 1}}}'}}\n" for n in range(300)) + "a300: end"
        _, unresolved = _resolved(text)
        assert "variables build more than 64 levels" in unresolved[0]

    def test_a_text_that_doubles_is_refused(self) -> None:
        lines = "".join(f"a{n}: ${{self:a{n + 1}}}${{self:a{n + 1}}}\n" for n in range(25))
        with pytest.raises(TooLarge, match="a text of more than 65536 characters"):
            _resolved(f"x: ${{self:a0}}\n{lines}a25: ten letters")

    def test_a_tree_that_doubles_is_refused(self) -> None:
        lines = "".join(f"a{n}: ['${{self:a{n + 1}}}', '${{self:a{n + 1}}}']\n" for n in range(30))
        with pytest.raises(TooLarge, match="variables repeat more than 200000 values"):
            _resolved(f"x: ${{self:a0}}\n{lines}a30: leaf")

    def test_an_address_of_digits_is_an_address(self) -> None:
        value, _ = _resolved(f"x: ${{self:a.{'9' * 5000}}}\na: [1]")
        assert value == UNKNOWN

    def test_a_long_expression_is_cut_in_the_message(self) -> None:
        _, unresolved = _resolved(f"x: ${{ssm:/{'k' * 500}}}")
        assert "k..." in unresolved[0]
