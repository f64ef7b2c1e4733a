"""IAM's unique ids: what a role or user is known by that a namesake made later is not.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from typing import TYPE_CHECKING

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
