"""The roles of an account with everything that says what they may do: typed reads, each failure one of ours.

Service-linked roles are left out: nobody can change what they may do.

Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.roles import InlinePolicy, LivePrincipal, ManagedPolicy, PrincipalKind, PrincipalName, Roles
from secrets_cli.aws.target import Connection
from secrets_cli.wording import iso_time

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient

LINKED = "/aws-service-role/"
"""The path of service-linked roles."""
_A_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class AccountRole:
    """One role; its managed policies by their ARNs."""

    name: str
    arn: str
    path: str
    """`/` where it has none."""
    created: str
    """UTC, ISO 8601; empty where it is not said."""
    trust: str
    """JSON text."""
    inline: tuple[InlinePolicy, ...] = ()
    """By name."""
    attached: tuple[str, ...] = ()
    """ARNs, sorted."""
    boundary: str = ""
    """ARN; empty for none."""
    tags: tuple[tuple[str, str], ...] = ()
    """By key."""
    last_used: str | None = ""
    """UTC, ISO 8601; empty where IAM knows of no use in the last 400 days; None where nobody has asked."""


@dataclass(frozen=True, slots=True)
class AccountRoles:
    """Roles and the managed policies that they have."""

    roles: tuple[AccountRole, ...] = ()
    """By ARN."""
    managed: Mapping[str, str] = field(default_factory=dict)
    """ARN of a managed policy -> the JSON text of its default version."""


class AccountDetails:
    """IAM on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._roles = Roles(connection)

    @property
    def _iam(self) -> "IAMClient":
        client: IAMClient = self.connection.client("iam")
        return client

    def all_roles(self, seen: Callable[[int, int], None] = lambda _done, _all: None) -> AccountRoles:
        """Every role of the account, by iam:GetAccountAuthorizationDetails; of roles whose last use that does not say, by
        iam:GetRole.

        `seen` is told after each call how many roles are there, and of how many (0: IAM does not say).
        """
        roles: list[AccountRole] = []
        managed: dict[str, str] = {}
        texts: dict[str, str] = {}
        marker: dict[str, Any] = {}
        while True:
            with translated("iam:GetAccountAuthorizationDetails"):
                page: Any = self._iam.get_account_authorization_details(
                    Filter=["Role", "LocalManagedPolicy", "AWSManagedPolicy"], MaxItems=_A_PAGE, **marker
                )
                roles += [_role(item, texts) for item in page["RoleDetailList"] if not item["Path"].startswith(LINKED)]
                managed |= dict(_managed(page, texts))
            seen(len(roles), 0)
            if not page.get("IsTruncated") or not page.get("Marker"):
                break
            marker = {"Marker": page["Marker"]}
        return AccountRoles(tuple(sorted(self._with_last_use(roles, seen), key=lambda one: one.arn)), managed)

    def roles_named(
        self, names: Sequence[PrincipalName], seen: Callable[[int, int], None] = lambda _done, _all: None
    ) -> AccountRoles:
        """These roles alone, by iam:GetRole, List- and GetRolePolicy, ListAttachedRolePolicies, and GetPolicy with
        GetPolicyVersion of each managed policy. Raises NotThere."""
        roles: list[AccountRole] = []
        managed: dict[str, str] = {}
        for number, name in enumerate(names):
            live = self._roles.read(name)
            roles.append(_of_live(live))
            attached = (*live.attached, *((live.boundary,) if live.boundary else ()))
            managed |= {one.arn: one.text for one in attached if isinstance(one, ManagedPolicy)}
            seen(number + 1, len(names))
        return AccountRoles(tuple(sorted(roles, key=lambda one: one.arn)), managed)

    def _with_last_use(self, roles: list[AccountRole], seen: Callable[[int, int], None]) -> list[AccountRole]:
        found = []
        for number, role in enumerate(roles):
            found.append(role if role.last_used is not None else self._completed(role))
            if role.last_used is None:
                seen(number + 1, len(roles))
        return found

    def _completed(self, role: AccountRole) -> AccountRole:
        """The role with its last use; an endpoint whose details lack that may lack the boundary too."""
        with translated("iam:GetRole", role.name):
            answer: Any = self._iam.get_role(RoleName=role.name)["Role"]
        return replace(
            role, last_used=_time_of(answer.get("RoleLastUsed") or {}), boundary=role.boundary or _boundary(answer)
        )


def _role(item: Any, texts: dict[str, str]) -> AccountRole:
    used = item.get("RoleLastUsed")
    return AccountRole(
        name=item["RoleName"],
        arn=item["Arn"],
        path=item.get("Path") or "/",
        created=iso_time(item["CreateDate"]),
        trust=_text(item.get("AssumeRolePolicyDocument") or {}, texts),
        inline=tuple(
            sorted(
                (
                    InlinePolicy(one["PolicyName"], _text(one["PolicyDocument"], texts))
                    for one in item.get("RolePolicyList") or ()
                ),
                key=lambda one: one.name,
            )
        ),
        attached=tuple(sorted(one["PolicyArn"] for one in item.get("AttachedManagedPolicies") or ())),
        boundary=_boundary(item),
        tags=tuple(sorted((tag["Key"], tag["Value"]) for tag in item.get("Tags") or ())),
        last_used=None if used is None else _time_of(used),
    )


def _managed(page: Any, texts: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (policy["Arn"], _text(version["Document"], texts))
        for policy in page.get("Policies") or ()
        for version in policy.get("PolicyVersionList") or ()
        if version.get("IsDefaultVersion")
    ]


def _of_live(live: LivePrincipal) -> AccountRole:
    assert live.kind is PrincipalKind.ROLE, "only roles are asked for"
    return AccountRole(
        name=live.name,
        arn=live.arn,
        path=live.path,
        created=live.created,
        trust=live.trust,
        inline=live.inline,
        attached=tuple(one.arn for one in live.attached),
        boundary=live.boundary.arn if live.boundary else "",
        tags=live.tags,
        last_used=live.last_used,
    )


def _boundary(item: Any) -> str:
    return (item.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn") or ""


def _time_of(used: Any) -> str:
    return iso_time(used["LastUsedDate"]) if used.get("LastUsedDate") else ""


def _text(document: Any, texts: dict[str, str]) -> str:
    """The SDK gives a parsed document, or its text where it could not parse it; the same text is kept once."""
    text = document if isinstance(document, str) else json.dumps(document)
    return texts.setdefault(text, text)
