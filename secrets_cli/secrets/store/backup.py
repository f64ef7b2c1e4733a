"""The file that a deletion leaves behind when asked to, and storing its secrets again.

It holds values as they are: whoever can read the file has the secrets. Restored are the current value, key, tier,
description, pattern, policies, tags, and the labels of the current version; version numbers begin at 1 again. A parameter
that is there already is left alone, so a restore that was cut short can be run again.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from secrets_cli.aws.parameters import SECURE_STRING, ParameterStore, Write
from secrets_cli.errors import AlreadyThere, AwsFailure, MalformedInput
from secrets_cli.json_value import JsonValue
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.store.deletion import Kept
from secrets_cli.secrets.store.write import Order, store_secret
from secrets_cli.wording import iso_time

BACKUP_SCHEMA = "secrets-cli/secret-backup/1"


def backup_text(kept: Sequence[Kept], region: str, account: str, when: datetime) -> SecretValue:
    """The backup's JSON; a SecretValue, as it holds the values."""
    document: dict[str, JsonValue] = {
        "schema": BACKUP_SCHEMA,
        "account": account,
        "region": region,
        "when": iso_time(when),
        "parameters": [_entry(each) for each in kept],
    }
    return SecretValue(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _entry(each: Kept) -> JsonValue:
    described = each.described
    return {
        "name": described.name,
        "type": described.type,
        "value": each.value.reveal(),
        "version": described.version,
        "key": described.key,
        "tier": described.tier,
        "description": described.description,
        "allowed_pattern": described.allowed_pattern,
        "policies": list(described.policies),
        "data_type": described.data_type,
        "tags": dict(each.tags),
        "labels": list(each.labels),
        "modified": iso_time(described.modified),
        "modified_by": described.modified_by,
    }


class _Entry(msgspec.Struct):
    name: str
    type: str
    value: str
    key: str = ""
    tier: str = "Standard"
    description: str = ""
    allowed_pattern: str = ""
    policies: list[str] = []
    data_type: str = "text"
    tags: dict[str, str] = {}
    labels: list[str] = []

    def __repr__(self) -> str:
        return f"_Entry({self.name!r})"


class _Document(msgspec.Struct):
    schema: str
    account: str
    region: str
    parameters: list[_Entry]

    def __repr__(self) -> str:
        return f"_Document({len(self.parameters)} parameters)"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as it was read."""

    account: str
    region: str
    orders: tuple[Order, ...]
    """What stores each parameter again, where it is not there."""
    plain: tuple[str, ...] = ()
    """Names of parameters that were no SecureString; they are restored as one only when a key is given."""


def parsed_backup(text: SecretValue, where: str, key: str = "") -> Backup:
    """The backup in a file; `key` replaces the KMS key of every parameter. Raises MalformedInput, naming the file only."""
    try:
        document = msgspec.json.decode(text.reveal(), type=_Document)
    except (msgspec.DecodeError, ValueError):
        raise MalformedInput(f"`{where}` is no backup of `secret delete --backup`", "check the path") from None
    if document.schema != BACKUP_SCHEMA:
        raise MalformedInput(f"`{where}` is not of the schema `{BACKUP_SCHEMA}`", "check the path")
    usable = [entry for entry in document.parameters if entry.type == SECURE_STRING or key]
    return Backup(
        document.account,
        document.region,
        tuple(_order(entry, key) for entry in usable),
        tuple(entry.name for entry in document.parameters if entry not in usable),
    )


def _order(entry: _Entry, key: str) -> Order:
    write = Write(
        name=entry.name,
        value=SecretValue(entry.value),
        key=key or entry.key,
        overwrite=False,
        tier=entry.tier,
        description=entry.description,
        allowed_pattern=entry.allowed_pattern,
        policies=f"[{','.join(entry.policies)}]" if entry.policies else "",
        tags=tuple(entry.tags.items()),
        data_type=entry.data_type,
    )
    return Order(write, tuple(entry.labels))


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore."""

    stored: tuple[str, ...]
    present: tuple[str, ...]
    """There already, and left alone."""
    failed: tuple[tuple[str, AwsFailure], ...]
    """Not stored, or stored without a label or tag: name and reason."""


def restored(store: ParameterStore, orders: Sequence[Order], step: Callable[[int], None] = lambda _: None) -> Restored:
    """Store each that is not there; a failure of one does not stop the others. `step` is told of each that is done."""
    stored: list[str] = []
    present: list[str] = []
    failed: list[tuple[str, AwsFailure]] = []
    for order in orders:
        step(1)
        try:
            problems = store_secret(store, order).problems
        except AlreadyThere:
            present.append(order.write.name)
            continue
        except AwsFailure as failure:
            failed.append((order.write.name, failure))
            continue
        stored.append(order.write.name)
        failed += [(order.write.name, problem) for problem in problems]
    return Restored(tuple(stored), tuple(present), tuple(failed))
