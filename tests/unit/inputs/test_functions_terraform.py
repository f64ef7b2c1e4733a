"""Functions and parameters of Terraform configurations and of plans."""

import json

import pytest

from secrets_cli.inputs.found import UNKNOWN, Found, Supplied
from secrets_cli.inputs.terraform import read_terraform
from secrets_cli.inputs.terraform_plan import read_terraform_plan
from tests.unit.inputs.functions_said import endpoints, function, variables

ROLE = 'resource "aws_iam_role" "app" {\n  name = "app"\n  assume_role_policy = "{}"\n}\n'
FUNCTION = 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n%s}\n'


def read(text: str, **modules: str) -> Found:
    folders = {name: {f"{name}/main.tf": body} for name, body in modules.items()}
    return read_terraform({"main.tf": text}, Supplied(), folders.get)


def made(settings: str = "", more: str = "") -> Found:
    return read(FUNCTION % settings + more)


def test_a_function_has_runtime_key_and_place() -> None:
    found = function(made('  runtime = "python3.9"\n  kms_key_arn = "k"\n'))
    assert (found.name, found.runtime, found.key, found.source) == (
        "aws_lambda_function.f",
        "python3.9",
        "k",
        "terraform",
    )
    assert (str(found.location), str(found.runtime_location)) == ("main.tf:1:1", "main.tf:3:3")
    assert function(made("  runtime = var.missing\n")).runtime == UNKNOWN


@pytest.mark.parametrize(
    ("role", "principal"),
    [
        ("aws_iam_role.app.arn", "role aws_iam_role.app"),
        ('"arn:aws:iam::111122223333:role/other"', "role other"),
    ],
)
def test_the_role_is_named_as_its_policies_name_it(role: str, principal: str) -> None:
    assert function(made(f"  role = {role}\n", ROLE)).principal == principal


def test_variables_of_every_form() -> None:
    text = """\
  environment {
    variables = merge(local.shared, {
      A = "plain"
      B = var.missing
      C = data.aws_ssm_parameter.c.value
      D = "x-${data.aws_secretsmanager_secret_version.d.secret_string}"
      E = var.flag ? "one" : "two"
      F = 12
    })
  }
"""
    more = 'locals {\n  shared = { Z = "z" }\n}\nvariable "flag" {}\ndata "aws_ssm_parameter" "c" {}\n'
    more += 'data "aws_secretsmanager_secret_version" "d" {}\n'
    found = made(text, more)
    assert variables(found) == {
        "Z": "z@15:14",
        "A": "plain@5:7",
        "B": "?@6:7",
        "C": "?@7:7 data.aws_ssm_parameter.c.value",
        "D": "x-?@8:7 data.aws_secretsmanager_secret_version.d.secret_string",
        "E": "two@9:7",
        "F": "12@10:7",
    }
    assert [one.value for one in function(found).environment if one.name == "E"] == ["one", "two"]


URL = """\
resource "aws_lambda_function_url" "u" {
  function_name      = %s
  authorization_type = "%s"
%s}
"""


@pytest.mark.parametrize(
    ("target", "type", "more", "expected"),
    [
        ("aws_lambda_function.f.function_name", "NONE", "", "function-url none 4:1"),
        ("aws_lambda_function.f.arn", "AWS_IAM", "", "function-url some 4:1"),
        ("local.f", "${var.missing}", "", "function-url unknown 4:1"),
        (
            "aws_lambda_function.f.function_name",
            "NONE",
            '  cors {\n    allow_origins = ["*"]\n  }\n',
            "function-url none 4:1 *@8:5",
        ),
    ],
)
def test_function_urls(target: str, type: str, more: str, expected: str) -> None:
    url = URL % (target, type, more)
    assert endpoints(made("", f"{url}locals {{\n  f = aws_lambda_function.f.function_name\n}}\n")) == [expected]


def test_an_alias_leads_to_its_function() -> None:
    alias = 'resource "aws_lambda_alias" "a" {\n  function_name = aws_lambda_function.f.arn\n}\n'
    url = URL % ("aws_lambda_alias.a.function_name", "NONE", "")
    assert endpoints(made("", alias + url)) == ["function-url none 7:1"]


HTTP = """\
resource "aws_apigatewayv2_api" "a" {
  protocol_type = "%s"
%s}
resource "aws_apigatewayv2_integration" "i" {
  api_id          = aws_apigatewayv2_api.a.id
  integration_uri = aws_lambda_function.f.invoke_arn
}
resource "aws_apigatewayv2_route" "r" {
  api_id    = aws_apigatewayv2_api.a.id
  route_key = "%s"
  target    = "integrations/${aws_apigatewayv2_integration.i.id}"
%s}
"""


