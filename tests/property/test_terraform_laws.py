"""A policy written in any of Terraform's ways is read as the policy it is."""

import json
import random

from hypothesis import assume, given
from hypothesis import strategies as st

from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.render import policy_document, render_policy
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.terraform import read_terraform
from secrets_cli.json_value import JsonValue

_WORDS = st.text('abc*?é"\\{}%$&:/\n\t<>', max_size=12)
_ACTIONS = st.lists(st.from_regex(r"[a-z]{2,4}:[A-Za-z*?]{1,6}", fullmatch=True), min_size=1, max_size=3, unique=True)
_RESOURCES = st.lists(
    st.one_of(st.just("*"), _WORDS.map("arn:aws:s3:::{}".format), st.just("arn:aws:s3:::${aws:username}/*")),
    min_size=1,
    max_size=3,
    unique=True,
)
_CONDITIONS = st.dictionaries(
    st.sampled_from(["StringLike", "ForAnyValue:StringNotEqualsIfExists"]),
    st.dictionaries(
        st.sampled_from(["aws:a", "s3:b"]), st.lists(_WORDS, min_size=1, max_size=2, unique=True), min_size=1
    ),
    min_size=1,
)
_STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={"Condition": _CONDITIONS},
).flatmap(
    lambda base: st.tuples(
        st.sampled_from(["Action", "NotAction"]), _ACTIONS, st.sampled_from(["Resource", "NotResource"]), _RESOURCES
    ).map(lambda rest: {**base, rest[0]: rest[1], rest[2]: rest[3]})
)
_POLICIES = st.lists(_STATEMENTS, min_size=1, max_size=3).map(
    lambda statements: parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statements}), "made")
)


def _quoted(text: str) -> str:
    """The string in Terraform's quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def _object(value: JsonValue, dice: random.Random) -> str:
    """The JSON value in Terraform's own notation, in one of its layouts."""
    if isinstance(value, str):
        return _quoted(value)
    assert value is not None
    if isinstance(value, dict):
        between = dice.choice([",", ",\n", "\n"])
        assign = dice.choice([" = ", ": ", "="])
        items = between.join(f"{_quoted(name)}{assign}{_object(item, dice)}" for name, item in value.items())
        return "{" + dice.choice(["", " # comment\n", "\n"]) + items + "\n}"
    assert isinstance(value, list)
    return "[" + dice.choice([", ", ",\n"]).join(_object(item, dice) for item in value) + dice.choice(["", ",\n"]) + "]"


def _blocks(policy: Policy) -> str:
    lines = ['data "aws_iam_policy_document" "d" {']
    for statement in policy.statements:
        lines.append(f'statement {{\n  effect = "{statement.effect.value}"')
        action, resource = statement.action, statement.resource
        assert resource is not None
        for name, element in (("actions", action), ("resources", resource)):
            values = ", ".join(_quoted(value.replace("${", "&{")) for value in element.values)
            lines.append(f"  {'not_' if element.negated else ''}{name} = [{values}]")
        for term in statement.conditions:
            values = ", ".join(_quoted(value) for value in term.values)
            lines.append(
                f'  condition {{\n test = "{term.operator}"\n variable = "{term.key}"\n values = [{values}]\n }}'
            )
        lines.append("}")
    return "\n".join([*lines, "}\n"])


def _read(text: str) -> Policy:
    found = read_terraform({"main.tf": text}, Supplied())
    assert found.unresolved == ()
    (one,) = found.policies
    assert one.kind is PolicyKind.IDENTITY
    for statement in one.policy.statements:
        location = statement.location
        assert location is not None
        line = text.split("\n")[location.line - 1][location.column - 1 :]
        assert line.startswith(("{", "statement"))
    return one.policy


@given(policy=_POLICIES, seed=st.integers(0, 1000))
def test_jsonencode_is_read_as_it_is(policy: Policy, seed: int) -> None:
    document = _object(policy_document(policy), random.Random(seed))
    assert _read(f'resource "aws_iam_policy" "p" {{\n  policy = jsonencode({document})\n}}\n') == policy


@given(policy=_POLICIES, indent=st.sampled_from([None, 2]), trimmed=st.booleans())
def test_a_heredoc_is_read_as_it_is(policy: Policy, indent: int | None, trimmed: bool) -> None:
    text = render_policy(policy, indent).replace("${", "$${").replace("%{", "%%{")
    if trimmed:
        text = "\n".join(f"    {line}" for line in text.split("\n"))
    opening = "<<-" if trimmed else "<<"
    assert _read(f'resource "aws_iam_policy" "p" {{\n  policy = {opening}EOF\n{text}\nEOF\n}}\n') == policy


@given(policy=_POLICIES)
def test_a_document_of_blocks_is_read_as_it_is(policy: Policy) -> None:
    assume("&{" not in render_policy(policy))  # the provider writes ${ for it, and has no escape
    assert _read(_blocks(policy)) == policy
