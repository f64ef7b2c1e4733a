"""Which framework made a role."""

import pytest

from secrets_cli.account.origin import role_origin


@pytest.mark.parametrize(
    ("name", "path", "tags", "framework", "application"),
    [
        ("shop-dev-ZappaLambdaExecutionRole", "/", {}, "zappa", "shop-dev"),
        ("orders-dev-eu-west-1-lambdaRole", "/", {}, "serverless", "orders-dev"),
        ("orders-dev-api-us-gov-west-1-lambdaRole", "/", {}, "serverless", "orders-dev-api"),
        (
            "orders-dev-eu-west-1-lambdaRole",
            "/",
            {"aws:cloudformation:stack-name": "orders-dev"},
            "serverless",
            "orders-dev",
        ),
        ("shop-ApiRole-1A2B3C4D5E6F", "/", {}, "cloudformation", "shop"),
        ("shop-ApiRole-1A2B3C4D5E6F", "/", {"lambda:createdBy": "SAM"}, "sam", "shop"),
        ("named", "/", {"lambda:createdBy": "SAM", "aws:cloudformation:stack-name": "shop"}, "sam", "shop"),
        ("named", "/", {"aws:cloudformation:stack-name": "shop"}, "cloudformation", "shop"),
        ("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/", {}, "service-linked", ""),
        ("AWSReservedSSO_x", "/aws-reserved/sso.amazonaws.com/eu-west-1/", {}, "identity-center", ""),
        ("api-role-abc", "/service-role/", {}, "console", ""),
        ("orders-dev", "/", {}, "", ""),
        ("the-team-administrators", "/", {}, "", ""),
    ],
)
def test_by_path_tag_and_name(name: str, path: str, tags: dict[str, str], framework: str, application: str) -> None:
    found = role_origin(name, path, tags)
    assert (found.framework.slug if found else "", found.application if found else "") == (framework, application)
    assert bool(found and found.told_by) == bool(framework)
