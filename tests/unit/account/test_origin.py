"""Which framework a role is from."""

from pathlib import Path
from typing import Any

import pytest

from secrets_cli.account.origin import Framework, origin_of
from secrets_cli.aws.roles import PrincipalKind, principal_name
from secrets_cli.errors import ConfigurationError
from tests.fake_iam import FakeIam, principal

STACK = {"aws:cloudformation:stack-name": "orders-dev"}
LOGICAL = "aws:cloudformation:logical-id"


@pytest.mark.parametrize(
    ("state", "framework"),
    [
        ({"name": "orders-dev-ZappaLambdaExecutionRole"}, Framework.ZAPPA),
        ({"inline": {"zappa-permissions": "{}"}}, Framework.ZAPPA),
        ({"tags": {**STACK, LOGICAL: "OrdersRole", "lambda:createdBy": "SAM"}}, Framework.SAM),
        ({"tags": {**STACK, LOGICAL: "IamRoleLambdaExecution"}}, Framework.SERVERLESS),
        ({"tags": {**STACK, LOGICAL: "CreateOrderIamRoleLambdaExecution"}}, Framework.SERVERLESS),
        ({"tags": {**STACK, LOGICAL: "OrdersServiceRole9AF3C21B"}}, Framework.CDK),
        ({"tags": {**STACK, LOGICAL: "OrdersRole"}}, Framework.CLOUDFORMATION),
        ({"tags": {"team": "orders"}}, None),
    ],
)
def test_what_tells_a_framework(tmp_path: Path, state: dict[str, Any], framework: Framework | None) -> None:
    import json

    file = tmp_path / "iam.json"
    made = principal(**state)
    file.write_text(json.dumps(made))
    found = origin_of(FakeIam(file).read(principal_name(made["name"])))
    assert (found.framework if found else None) is framework
    if found and framework is not Framework.ZAPPA:
        assert found.stack == "orders-dev"
        assert "`orders-dev`" in found.warning


@pytest.mark.parametrize(
    ("word", "kind", "name"),
    [
        ("app", PrincipalKind.ROLE, "app"),
        ("arn:aws:iam::123456789012:role/app", PrincipalKind.ROLE, "app"),
        ("arn:aws-cn:iam::123456789012:user/team/a/dev@x", PrincipalKind.USER, "dev@x"),
    ],
)
def test_how_a_principal_is_named(word: str, kind: PrincipalKind, name: str) -> None:
    assert (principal_name(word).kind, principal_name(word).name) == (kind, name)


@pytest.mark.parametrize(
    "word",
    ["", "a/b", "arn:aws:iam::123456789012:group/g", "arn:aws:sts::123456789012:assumed-role/a/b", "a" * 65, "a b"],
)
def test_what_names_no_principal(word: str) -> None:
    with pytest.raises(ConfigurationError):
        principal_name(word)
