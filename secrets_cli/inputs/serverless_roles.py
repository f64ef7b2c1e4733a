"""The roles that the Serverless Framework makes for a service, taken apart into policies.

One role that functions share (principal `provider`), and functions' own (principal `function KEY`): those of version 4
(`provider.iam.role.mode: perFunction`, or a function's `iam.role`) and of the plugin that version 3 has for it
(`iamRoleStatements` of a function, read whether or not the plugin is listed). A present key wins over the older one:
`iam.role.statements` over `iamRoleStatements`, `iam.role.managedPolicies` over `iamManagedPolicies`.

Where `provider.role` or `provider.iam.role` names a role that exists, the framework makes none and ignores the
provider's statements: they grant nothing and are not found here. The same holds for a function with a `role`.

Source: https://www.serverless.com/framework/docs/providers/aws/guide/iam
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.made_nodes import Made, made
from secrets_cli.inputs.serverless_additions import (
    feature_statements,
    own_log_statements,
    shared_log_statements,
    trusted_services,
)
from secrets_cli.inputs.serverless_service import PLUGIN, Function, Service, Setting, truthy

PROVIDER = "provider"
INHERITED = "inherited from `provider`"
"""How statements of the provider come to a function's own role."""
_OF_PLUGIN = ("onError", "sqs event", "stream event")
"""What the plugin gives a function's own role; version 4 gives it all that the function needs."""


class PartKind(enum.Enum):
    """What a part of a role is."""

    STATEMENTS = "statements"
    """A list of statements of an inline policy."""
    MANAGED = "managed"
    """A list of ARNs of managed policies."""
    BOUNDARY = "boundary"
    """The ARN of the permissions boundary."""
    TRUST = "trust"
    """The statements of the trust policy."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of one role."""

    principal: str
    kind: PartKind
    body: JsonNode
    attached_by: str = ""
    """Empty for what the file writes out."""


def role_parts(service: Service, values: Mapping[str, str]) -> tuple[Part, ...]:
    """Every part of every role that the framework makes, the file's own statements of a role first.

    `values` may give `AWS::Partition` and `AWS::AccountId`.
    """
    # One setting of the provider may bring several functions of a role the same statement.
    return tuple(dict.fromkeys(_Roles(service, values).parts()))


def principal_of(service: Service, function: Function, values: Mapping[str, str]) -> str:
    """Whose role the function runs with, as the parts of roles name it: `provider`, `function KEY`, or `role NAME` for one
    that exists or that `resources` make; empty where it is not known."""
    roles = _Roles(service, values)
    if service.has(function.node, "role"):
        return _named_role(service.get(function.node, "role"))
    if roles.existing:
        return _named_role(service.get(roles.provider, "iam", "role"))
    if service.has(roles.provider, "role") and not roles.per_function:
        return _named_role(service.get(roles.provider, "role"))
    return f"function {function.key}" if roles.has_own_role(function) else PROVIDER


def _named_role(role: JsonNode | None) -> str:
    """A logical id, the logical id in `Fn::GetAtt`, or the name in an ARN."""
    if isinstance(role, JsonObject) and role.members:
        target = role.members[0].value
        role = target.items[0] if isinstance(target, JsonArray) and target.items else target
        name = role.value.partition(".")[0] if isinstance(role, JsonString) else ""
    else:
        name = role.value.rpartition("/")[2] if isinstance(role, JsonString) else ""
    return f"role {name}" if name and UNKNOWN not in name else ""


