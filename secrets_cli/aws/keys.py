"""KMS keys: typed calls, each failure one of ours, each list paged to its end.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient


@dataclass(frozen=True, slots=True)
class Key:
    """What KMS says of a key, without its policy."""

    id: str
    arn: str
    state: str
    """`Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable`, ..."""
    manager: str
    """`CUSTOMER`, or `AWS` for a key such as `alias/aws/ssm`."""
    spec: str
    """`SYMMETRIC_DEFAULT` for the keys Parameter Store takes."""
    origin: str
    description: str
    created: datetime
    """UTC."""
    deletion: datetime | None
    """UTC; when a key that is pending deletion goes."""
    multi_region: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of a key."""

    name: str
    """With `alias/` in front."""
    arn: str
    key_id: str
    """Empty for an alias of AWS that has no key yet."""
    updated: datetime | None = None
    """UTC; when it was last pointed at a key: https://docs.aws.amazon.com/kms/latest/APIReference/API_AliasListEntry.html"""


class KeyService:
    """KMS on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _kms(self) -> "KMSClient":
        client: KMSClient = self.connection.client("kms")
        return client

    def describe(self, key: str) -> Key:
        """A key by id, ARN, `alias/name` or alias ARN, by kms:DescribeKey. Raises NotThere."""
        with translated("kms:DescribeKey", key):
            return _key(self._kms.describe_key(KeyId=key)["KeyMetadata"])

    def ids(self) -> tuple[str, ...]:
        """The ids of every key of the account in the region, by kms:ListKeys."""
        with translated("kms:ListKeys"):
            pages = self._kms.get_paginator("list_keys").paginate()
            return tuple(item["KeyId"] for page in pages for item in page["Keys"])

    def aliases(self, key: str = "") -> tuple[Alias, ...]:
        """Every alias of the account in the region, or those of one key (id or ARN), by kms:ListAliases."""
        only = {"KeyId": key} if key else {}
        with translated("kms:ListAliases", key):
            pages = self._kms.get_paginator("list_aliases").paginate(**only)  # type: ignore[arg-type]  # the stubs take no mapping of options
            return tuple(
                Alias(
                    item["AliasName"],
                    item["AliasArn"],
                    item.get("TargetKeyId", ""),
                    updated.astimezone(UTC) if (updated := item.get("LastUpdatedDate")) else None,
                )
                for page in pages
                for item in page["Aliases"]
            )

    def policy(self, key: str) -> str:
        """The JSON text of the key policy named `default`, by kms:GetKeyPolicy; `key` is an id or ARN, no alias."""
        with translated("kms:GetKeyPolicy", key):
            return self._kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]


def _key(item: Any) -> Key:
    deletion = item.get("DeletionDate")
    return Key(
        id=item["KeyId"],
        arn=item["Arn"],
        state=item.get("KeyState", ""),
        manager=item.get("KeyManager", ""),
        spec=item.get("KeySpec", item.get("CustomerMasterKeySpec", "")),
        origin=item.get("Origin", ""),
        description=item.get("Description", ""),
        created=item["CreationDate"].astimezone(UTC),
        deletion=deletion.astimezone(UTC) if deletion else None,
        multi_region=bool(item.get("MultiRegion", False)),
    )
