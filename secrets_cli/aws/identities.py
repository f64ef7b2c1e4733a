"""The users, roles, groups and policies of an account in one document: typed call, paged to its end.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient

_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_A_PAGE = 1000


class IdentityDirectory:
    """IAM's account details on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _iam(self) -> "IAMClient":
        client: IAMClient = self.connection.client("iam")
        return client

    def account_details(self, seen: Callable[[int], None] = lambda _: None) -> bytes:
        """The JSON document that `aws iam get-account-authorization-details` prints, all pages in one.

        `seen` is told after each page how many users, groups, roles and policies have come so far. Times are ISO 8601.
        """
        whole: dict[str, list[Any]] = {name: [] for name in _LISTS}
        marker: dict[str, Any] = {}
        while True:
            with translated("iam:GetAccountAuthorizationDetails"):
                page: Any = self._iam.get_account_authorization_details(MaxItems=_A_PAGE, **marker)
            for name in _LISTS:
                whole[name] += page.get(name, [])
            seen(sum(map(len, whole.values())))
            if not page.get("IsTruncated") or not page.get("Marker"):
                return json.dumps(whole, default=lambda when: when.isoformat()).encode()
            marker = {"Marker": page["Marker"]}
