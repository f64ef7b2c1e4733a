"""Variables of the Serverless Framework within a text: what is one, and what it is made of."""

import pytest

from secrets_cli.iam.json_text import JsonBool, JsonNull, JsonNumber, JsonString
from secrets_cli.inputs.serverless_syntax import (
    MAX_NESTING,
    Call,
    Literal,
    Malformed,
    Template,
    Variable,
    parse_template,
)


def _plain(text: str) -> Template:
    return Template((text,))


def _only(text: str) -> Variable:
    (part,) = parse_template(text).parts
    assert isinstance(part, Variable)
    return part


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "${AWS::Region}",
        "${Table}",
        "${table}",
        "${}",
        "$",
        "$${",
        "{self:custom.x}",
        "${aws::x}",
        "${ self:custom.x }",
        "#{AWS::Region}",
    ],
)
def test_what_starts_like_no_source_is_text(text: str) -> None:
    assert "".join(map(str, parse_template(text).parts)) == text
    assert all(isinstance(part, str) for part in parse_template(text).parts)


def test_an_empty_text_has_no_part() -> None:
    assert parse_template("").parts == ()


def test_a_source_has_parameters_and_an_address() -> None:
    variable = _only("${file(a b.yml, c):x.y}")
    assert variable.sources == (Call("file", (_plain("a b.yml"), _plain("c")), _plain("x.y")),)
    assert variable.text == "${file(a b.yml, c):x.y}"
    assert _only("${strToBool(true)}").sources == (Call("strToBool", (_plain("true"),), None),)
    assert _only("${self:}").sources == (Call("self", None, None),)


@pytest.mark.parametrize(
    ("fallback", "node"),
    [
        ("'dev'", JsonString("dev", 0)),
        ('"a, b}"', JsonString("a, b}", 0)),
        ("''", JsonString("", 0)),
        ("true", JsonBool(True, 0)),
        ("null", JsonNull(0)),
        ("12", JsonNumber("12", 0)),
        ("-1.5", JsonNumber("-1.5", 0)),
    ],
)
def test_fallbacks_may_be_written_out(fallback: str, node: object) -> None:
    assert _only(f"${{opt:stage, {fallback}}}").sources[1] == Literal(node)  # type: ignore[arg-type]  # each is a node


def test_fallbacks_may_be_sources_and_variables() -> None:
    variable = _only("${opt:stage, self:provider.stage, ${env:STAGE}, 'dev'}")
    kinds = [type(source) for source in variable.sources]
    assert kinds == [Call, Call, Variable, Literal]


def test_variables_stand_within_parameters_and_addresses() -> None:
    (call,) = _only("${file(config.${opt:stage, 'dev'}.yml):${self:custom.key}.arn}").sources
    assert isinstance(call, Call)
    assert call.parameters is not None
    assert [type(part) for part in call.parameters[0].parts] == [str, Variable, str]
    assert call.address is not None
    assert [type(part) for part in call.address.parts] == [Variable, str]


def test_text_stands_around_variables() -> None:
    parts = parse_template("arn:aws:s3:::${self:service}-${AWS::Region}/${opt:x}").parts
    assert [part if isinstance(part, str) else part.text for part in parts] == [
        "arn:aws:s3:::",
        "${self:service}",
        "-${AWS::Region}/",
        "${opt:x}",
    ]


def test_a_backslash_takes_the_variable_as_text() -> None:
    assert parse_template(r"\${self:a}") == _plain("${self:a}")
    assert parse_template(r"a\\${self:a}").parts[0] == "a\\"
    assert parse_template(r"\x${self:a}").parts[0] == r"\x"
    assert parse_template(r"\\\${self:a}") == _plain("\\${self:a}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${self:custom.x", "its closing `}` is missing"),
        ("a ${opt:stage, dev}", "the fallback `dev` needs quotes"),
        ("${opt:stage, 'dev}", "a closing quote is missing"),
        ("${opt:stage, }", "a source is expected"),
        ("${opt:stage, ${AWS::Region}}", "a source is expected"),
        ("${file(a.yml}", "the `)` of its parameters is missing"),
        ("${file('a.yml'x)}", "the `)` of its parameters is missing"),
        ("${self:custom.${Foo}}", "a source is expected"),
        ("${self:'a' b}", "its closing `}` is missing"),
        ("${self:" * 40, f"variables are nested deeper than {MAX_NESTING} levels"),
    ],
)
def test_what_begins_as_a_variable_and_is_none_is_said_to_be_none(text: str, reason: str) -> None:
    malformed = parse_template(text).parts[-1]
    assert isinstance(malformed, Malformed)
    assert malformed.reason == reason
