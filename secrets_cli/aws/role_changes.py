"""Changes to what a role or user may do: one method for each call, none with a decision in it.

Each can be made again where it is not known whether it was made: what is there already, or gone already, is no failure.
"""

from typing import TYPE_CHECKING

from secrets_cli.aws.failures import translated
from secrets_cli.aws.roles import PrincipalKind, PrincipalName, Roles
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AlreadyThere, NotThere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_iam import IAMClient


class RoleChanges:
    """The writing side of IAM on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.roles = Roles(connection)

    @property
    def _iam(self) -> "IAMClient":
        client: IAMClient = self.connection.client("iam")
        return client

    def put_inline(self, principal: PrincipalName, policy: str, text: str) -> None:
        """Make or replace an inline policy, in one step."""
        name = principal.name
        if principal.kind is PrincipalKind.USER:
            with translated("iam:PutUserPolicy", name):
                self._iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=text)
            return
        with translated("iam:PutRolePolicy", name):
            self._iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)

    def delete_inline(self, principal: PrincipalName, policy: str) -> None:
        """Delete an inline policy."""
        name = principal.name
        try:
            if principal.kind is PrincipalKind.USER:
                with translated("iam:DeleteUserPolicy", name):
                    self._iam.delete_user_policy(UserName=name, PolicyName=policy)
                return
            with translated("iam:DeleteRolePolicy", name):
                self._iam.delete_role_policy(RoleName=name, PolicyName=policy)
        except NotThere:
            return

    def attach(self, principal: PrincipalName, arn: str) -> None:
        """Attach a managed policy. Raises NotThere where there is no such policy."""
        name = principal.name
        if principal.kind is PrincipalKind.USER:
            with translated("iam:AttachUserPolicy", name):
                self._iam.attach_user_policy(UserName=name, PolicyArn=arn)
            return
        with translated("iam:AttachRolePolicy", name):
            self._iam.attach_role_policy(RoleName=name, PolicyArn=arn)

    def detach(self, principal: PrincipalName, arn: str) -> None:
        """Detach a managed policy."""
        name = principal.name
        try:
            if principal.kind is PrincipalKind.USER:
                with translated("iam:DetachUserPolicy", name):
                    self._iam.detach_user_policy(UserName=name, PolicyArn=arn)
                return
            with translated("iam:DetachRolePolicy", name):
                self._iam.detach_role_policy(RoleName=name, PolicyArn=arn)
        except NotThere:
            return

    def create_policy(self, arn: str, text: str, tags: "Mapping[str, str]", description: str) -> None:
        """Make the customer managed policy that will have the ARN."""
        path, _, name = arn.partition(":policy")[2].rpartition("/")
        try:
            with translated("iam:CreatePolicy", arn):
                self._iam.create_policy(
                    PolicyName=name,
                    Path=f"{path}/",
                    PolicyDocument=text,
                    Description=description,
                    Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                )
        except AlreadyThere:
            # Made by an earlier try: whether it says what it should is read back before anything rests on it.
            return

    def new_version(self, arn: str, text: str) -> str:
        """Make a version of a policy and have it count at once, in one step; its id."""
        with translated("iam:CreatePolicyVersion", arn):
            made = self._iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
        return made["PolicyVersion"]["VersionId"]

    def set_default(self, arn: str, version: str) -> None:
        """Have another version of a policy count, in one step."""
        with translated("iam:SetDefaultPolicyVersion", arn):
            self._iam.set_default_policy_version(PolicyArn=arn, VersionId=version)

    def delete_version(self, arn: str, version: str) -> None:
        """Delete a version that is not the default."""
        try:
            with translated("iam:DeletePolicyVersion", arn):
                self._iam.delete_policy_version(PolicyArn=arn, VersionId=version)
        except NotThere:
            return

    def delete_policy(self, arn: str) -> None:
        """Delete a policy that nobody has, with all its versions."""
        try:
            for version in self.roles.versions(arn):
                if not version.is_default:
                    self.delete_version(arn, version.id)
            with translated("iam:DeletePolicy", arn):
                self._iam.delete_policy(PolicyArn=arn)
        except NotThere:
            return

    def tag_policy(self, arn: str, tags: "Mapping[str, str]") -> None:
        """Set tags of a policy; others stay."""
        with translated("iam:TagPolicy", arn):
            self._iam.tag_policy(PolicyArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
