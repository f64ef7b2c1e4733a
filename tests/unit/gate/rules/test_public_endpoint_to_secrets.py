"""public-endpoint-to-secrets: open doors in front of functions that read secrets."""

import pytest

from secrets_cli.gate.rules.public_endpoint_to_secrets import RULE
from secrets_cli.severity import Confidence, Severity
from tests.unit.gate.functions_text import PARAMETER, messages, reading, said, service

URL = "    url: true\n"
REST = "    events: [{http: POST /get-secret}]\n"


def test_it_names_the_endpoint_and_what_the_role_reads_with_the_place_of_the_grant() -> None:
    (finding,) = said(RULE, service(REST, reading("*", "ssm:Get*")))
    assert finding.message == (
        "the REST API `POST /get-secret` asks nobody who calls, and function `api` behind it can read every parameter of the"
        " account (granted at serverless.yml:4:53)"
    )
    assert str(finding.location) == "serverless.yml:8:15"
    assert finding.severity is Severity.HIGH
    assert finding.evidence == (
        "serverless.yml:4:53 grants ssm:GetParameter, ssm:GetParameters, ssm:GetParametersByPath, ssm:GetParameterHistory"
        " on `*`",
    )


def test_named_parameters_are_medium() -> None:
    (finding,) = said(RULE, service(URL, reading()))
    assert finding.severity is Severity.MEDIUM
    assert finding.confidence is Confidence.MEDIUM
    assert f"the function URL asks nobody who calls, and function `api` behind it can read `{PARAMETER}/app/db`" in (
        finding.message
    )


def test_a_secret_of_secrets_manager_counts() -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:*"
    (finding,) = said(RULE, service(URL, reading(arn, "secretsmanager:GetSecretValue")))
    assert "every secret of the account" in finding.message
    assert finding.severity is Severity.HIGH


def test_an_api_key_is_said_to_be_no_authorizer() -> None:
    event = "    events: [{http: {path: /x, method: get, private: true}}]\n"
    (finding,) = said(RULE, service(event, reading()))
    assert "the API key it asks for is for metering" in finding.message


def test_a_load_balancer_may_be_internal() -> None:
    event = "    events: [{alb: {listenerArn: a, priority: 1, conditions: {path: /x}}}]\n"
    (finding,) = said(RULE, service(event, reading("*")))
    assert "the load balancer `/x`" in finding.message
    assert finding.severity is Severity.MEDIUM


def test_each_endpoint_is_a_finding() -> None:
    events = "    events: [{http: GET /a}, {http: GET /b}, {httpApi: '*'}, {websocket: $default}]\n"
    found = said(RULE, service(events, reading()))
    assert [one.location.column for one in found] == [15, 31, 47, 63]
    assert len({one.fingerprint for one in found}) == 4


@pytest.mark.parametrize(
    "event",
    [
        "    events: [{http: {path: /x, method: get, authorizer: aws_iam}}]\n",
        "    events: [{http: {path: /x, method: get, authorizer: '${ssm:/authorizer}'}}]\n",
        "    events: [{schedule: rate(1 hour)}]\n",
        "",
    ],
)
def test_an_endpoint_that_asks_or_may_ask_is_none(event: str) -> None:
    assert not said(RULE, service(event, reading("*")))


@pytest.mark.parametrize(
    "provider",
    [
        reading("*", "s3:GetObject"),
        reading("arn:aws:kms:eu-central-1:111122223333:key/a", "kms:Decrypt"),
        reading("arn:aws:s3:::b/*", "ssm:GetParameter"),
        "  role: arn:aws:iam::111122223333:role/unknown\n",
        f"{reading()}  endpointType: PRIVATE\n",
    ],
)
def test_no_secrets_or_no_way_in_is_none(provider: str) -> None:
    assert not said(RULE, service(REST, provider))


def test_a_deny_counts() -> None:
    statements = (
        "{Effect: Allow, Action: 'ssm:GetParameter', Resource: '*'}, {Effect: Deny, Action: 'ssm:*', Resource: '*'}"
    )
    assert not said(RULE, service(URL, f"  iam: {{role: {{statements: [{statements}]}}}}\n"))


def test_a_function_joins_its_role_under_each_condition() -> None:
    template = """\
Parameters: {Stage: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              Effect: Allow
              Action: !If [IsProd, s3:GetObject, ssm:GetParameter]
              Resource: '*'
  F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn, Runtime: python3.13}}
  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}
"""
    (finding,) = said(RULE, template, "t.yml")
    assert str(finding.location) == "t.yml:16:3"
    assert "ssm:GetParameter" in messages([finding])
