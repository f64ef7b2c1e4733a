"""Parameters for the tests of bulk work: written to moto, or made as values."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from secrets_cli.aws.keys import KeyService
from secrets_cli.aws.parameters import Described, ParameterStore, Version, Write
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.keys.lookup import KeyLookup

MARKER = "marker-7c4e19"
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_key(connection: Connection, alias: str) -> str:
    """A key of the customer's with an alias; its id."""
    kms = connection.client("kms")
    key_id: str = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    return key_id


def put(store: ParameterStore, name: str, text: str = "v", key: str = "alias/one", **more: Any) -> int:
    """Write `MARKER text` under a key; the version."""
    return store.put(replace(Write(name, SecretValue(f"{MARKER} {text}"), key), **more)).version


def put_plain(connection: Connection, name: str, text: str) -> None:
    """Write a parameter that is not encrypted."""
    connection.client("ssm").put_parameter(Name=name, Value=f"{MARKER} {text}", Type="String")


def lookup(connection: Connection) -> KeyLookup:
    """The keys of the account."""
    return KeyLookup(KeyService(connection))


def described(name: str, **changed: Any) -> Described:
    """A description as DescribeParameters would give it."""
    made = Described(name, "", "SecureString", 1, WHEN, "", "alias/one", "Standard", "", "", (), "text")
    return replace(made, **changed)


def version(number: int = 1, text: str | None = "v", **changed: Any) -> Version:
    """A version as GetParameterHistory would give it; without text, unread."""
    value = None if text is None else SecretValue(f"{MARKER} {text}")
    made = Version(number, "SecureString", value, (), WHEN, "", "alias/one", "Standard", "", "", (), "text")
    return replace(made, **changed)
