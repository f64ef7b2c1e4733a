"""KMS keys: typed calls, each failure one of ours, each list paged to its end.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import ConfigurationError, NotThere

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
    """UTC; when the alias was last given a key (made, or moved to another):
    https://docs.aws.amazon.com/kms/latest/APIReference/API_AliasListEntry.html"""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Whether and how often AWS makes new key material."""

    enabled: bool
    period_days: int | None = None
    """None where rotation is off, or where KMS does not say."""
    next: datetime | None = None
    """UTC."""


@dataclass(frozen=True, slots=True)
class RotationDone:
    """One rotation that was carried out."""

    when: datetime
    """UTC."""
    kind: str
    """`AUTOMATIC` or `ON_DEMAND`."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant on a key: use that is in no policy."""

    id: str
    name: str
    grantee: str
    """ARN of a principal, or the name of an AWS service."""
    operations: tuple[str, ...]
    """`Decrypt`, `GenerateDataKey`, ..."""
    constrained: bool
    """Whether it holds only for some encryption contexts."""
    created: datetime | None = None
    """UTC."""


@dataclass(frozen=True, slots=True)
class LastUse:
    """The last successful cryptographic operation with a key, as far back as KMS keeps track."""

    operation: str
    """Empty where there was none."""
    when: datetime | None
    """UTC; None where there was none since `tracked_since`."""
    tracked_since: datetime | None
    """UTC."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What CreateKey takes: a symmetric key for encryption, which is what Parameter Store needs."""

    policy: str
    """JSON text."""
    description: str
    tags: tuple[tuple[str, str], ...] = ()


CUSTOMER: Final = "CUSTOMER"
"""The `manager` of a key that the account itself manages."""


