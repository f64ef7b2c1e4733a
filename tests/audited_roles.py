"""Roles and answers of IAM for tests of audits."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from secrets_cli.aws.account_details import AccountRole
from secrets_cli.aws.roles import InlinePolicy

ACCOUNT = "111122223333"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def arn_of(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def allow(actions: Sequence[str] | str, resources: Sequence[str] | str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: Sequence[str] | str, resources: Sequence[str] | str = "*") -> dict[str, Any]:
    return {"Effect": "Deny", "Action": actions, "Resource": resources}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(
    name: str = "app",
    *statements: Mapping[str, Any],
    trust: Mapping[str, Any] = TRUST,
    attached: Sequence[str] = (),
    boundary: str = "",
    inline: str = "own",
    **more: Any,
) -> AccountRole:
    """A role with one inline policy of these statements."""
    policies = (InlinePolicy(inline, json.dumps(document(*statements))),) if statements else ()
    facts: dict[str, Any] = {
        "path": "/",
        "created": "2024-01-01T00:00:00Z",
        "last_used": "2026-11-01T00:00:00Z",
        **more,
    }
    return AccountRole(
        name=name,
        arn=arn_of(name),
        trust=json.dumps(trust),
        inline=policies,
        attached=tuple(sorted(attached)),
        boundary=boundary,
        **facts,
    )


def detail(
    name: str = "app",
    *statements: Mapping[str, Any],
    trust: Mapping[str, Any] = TRUST,
    attached: Sequence[str] = (),
    inline: str = "own",
    **more: Any,
) -> dict[str, Any]:
    """The same as IAM answers it."""
    return {
        "RoleName": name,
        "Arn": arn_of(name),
        "Path": "/",
        "CreateDate": "2024-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": inline, "PolicyDocument": document(*statements)}] if statements else [],
        "AttachedManagedPolicies": [{"PolicyName": one.rpartition("/")[2], "PolicyArn": one} for one in attached],
        "RoleLastUsed": {"LastUsedDate": "2026-11-01T00:00:00+00:00", "Region": "eu-west-1"},
        **more,
    }


def page(*details: Mapping[str, Any], policies: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """One answer of GetAccountAuthorizationDetails."""
    return {"RoleDetailList": list(details), "Policies": list(policies), "IsTruncated": False, **more}


def managed(arn: str, *statements: Mapping[str, Any]) -> dict[str, Any]:
    """A managed policy of the account, as that answer has it."""
    return {
        "Arn": arn,
        "PolicyVersionList": [
            {"VersionId": "v2", "IsDefaultVersion": True, "Document": document(*statements)},
            {"VersionId": "v1", "IsDefaultVersion": False, "Document": document(allow("*"))},
        ],
    }
