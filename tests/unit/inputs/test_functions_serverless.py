"""Functions of a serverless.yml: every form of its events, and whose role they run with."""

import pytest

from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.inputs.serverless import read_serverless
from tests.unit.inputs.functions_said import endpoints, function, variables


def read(function: str = "", provider: str = "", rest: str = "") -> Found:
    """One function `api` in line 5, whose settings begin in line 7; `provider` is in line 3."""
    text = f"service: s\nprovider:\n  {provider or 'name: aws'}\nfunctions:\n  api:\n    handler: h.h\n{function}{rest}"
    return read_serverless(text, "serverless.yml", Supplied())


def event(text: str) -> str:
    return f"    events:\n      - {text}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http: GET hello", "http GET /hello none 8:9"),
        ("http: {path: /hello, method: post}", "http POST /hello none 8:9"),
        ("http: {path: hello, method: any, private: true}", "http ANY /hello none 8:9 key"),
        ("http: {path: x, method: get, authorizer: aws_iam}", "http GET /x some 8:9"),
        ("http: {path: x, method: get, authorizer: check}", "http GET /x some 8:9"),
        ("http: {path: x, method: get, authorizer: {arn: 'arn:x'}}", "http GET /x some 8:9"),
        (
            "http: {path: x, method: get, authorizer: {type: COGNITO_USER_POOLS, authorizerId: !Ref A}}",
            "http GET /x some 8:9",
        ),
        ("http: {path: x, method: get, authorizer: '${ssm:/a}'}", "http GET /x unknown 8:9"),
        ("http: {path: x, method: get, authorizer: !Ref A}", "http GET /x some 8:9"),
        ("http: {path: x, method: get, authorizer: {type: NONE}}", "http GET /x none 8:9"),
        ("http: {path: x, method: get, cors: true}", "http GET /x none 8:9 *@8:38"),
        ("http: {path: x, method: get, cors: {origin: 'https://a.b'}}", "http GET /x none 8:9 https://a.b@8:38"),
        ("http: {path: x, method: get, cors: {origins: [a, '*']}}", "http GET /x none 8:9 a,*@8:38"),
        ("http: {path: x, method: get, cors: {headers: [A]}}", "http GET /x none 8:9 *@8:38"),
        ("httpApi: '*'", "httpApi $default none 8:9"),
        ("httpApi: GET /x", "httpApi GET /x none 8:9"),
        ("httpApi: {path: /x, method: get, authorizer: {name: jwt}}", "httpApi GET /x some 8:9"),
        ("httpApi: {path: /x, method: '*', authorizer: {type: aws_iam}}", "httpApi * /x some 8:9"),
        ("websocket: $default", "websocket $default none 8:9"),
        ("websocket: {route: $connect}", "websocket $connect none 8:9"),
        ("websocket: {route: $connect, authorizer: check}", "websocket $connect some 8:9"),
        ("alb: {listenerArn: a, priority: 1, conditions: {path: [/a, /b]}}", "alb /a, /b none 8:9"),
        ("alb: {listenerArn: a, priority: 1, conditions: {path: /a}, authorizer: [login]}", "alb /a some 8:9"),
    ],
)
def test_the_forms_of_events(text: str, expected: str) -> None:
    assert endpoints(read(event(text))) == [expected]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("true", ["function-url none 7:5"]),
        ("{authorizer: aws_iam}", ["function-url some 7:5"]),
        ("{cors: true}", ["function-url none 7:5 *@7:11"]),
        ("{cors: {allowedOrigins: ['https://a.b']}}", ["function-url none 7:5 https://a.b@7:11"]),
        ("false", []),
    ],
)
def test_function_urls(url: str, expected: list[str]) -> None:
    assert endpoints(read(f"    url: {url}\n")) == expected


@pytest.mark.parametrize(
    ("provider", "text", "expected"),
    [
        ("endpointType: PRIVATE", "http: GET x", "http GET /x none 8:9 private"),
        ("httpApi: {cors: true}", "httpApi: GET /x", "httpApi GET /x none 8:9 *@3:13"),
        (
            "httpApi: {cors: {allowedOrigins: ['https://a.b']}}",
            "httpApi: GET /x",
            "httpApi GET /x none 8:9 https://a.b@3:13",
        ),
        (
            "apiGateway: {resourcePolicy: [{Effect: Allow, Principal: '*', Action: x, Condition: {Bool: {'a:b': true}}}]}",
            "http: GET x",
            "http GET /x some 8:9",
        ),
        (
            "apiGateway: {resourcePolicy: [{Effect: Allow, Principal: '*', Action: x}]}",
            "http: GET x",
            "http GET /x none 8:9",
        ),
    ],
)
def test_what_the_provider_says_for_all(provider: str, text: str, expected: str) -> None:
    assert endpoints(read(event(text), provider)) == [expected]