def test_routes_of_http_apis() -> None:
    cors = '  cors_configuration {\n    allow_origins = ["*"]\n  }\n'
    assert endpoints(made("", HTTP % ("HTTP", cors, "GET /x", ""))) == ["httpApi GET /x none 14:1 *@7:5"]
    jwt = '  authorization_type = "JWT"\n'
    assert endpoints(made("", HTTP % ("HTTP", "", "GET /x", jwt))) == ["httpApi GET /x some 11:1"]


def test_a_route_of_a_websocket_asks_what_connect_asks() -> None:
    socket = HTTP % ("WEBSOCKET", "", "$default", "")
    connect = (
        'resource "aws_apigatewayv2_route" "c" {\n  api_id = aws_apigatewayv2_api.a.id\n  route_key = "$connect"\n'
        '  authorization_type = "AWS_IAM"\n}\n'
    )
    assert endpoints(made("", socket)) == ["websocket $default none 11:1"]
    assert endpoints(made("", socket + connect)) == ["websocket $default some 11:1"]


def test_an_api_whose_target_is_the_function_has_one_route() -> None:
    api = 'resource "aws_apigatewayv2_api" "a" {\n  protocol_type = "HTTP"\n  target = aws_lambda_function.f.arn\n}\n'
    assert endpoints(made("", api)) == ["httpApi $default none 4:1"]


REST = """\
resource "aws_api_gateway_rest_api" "a" {
%s}
resource "aws_api_gateway_resource" "shop" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  parent_id   = aws_api_gateway_rest_api.a.root_resource_id
  path_part   = "shop"
}
resource "aws_api_gateway_method" "m" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  resource_id   = aws_api_gateway_resource.shop.id
  http_method   = "GET"
  authorization = "%s"
}
resource "aws_api_gateway_integration" "i" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  resource_id = aws_api_gateway_resource.shop.id
  http_method = %s
  uri         = aws_lambda_function.f.invoke_arn
}
"""
NAMES_CALLERS = """\
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "x", Resource = "*" }]
  })
"""


@pytest.mark.parametrize(
    ("api", "authorization", "expected"),
    [
        ("", "NONE", "none"),
        ("", "AWS_IAM", "some"),
        ('  endpoint_configuration {\n    types = ["PRIVATE"]\n  }\n', "NONE", "none"),
        (NAMES_CALLERS, "NONE", "some"),
    ],
)
@pytest.mark.parametrize("verb", ["aws_api_gateway_method.m.http_method", '"GET"'])
def test_methods_of_rest_apis(api: str, authorization: str, expected: str, verb: str) -> None:
    (shown,) = endpoints(made("", REST % (api, authorization, verb)))
    assert shown.startswith(f"http GET /shop {expected} ")
    assert shown.endswith(" private") is ("PRIVATE" in api)


def test_a_policy_of_its_own_names_callers_too() -> None:
    head = 'resource "aws_api_gateway_rest_api_policy" "p" {\n  rest_api_id = aws_api_gateway_rest_api.a.id\n'
    policy = f"{head}{NAMES_CALLERS}}}\n"
    (shown,) = endpoints(made("", REST % ("", "NONE", '"GET"') + policy))
    assert shown.startswith("http GET /shop some ")


def test_the_headers_of_a_paths_answers() -> None:
    response = """\
resource "aws_api_gateway_integration_response" "r" {
  resource_id = aws_api_gateway_resource.shop.id
  response_parameters = {
    "method.response.header.Access-Control-Allow-Origin" = "'*'"
  }
}
"""
    assert endpoints(made("", REST % ("", "NONE", '"GET"') + response)) == [
        "http GET /shop none 11:1 Access-Control-Allow-Origin=*@26"
    ]


def test_references_go_through_modules() -> None:
    root = f"""\
{FUNCTION % ""}module "url" {{
  source = "./url"
  name   = aws_lambda_function.f.function_name
}}
module "made" {{
  source = "./made"
}}
resource "aws_lambda_function_url" "v" {{
  function_name      = module.made.name
  authorization_type = "NONE"
}}
"""
    url = 'variable "name" {}\n' + URL % ("var.name", "NONE", "")
    child = FUNCTION % "" + 'output "name" {\n  value = aws_lambda_function.f.function_name\n}\n'
    found = read(root, url=url, made=child)
    assert endpoints(found, "aws_lambda_function.f") == ["function-url none 2:1"]
    assert endpoints(found, "module.made.aws_lambda_function.f") == ["function-url none 11:1"]


def test_parameters() -> None:
    text = (
        'resource "aws_ssm_parameter" "p" {\n  name = "/a/b"\n  type = "SecureString"\n'
        '  value = "zu3Kpl9wq"\n  key_id = "alias/a"\n}\n'
    )
    (found,) = read(text).parameters
    assert (found.name, found.path, found.type, found.key, found.value) == (
        "aws_ssm_parameter.p",
        "/a/b",
        "SecureString",
        "alias/a",
        "zu3Kpl9wq",
    )
    assert (str(found.location), str(found.value_location)) == ("main.tf:1:1", "main.tf:4:3")
    assert "zu3" not in repr(found)


