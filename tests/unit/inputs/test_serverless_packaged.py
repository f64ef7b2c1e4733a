"""What is read from a service file is what the real framework packages of it."""

from pathlib import Path

import pytest

from secrets_cli.iam.model import Statement
from secrets_cli.iam.parse import parse_policy
from secrets_cli.inputs.cloudformation.read import read_cloudformation
from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.inputs.serverless import read_serverless
from secrets_cli.inputs.serverless_names import ROLE_LOGICAL_ID, function_role_logical_id

_SAMPLES = Path(__file__).parent / "packaged"
_ANY = parse_policy('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}', "any")


def _supplied(folder: Path) -> Supplied:
    def read(path: str) -> str | None:
        file = folder / path
        return file.read_text(encoding="utf-8") if file.is_file() else None

    return Supplied({"AWS::Region": "eu-west-1"}, read, lambda _arn: _ANY)


def _statements(found: Found, principal: str) -> set[tuple[str, Statement]]:
    return {
        (one.kind.value, statement)
        for one in found.policies
        if one.principal == principal
        for statement in one.policy.statements
    }


@pytest.mark.parametrize(
    ("sample", "functions"), [("shared", []), ("plugin", ["api", "fffffffffffffffffffffffffffffffffff"])]
)
def test_each_role_has_the_statements_that_were_packaged(sample: str, functions: list[str]) -> None:
    folder = _SAMPLES / sample
    supplied = _supplied(folder)
    read = read_serverless((folder / "serverless.yml").read_text(encoding="utf-8"), "serverless.yml", supplied)
    made = read_cloudformation((folder / "template.json").read_text(encoding="utf-8"), "template.json", supplied)
    assert read.unresolved == ()
    roles = {"provider": f"role {ROLE_LOGICAL_ID}"}
    roles |= {f"function {name}": f"role {function_role_logical_id(name)}" for name in functions}
    assert {one.principal for one in read.policies} == set(roles)
    for principal, role in roles.items():
        assert _statements(read, principal) == _statements(made, role)