def test_headers_about_origins_are_given_with_their_slips() -> None:
    text = """\
    events:
      - http:
          path: get-secret
          method: post
          integration: lambda
          cors: true
          response:
            headers:
              "Access-Control-Allow_Origin": "'*'"
              Content-Type: "'text/html'"
"""
    assert endpoints(read(text)) == ["http POST /get-secret none 8:9 *@12:11 Access-Control-Allow_Origin=*@15"]


def test_a_route_of_a_websocket_asks_what_connect_asks_wherever_that_is() -> None:
    rest = "  other: {handler: h, events: [{websocket: {route: $connect, authorizer: check}}]}\n"
    assert endpoints(read(event("websocket: $default"), "", rest), "api") == ["websocket $default some 8:9"]


def test_runtime_and_variables_are_the_functions_or_the_providers() -> None:
    provider = "runtime: python3.7\n  kmsKeyArn: k\n  environment: {A: one, B: two}"
    found = read("    environment: {A: own}\n", provider)
    assert function(found).runtime == "python3.7"
    assert str(function(found).runtime_location) == "serverless.yml:3:3"
    assert function(found).key == "k"
    assert variables(found) == {"A": "own@9:19", "B": "two@5:25"}
    assert function(read("    runtime: nodejs22.x\n", provider)).runtime == "nodejs22.x"
    assert function(read("    image: i\n", provider)).runtime == ""


def test_variables_are_replaced_and_stored_ones_told() -> None:
    text = """\
    environment:
      A: ${self:service}-x
      B: ${ssm:/app/b}
      C: ${self:custom.c}
      D: ${env:D, 'fallback'}
      E: !Ref Table
      F: x-${ssm:/app/f}
      G: ${cf:other.Out}
"""
    found = read(text, "", "custom: {c: '${secretsmanager:app}'}\n")
    assert variables(found) == {
        "A": "s-x@8:7",
        "B": "?@9:7 ${ssm:/app/b}",
        "C": "?@10:7 ${secretsmanager:app}",
        "D": "fallback@11:7",
        "E": "?@12:7",
        "F": "x-?@13:7 ${ssm:/app/f}",
        "G": "?@14:7",
    }
    assert found.unresolved == (), "what no policy needs is not listed"


@pytest.mark.parametrize(
    ("function_text", "provider", "principal"),
    [
        ("", "name: aws", "provider"),
        ("    role: R\n", "name: aws", "role R"),
        ("    role: !GetAtt R.Arn\n", "name: aws", "role R"),
        ("    role: arn:aws:iam::111122223333:role/p/app\n", "name: aws", "role app"),
        ("    role: ${ssm:/role}\n", "name: aws", ""),
        ("", "role: R", "role R"),
        ("", "iam: {role: 'arn:aws:iam::111122223333:role/app'}", "role app"),
        ("", "iam: {role: {mode: perFunction}}", "function api"),
        (
            "    iamRoleStatements: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]\n",
            "name: aws",
            "function api",
        ),
    ],
)
def test_the_role_is_named_as_its_policies_name_it(function_text: str, provider: str, principal: str) -> None:
    assert function(read(function_text, provider)).principal == principal


def test_resources_add_endpoints_functions_and_parameters() -> None:
    rest = """\
resources:
  Resources:
    U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt ApiLambdaFunction.Arn, AuthType: NONE}}
    G: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.6, Role: !GetAtt IamRoleLambdaExecution.Arn}}
    P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: v}}
"""
    found = read("", "", rest)
    assert endpoints(found, "api") == ["function-url none 9:5"]
    assert [(one.name, one.principal, one.runtime) for one in found.functions] == [
        ("api", "provider", ""),
        ("G", "provider", "python3.6"),
    ]
    assert [one.name for one in found.parameters] == ["P"]
