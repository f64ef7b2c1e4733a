"""Functions of SAM templates: events, function URLs, and what `Globals` and an API's settings say for them."""

import pytest

from secrets_cli.inputs.found import Found
from tests.unit.inputs.functions_said import endpoints, function, variables
from tests.unit.inputs.test_functions_cloudformation import read

FUNCTION = """\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: h.h
"""


def made(properties: str, head: str = "", more: str = "") -> Found:
    return read(f"Transform: AWS::Serverless-2016-10-31\n{head}{FUNCTION}{properties}{more}")


def event(kind: str, properties: str) -> str:
    return f"      Events: {{E: {{Type: {kind}, Properties: {{{properties}}}}}}}\n"


def shown(found: Found) -> list[str]:
    """Without places."""
    return [
        " ".join(word.partition("@")[0] for word in one.split() if not word.replace(":", "").isdigit())
        for one in endpoints(found)
    ]


def test_a_function_runs_as_its_own_role_unless_it_names_one() -> None:
    assert function(made("")).principal == "function F"
    assert function(made("      Role: arn:aws:iam::111122223333:role/app\n")).principal == "role app"
    assert function(made("")).source == "sam"


def test_globals_give_runtime_and_variables_and_a_function_its_own() -> None:
    head = "Globals: {Function: {Runtime: python3.9, Environment: {Variables: {A: one, B: two}}}}\n"
    found = made("      Environment: {Variables: {A: own}}\n", head)
    assert function(found).runtime == "python3.9"
    assert str(function(found).runtime_location) == "t.yml:2:22"
    assert variables(found) == {"A": "own@8:33", "B": "two@2:76"}
    assert function(made("      Runtime: python3.13\n", head)).runtime == "python3.13"
    assert function(made("      PackageType: Image\n", head)).runtime == ""


def test_an_event_stands_at_its_name() -> None:
    assert endpoints(made(event("Api", "Path: /x, Method: get"))) == ["http GET /x none 7:16"]


@pytest.mark.parametrize(
    ("globals", "properties", "expected"),
    [
        ("", "Path: /x, Method: any", "http ANY /x none"),
        ("", "Path: /x, Method: get, Auth: {Authorizer: AWS_IAM}", "http GET /x some"),
        ("", "Path: /x, Method: get, Auth: {ApiKeyRequired: true}", "http GET /x none key"),
        ("Auth: {DefaultAuthorizer: A}", "Path: /x, Method: get", "http GET /x some"),
        ("Auth: {DefaultAuthorizer: A}", "Path: /x, Method: get, Auth: {Authorizer: NONE}", "http GET /x none"),
        ("Auth: {ApiKeyRequired: true}", "Path: /x, Method: get", "http GET /x none key"),
        ("EndpointConfiguration: PRIVATE", "Path: /x, Method: get", "http GET /x none private"),
        ("EndpointConfiguration: {Type: PRIVATE}", "Path: /x, Method: get", "http GET /x none private"),
        ("Cors: \"'*'\"", "Path: /x, Method: get", "http GET /x none *"),
        ("Cors: {AllowOrigin: \"'*'\"}", "Path: /x, Method: get", "http GET /x none *"),
        ("Cors: {AllowMethods: \"'GET'\"}", "Path: /x, Method: get", "http GET /x none"),
        ("Auth: {ResourcePolicy: {IpRangeWhitelist: [10.0.0.0/8]}}", "Path: /x, Method: get", "http GET /x some"),
        ("Auth: {ResourcePolicy: {IpRangeBlacklist: [10.0.0.0/8]}}", "Path: /x, Method: get", "http GET /x none"),
        (
            "Auth: {ResourcePolicy: {CustomStatements: [{Effect: Allow, Principal: '*', Action: x}]}}",
            "Path: /x, Method: get",
            "http GET /x none",
        ),
        (
            "DisableExecuteApiEndpoint: true, Domain: {MutualTlsAuthentication: {TruststoreUri: x}}",
            "Path: /x, Method: get",
            "http GET /x some",
        ),
        ("Domain: {MutualTlsAuthentication: {TruststoreUri: x}}", "Path: /x, Method: get", "http GET /x none"),
    ],
)
def test_the_rest_api_that_sam_adds(globals: str, properties: str, expected: str) -> None:
    head = f"Globals: {{Api: {{{globals}}}}}\n" if globals else ""
    assert shown(made(event("Api", properties), head)) == [expected]


