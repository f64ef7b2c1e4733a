"""The function of a Zappa stage."""

import json
from collections.abc import Mapping

import pytest

from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.inputs.zappa_settings import read_zappa_settings
from tests.unit.gate.judging import zappa_defaults
from tests.unit.inputs.functions_said import endpoints, function, variables


def read(**settings: object) -> Found:
    return read_with({}, settings)


def read_with(files: Mapping[str, str], settings: Mapping[str, object]) -> Found:
    text = json.dumps({"dev": settings}, indent=1)
    return read_zappa_settings(text, "zappa_settings.json", Supplied(read=files.get), zappa_defaults())


def test_a_stage_has_a_public_rest_api_unless_it_says_otherwise() -> None:
    assert endpoints(read(s3_bucket="b")) == ["http ANY /{proxy+} none 2:2"]
    assert endpoints(read(apigateway_enabled=True)) == ["http ANY /{proxy+} none 3:3"]
    assert endpoints(read(apigateway_enabled=False)) == []
    assert endpoints(read(use_apigateway=False)) == []


POLICY = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "x"}]}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"iam_authorization": True}, "http ANY /{proxy+} some 2:2"),
        ({"authorizer": {"function": "a.b"}}, "http ANY /{proxy+} some 2:2"),
        ({"authorizer": {}}, "http ANY /{proxy+} none 2:2"),
        ({"api_key_required": True}, "http ANY /{proxy+} none 2:2 key"),
        ({"endpoint_configuration": ["PRIVATE"]}, "http ANY /{proxy+} none 2:2 private"),
        ({"cors": True}, "http ANY /{proxy+} none 2:2 *@3:3"),
        ({"cors": {"allowed_origin": "https://a.b"}}, "http ANY /{proxy+} none 2:2 https://a.b@3:3"),
        ({"cors": {"allowed_headers": ["A"]}}, "http ANY /{proxy+} none 2:2 *@3:3"),
        ({"cors": False}, "http ANY /{proxy+} none 2:2"),
        ({"apigateway_version": "v2"}, "httpApi ANY /{proxy+} none 2:2"),
        ({"apigateway_policy": "p.json"}, "http ANY /{proxy+} some 2:2"),
        ({"apigateway_policy": "missing.json"}, "http ANY /{proxy+} unknown 2:2"),
        ({"apigateway_policy": "wrong.json"}, "http ANY /{proxy+} unknown 2:2"),
    ],
)
def test_what_settings_say_about_the_api(settings: dict[str, object], expected: str) -> None:
    files = {"p.json": json.dumps(POLICY), "wrong.json": "{"}
    assert endpoints(read_with(files, settings)) == [expected]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, "function-url none 4:3 *@4:3"),
        ({"function_url_config": {"authorizer": "AWS_IAM"}}, "function-url some 4:3 *@4:3"),
        (
            {"function_url_config": {"cors": {"allowedOrigins": ["https://a.b"]}}},
            "function-url none 4:3 https://a.b@7:5",
        ),
        ({"function_url_config": {"cors": {}}}, "function-url none 4:3"),
    ],
)
def test_function_urls(config: dict[str, object], expected: str) -> None:
    assert endpoints(read(apigateway_enabled=False, function_url_enabled=True, **config)) == [expected]


def test_load_balancers() -> None:
    assert endpoints(read(apigateway_enabled=False, alb_enabled=True)) == ["alb none 4:3"]
    config = {"Scheme": "internal"}
    assert endpoints(read(apigateway_enabled=False, alb_enabled=True, alb_vpc_config=config)) == [
        "alb none 4:3 private"
    ]


def test_both_sorts_of_variables_are_read() -> None:
    found = read(environment_variables={"A": "one", "N": 1, "T": True}, aws_environment_variables={"B": "two"})
    assert variables(found) == {"A": "one@4:4", "N": "1@5:4", "T": "True@6:4", "B": "two@9:4"}


def test_a_stage_runs_as_its_role_where_zappa_makes_it() -> None:
    assert function(read(runtime="python3.8")).principal == "stage dev"
    assert str(function(read(runtime="python3.8")).runtime_location) == "zappa_settings.json:3:3"
    assert function(read(manage_roles=False, role_arn="arn:aws:iam::111122223333:role/x")).principal == ""
    assert function(read(aws_kms_key_arn="k")).key == "k"


def test_settings_of_an_extended_stage_stand_where_they_are() -> None:
    text = '{"base": {"runtime": "python3.6"},\n "dev": {"extends": "base"}}'
    found = read_zappa_settings(text, "zappa_settings.json", Supplied(), zappa_defaults())
    assert [(one.name, one.location.line, str(one.runtime_location)) for one in found.functions] == [
        ("base", 1, "zappa_settings.json:1:11"),
        ("dev", 2, "zappa_settings.json:1:11"),
    ]
