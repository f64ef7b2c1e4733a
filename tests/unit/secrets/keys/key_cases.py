"""Keys and policies made for tests."""

import json
from datetime import UTC, datetime
from typing import Any

from secrets_cli.aws.keys import Key, Rotation
from secrets_cli.secrets.keys.document import KeyDocument, read_key_policy
from secrets_cli.secrets.keys.plan import PresentKey
from secrets_cli.secrets.keys.policy import AccountAccess, KeyAccess, Via
from secrets_cli.secrets.keys.principal import Principal, checked_principal
from secrets_cli.secrets.keys.survey import Survey, SurveyedKey

ACCOUNT = "111122223333"
OTHER = "444455556666"
REGION = "eu-west-1"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_ID}"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def role(name: str, account: str = ACCOUNT) -> Principal:
    """A role."""
    return checked_principal(f"arn:aws:iam::{account}:role/{name}")


def access(
    admins: tuple[str, ...] = ("admins",),
    users: tuple[str, ...] = ("app",),
    readers: tuple[str, ...] = (),
    writers: tuple[str, ...] = (),
    via: Via = Via.SSM,
    account: AccountAccess = AccountAccess.RECOVERY,
) -> KeyAccess:
    """Who may do what; roles by their names."""
    a, u, r, w = (tuple(role(name) for name in names) for names in (admins, users, readers, writers))
    return KeyAccess("aws", REGION, ACCOUNT, a, u, r, w, via, account)


def statement(principal: object, action: object, **more: object) -> dict[str, object]:
    """An Allow statement on the key; `more` replaces or adds elements."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def policy_text(*statements: dict[str, Any]) -> str:
    """A key policy as KMS answers it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def document(*statements: dict[str, Any], name: str = "default") -> KeyDocument:
    """A key policy, read."""
    return read_key_policy(policy_text(*statements), KEY_ARN, name)


def key(**changed: Any) -> Key:
    """An enabled symmetric customer key."""
    facts: dict[str, Any] = {
        "id": KEY_ID,
        "arn": KEY_ARN,
        "state": "Enabled",
        "manager": "CUSTOMER",
        "spec": "SYMMETRIC_DEFAULT",
        "origin": "AWS_KMS",
        "description": "",
        "created": datetime(2026, 1, 1, tzinfo=UTC),
        "deletion": None,
    }
    return Key(**(facts | changed))


def present(read: KeyDocument, aliases: tuple[str, ...] = ("alias/app",), **changed: Any) -> PresentKey:
    """A key that is there, rotating every year."""
    return PresentKey(key(**changed), aliases, read, Rotation(True, 365))


def surveyed(*documents: KeyDocument, **changed: Any) -> SurveyedKey:
    """A key as the audit reads it: rotating, without parameters and grants."""
    facts: dict[str, Any] = {
        "key": key(),
        "aliases": ("alias/app",),
        "rotation": Rotation(True, 365),
        "documents": documents,
        "grants": (),
        "parameters": (),
    }
    return SurveyedKey(**(facts | changed))


def survey(*keys: SurveyedKey, **changed: Any) -> Survey:
    """A survey of one account and region."""
    facts: dict[str, Any] = {
        "target": "default",
        "keys": keys,
        "loose_aliases": (),
        "unread": (),
        "last_use_known": True,
    }
    return Survey(**(facts | changed))
