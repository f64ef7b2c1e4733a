"""Names of the Serverless Framework, and the 64 characters of a role's."""

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.inputs.serverless_names import (
    function_logical_id,
    function_name,
    function_role_logical_id,
    function_role_name,
    log_group_name,
    service_role_name,
)


def test_functions_share_a_role() -> None:
    assert service_role_name("shop", "dev", "eu-west-1") == "shop-dev-eu-west-1-lambdaRole"


def test_the_shared_name_is_not_cut() -> None:
    assert len(service_role_name("s" * 60, "dev", "eu-west-1")) == 60 + len("-dev-eu-west-1-lambdaRole")


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("api", "shop-dev-api-eu-west-1-lambdaRole"),
        ("f" * 34, f"shop-dev-{'f' * 34}-eu-west-1-lambdaRole"),
        ("f" * 35, f"shop-dev-{'f' * 35}-eu-west-1"),
        ("f" * 45, f"shop-dev-{'f' * 45}-eu-west-1"),
    ],
)
def test_the_suffix_of_a_functions_role_goes_over_64_characters(function: str, name: str) -> None:
    assert function_role_name("shop", "dev", function, "eu-west-1") == name
    assert len(name) <= 64


def test_a_functions_role_that_is_too_long_even_so_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="has 65 characters"):
        function_role_name("shop", "dev", "f" * 46, "eu-west-1")


def test_functions_and_log_groups() -> None:
    assert function_name("shop", "dev", "api") == "shop-dev-api"
    assert log_group_name("shop-dev-api") == "/aws/lambda/shop-dev-api"
    assert function_logical_id("my-fn_x") == "MyDashfnUnderscorexLambdaFunction"
    assert function_role_logical_id("api") == "ApiIamRoleLambdaExecution"