class _Roles:
    __slots__ = ("existing", "here", "per_function", "plugin", "provider", "service")

    def __init__(self, service: Service, values: Mapping[str, str]) -> None:
        self.service = service
        self.provider = service.provider
        partition = values.get("AWS::Partition") or _partition(service.region)
        self.here = f"{partition}:logs:{service.region}:{values.get('AWS::AccountId', UNKNOWN)}"
        role = service.outline(self.provider, "iam", "role")
        self.existing = role is not None and _names_a_role(role.value)
        mode = service.get(self.provider, "iam", "role", "mode")
        self.per_function = isinstance(mode, JsonString) and mode.value == "perFunction"
        self.plugin: JsonNode | None = service.get(service.variables.root, "custom", PLUGIN)

    def parts(self) -> Iterator[Part]:
        if self.existing or (self.service.has(self.provider, "role") and not self.per_function):
            return
        shared: list[Function] = []
        own: list[Function] = []
        for function in self.service.functions:
            if self.has_own_role(function):
                own.append(function)
            elif not self.service.has(function.node, "role"):
                shared.append(function)
        if self.service.uses_plugin:
            # The plugin makes roles after the framework has given the shared one what every function needs.
            shared = [one for one in self.service.functions if not self.service.has(one.node, "role")]
        if not self.per_function and (shared or own or not self.service.functions):
            yield from self.shared_role(shared)
        for function in own:
            yield from self.own_role(function)

    def has_own_role(self, function: Function) -> bool:
        if self.service.has(function.node, "role"):
            return False
        if self.per_function or self.statements(function) is not None:
            return True
        managed = self.service.get(function.node, "iam", "role", "managedPolicies")
        return isinstance(managed, JsonArray) and bool(managed.items)

    def statements(self, function: Function) -> Setting | None:
        return self.first(function.node, ("iam", "role", "statements"), ("iamRoleStatements",))

    def first(self, node: JsonNode, *paths: tuple[str, ...]) -> Setting | None:
        found = (self.service.setting(node, *path) for path in paths)
        return next((setting for setting in found if setting is not None), None)

    def provider_statements(self) -> Setting | None:
        return self.first(self.provider, ("iam", "role", "statements"), ("iamRoleStatements",))

    def inherited_statements(self) -> Setting | None:
        """Where `provider.iam` is there, the older key does not count."""
        if self.service.has(self.provider, "iam"):
            return self.service.setting(self.provider, "iam", "role", "statements")
        return self.service.setting(self.provider, "iamRoleStatements")

    def shared_role(self, functions: Sequence[Function]) -> Iterator[Part]:
        statements = self.provider_statements()
        if statements is not None:
            yield Part(PROVIDER, PartKind.STATEMENTS, statements.value)
        managed = self.first(self.provider, ("iam", "role", "managedPolicies"), ("iamManagedPolicies",))
        if managed is not None:
            yield Part(PROVIDER, PartKind.MANAGED, managed.value)
        yield from self.boundary(PROVIDER, None)
        if not functions:
            return
        offset = self.service.provider_offset
        logs = shared_log_statements(self.service, functions, offset, self.here)
        yield Part(PROVIDER, PartKind.STATEMENTS, logs, "the Serverless Framework, for logs")
        for function in functions:
            for name, added in feature_statements(self.service, function, self.here):
                yield Part(PROVIDER, PartKind.STATEMENTS, added, f"the Serverless Framework, for {name}")
        yield from self.network(PROVIDER, functions)
        yield self.trust(PROVIDER, functions, offset)

    def own_role(self, function: Function) -> Iterator[Part]:
        principal = f"function {function.key}"
        statements = self.statements(function)
        if statements is not None:
            yield Part(principal, PartKind.STATEMENTS, statements.value)
        inherited = self.inherited_statements()
        if inherited is not None and self.inherits(function):
            yield Part(principal, PartKind.STATEMENTS, inherited.value, INHERITED)
        yield from self.own_managed(principal, function)
        yield from self.boundary(principal, function)
        logs = own_log_statements(self.service, function, function.offset, self.here)
        yield Part(principal, PartKind.STATEMENTS, logs, "the Serverless Framework, for logs")
        for name, added in feature_statements(self.service, function, self.here):
            if self.service.uses_plugin and name not in _OF_PLUGIN:
                continue
            yield Part(principal, PartKind.STATEMENTS, added, f"the Serverless Framework, for {name}")
        yield from self.network(principal, (function,))
        yield self.trust(principal, (function,), function.offset)

    def own_managed(self, principal: str, function: Function) -> Iterator[Part]:
        """With mode perFunction the provider's managed policies come along."""
        shared = self.service.get(self.provider, "iam", "role", "managedPolicies")
        if self.per_function and shared is not None:
            yield Part(principal, PartKind.MANAGED, shared)
        own = self.service.get(function.node, "iam", "role", "managedPolicies")
        if own is not None:
            yield Part(principal, PartKind.MANAGED, own)

    def inherits(self, function: Function) -> bool:
        own = self.first(function.node, ("iam", "inheritStatements"), ("iamRoleStatementsInherit",))
        if own is not None:
            return truthy(own.value)
        default = None if self.plugin is None else self.service.get(self.plugin, "defaultInherit")
        return self.per_function if default is None else truthy(default)

    def boundary(self, principal: str, function: Function | None) -> Iterator[Part]:
        own: Setting | None = None
        if function is not None:
            own = self.first(function.node, ("iam", "role", "permissionsBoundary"), ("iamPermissionsBoundary",))
        plugin = None if self.plugin is None else self.service.setting(self.plugin, "iamGlobalPermissionsBoundary")
        shared = self.first(
            self.provider,
            ("iam", "role", "permissionsBoundary"),
            ("iam", "role", "permissionBoundary"),
            ("rolePermissionsBoundary",),
        )
        found = own or plugin or shared
        if found is not None:
            yield Part(principal, PartKind.BOUNDARY, found.value)

    def network(self, principal: str, functions: Sequence[Function]) -> Iterator[Part]:
        """A function in a VPC may make network interfaces, by AWS's managed policy."""
        candidates = (self.service.outline(node, "vpc") for node in (self.provider, *(one.node for one in functions)))
        vpc = next((one for one in candidates if one is not None and truthy(one.value)), None)
        if vpc is not None:
            arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
            yield Part(principal, PartKind.MANAGED, made([arn], vpc.offset), "the Serverless Framework, for vpc")

    def trust(self, principal: str, functions: Sequence[Function], offset: int) -> Part:
        services: Made = list(trusted_services(self.service, functions))
        statement: Made = {"Effect": "Allow", "Principal": {"Service": services}, "Action": ["sts:AssumeRole"]}
        return Part(principal, PartKind.TRUST, made([statement], offset), "the Serverless Framework's trust policy")


def _names_a_role(role: JsonNode) -> bool:
    """An ARN or a logical id, or an intrinsic function that gives one."""
    if isinstance(role, JsonObject):
        return any("::" in member.key.value for member in role.members)
    return isinstance(role, JsonString)


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
