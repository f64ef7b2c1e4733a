"""The stage of a Serverless Framework service: its functions, and the role they share or each one's own.

Names are the framework's (`serverless_names`), from the file. Where the framework's last packaging lies beside it and is of the
same stage and region, its template decides: it has every name as it is deployed.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString, read_json
from secrets_cli.inputs.cloudformation.intrinsics import Resolver, World
from secrets_cli.inputs.cloudformation.template import Template, at, open_template, text_of
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Supplied
from secrets_cli.inputs.project import (
    Framework,
    Named,
    ProjectFunction,
    ProjectRole,
    ProjectStage,
    identity_policies,
    named,
    unresolved_in,
)
from secrets_cli.inputs.serverless import PACKAGED, read_serverless, service_of
from secrets_cli.inputs.serverless_names import (
    ROLE_LOGICAL_ID,
    function_logical_id,
    function_role_logical_id,
    function_role_name,
    log_group_name,
    service_role_name,
)
from secrets_cli.inputs.serverless_roles import PROVIDER, principal_of
from secrets_cli.inputs.serverless_service import Function, Service, text_in

STATE = ".serverless/serverless-state.json"
"""Which stage and region the last packaging was for."""
_VARIABLE = "a variable in it is known at deployment only"


def serverless_project(text: str, name: str, supplied: Supplied) -> ProjectStage:
    """The stage that `supplied` asks for (`opt:stage`), else the file's. Raises as `read_serverless`; ConfigurationError where
    the name of a function's role is longer than IAM takes."""
    service = service_of(text, name, supplied)
    found = read_serverless(text, name, supplied)
    packaged = _packaged(service, supplied, posixpath.dirname(name))
    reading = _Reading(service, found, packaged, supplied.values)
    functions = tuple(reading.function(one) for one in service.functions)
    principals = dict.fromkeys(one.principal for one in functions if one.principal)
    return ProjectStage(
        Framework.SERVERLESS,
        name,
        service.stage,
        named(service.region, _VARIABLE),
        named(f"{service.name}-{service.stage}", _VARIABLE),
        functions,
        tuple(reading.role(one) for one in principals),
        unresolved_in(found),
        packaged.name if packaged is not None else "",
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    service: Service
    found: Found
    packaged: "_Packaged | None"
    values: Mapping[str, str]

    def function(self, function: Function) -> ProjectFunction:
        logical_id = function_logical_id(function.key)
        name = self.service.function_name(function)
        group = self._log_group(function, name)
        if self.packaged is not None:
            name = self.packaged.text(logical_id, "FunctionName") or name
            group = self.packaged.text(logical_id, "LoggingConfig", "LogGroup") or group
        return ProjectFunction(
            function.key,
            self.service.variables.places.at(function.offset),
            named(name, _VARIABLE),
            named(group, _VARIABLE),
            principal_of(self.service, function, self.values),
            logical_id,
        )

    def _log_group(self, function: Function, name: str) -> str:
        for node, path in (
            (function.node, ("logs", "logGroup")),
            (self.service.provider, ("logs", "lambda", "logGroup")),
        ):
            own = self.service.get(node, *path)
            if isinstance(own, JsonString):
                return own.value
        return log_group_name(name)

    def role(self, principal: str) -> ProjectRole:
        policies = identity_policies(self.found, principal)
        if principal == PROVIDER:
            own = self.service.get(self.service.provider, "iam", "role", "name")
            default = service_role_name(self.service.name, self.service.stage, self.service.region)
            return ProjectRole(
                principal, self._named(ROLE_LOGICAL_ID, own, default), policies, logical_id=ROLE_LOGICAL_ID
            )
        kind, _, key = principal.partition(" ")
        if kind == "function":
            return self._own_role(principal, key, policies)
        made = _role_resource(self.service, key)
        if made is None:
            return ProjectRole(principal, Named(key), (), is_made=False)
        name = text_in(self.service.get(made, "Properties", "RoleName"))
        packaged = self.packaged.text(key, "RoleName") if self.packaged is not None else ""
        stack = f"{self.service.name}-{self.service.stage}"
        unnamed = named(f"{stack}-{key}-{UNKNOWN}", "CloudFormation makes up its end")
        return ProjectRole(principal, named(packaged or name, _VARIABLE) if name else unnamed, policies, logical_id=key)

    def _own_role(self, principal: str, key: str, policies: tuple[PolicyAt, ...]) -> ProjectRole:
        function = next(one for one in self.service.functions if one.key == key)
        own = self.service.get(function.node, "iam", "role", "name") or self.service.get(
            function.node, "iamRoleStatementsName"
        )
        logical_id = function_role_logical_id(key)
        try:
            default = function_role_name(self.service.name, self.service.stage, key, self.service.region)
        except ConfigurationError as error:
            if own is None:
                return ProjectRole(principal, Named("", error.message), policies, logical_id=logical_id)
            default = ""
        return ProjectRole(principal, self._named(logical_id, own, default), policies, logical_id=logical_id)

    def _named(self, logical_id: str, own: JsonNode | None, default: str) -> Named:
        packaged = self.packaged.text(logical_id, "RoleName") if self.packaged is not None else ""
        return named(packaged or text_in(own) or default, _VARIABLE)


def _role_resource(service: Service, logical_id: str) -> JsonNode | None:
    """A role of the `resources` section."""
    sections = service.get(service.variables.root, "resources")
    items = sections.items if isinstance(sections, JsonArray) else (sections,)
    for section in items:
        found = at(section, "Resources", logical_id)
        if found is not None:
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Packaged:
    """The template of the last packaging."""

    name: str
    template: Template
    values: Mapping[str, str]

    def text(self, logical_id: str, *path: str) -> str:
        """A property, with UNKNOWN in the place of what is not known; empty where there is none."""
        resource = self.template.resources.get(logical_id)
        node = None if resource is None else resource.property(*path)
        value = None if node is None else Resolver(self.template, self.values, World()).value(node)
        return text_of(value) or ""


def _packaged(service: Service, supplied: Supplied, folder: str) -> _Packaged | None:
    """None where there is none, or it is another stage's or region's."""
    state, text = supplied.read(STATE), supplied.read(PACKAGED)
    if state is None or text is None:
        return None
    provider = at(read_json(state, posixpath.join(folder, STATE)).root, "service", "provider")
    if text_of(at(provider, "stage")) != service.stage or text_of(at(provider, "region")) != service.region:
        return None
    name = posixpath.normpath(posixpath.join(folder, PACKAGED))
    document = read_json(text, name)
    if not isinstance(document.root, JsonObject):
        return None
    values = {"AWS::Region": service.region, "AWS::StackName": f"{service.name}-{service.stage}", **supplied.values}
    return _Packaged(name, open_template(document, name), values)


def without_packaging(supplied: Supplied) -> Supplied:
    """The same without what the framework packaged: to read a file that was changed since."""
    return replace(supplied, read=lambda path: None if path.startswith(".serverless/") else supplied.read(path))