@pytest.mark.parametrize(
    ("globals", "properties", "expected"),
    [
        ("", "Path: /x, Method: get", "httpApi GET /x none"),
        ("", "", "httpApi $default none"),
        ("Auth: {DefaultAuthorizer: A}", "Path: /x, Method: get", "httpApi GET /x some"),
        ("Auth: {DefaultAuthorizer: AWS_IAM, EnableIamAuthorizer: true}", "", "httpApi $default some"),
        ("Auth: {EnableIamAuthorizer: true}", "", "httpApi $default none"),
        ("Auth: {DefaultAuthorizer: A}", "Auth: {Authorizer: NONE}", "httpApi $default none"),
        ("CorsConfiguration: true", "", "httpApi $default none *"),
        ("CorsConfiguration: false", "", "httpApi $default none"),
        ("CorsConfiguration: {AllowOrigins: ['https://a.b', '*']}", "", "httpApi $default none https://a.b,*"),
    ],
)
def test_the_http_api_that_sam_adds(globals: str, properties: str, expected: str) -> None:
    head = f"Globals: {{HttpApi: {{{globals}}}}}\n" if globals else ""
    assert shown(made(event("HttpApi", properties), head)) == [expected]


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("{StageName: p}", "http GET /x none"),
        ("{StageName: p, Auth: {DefaultAuthorizer: A}}", "http GET /x some"),
        ("{StageName: p, Cors: \"'https://a.b'\"}", "http GET /x none https://a.b"),
        ("{StageName: p, DefinitionUri: s3://b/openapi.yml}", "http GET /x unknown"),
    ],
)
def test_an_api_of_the_template(api: str, expected: str) -> None:
    more = f"  A: {{Type: AWS::Serverless::Api, Properties: {api}}}\n"
    assert shown(made(event("Api", "Path: /x, Method: get, RestApiId: !Ref A"), "", more)) == [expected]


def test_globals_count_for_an_api_of_the_template_where_it_says_nothing() -> None:
    more = "  A: {Type: AWS::Serverless::Api, Properties: {StageName: p}}\n"
    head = "Globals: {Api: {Auth: {DefaultAuthorizer: A}}}\n"
    assert shown(made(event("Api", "Path: /x, Method: get, RestApiId: !Ref A"), head, more)) == ["http GET /x some"]


def test_an_api_that_is_elsewhere_may_ask() -> None:
    assert shown(made(event("Api", "Path: /x, Method: get, RestApiId: !ImportValue a"))) == ["http GET /x unknown"]
    own = "Path: /x, Method: get, RestApiId: !ImportValue a, Auth: {Authorizer: NONE}"
    assert shown(made(event("Api", own))) == ["http GET /x none"]


def test_function_urls_take_their_settings_from_globals_too() -> None:
    head = "Globals: {Function: {FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*']}}}}\n"
    assert endpoints(made("", head)) == ["function-url none 2:22 *@2:65"]
    assert shown(made("      FunctionUrlConfig: {AuthType: AWS_IAM}\n", head)) == ["function-url some *"]


def test_the_paths_of_an_apis_own_openapi_body() -> None:
    more = """\
  A:
    Type: AWS::Serverless::Api
    Properties:
      StageName: p
      DefinitionBody:
        swagger: '2.0'
        paths:
          /x: {get: {x-amazon-apigateway-integration: {uri: !Sub 'arn:aws:apigateway:x:lambda:path/${F.Arn}/invocations'}}}
"""
    assert shown(made("", "", more)) == ["http GET /x none"]
    assert shown(made("", "", f"{more}      Auth: {{DefaultAuthorizer: A}}\n")) == ["http GET /x some"]


def test_events_of_other_kinds_are_no_endpoints() -> None:
    assert endpoints(made(event("Schedule", "Schedule: rate(1 hour)"))) == []
