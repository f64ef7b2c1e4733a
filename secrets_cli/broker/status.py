"""What is deployed, as it is now: the stack, what drifted from it, and whether its callers still are who they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secrets_cli.aws.functions import FunctionService
from secrets_cli.aws.principals import Principals
from secrets_cli.aws.stacks import Drift, Stack, StackResource, Stacks
from secrets_cli.aws.target import Connection
from secrets_cli.broker.grants import principal_of
from secrets_cli.broker.live_function import FunctionState, function_state
from secrets_cli.broker.live_roles import Widened, widened_roles
from secrets_cli.broker.own_stack import deployed_template
from secrets_cli.errors import AccessDenied, MalformedInput, NotThere


@dataclass(frozen=True, slots=True)
class GrantedCaller:
    """A caller, as it was deployed and as it is now."""

    arn: str
    id: str
    """Its unique id when the grant was deployed; empty for another account's."""
    names: tuple[str, ...]
    paths: tuple[str, ...]
    problem: str
    """Why the grant does not hold any more; empty where it does, or where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Status:
    """All of it."""

    stack: Stack
    version: str
    """Of secrets-cli, that deployed it."""
    callers: tuple[GrantedCaller, ...]
    proven: tuple[str, ...]
    """The claims that the deployment was proven to meet."""
    resources: tuple[StackResource, ...]
    drifts: tuple[Drift, ...] | None
    """None where it was not asked for."""
    widened: tuple[Widened, ...] | None
    """Roles that are not as they were proven; None where it was not asked for."""
    function: FunctionState | None
    """None where it was not asked for."""

    @property
    def as_deployed(self) -> bool:
        """Whether nothing that was looked at is other than it was deployed; what could not be looked at is not."""
        function = self.function
        return not (
            any(caller.problem for caller in self.callers)
            or self.drifts
            or self.widened
            or (function is not None and (function.problems or function.as_deployed is not True))
        )


def status_of(stacks: Stacks, stack: Stack, *, drift: bool) -> Status:
    """Ask CloudFormation and IAM. Raises AwsFailure, and MalformedInput where the stack's template is none of ours."""
    template = deployed_template(stacks, stack)
    if template is None:
        raise MalformedInput(
            f"the stack `{stack.name}` was not deployed by `secrets-cli lambda deploy`", "give another `--stack`"
        )
    metadata = template.metadata
    principals = Principals(stacks.connection)
    account = stacks.connection.account
    grants = metadata.get("Grants")
    proof = metadata.get("Proof")
    resources = stacks.resources(stack.id)
    return Status(
        stack=stack,
        version=str(metadata.get("Version", "")),
        callers=tuple(_caller(item, principals, account) for item in grants if isinstance(item, Mapping))
        if isinstance(grants, list)
        else (),
        proven=tuple(str(item["Claim"]) for item in proof if isinstance(item, Mapping) and item.get("Holds") is True)
        if isinstance(proof, list)
        else (),
        resources=resources,
        drifts=stacks.drifts(stack.name) if drift else None,
        widened=widened_roles(template.resources, principals) if drift else None,
        function=_function(stacks.connection, template.resources, resources) if drift else None,
    )


def _function(
    connection: Connection, template: Mapping[str, Any], resources: tuple[StackResource, ...]
) -> FunctionState:
    physical = {one.logical_id: one.physical_id for one in resources} | {
        "AWS::Partition": connection.partition,
        "AWS::Region": connection.region,
        "AWS::AccountId": connection.account,
    }
    return function_state(template, physical, FunctionService(connection))


def _caller(item: Mapping[str, object], principals: Principals, account: str) -> GrantedCaller:
    arn, unique = str(item.get("Principal", "")), str(item.get("UniqueId", ""))
    return GrantedCaller(
        arn,
        unique,
        tuple(map(str, _listed(item.get("Names")))),
        tuple(map(str, _listed(item.get("Paths")))),
        _problem(arn, unique, principals, account) if unique else "",
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _problem(arn: str, unique: str, principals: Principals, account: str) -> str:
    principal = principal_of(arn)
    if principal.account != account:
        return ""
    try:
        present, _ = (principals.role_id if principal.kind == "role" else principals.user_id)(principal.name)
    except NotThere:
        return f"there is no such {principal.kind} any more"
    except AccessDenied:
        return ""  # whoever asks for the status need not be allowed to read every role
    if present != unique:
        return f"the {principal.kind} was deleted and made anew: it is granted nothing until the next deploy"
    return ""
