"""A project's stage beside what is deployed: the real names, and each difference between the files and the account.

Read only: cloudformation:ListStackResources, lambda:GetFunctionConfiguration, iam:GetRole and, for what a role may do,
iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies, iam:GetPolicy and iam:GetPolicyVersion.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from secrets_cli.aws.execution_roles import ExecutionRoles, Role, RolePolicy, RunningFunction
from secrets_cli.aws.stacks import Stacks
from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import AwsFailure, MalformedInput, NotThere
from secrets_cli.iam.contain import NotContained, Undecided, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.inputs.found import Unresolved
from secrets_cli.inputs.project import ProjectFunction, ProjectRole, ProjectStage, is_known


@dataclass(frozen=True, slots=True)
class LiveRole:
    """A role that is there."""

    role: Role
    policies: tuple[tuple[RolePolicy, Policy], ...]
    """What it is granted now."""
    functions: tuple[str, ...] = ()
    """The names of those functions of the stage that run with it."""


@dataclass(frozen=True, slots=True)
class LiveStage:
    """What is deployed of a stage."""

    functions: Mapping[str, RunningFunction]
    """By their keys in the file; without those that are not there."""
    roles: Mapping[str, LiveRole]
    """By principal."""
    differences: tuple[str, ...] = field(default=())
    """Each a sentence without a full stop."""


def look_at(stage: ProjectStage, roles: ExecutionRoles, stacks: Stacks) -> LiveStage:
    """What the account has of the stage. What is not there is a difference; a refused call raises as every call does."""
    return _Looking(stage, roles, stacks).looked()


class _Looking:
    def __init__(self, stage: ProjectStage, roles: ExecutionRoles, stacks: Stacks) -> None:
        self.stage = stage
        self.service = roles
        self.stacks = stacks
        self.differences: list[str] = []
        self.known = KnownToCatalog(load_catalog())

    def looked(self) -> LiveStage:
        physical = self.physical_ids()
        functions: dict[str, RunningFunction] = {}
        roles: dict[str, LiveRole] = {}
        for function in self.stage.functions:
            running = self.function(function, physical)
            if running is not None:
                functions[function.key] = running
        for role in self.stage.roles:
            found = self.role(role, self.role_name(role, functions, physical))
            if found is not None:
                roles[role.principal] = found
        for function in self.stage.functions:
            self.differences += self.of_function(function, functions, roles)
        for principal, role_found in roles.items():
            own = (one.name for one in functions.values() if one.role == role_found.role.arn)
            roles[principal] = replace(role_found, functions=tuple(own))
        return LiveStage(functions, roles, tuple(self.differences))

    def physical_ids(self) -> Mapping[str, str]:
        """Of the stack's resources, by logical id."""
        if not self.stage.stack.is_exact:
            return {}
        try:
            resources = self.stacks.resources(self.stage.stack.text)
        except NotThere:
            self.differences.append(f"there is no stack `{self.stage.stack.text}`")
            return {}
        except AwsFailure as error:
            if error.code != "ValidationError":
                raise
            self.differences.append(f"there is no stack `{self.stage.stack.text}`")
            return {}
        return {one.logical_id: one.physical_id for one in resources if one.status != "DELETE_COMPLETE"}

    def function(self, function: ProjectFunction, physical: Mapping[str, str]) -> RunningFunction | None:
        name = physical.get(function.logical_id) or (function.name.text if function.name.is_exact else "")
        if not name:
            self.differences.append(f"the function `{function.key}` is not in the stack, and its name is not known")
            return None
        if function.name.is_exact and name != function.name.text:
            self.differences.append(
                f"the function `{function.key}` is deployed as `{name}`, not as `{function.name.text}`"
            )
        running = self.service.function(name)
        if running is None:
            self.differences.append(f"there is no function `{name}`")
        return running

    def role_name(
        self, role: ProjectRole, functions: Mapping[str, RunningFunction], physical: Mapping[str, str]
    ) -> str:
        """By the stack, by the files, else by a function that should run with it."""
        if role.logical_id in physical:
            return physical[role.logical_id]
        if role.name.is_exact:
            return role.name.text
        own = (one.key for one in self.stage.functions if one.principal == role.principal)
        running = (functions[key].role for key in own if key in functions)
        return next((arn.rpartition("/")[2] for arn in running), "")

    def role(self, role: ProjectRole, name: str) -> LiveRole | None:
        if not name:
            self.differences.append(f"the role of {role.principal} is not in the stack, and its name is not known")
            return None
        if role.name.is_exact and name != role.name.text:
            self.differences.append(f"the role of {role.principal} is `{name}`, not `{role.name.text}`")
        try:
            found = LiveRole(self.service.role(name), tuple(self.policies(name)))
        except NotThere:
            self.differences.append(f"there is no role `{name}`")
            return None
        if role.arn and role.arn != found.role.arn:
            self.differences.append(f"the role `{name}` is `{found.role.arn}`, not `{role.arn}`")
        self.differences += self.of_policies(role, found)
        return found

    def policies(self, name: str) -> Iterator[tuple[RolePolicy, Policy]]:
        for one in self.service.policies(name):
            try:
                yield one, parse_policy(one.document, f"{name}/{one.name}")
            except MalformedInput as error:
                raise MalformedInput(
                    f"the policy `{one.name}` of the role `{name}` cannot be read: {error.message}", error.help
                ) from None

    def of_policies(self, role: ProjectRole, live: LiveRole) -> Iterator[str]:
        """How the role's grants differ from what the files say, where these say all."""
        if not role.is_made or self.stage.unresolved or role.unresolved or not all(map(is_known, role.policies)):
            return
        said = [one.policy for one in role.policies]
        now = [policy for _, policy in live.policies]
        name = live.role.name
        for old, new, word in ((said, now, "more"), (now, said, "less")):
            match contains(old, new, self.known):
                case NotContained(witness):
                    yield (
                        f"the role `{name}` is granted {word} than the files say: `{witness.action}` on "
                        f"`{witness.resource}`"
                    )
                case Undecided(reason):
                    yield f"whether the role `{name}` is granted {word} than the files say is undecided: {reason}"
                case _:
                    pass

    def of_function(
        self, function: ProjectFunction, functions: Mapping[str, RunningFunction], roles: Mapping[str, LiveRole]
    ) -> Iterator[str]:
        running, role = functions.get(function.key), roles.get(function.principal)
        if running is not None and role is not None and running.role != role.role.arn:
            yield f"the function `{running.name}` runs with `{running.role}`, not with `{role.role.arn}`"
        if running is not None and function.log_group.is_exact and running.log_group != function.log_group.text:
            yield f"the function `{running.name}` logs to `{running.log_group}`, not to `{function.log_group.text}`"


def live_unresolved(stage: ProjectStage, role: ProjectRole) -> tuple[Unresolved, ...]:
    """What of a role's grants the files leave unknown, so that only the account can tell."""
    unknown = (one for one in role.policies if not is_known(one))
    lost = tuple(
        Unresolved(one.location, "a part of this policy is known at deployment only", "--live") for one in unknown
    )
    return (*stage.unresolved, *role.unresolved, *lost)
