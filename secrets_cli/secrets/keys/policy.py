"""The policy of a key for secrets: who administers it, who uses it, and that use goes through Parameter Store.

Administrators get every action to manage the key by name, none that encrypts or decrypts, and not kms:CreateGrant, by
which one gives oneself Decrypt. Users get kms:Encrypt, kms:Decrypt and kms:GenerateDataKey (which parameters of the
advanced tier need), only where the request comes through Parameter Store; kms:DescribeKey stands apart, without that
condition: it is none of what Parameter Store is documented to ask on a caller's behalf, so under the condition it would
never be allowed, and it tells of the key no more than its state.

What the account itself may do is a choice (`AccountAccess`). Sources:
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html,
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html,
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from secrets_cli.iam.model import (
    ConditionTerm,
    Effect,
    Element,
    Operator,
    Policy,
    PrincipalElement,
    PrincipalEntry,
    Statement,
)
from secrets_cli.secrets.keys.principal import Principal, PrincipalKind

ADMINISTRATOR_ACTIONS = (
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:PutKeyPolicy",
    "kms:ListKeyPolicies",
    "kms:GetKeyRotationStatus",
    "kms:EnableKeyRotation",
    "kms:DisableKeyRotation",
    "kms:ListKeyRotations",
    "kms:RotateKeyOnDemand",
    "kms:EnableKey",
    "kms:DisableKey",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
    "kms:UpdateKeyDescription",
    "kms:CreateAlias",
    "kms:UpdateAlias",
    "kms:DeleteAlias",
    "kms:ListResourceTags",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:ListGrants",
    "kms:RevokeGrant",
    "kms:GetKeyLastUsage",
)
"""What managing a key takes. No wildcard: `kms:Create*` would be CreateGrant too."""

READ_ACTIONS = ("kms:Decrypt",)
WRITE_ACTIONS = ("kms:Encrypt", "kms:GenerateDataKey")
"""Standard and advanced parameters."""
USE_ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")


class Via(enum.Enum):
    """Through what the key may be used."""

    SSM = "ssm"
    """Parameter Store alone: a caller with the ciphertext in hand cannot decrypt it."""
    ANY = "any"
    """Any service, and directly."""


class AccountAccess(enum.Enum):
    """What the account that owns the key may do beside the principals named."""

    RECOVERY = "recovery"
    """Its root user, and nobody by an IAM policy, may manage the key: it cannot become unmanageable, and no IAM
    administrator can read by IAM alone."""
    IAM = "iam"
    """As AWS's default: IAM policies of the account allow anything on the key, so each IAM administrator can read."""
    NONE = "none"
    """Nothing: once the last administrator named is deleted, only AWS Support can bring the key back."""


@dataclass(frozen=True, slots=True)
class KeyAccess:
    """Who may do what with a key."""

    partition: str
    region: str
    account: str
    """Of the key: twelve digits."""
    administrators: tuple[Principal, ...]
    users: tuple[Principal, ...] = ()
    """Who read and write."""
    readers: tuple[Principal, ...] = ()
    writers: tuple[Principal, ...] = ()
    """Who write and cannot read."""
    via: Via = Via.SSM
    account_access: AccountAccess = AccountAccess.RECOVERY

    @property
    def root(self) -> str:
        """ARN of the account's root."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    @property
    def all_users(self) -> tuple[Principal, ...]:
        """Users, readers and writers, each once."""
        return tuple(dict.fromkeys((*self.users, *self.readers, *self.writers)))

    @property
    def delegates_use(self) -> bool:
        """Whether IAM policies of the account decide who uses the key."""
        named = any(self._is_own_root(one) for one in self.all_users)
        return named or self.account_access is AccountAccess.IAM

    @property
    def delegates_management(self) -> bool:
        """Whether IAM policies of the account decide who manages the key."""
        named = any(self._is_own_root(one) for one in self.administrators)
        return named or self.account_access is AccountAccess.IAM

    def _is_own_root(self, principal: Principal) -> bool:
        return principal.kind is PrincipalKind.ROOT and principal.account == self.account


def via_service(region: str) -> str:
    """What kms:ViaService is in a request that Parameter Store makes."""
    return f"ssm.{region}.amazonaws.com"


def key_policy(access: KeyAccess) -> Policy:
    """The policy, its statements named by what they are for."""
    statements = (
        _account_statement(access),
        _allow("AdministratorsManageTheKey", access.administrators, ADMINISTRATOR_ACTIONS),
        *use_statements(access),
    )
    return Policy(tuple(s for s in statements if s is not None))


def use_statements(access: KeyAccess) -> tuple[Statement, ...]:
    """The statements about users, readers and writers."""
    only = () if access.via is Via.ANY else (_equals("StringEquals", "kms:ViaService", via_service(access.region)),)
    how = "UseTheKey" if access.via is Via.ANY else "ThroughParameterStore"
    found = (
        _allow(f"Users{how}", access.users, USE_ACTIONS, only),
        _allow(f"Readers{how}", access.readers, READ_ACTIONS, only),
        _allow(f"Writers{how}", access.writers, WRITE_ACTIONS, only),
        _allow("UsersSeeTheKey", access.all_users, ("kms:DescribeKey",)),
    )
    return tuple(statement for statement in found if statement is not None)


def _account_statement(access: KeyAccess) -> Statement | None:
    match access.account_access:
        case AccountAccess.NONE:
            return None
        case AccountAccess.IAM:
            return _allow("IamPoliciesOfTheAccountDecide", (access.root,), ("kms:*",))
        case AccountAccess.RECOVERY:
            # The account as a principal stands for all its IAM policies; its ARN as aws:PrincipalArn is the root user alone:
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
            only = (_equals("ArnEquals", "aws:PrincipalArn", access.root),)
            return _allow("RootUserRecoversTheKey", (access.root,), ADMINISTRATOR_ACTIONS, only)


def _allow(
    sid: str, who: Iterable[Principal | str], actions: tuple[str, ...], only: tuple[ConditionTerm, ...] = ()
) -> Statement | None:
    entries = tuple(PrincipalEntry("AWS", str(one)) for one in dict.fromkeys(who))
    if not entries:
        return None
    return Statement(
        effect=Effect.ALLOW,
        action=Element(actions),
        resource=Element(("*",)),
        principal=PrincipalElement(entries),
        conditions=only,
        sid=sid,
    )


def _equals(operator: str, key: str, value: str) -> ConditionTerm:
    return ConditionTerm(Operator(operator), key, (value,))