# Plans


def _resource(address: str, **values: object) -> dict[str, object]:
    return {"address": address, "type": address.split(".")[0], "mode": "managed", "values": values}


def _plan(
    resources: list[dict[str, object]], references: dict[str, dict[str, str]], unknown: dict[str, list[str]]
) -> Found:
    configured = [
        {"address": address, "expressions": {name: {"references": [to]} for name, to in names.items()}}
        for address, names in references.items()
    ]
    changes = [
        {"address": address, "change": {"after_unknown": dict.fromkeys(names, True)}}
        for address, names in unknown.items()
    ]
    plan = {
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
    }
    return read_terraform_plan(json.dumps(plan, indent=1), "plan.json")


def test_a_plan_tells_the_same() -> None:
    found = _plan(
        [
            _resource("aws_iam_role.app", name="app"),
            _resource(
                "aws_lambda_function.f",
                function_name="f",
                runtime="python3.9",
                environment=[{"variables": {"A": "one"}}],
            ),
            _resource(
                "aws_lambda_function_url.u",
                function_name="f",
                authorization_type="NONE",
                cors=[{"allow_origins": ["*"]}],
            ),
            _resource("aws_apigatewayv2_api.a", protocol_type="HTTP", cors_configuration=[]),
            _resource("aws_apigatewayv2_integration.i", integration_type="AWS_PROXY"),
            _resource("aws_apigatewayv2_route.r", route_key="GET /x", authorization_type="JWT"),
            _resource("aws_api_gateway_rest_api.a", name="a", endpoint_configuration=[{"types": ["PRIVATE"]}]),
            _resource("aws_api_gateway_resource.s", path_part="shop"),
            _resource("aws_api_gateway_method.m", http_method="GET", authorization="NONE", api_key_required=True),
            _resource("aws_api_gateway_integration.m", http_method="GET"),
            _resource("aws_ssm_parameter.p", name="/a", type="SecureString", value="zu3Kpl9wq", key_id=None),
        ],
        {
            "aws_lambda_function.f": {"role": "aws_iam_role.app.arn"},
            "aws_apigatewayv2_integration.i": {"integration_uri": "aws_lambda_function.f.invoke_arn"},
            "aws_apigatewayv2_route.r": {
                "target": "aws_apigatewayv2_integration.i.id",
                "api_id": "aws_apigatewayv2_api.a.id",
            },
            "aws_api_gateway_method.m": {
                "rest_api_id": "aws_api_gateway_rest_api.a.id",
                "resource_id": "aws_api_gateway_resource.s.id",
            },
            "aws_api_gateway_integration.m": {
                "rest_api_id": "aws_api_gateway_rest_api.a.id",
                "resource_id": "aws_api_gateway_resource.s.id",
                "uri": "aws_lambda_function.f.invoke_arn",
            },
        },
        {"aws_lambda_function.f": ["role", "kms_key_arn"]},
    )
    one = function(found)
    assert (one.principal, one.runtime, one.key, one.source) == (
        "role aws_iam_role.app",
        "python3.9",
        UNKNOWN,
        "terraform-plan",
    )
    assert variables(found) == {"A": f"one@{_line(found)}"}
    assert [shown.split(" ")[:4] for shown in endpoints(found)] == [
        ["function-url", "none", endpoints(found)[0].split(" ")[2], endpoints(found)[0].split(" ")[3]],
        ["httpApi", "GET", "/x", "some"],
        ["http", "GET", "/shop", "none"],
    ]
    assert endpoints(found)[0].split(" ")[3].startswith("*@")
    assert endpoints(found)[2].endswith(" key private")
    (parameter,) = found.parameters
    assert (parameter.type, parameter.key, parameter.value) == ("SecureString", "", "zu3Kpl9wq")


def _line(found: Found) -> str:
    place = function(found).environment[0].location
    return f"{place.line}:{place.column}"


def test_a_plan_joins_a_role_by_its_arn_and_an_unknown_authorizer_is_unknown() -> None:
    arn = "arn:aws:iam::111122223333:role/app"
    found = _plan(
        [
            _resource("aws_iam_role.app", name="app", arn=arn),
            _resource("aws_lambda_function.f", function_name="f", role=arn),
            _resource("aws_lambda_function.g", function_name="g", role="arn:aws:iam::111122223333:role/x/other"),
            _resource("aws_lambda_function_url.u", function_name="f"),
        ],
        {},
        {"aws_lambda_function_url.u": ["authorization_type"]},
    )
    assert function(found, "aws_lambda_function.f").principal == "role aws_iam_role.app"
    assert function(found, "aws_lambda_function.g").principal == "role other"
    assert [one.authorizer.value for one in function(found, "aws_lambda_function.f").endpoints] == ["unknown"]
