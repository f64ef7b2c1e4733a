"""Functions of CloudFormation templates: runtime, environment, role, and every way to call them."""

import pytest

from secrets_cli.inputs.cloudformation.read import read_cloudformation
from secrets_cli.inputs.found import UNKNOWN, Found, Supplied
from tests.unit.inputs.functions_said import endpoints, function, variables

ROLE = "  R: {Type: AWS::IAM::Role, Properties: {RoleName: app, AssumeRolePolicyDocument: {}}}\n"


def read(text: str, **values: str) -> Found:
    return read_cloudformation(text, "t.yml", Supplied(values))


def made(properties: str, more: str = "", head: str = "") -> Found:
    """The function F with its type in line 3 (of a text without a head) and its properties from line 5 on."""
    return read(f"{head}Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{properties}{more}")


def test_a_function_has_runtime_role_and_place() -> None:
    found = function(made("      Runtime: python3.12\n      Role: !GetAtt R.Arn\n      KmsKeyArn: k\n", ROLE))
    assert (found.name, found.runtime, found.principal, found.key) == ("F", "python3.12", "role R", "k")
    assert (str(found.location), str(found.runtime_location)) == ("t.yml:2:3", "t.yml:5:7")
    assert found.source == "cloudformation"


@pytest.mark.parametrize(
    ("role", "principal"),
    [
        ("!GetAtt R.Arn", "role R"),
        ("{'Fn::GetAtt': [R, Arn]}", "role R"),
        ("!Sub '${R.Arn}'", "role R"),
        ("arn:aws:iam::111122223333:role/app", "role R"),
        ("arn:aws:iam::111122223333:role/path/other", "role other"),
        ("!Ref P", ""),
        ("!ImportValue x", ""),
    ],
)
def test_the_role_is_named_as_its_policies_name_it(role: str, principal: str) -> None:
    found = made(f"      Role: {role}\n", ROLE, "Parameters: {P: {Type: String}}\n")
    assert function(found).principal == principal


def test_the_role_joins_the_policies() -> None:
    found = made(
        "      Role: !GetAtt R.Arn\n",
        ROLE.replace("{}", "{Statement: {Effect: Deny, Action: 'sts:*', Principal: '*'}}"),
    )
    assert function(found).principal in {one.principal for one in found.policies}


def test_variables_have_values_places_and_where_they_are_kept() -> None:
    text = """\
      Environment:
        Variables:
          A: plain
          B: !Ref P
          C: !Sub '${P}-x'
          D: '{{resolve:secretsmanager:app:SecretString:key}}'
          E: !Sub '{{resolve:ssm-secure:/app/${P}:1}}'
          F: !Ref AWS::NoValue
          G: 12
          H: '{{resolve:ssm:/app/plain:1}}'
"""
    assert variables(made(text, head="Parameters: {P: {Type: String}}\n")) == {
        "A": "plain@8:11",
        "B": "?@9:11",
        "C": "?-x@10:11",
        "D": "?@11:11 {{resolve:secretsmanager:app:SecretString:key}}",
        "E": "{{resolve:ssm-secure:/app/?:1}}@12:11 {{resolve:ssm-secure:/app/${P}:1}}",
        "G": "12@14:11",
        "H": "?@15:11",
    }


def test_values_are_resolved_and_parameters_taken() -> None:
    text = "      Environment: {Variables: {A: !Ref P}}\n"
    head = "Parameters: {P: {Type: String, Default: secret}}\n"
    assert variables(made(text, head=head))["A"] == "secret@6:33"
    assert variables(
        read(f"{head}Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{text}", P="x")
    ) == {"A": "x@6:33"}


HEAD = "Parameters: {Stage: {Type: String}}\nConditions: {IsProd: !Equals [!Ref Stage, prod]}\n"


