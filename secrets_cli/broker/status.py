"""What is deployed, as it is now: the stack, what drifted from it, and whether its callers still are who they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secrets_cli.aws.principals import Principals
from secrets_cli.aws.stacks import Drift, Stack, StackResource, Stacks
from secrets_cli.broker.grants import principal_of
from secrets_cli.broker.live_roles import Widened, widened_roles
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


@dataclass(frozen=True, slots=True)
class _Template:
    """The parts of a deployed template that are looked at."""

    metadata: Mapping[str, object]
    resources: Mapping[str, Any]


def status_of(stacks: Stacks, stack: Stack, *, drift: bool) -> Status:
    """Ask CloudFormation and IAM. Raises AwsFailure, and MalformedInput where the stack's template is none of ours."""
    template = _template(stacks.template(stack.id), stack.name)
    metadata = template.metadata
    principals = Principals(stacks.connection)
    account = stacks.connection.account
    grants = metadata.get("Grants")
    proof = metadata.get("Proof")
    return Status(
        stack=stack,
        version=str(metadata.get("Version", "")),
        callers=tuple(_caller(item, principals, account) for item in grants if isinstance(item, Mapping))
        if isinstance(grants, list)
        else (),
        proven=tuple(str(item["Claim"]) for item in proof if isinstance(item, Mapping) and item.get("Holds") is True)
        if isinstance(proof, list)
        else (),
        resources=stacks.resources(stack.id),
        drifts=stacks.drifts(stack.name) if drift else None,
        widened=widened_roles(template.resources, principals) if drift else None,
    )


def _template(text: str, stack: str) -> "_Template":
    """A template that `lambda deploy` made: with what it stores in the metadata. Raises MalformedInput."""
    import yaml

    try:
        document: object = yaml.safe_load(text)
    except yaml.YAMLError:
        document = None
    match document:
        case {"Metadata": {"SecretsCli": dict(stored)}, "Resources": dict(resources)}:
            return _Template(stored, resources)
        case _:
            raise MalformedInput(
                f"the stack `{stack}` was not deployed by `secrets-cli lambda deploy`", "give another `--stack`"
            )


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
