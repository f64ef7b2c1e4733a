"""IAM's unique ids: what a role or user is known by that a namesake made later is not.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient


class Principals:
    """The roles and users of the account of one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _iam(self) -> "IAMClient":
        client: IAMClient = self.connection.client("iam")
        return client

    def role_id(self, name: str) -> tuple[str, str]:
        """Unique id (`AROA...`) and ARN of a role by its name without path, by iam:GetRole. Raises NotThere."""
        with translated("iam:GetRole", name):
            role = self._iam.get_role(RoleName=name)["Role"]
        return role["RoleId"], role["Arn"]

    def user_id(self, name: str) -> tuple[str, str]:
        """Unique id (`AIDA...`) and ARN of a user by its name without path, by iam:GetUser. Raises NotThere."""
        with translated("iam:GetUser", name):
            user = self._iam.get_user(UserName=name)["User"]
        return user["UserId"], user["Arn"]

    def role_policies(self, name: str) -> "RolePolicies":
        """What a role may do and who may assume it, as it is now. Raises NotThere.

        By iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy and iam:ListAttachedRolePolicies.
        """
        with translated("iam:GetRole", name):
            trust: Any = self._iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        with translated("iam:ListRolePolicies", name):
            pages = self._iam.get_paginator("list_role_policies").paginate(RoleName=name)
            names = [policy for page in pages for policy in page["PolicyNames"]]
        inline = []
        for policy in names:
            with translated("iam:GetRolePolicy", f"{name}/{policy}"):
                document: Any = self._iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            inline.append(_text(document))
        with translated("iam:ListAttachedRolePolicies", name):
            attached = self._iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
            arns = tuple(policy["PolicyArn"] for page in attached for policy in page["AttachedPolicies"])
        return RolePolicies(_text(trust), tuple(inline), arns)


@dataclass(frozen=True, slots=True)
class RolePolicies:
    """The policies of one role."""

    trust: str
    """JSON text."""
    inline: tuple[str, ...]
    """JSON texts."""
    attached: tuple[str, ...]
    """ARNs of managed policies."""


def _text(document: Any) -> str:
    """The SDK gives a parsed document, or its text where it could not parse it."""
    return document if isinstance(document, str) else json.dumps(document)
