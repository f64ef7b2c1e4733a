"""Laws of the readers of serverless.yml and Zappa's settings."""

import contextlib
import json
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.errors import SecretsCliError
from secrets_cli.iam.json_text import JsonString
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, Supplied
from secrets_cli.inputs.joined_places import JoinedPlaces
from secrets_cli.inputs.serverless import read_serverless
from secrets_cli.inputs.serverless_syntax import Variable, parse_template
from secrets_cli.inputs.serverless_variables import Variables
from secrets_cli.inputs.yaml_text import read_yaml
from secrets_cli.inputs.zappa_settings import ZappaDefaults, read_zappa_settings

_NAMES = st.text("abcXYZ019*?-_", min_size=1, max_size=12)
_ACTIONS = st.lists(
    st.builds("{}:{}".format, st.sampled_from(["s3", "ssm", "dynamodb"]), _NAMES), min_size=1, max_size=3
)
_OBJECTS = st.builds("arn:aws:s3:::{}/${{aws:username}}".format, _NAMES)
_RESOURCES = st.lists(st.one_of(st.just("*"), _OBJECTS), min_size=1, max_size=3)
_CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "ForAnyValue:StringLike"]),
    st.dictionaries(
        st.sampled_from(["aws:SourceIp", "s3:prefix"]), st.lists(_NAMES, min_size=1, max_size=2), min_size=1
    ),
    max_size=2,
)
_STATEMENTS = st.lists(
    st.builds(
        lambda effect, action, resource, condition: {
            "Effect": effect,
            "Action": action,
            "Resource": resource,
            **({"Condition": condition} if condition else {}),
        },
        st.sampled_from(["Allow", "Deny"]),
        _ACTIONS,
        _RESOURCES,
        _CONDITIONS,
    ),
    min_size=1,
    max_size=4,
)
_TEXTS = st.text(st.sampled_from("${}():,'\"\\ selfopt.env:a"), max_size=40)
_DEFAULTS = ZappaDefaults(
    parse_policy('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', "d"),
    parse_policy('{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}', "t", PolicyKind.TRUST),
)


def _policy(statements: object) -> Policy:
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statements}), "expected")


def _written(found: Found) -> list[Policy]:
    assert found.unresolved == ()
    return [one.policy for one in found.policies if not one.attached_by]


@given(_STATEMENTS)
def test_literal_statements_come_back_equal(statements: object) -> None:
    service = {"provider": {"name": "aws", "iam": {"role": {"statements": statements}}}}
    assert _written(read_serverless(json.dumps(service), "serverless.yml", Supplied())) == [_policy(statements)]
    stages = {"dev": {"extra_permissions": statements}}
    assert _written(read_zappa_settings(json.dumps(stages), "z.json", Supplied(), _DEFAULTS)) == [_policy(statements)]


@given(_STATEMENTS)
def test_statements_behind_a_variable_are_the_same(statements: object) -> None:
    service = {
        "provider": {"iamRoleStatements": "${self:custom.${opt:name, 'one'}}"},
        "custom": {"one": "${file(iam.json):statements}"},
    }
    files: Mapping[str, str] = {"iam.json": json.dumps({"statements": statements})}
    found = read_serverless(json.dumps(service), "serverless.yml", Supplied({}, files.get))
    assert _written(found) == [_policy(statements)]
    assert {one.location.file for one in found.policies} == {"iam.json"}


@given(_TEXTS)
def test_a_text_is_taken_apart_without_loss(text: str) -> None:
    parts = parse_template(text).parts
    if "\\" not in text:
        assert "".join(part if isinstance(part, str) else part.text for part in parts) == text
    assert "${self:a}" not in text or any(not isinstance(part, str) for part in parts) or "\\" in text


@given(st.lists(_TEXTS, min_size=1, max_size=4))
def test_whatever_refers_to_whatever_an_end_is_found(texts: list[str]) -> None:
    text = json.dumps({"a": texts[0], **{f"e{index}": one for index, one in enumerate(texts)}})
    document = read_yaml(text, "s")
    variables = Variables(document, JoinedPlaces(text, "s"), "s", Supplied())
    value = variables.get("a")
    if isinstance(value, JsonString) and UNKNOWN in value.value:
        assert variables.unresolved
    if all(not isinstance(part, Variable) for part in parse_template(texts[0]).parts) and "${" not in texts[0]:
        assert value == JsonString(texts[0], value.offset if value else 0)


@settings(max_examples=200)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), _TEXTS),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    [
                        "provider",
                        "functions",
                        "resources",
                        "Resources",
                        "iam",
                        "role",
                        "statements",
                        "iamRoleStatements",
                        "events",
                        "vpc",
                        "Type",
                        "Properties",
                        "extensions",
                        "custom",
                        "a",
                        "Ref",
                        "Fn::Sub",
                    ]
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=20,
    )
)
def test_any_shape_is_found_or_refused(service: object) -> None:
    text = json.dumps(service)
    for found in (_serverless(text), _zappa(text)):
        assert all(one.policy.statements for one in found.policies)


def _serverless(text: str) -> Found:
    with contextlib.suppress(SecretsCliError):
        return read_serverless(text, "serverless.yml", Supplied())
    return Found()


def _zappa(text: str) -> Found:
    with contextlib.suppress(SecretsCliError):
        return read_zappa_settings(text, "z.json", Supplied(), _DEFAULTS)
    return Found()
