"""What the recorder asks for itself: whose key a key is, where a role lies, which key a parameter is under."""

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from moto import mock_aws

from secrets_cli.aws.functions import Function
from secrets_cli.aws.target import Connection, Target
from secrets_cli.usage.recorder.asking import Asking, _ministack_key, learned
from secrets_cli.usage.recorder.callers import Callers

ACCOUNT = "123456789012"


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch, notes: list[str]) -> Iterator[Asking]:
    """Questions to moto, with a key of its own."""
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield Asking(Connection(Target()), True, notes.append)


_ENVIRONMENT: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "AKIAOWN",
    "AWS_SECRET_ACCESS_KEY": "s",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_MAX_ATTEMPTS": "1",
}


def _client(name: str) -> Any:
    return boto3.client(name)


def test_the_environments_own_key_is_asked_for_and_no_other(asking: Asking, notes: list[str]) -> None:
    own = asking.own_person(asking.connection.credentials()[0])
    assert own is not None
    assert own.account == ACCOUNT
    assert asking.own_person("AKIAOTHER") is None
    assert notes == []


def test_a_roles_path_is_asked_for(asking: Asking, notes: list[str]) -> None:
    _client("iam").create_role(RoleName="web", Path="/apps/", AssumeRolePolicyDocument="{}")
    role = asking.role("web")
    assert role is not None
    assert role.arn == f"arn:aws:iam::{ACCOUNT}:role/apps/web"
    assert role.id.startswith("AROA")
    assert asking.role("gone") is None
    assert len(notes) == 1
    assert notes[0].endswith("the path of role `gone` is taken as `/`")


def test_the_key_of_a_secure_string_is_its_arn(asking: Asking, notes: list[str]) -> None:
    key = _client("kms").create_key()["KeyMetadata"]
    _client("kms").create_alias(AliasName="alias/app", TargetKeyId=key["KeyId"])
    _client("ssm").put_parameter(Name="/a", Value="v", Type="SecureString", KeyId="alias/app")
    _client("ssm").put_parameter(Name="/b", Value="v", Type="String")
    assert asking.parameter_keys(["/a", "/b", "/gone"]) == {"/a": key["Arn"]}
    assert asking.parameter_keys(["/a"]) == {"/a": key["Arn"]}
    assert notes == []


def test_a_functions_key_is_told_by_the_emulators_list_of_functions(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:job"
    function = Function("job", arn, f"arn:aws:iam::{ACCOUNT}:role/apps/job-role", "python3.11", (), "")
    monkeypatch.setattr("secrets_cli.aws.functions.FunctionService.functions", lambda _self: iter([function]))
    callers = Callers({}, None)
    key = _ministack_key(function)
    assert key.startswith("ASIA")
    assert len(key) == 20
    learned(callers, key, asking)
    person = callers.of(key)
    assert person is not None
    assert (person.role, person.session) == (f"arn:aws:iam::{ACCOUNT}:role/apps/job-role", "job")
    learned(callers, "ASIAOTHER", asking)
    assert callers.of("ASIAOTHER") is None


def test_of_aws_no_functions_are_asked(asking: Asking) -> None:
    asking.has_functions = False
    assert asking.function_person("ASIA1") is None
