"""The sniff: no file that holds a policy is ever taken for none of ours."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.bundled import bundled, bundled_names
from secrets_cli.inputs.looks_like import Look, is_worth_reading, look_of

_VALUES = st.text(max_size=20)
_POLICIES = st.fixed_dictionaries(
    {
        "Version": st.sampled_from(["2012-10-17", "2008-10-17"]),
        "Statement": st.lists(
            st.fixed_dictionaries(
                {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": _VALUES, "Resource": st.lists(_VALUES)}
            ),
            min_size=1,
            max_size=2,
        ),
    }
)


@given(_POLICIES, st.booleans(), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_a_policy_in_json_is_seen_however_it_is_written(
    policy: dict[str, object], ascii_only: bool, indent: int | str | None, as_text: bool
) -> None:
    text = json.dumps(policy, ensure_ascii=ascii_only, indent=indent)
    if as_text:
        text = json.dumps({"Policy": text}, ensure_ascii=ascii_only)
    data = text.encode(errors="surrogatepass")
    assert look_of(data, "x.json") is Look.SURELY
    assert is_worth_reading(data[:1024], "x.json")


@given(st.sampled_from(["Statement", "Effect"]), st.integers(0, 5))
def test_a_name_written_with_an_escape_is_seen(name: str, at: int) -> None:
    policy = '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    escaped = f"{name[:at]}\\u{ord(name[at]):04x}{name[at + 1 :]}"
    assert look_of(policy.replace(name, escaped).encode(), "x.json") is not Look.NO
    in_yaml = f"{name[:at]}\\x{ord(name[at]):02x}{name[at + 1 :]}"
    assert look_of(policy.replace(name, in_yaml).encode(), "x.yml") is not Look.NO


def test_every_bundled_example_is_seen() -> None:
    names = [name for name in bundled_names("policies") if not name.endswith((".md", ".j2", "configuration.toml"))]
    assert names
    assert [name for name in names if look_of(bundled("policies", name).encode(), name) is Look.NO] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.yml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n"),
        ("t.template", "Resources:\n  R:\n    Type: AWS::S3::Bucket\n"),
        ("serverless.yml", "service: x\nprovider:\n  name: aws\n"),
        ("serverless.json", '{"service": "x", "provider": {"name": "aws"}}'),
        ("main.tf", 'resource "aws_iam_role" "r" {}'),
        ("plan.json", '{"format_version": "1.2", "planned_values": {}}'),
        ("zappa_settings.toml", "[dev]\n"),
        ("cut-off.json", '{"Statement": ['),
        ("cut-off-too.json", '{"Version": "2012-10-17",'),
        ("encoded.json", '{"PolicyDocument": "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%7D%5D%7D"}'),
    ],
)
def test_what_is_surely_ours(name: str, text: str) -> None:
    assert look_of(text.encode(), name) is Look.SURELY


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("service.yml", "app:\n  service: x\n  provider: {name: aws}\n"),
        ("a.py", '"""Makes a `Statement` with an `Effect`."""\n'),
        ("README.md", "[x](y) AWSTemplateFormatVersion, Statement, Effect"),
        ("state.json", '{"format_version": "1.0", "terraform_version": "1.9", "values": {}}'),
    ],
)
def test_what_may_be_ours(name: str, text: str) -> None:
    assert look_of(text.encode(), name) is Look.PERHAPS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yml", "services:\n  db:\n    image: postgres\n"),
        ("values.yaml", "{{- if .Values.x }}\nkind: Deployment\n{{- end }}\n"),
        ("package.json", '{"name": "x", "version": "1"}'),
        ("html.json", '{"x": "\\u003cb\\u003e"}'),
        ("main.tf", 'resource "google_project" "p" {}'),
    ],
)
def test_what_is_not_ours(name: str, text: str) -> None:
    assert look_of(text.encode(), name) is Look.NO


def test_a_policy_in_utf_16_is_seen() -> None:
    assert look_of('{"Statement": [{"Effect": "Allow"}]}'.encode("utf-16"), "x.json") is Look.SURELY


def test_a_file_of_another_name_is_worth_reading_by_how_it_begins() -> None:
    assert is_worth_reading(b'\xef\xbb\xbf \n{"Statement"', "policy")
    assert not is_worth_reading(b"import os", "x.py")
