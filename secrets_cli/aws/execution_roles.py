"""Roles as IAM has them, and which role a function runs with: typed calls, each failure one of ours.

Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html, API_GetRole.html and
https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.roles import PrincipalKind, PrincipalName, Roles
from secrets_cli.aws.target import Connection
from secrets_cli.errors import NotThere

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient
    from types_boto3_lambda import LambdaClient

_A_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Role:
    """One role."""

    name: str
    arn: str
    path: str
    """`/` where it has none."""
    created: datetime
    """UTC."""
    trusts: tuple[str, ...]
    """The service principals that may assume it."""
    tags: Mapping[str, str]
    last_used: datetime | None = None
    """UTC; None where IAM knows of no use in the last 400 days, or does not say."""


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """One identity policy of a role."""

    name: str
    """Of an inline policy; the ARN of a managed one."""
    is_inline: bool
    document: str
    """JSON text, as IAM returned it."""


@dataclass(frozen=True, slots=True)
class RunningFunction:
    """A function as Lambda has it."""

    name: str
    role: str
    """ARN."""
    log_group: str


class ExecutionRoles:
    """IAM and Lambda on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _iam(self) -> "IAMClient":
        client: IAMClient = self.connection.client("iam")
        return client

    def roles(self, seen: Callable[[int, int], None] = lambda _done, _all: None) -> tuple[Role, ...]:
        """Every role of the account, by iam:GetAccountAuthorizationDetails; `seen` is told after each page how
        many so far, and 0, as IAM does not say of how many."""
        found: list[Role] = []
        marker: dict[str, Any] = {}
        while True:
            with translated("iam:GetAccountAuthorizationDetails"):
                page = self._iam.get_account_authorization_details(Filter=["Role"], MaxItems=_A_PAGE, **marker)
            found += [_role(item) for item in page["RoleDetailList"]]
            seen(len(found), 0)
            if not page.get("IsTruncated") or not page.get("Marker"):
                return tuple(found)
            marker = {"Marker": page["Marker"]}

    def role(self, name: str) -> Role:
        """A role by its name without path, by iam:GetRole. Raises NotThere."""
        with translated("iam:GetRole", name):
            return _role(self._iam.get_role(RoleName=name)["Role"])

    def policies(self, name: str) -> tuple[RolePolicy, ...]:
        """Everything a role is granted by its own policies, inline ones first, by the calls of `Roles.own`. Raises NotThere."""
        inline, attached = Roles(self.connection).own(PrincipalName(PrincipalKind.ROLE, name))
        return (
            *(RolePolicy(one.name, True, one.text) for one in inline),
            *(RolePolicy(one.arn, False, one.text) for one in attached),
        )

    def function(self, name: str) -> RunningFunction | None:
        """A function by its name, by lambda:GetFunctionConfiguration; None where there is none. Its environment is dropped."""
        client: LambdaClient = self.connection.client("lambda")
        try:
            with translated("lambda:GetFunctionConfiguration", name):
                answer: Any = client.get_function_configuration(FunctionName=name)
        except NotThere:
            return None
        group = (answer.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{answer['FunctionName']}"
        return RunningFunction(answer["FunctionName"], answer.get("Role", ""), group)


def _role(item: Any) -> Role:
    used = (item.get("RoleLastUsed") or {}).get("LastUsedDate")
    return Role(
        name=item["RoleName"],
        arn=item["Arn"],
        path=item.get("Path") or "/",
        created=item["CreateDate"].astimezone(UTC),
        trusts=_services(item.get("AssumeRolePolicyDocument")),
        tags={tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()},
        last_used=used.astimezone(UTC) if used else None,
    )


def _services(document: Any) -> tuple[str, ...]:
    """The service principals of a trust policy, each once."""
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    found: dict[str, None] = {}
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        found |= dict.fromkeys([services] if isinstance(services, str) else services)
    return tuple(found)