class KeyService:
    """KMS on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _kms(self) -> "KMSClient":
        client: KMSClient = self.connection.client("kms")
        return client

    def describe(self, key: str) -> Key:
        """A key by id, ARN, `alias/name` or alias ARN, by kms:DescribeKey. Raises NotThere, with advice."""
        try:
            with translated("kms:DescribeKey", key):
                return _key(self._kms.describe_key(KeyId=key)["KeyMetadata"])
        except NotThere as error:
            raise NotThere(
                f"there is no key `{key}` in {self.connection.region}",
                "see the keys there are with `secrets-cli key list`",
                error.code,
            ) from None

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
                    item["AliasName"], item["AliasArn"], item.get("TargetKeyId", ""), _utc(item.get("LastUpdatedDate"))
                )
                for page in pages
                for item in page["Aliases"]
            )

    def policy(self, key: str) -> str:
        """The JSON text of the key policy named `default`, by kms:GetKeyPolicy; `key` is an id or ARN, no alias."""
        with translated("kms:GetKeyPolicy", key):
            return self._kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]

    def policy_names(self, key: str) -> tuple[str, ...]:
        """The names of the key's policies, by kms:ListKeyPolicies: `default`, and others where the key is shared."""
        with translated("kms:ListKeyPolicies", key):
            pages = self._kms.get_paginator("list_key_policies").paginate(KeyId=key)
            return tuple(name for page in pages for name in page["PolicyNames"])

    def policy_named(self, key: str, name: str) -> str:
        """The JSON text of a key policy by its name, by kms:GetKeyPolicy."""
        with translated("kms:GetKeyPolicy", key):
            return self._kms.get_key_policy(KeyId=key, PolicyName=name)["Policy"]

    def rotation(self, key: str) -> Rotation:
        """Whether the key rotates, by kms:GetKeyRotationStatus; `key` is an id or ARN.

        Raises AwsFailure with the code UnsupportedOperationException for a key that never can.
        """
        with translated("kms:GetKeyRotationStatus", key):
            answer = self._kms.get_key_rotation_status(KeyId=key)
            enabled = bool(answer["KeyRotationEnabled"])
            period = answer.get("RotationPeriodInDays") if enabled else None
            return Rotation(enabled, period, _utc(answer.get("NextRotationDate")))

    def rotations(self, key: str) -> tuple[RotationDone, ...]:
        """The rotations carried out, oldest first, by kms:ListKeyRotations."""
        with translated("kms:ListKeyRotations", key):
            pages = self._kms.get_paginator("list_key_rotations").paginate(KeyId=key)
            found = [_rotation_done(item) for page in pages for item in page.get("Rotations", [])]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.when))

    def tags(self, key: str) -> Mapping[str, str]:
        """The key's tags, by kms:ListResourceTags."""
        with translated("kms:ListResourceTags", key):
            pages = self._kms.get_paginator("list_resource_tags").paginate(KeyId=key)
            return {tag["TagKey"]: tag["TagValue"] for page in pages for tag in page.get("Tags", [])}

    def grants(self, key: str) -> tuple[Grant, ...]:
        """The grants on a key, by kms:ListGrants; `key` is an id or ARN."""
        with translated("kms:ListGrants", key):
            pages = self._kms.get_paginator("list_grants").paginate(KeyId=key)
            return tuple(_grant(item) for page in pages for item in page.get("Grants", []))

    def last_use(self, key: str) -> LastUse:
        """When the key was used last, by kms:GetKeyLastUsage.

        Raises ConfigurationError where the installed SDK does not know the call.
        """
        if not hasattr(self._kms, "get_key_last_usage"):
            raise ConfigurationError("the installed SDK does not know kms:GetKeyLastUsage", "install a newer boto3")
        with translated("kms:GetKeyLastUsage", key):
            answer = self._kms.get_key_last_usage(KeyId=key)
            used: Any = answer.get("KeyLastUsage") or {}
            tracked = _utc(answer.get("TrackingStartDate"))
            return LastUse(str(used.get("Operation", "")), _utc(used.get("Timestamp")), tracked)

    def create(self, new: NewKey) -> Key:
        """Make a key, by kms:CreateKey (with tags also kms:TagResource). The lockout check is never bypassed.

        Raises AwsFailure with the code MalformedPolicyDocumentException where a principal of the policy is not visible to
        KMS, or the policy would not let the caller change it again.
        """
        with translated("kms:CreateKey"):
            answer = self._kms.create_key(
                Policy=new.policy,
                Description=new.description,
                KeyUsage="ENCRYPT_DECRYPT",
                KeySpec="SYMMETRIC_DEFAULT",
                Origin="AWS_KMS",
                BypassPolicyLockoutSafetyCheck=False,
                Tags=[{"TagKey": name, "TagValue": value} for name, value in new.tags],
            )
            return _key(answer["KeyMetadata"])

    def put_policy(self, key: str, policy: str) -> None:
        """Replace the key policy, by kms:PutKeyPolicy; raises as `create`."""
        with translated("kms:PutKeyPolicy", key):
            self._kms.put_key_policy(
                KeyId=key, PolicyName="default", Policy=policy, BypassPolicyLockoutSafetyCheck=False
            )

    def create_alias(self, alias: str, key: str) -> None:
        """Name a key, by kms:CreateAlias, which the key's policy and the caller's must allow. Raises AlreadyThere."""
        with translated("kms:CreateAlias", alias):
            self._kms.create_alias(AliasName=alias, TargetKeyId=key)

    def describe_as(self, key: str, description: str) -> None:
        """Replace the description, by kms:UpdateKeyDescription."""
        with translated("kms:UpdateKeyDescription", key):
            self._kms.update_key_description(KeyId=key, Description=description)

    def tag(self, key: str, tags: Mapping[str, str]) -> None:
        """Add or change tags, by kms:TagResource; nothing for no tags."""
        if tags:
            with translated("kms:TagResource", key):
                self._kms.tag_resource(
                    KeyId=key, Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()]
                )

    def rotate_every(self, key: str, days: int) -> None:
        """Rotate automatically, by kms:EnableKeyRotation; 90 to 2,560 days."""
        with translated("kms:EnableKeyRotation", key):
            self._kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=days)

    def rotate_no_more(self, key: str) -> None:
        """Stop rotating automatically, by kms:DisableKeyRotation."""
        with translated("kms:DisableKeyRotation", key):
            self._kms.disable_key_rotation(KeyId=key)

    def rotate_now(self, key: str) -> None:
        """Rotate once, by kms:RotateKeyOnDemand; a key can be so 25 times."""
        with translated("kms:RotateKeyOnDemand", key):
            self._kms.rotate_key_on_demand(KeyId=key)

    def enable(self, key: str) -> None:
        """Make a disabled key usable, by kms:EnableKey."""
        with translated("kms:EnableKey", key):
            self._kms.enable_key(KeyId=key)

    def schedule_deletion(self, key: str, days: int) -> datetime | None:
        """Have the key deleted in 7 to 30 days, by kms:ScheduleKeyDeletion; when, in UTC."""
        with translated("kms:ScheduleKeyDeletion", key):
            answer = self._kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)
            return _utc(answer.get("DeletionDate"))

    def cancel_deletion(self, key: str) -> None:
        """Keep a key that is pending deletion, by kms:CancelKeyDeletion: it is disabled then."""
        with translated("kms:CancelKeyDeletion", key):
            self._kms.cancel_key_deletion(KeyId=key)


def _utc(when: Any) -> datetime | None:
    return when.astimezone(UTC) if isinstance(when, datetime) else None


def _key(item: Any) -> Key:
    return Key(
        id=item["KeyId"],
        arn=item["Arn"],
        state=item.get("KeyState", ""),
        manager=item.get("KeyManager", ""),
        spec=item.get("KeySpec", item.get("CustomerMasterKeySpec", "")),
        origin=item.get("Origin", ""),
        description=item.get("Description", ""),
        created=item["CreationDate"].astimezone(UTC),
        deletion=_utc(item.get("DeletionDate")),
        multi_region=bool(item.get("MultiRegion", False)),
    )


def _rotation_done(item: Any) -> RotationDone | None:
    when = _utc(item.get("RotationDate"))
    return RotationDone(when, item.get("RotationType", "")) if when else None


def _grant(item: Any) -> Grant:
    return Grant(
        id=item["GrantId"],
        name=item.get("Name", ""),
        grantee=item.get("GranteePrincipal", item.get("GranteeServicePrincipal", "")),
        operations=tuple(item.get("Operations", [])),
        constrained=bool(item.get("Constraints")),
        created=_utc(item.get("CreationDate")),
    )