def test_each_side_of_a_condition_is_given() -> None:
    text = "      Environment: {Variables: {A: !If [IsProd, one, two]}}\n      Runtime: !If [IsProd, python3.12, python3.13]\n"
    url = "  U:\n    Type: AWS::Lambda::Url\n    Properties: {TargetFunctionArn: !Ref F, AuthType: !If [IsProd, AWS_IAM, NONE]}\n"
    found = made(text, url, HEAD)
    assert {one.value for one in function(found).environment} == {"one", "two"}
    assert function(found).runtime == UNKNOWN
    assert endpoints(found) == ["function-url some 9:3", "function-url none 9:3"]
    given = read(f"{HEAD}Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{text}{url}", Stage="prod")
    assert function(given).runtime == "python3.12"
    assert endpoints(given) == ["function-url some 9:3"]


def test_what_a_condition_leaves_out_is_not_there() -> None:
    url = "  U: {Type: AWS::Lambda::Url, Condition: Never, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}\n"
    head = "Conditions: {Never: !Equals [a, b]}\n"
    assert endpoints(made("      Runtime: x\n", url, head)) == []
    text = f"{head}Resources:\n  F: {{Type: AWS::Lambda::Function, Condition: Never}}\n"
    assert read(text).functions == ()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("AuthType: NONE", "function-url none 6:3"),
        ("AuthType: AWS_IAM", "function-url some 6:3"),
        ("AuthType: !ImportValue x", "function-url unknown 6:3"),
        ("AuthType: NONE, Cors: {AllowOrigins: ['*']}", "function-url none 6:3 *@6:100"),
    ],
)
def test_function_urls(settings: str, expected: str) -> None:
    url = f"  U: {{Type: AWS::Lambda::Url, Properties: {{TargetFunctionArn: !GetAtt F.Arn, {settings}}}}}\n"
    assert endpoints(made("      Runtime: x\n", url))[0].split("@")[0] == expected.split("@")[0]


def test_an_alias_leads_to_its_function() -> None:
    more = (
        "  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}\n"
        "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref A, AuthType: NONE}}\n"
    )
    assert endpoints(made("      Runtime: x\n", more)) == ["function-url none 7:3"]


REST = """\
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a%s}}
  Shop: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: shop}}
  Item: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !Ref Shop, PathPart: '{id}'}}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Item
      HttpMethod: GET
      AuthorizationType: %s
      Integration:
        Type: AWS_PROXY
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations
"""


@pytest.mark.parametrize(
    ("api", "method", "expected"),
    [
        ("", "NONE", "http GET /shop/{id} none 9:3"),
        ("", "NONE\n      ApiKeyRequired: true", "http GET /shop/{id} none 9:3 key"),
        ("", "AWS_IAM", "http GET /shop/{id} some 9:3"),
        ("", "COGNITO_USER_POOLS", "http GET /shop/{id} some 9:3"),
        (", EndpointConfiguration: {Types: [PRIVATE]}", "NONE", "http GET /shop/{id} none 9:3 private"),
        (
            ", Policy: {Statement: {Effect: Allow, Principal: {AWS: 'arn:aws:iam::111122223333:root'}, Action: x}}",
            "NONE",
            "http GET /shop/{id} some 9:3",
        ),
        (", Policy: {Statement: {Effect: Allow, Principal: '*', Action: x}}", "NONE", "http GET /shop/{id} none 9:3"),
        (", Policy: !ImportValue x", "NONE", "http GET /shop/{id} unknown 9:3"),
    ],
)
def test_methods_of_rest_apis(api: str, method: str, expected: str) -> None:
    assert endpoints(made("      Runtime: x\n", REST % (api, method))) == [expected]


def test_the_headers_of_a_preflight_count_for_its_path() -> None:
    options = """\
  O:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Item
      HttpMethod: OPTIONS
      AuthorizationType: NONE
      Integration:
        Type: MOCK
        IntegrationResponses:
          - StatusCode: 200
            ResponseParameters:
              method.response.header.Access-Control-Allow-Origin: "'*'"
"""
    found = made("      Runtime: x\n", REST % ("", "NONE") + options)
    assert endpoints(found) == ["http GET /shop/{id} none 9:3 Access-Control-Allow-Origin=*@31"]


