"""Endpoints of which a file does not tell whether they ask: listed, in every format."""

import json

import pytest

from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Supplied
from tests.unit.gate.judging import zappa_defaults

SERVERLESS = """\
service: s
provider: {name: aws, role: 'arn:aws:iam::111122223333:role/app'%s}
functions:
  api:
    handler: h.h
    events:
      - http: {path: /x, method: get, authorizer: '${ssm:/a}'}
resources:
  Resources:
    U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref ApiLambdaFunction, AuthType: !ImportValue a}}
"""
TEMPLATE = """\
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13}}
  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: !ImportValue a}}
"""
TERRAFORM = """\
resource "aws_lambda_function" "f" {
  function_name = "f"
}
resource "aws_lambda_function_url" "u" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = var.type
}
"""
PLAN = {
    "format_version": "1.2",
    "planned_values": {
        "root_module": {
            "resources": [
                {"address": "aws_lambda_function.f", "type": "aws_lambda_function", "values": {"function_name": "f"}},
                {
                    "address": "aws_lambda_function_url.u",
                    "type": "aws_lambda_function_url",
                    "values": {"function_name": "f"},
                },
            ]
        }
    },
    "resource_changes": [
        {"address": "aws_lambda_function_url.u", "change": {"after_unknown": {"authorization_type": True}}}
    ],
}


def _said(text: str, name: str) -> list[str]:
    found = read_any(text, name, Supplied(), zappa_defaults())
    assert found is not None
    return [f"{one.location.line}: {one.reason}" for one in found.unresolved]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (TEMPLATE, "t.yml", ["3: whether the function url of function `F` asks who calls is not known"]),
        (
            SERVERLESS % "",
            "serverless.yml",
            [
                "7: whether `GET /x` of function `api` asks who calls is not known",
                "10: whether the function url of function `api` asks who calls is not known",
            ],
        ),
        (
            TERRAFORM,
            "main.tf",
            ["4: whether the function url of function `aws_lambda_function.f` asks who calls is not known"],
        ),
        (
            json.dumps(PLAN),
            "plan.json",
            ["1: whether the function url of function `aws_lambda_function.f` asks who calls is not known"],
        ),
        (
            '{"dev": {"manage_roles": false, "apigateway_policy": "missing.json"}}',
            "zappa_settings.json",
            ["1: whether `ANY /{proxy+}` of function `dev` asks who calls is not known"],
        ),
    ],
)
def test_it_is_listed_at_the_endpoint(text: str, name: str, expected: list[str]) -> None:
    assert _said(text, name) == expected


def test_a_private_one_needs_no_authorizer() -> None:
    text = SERVERLESS % ", endpointType: PRIVATE"
    assert _said(text, "serverless.yml") == [
        "10: whether the function url of function `api` asks who calls is not known"
    ]
