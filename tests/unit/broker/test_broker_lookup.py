"""What is looked up before a deployment is planned, on moto; and what a log event says."""

from datetime import UTC, datetime

import boto3
import pytest

from secrets_cli.aws.logs import LogEvent
from secrets_cli.aws.target import Connection
from secrets_cli.broker.audit_lines import audit_line
from secrets_cli.broker.desired import Mode
from secrets_cli.broker.grants import parsed_allow
from secrets_cli.broker.lookup import given, look_up
from secrets_cli.errors import ConfigurationError
from tests.broker_samples import KEY

APP = "arn:aws:iam::123456789012:role/team/app"
ELSEWHERE = "arn:aws:iam::999999999999:role/app"


@pytest.fixture
def account(aws: Connection) -> Connection:
    """A role with a path, and parameters under two keys."""
    iam, kms, ssm = (boto3.client(name) for name in ("iam", "kms", "ssm"))
    iam.create_role(RoleName="app", Path="/team/", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    one, two = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.create_alias(AliasName="alias/two", TargetKeyId=two)
    for name, key in {"/web/a": one, "/web/b/c": "alias/two", "/webx": one}.items():
        ssm.put_parameter(Name=name, Value="x", Type="SecureString", KeyId=key)
    ssm.put_parameter(Name="/web/plain", Value="x", Type="String")
    return aws


def test_ids_and_keys(account: Connection) -> None:
    found = look_up(account, parsed_allow([f"{APP}=/web/", f"{APP}=/webx", f"{ELSEWHERE}=/web/a"]), Mode.BROKER)
    assert found.ids.keys() == {APP}
    assert found.ids[APP].startswith("AROA")
    assert {item: len(keys) for item, keys in found.keys.items()} == {"/web/": 2, "/webx": 1, "/web/a": 1}
    assert all(
        key.startswith("arn:aws:kms:us-east-1:123456789012:key/") for keys in found.keys.values() for key in keys
    )
    assert set(found.keys["/webx"]) < set(found.keys["/web/"])


def test_a_given_key_is_not_looked_up(account: Connection) -> None:
    found = look_up(account, parsed_allow([f"{APP}=/not/there/yet"], ["alias/two"]), Mode.BROKER)
    assert len(found.keys["/not/there/yet"]) == 1
    assert look_up(account, parsed_allow([APP]), Mode.RELAY).keys == {}


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("arn:aws:iam::123456789012:role/nobody=/web/a", "no role `nobody`"),
        ("arn:aws:iam::123456789012:user/nobody=/web/a", "no user `nobody`"),
        (
            "arn:aws:iam::123456789012:role/app=/web/a",
            "the role of that name is `arn:aws:iam::123456789012:role/team/app`",
        ),
        (f"{APP}=/web/none", "no parameter `/web/none`"),
        (f"{APP}=/none/", "no SecureString below `/none`"),
        (f"{APP}=/web/plain", "is a String and no secret"),
    ],
)
def test_what_is_not_there_is_told(account: Connection, word: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        look_up(account, parsed_allow([word]), Mode.BROKER)
    assert says in refused.value.message
    assert refused.value.help


def test_without_asking_aws_all_must_be_given(aws: Connection) -> None:
    grants = parsed_allow([f"{APP}=/a"], [KEY])
    found = given("123456789012", aws, grants, [f"{APP}=AROAAAAAAAAAAAAAAAAAA"])
    assert (found.ids, found.keys) == ({APP: "AROAAAAAAAAAAAAAAAAAA"}, {"/a": (KEY,)})
    for account, allowed, ids in (
        ("12", grants, []),
        ("123456789012", parsed_allow([f"{APP}=/a"]), []),
        ("123456789012", parsed_allow([f"{APP}=/a"], ["alias/x"]), []),
        ("123456789012", grants, [f"{APP}=somebody"]),
    ):
        with pytest.raises(ConfigurationError):
            given(account, aws, allowed, ids)


def test_audit_lines_are_told_from_lambdas_own() -> None:
    def event(message: str) -> LogEvent:
        return LogEvent("1", datetime(2026, 3, 1, tzinfo=UTC), "stream", message)

    line = audit_line(
        event('{"event":"get-secret","outcome":"handed-out","name":"/a","version":3,"callerArn":"arn"}\n')
    )
    assert line is not None
    assert (line.outcome, line.name, line.version, line.caller_arn) == ("handed-out", "/a", 3, "arn")
    for other in ("START RequestId: 1", "{}", "[]", '{"event":"other"}', "3"):
        assert audit_line(event(other)) is None