HTTP = """\
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: %s%s}}
  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationUri: !GetAtt F.Arn}}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: %s
      Target: !Join [/, [integrations, !Ref I]]
"""


def test_routes_of_http_apis() -> None:
    http = HTTP % ("HTTP", ", CorsConfiguration: {AllowOrigins: ['*']}", "GET /x")
    assert endpoints(made("      Runtime: x\n", http)) == ["httpApi GET /x none 8:3 *@6:101"]
    assert endpoints(made("      Runtime: x\n", f"{http}      AuthorizationType: JWT\n")) == [
        "httpApi GET /x some 8:3 *@6:101"
    ]


def test_a_route_of_a_websocket_asks_what_connect_asks() -> None:
    socket = HTTP % ("WEBSOCKET", "", "$default")
    connect = (
        "  C: {Type: AWS::ApiGatewayV2::Route, Properties:"
        " {ApiId: !Ref Api, RouteKey: $connect, AuthorizationType: AWS_IAM, Target: x}}\n"
    )
    assert endpoints(made("      Runtime: x\n", socket)) == ["websocket $default none 8:3"]
    assert endpoints(made("      Runtime: x\n", socket + connect)) == ["websocket $default some 8:3"]


def test_an_api_whose_target_is_the_function_has_one_route() -> None:
    api = "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: HTTP, Target: !GetAtt F.Arn}}\n"
    assert endpoints(made("      Runtime: x\n", api)) == ["httpApi $default none 6:3"]


def test_the_operations_of_an_openapi_body() -> None:
    body = """\
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        swagger: '2.0'
        paths:
          /open:
            get: {x-amazon-apigateway-integration: {uri: !Sub 'arn:aws:apigateway:x:lambda:path/${F.Arn}/invocations'}}
          /closed:
            x-amazon-apigateway-any-method:
              security: [{jwt: []}]
              x-amazon-apigateway-integration: {uri: !Sub 'arn:aws:apigateway:x:lambda:path/${F.Arn}/invocations'}
          /keyed:
            post:
              security: [{api_key: []}]
              x-amazon-apigateway-integration: {uri: !Sub 'arn:aws:apigateway:x:lambda:path/${F.Arn}/invocations'}
          /elsewhere:
            get: {x-amazon-apigateway-integration: {uri: 'http://x'}}
"""
    assert endpoints(made("      Runtime: x\n", body)) == [
        "http GET /open none 13:13",
        "http ANY /closed some 15:13",
        "http POST /keyed none 19:13",
    ]


def test_another_functions_endpoints_are_not_this_ones() -> None:
    more = (
        "  G: {Type: AWS::Lambda::Function, Properties: {Runtime: y}}\n"
        "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref G, AuthType: NONE}}\n"
    )
    found = made("      Runtime: x\n", more)
    assert endpoints(found, "F") == []
    assert endpoints(found, "G") == ["function-url none 7:3"]


def test_parameters_of_the_store() -> None:
    text = (
        f"{HEAD}Resources:\n  P:\n    Type: AWS::SSM::Parameter\n    Properties:\n"
        "      Name: /a/b\n      Type: String\n      Value: !If [IsProd, one, two]\n"
    )
    found = read(text).parameters
    assert [(one.name, one.path, one.type, one.value, str(one.value_location)) for one in found] == [
        ("P", "/a/b", "String", "one", "t.yml:9:7"),
        ("P", "/a/b", "String", "two", "t.yml:9:7"),
    ]


def test_neither_shows_a_value() -> None:
    found = made(
        "      Environment: {Variables: {A: zu3Kpl9wq}}\n",
        "  P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: zu3Kpl9wq}}\n",
    )
    assert "zu3" not in repr((found.functions, found.parameters))
