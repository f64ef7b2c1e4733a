"""What an audit asks AWS, and what becomes of each call that fails (moto; no permission is checked there)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from secrets_cli.aws.functions import Function, FunctionService
from secrets_cli.aws.keys import Alias, Key, KeyService
from secrets_cli.aws.parameters import ParameterStore, ResourcePolicy
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, SecretsCliError, Throttled, Unreachable
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit import collect as collector
from secrets_cli.secrets.audit.collect import collect
from secrets_cli.secrets.audit.facts import AccountFacts, ParameterFacts

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CANARY = "hunter2-CANARY"


def _put(
    aws: Connection, name: str, type_: str = "SecureString", key: str = "alias/app", tier: str = "Standard"
) -> None:
    more = {"KeyId": key} if type_ == "SecureString" else {}
    aws.client("ssm").put_parameter(Name=name, Value=CANARY, Type=type_, Tier=tier, Overwrite=True, **more)


@pytest.fixture
def key(aws: Connection) -> str:
    kms = aws.client("kms")
    made: str = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/app", TargetKeyId=made)
    return made


def _collect(aws: Connection, path: str = "/", *, functions: bool = False) -> AccountFacts:
    return collect(aws, path, functions=functions, at=NOW, tell=lambda _: None)


def _named(account: AccountFacts) -> dict[str, ParameterFacts]:
    return {parameter.described.name: parameter for parameter in account.parameters}


def _fails(error: SecretsCliError) -> object:
    def raise_it(*_: object, **__: object) -> NoReturn:
        raise error

    return raise_it


def test_values_are_read_of_plain_parameters_only(aws: Connection, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        _put(aws, f"/app/plain{number}", "String")
    _put(aws, "/app/secure")
    asked: list[str] = []
    real = ParameterStore.get_many

    def watched(store: ParameterStore, names: list[str], *, decrypt: bool = True) -> object:
        assert decrypt is False
        asked.extend(names)
        return real(store, names, decrypt=decrypt)

    monkeypatch.setattr(ParameterStore, "get_many", watched)
    account = _collect(aws)
    assert sorted(asked) == sorted(f"/app/plain{number}" for number in range(12))
    assert _named(account)["/app/secure"].value is None
    assert _named(account)["/app/plain7"].value == SecretValue(CANARY)
    assert account.unresolved == ()
    assert CANARY not in repr(account)


def test_a_path_is_the_parameter_itself_and_what_is_under_it(aws: Connection, key: str) -> None:
    for name in ("/app", "/app/db", "/app/x/y", "/application", "/other"):
        _put(aws, name, "String")
    assert [one.described.name for one in _collect(aws, "/app").parameters] == ["/app", "/app/db", "/app/x/y"]
    assert len(_collect(aws, "/").parameters) == 5


def test_keys_are_asked_about_once_each(aws: Connection, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    aws.client("kms").schedule_key_deletion(KeyId=other, PendingWindowInDays=7)
    for number in range(3):
        _put(aws, f"/app/{number}")
    _put(aws, "/app/going", key=other)
    _put(aws, "/app/gone", key="alias/never-was")
    _put(aws, "/app/default", key="alias/aws/ssm")
    asked: list[str] = []
    real = KeyService.describe

    def watched(service: KeyService, name: str) -> Key:
        asked.append(name)
        return real(service, name)

    monkeypatch.setattr(KeyService, "describe", watched)
    found = _named(_collect(aws))
    assert sorted(asked) == sorted(["alias/app", "alias/never-was", other])
    assert found["/app/0"].key is not None
    assert found["/app/0"].key.key is not None
    assert found["/app/0"].key.key.state == "Enabled"
    assert found["/app/going"].key is not None
    assert found["/app/going"].key.key is not None
    assert found["/app/going"].key.key.state == "PendingDeletion"
    assert found["/app/gone"].key is not None
    assert found["/app/gone"].key.key is None
    assert found["/app/default"].key is None


def test_an_alias_brings_its_date(aws: Connection, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alias = Alias("alias/app", "arn:aws:kms:us-east-1:123456789012:alias/app", key, NOW + timedelta(days=1))
    monkeypatch.setattr(KeyService, "aliases", lambda *_: (alias,))
    _put(aws, "/app/db")
    found = _named(_collect(aws))["/app/db"]
    assert found.key is not None
    assert found.key.alias == alias


def test_shares_and_versions_are_asked_of_those_that_can_have_them(
    aws: Connection, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(aws, "/app/standard")
    _put(aws, "/app/advanced", tier="Advanced")
    for _ in range(5):
        _put(aws, "/app/many")
    monkeypatch.setattr(collector, "NEAR", 4)
    aws.client("ssm").label_parameter_version(Name="/app/many", ParameterVersion=1, Labels=["stable"])
    asked: list[str] = []
    share = ResourcePolicy("p", "h", "{}")

    def watched(_: ParameterStore, arn: str) -> tuple[ResourcePolicy, ...]:
        asked.append(arn)
        return (share,)

    monkeypatch.setattr(ParameterStore, "resource_policies", watched)
    found = _named(_collect(aws))
    assert asked == ["arn:aws:ssm:us-east-1:123456789012:parameter/app/advanced"]
    assert found["/app/advanced"].shares == (share,)
    many = found["/app/many"]
    assert (many.kept, many.oldest.labels if many.oldest else ()) == (5, ("stable",))
    assert found["/app/standard"].oldest is None


@pytest.mark.parametrize("error", [AccessDenied("denied"), Throttled("slow down")])
@pytest.mark.parametrize(
    ("service", "method", "action", "resource"),
    [
        (ParameterStore, "describe", "ssm:DescribeParameters", "*"),
        (KeyService, "describe", "kms:DescribeKey", "arn:aws:kms:us-east-1:123456789012:alias/app"),
        (KeyService, "aliases", "kms:ListAliases", "*"),
        (ParameterStore, "get_many", "ssm:GetParameters", "arn:aws:ssm:us-east-1:123456789012:parameter/app/plain"),
        (
            ParameterStore,
            "resource_policies",
            "ssm:GetResourcePolicies",
            "arn:aws:ssm:us-east-1:123456789012:parameter/app/shared",
        ),
        (ParameterStore, "history", "ssm:GetParameterHistory", "arn:aws:ssm:us-east-1:123456789012:parameter/app/many"),
        (FunctionService, "functions", "lambda:ListFunctions", "*"),
    ],
)
def test_each_call_that_fails_is_unresolved_by_action_and_arn(
    aws: Connection,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    service: type,
    method: str,
    action: str,
    resource: str,
    error: SecretsCliError,
) -> None:
    _put(aws, "/app/plain", "String")
    _put(aws, "/app/shared", tier="Advanced")
    for _ in range(5):
        _put(aws, "/app/many")
    monkeypatch.setattr(collector, "NEAR", 4)
    if method != "resource_policies":
        monkeypatch.setattr(ParameterStore, "resource_policies", lambda *_: ())
    monkeypatch.setattr(service, method, _fails(error))
    account = _collect(aws, functions=True)
    assert [(one.where, one.action, one.resource, one.reason) for one in account.unresolved] == [
        ("123456789012/us-east-1", action, resource, error.message)
    ]
    assert (account.parameters == ()) is (method == "describe" and service is ParameterStore)


def test_one_denied_name_does_not_hide_its_batch(aws: Connection, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("/app/a", "/app/b", "/app/c"):
        _put(aws, name, "String")
    real = ParameterStore.get_many

    def some(store: ParameterStore, names: list[str], *, decrypt: bool = True) -> object:
        if "/app/b" in names:
            raise AccessDenied("denied")
        return real(store, names, decrypt=decrypt)

    monkeypatch.setattr(ParameterStore, "get_many", some)
    account = _collect(aws)
    assert {name: one.value is not None for name, one in _named(account).items()} == {
        "/app/a": True,
        "/app/b": False,
        "/app/c": True,
    }
    assert [one.resource for one in account.unresolved] == ["arn:aws:ssm:us-east-1:123456789012:parameter/app/b"]


def test_functions_read_before_a_failure_are_kept(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    function = Function("f", "arn:aws:lambda:us-east-1:123456789012:function:f", "", "", (), "AccessDeniedException")

    def some(_: FunctionService) -> Iterator[Function]:
        yield function
        raise AccessDenied("denied")

    monkeypatch.setattr(FunctionService, "functions", some)
    account = _collect(aws, functions=True)
    assert account.functions == (function,)
    assert [(one.action, one.resource) for one in account.unresolved] == [
        ("lambda:ListFunctions", "*"),
        ("kms:Decrypt", function.arn),
    ]


def test_a_network_that_is_down_ends_the_audit(aws: Connection, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(aws, "/app/db")
    monkeypatch.setattr(KeyService, "describe", _fails(Unreachable("no answer")))
    with pytest.raises(Unreachable):
        _collect(aws)
