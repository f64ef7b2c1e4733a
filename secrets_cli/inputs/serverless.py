"""Policies of a serverless.yml (or .json) of the Serverless Framework, versions 1 to 4.

Found are the policies of the roles that the framework makes (`serverless_roles`), with what it adds by itself, and those
of the `resources` section, which is CloudFormation. Principals are `provider` for the role that functions share,
`function KEY` for a function's own, and as in a template for those of `resources`.

What the file leaves unknown is looked up in the template that the framework packaged last, where it is there: see
`read_serverless`.
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
from typing import TypeAlias

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonObject, read_json
from secrets_cli.iam.model import Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.read import policies_of_template
from secrets_cli.inputs.found import UNKNOWN, Found, FunctionAt, PolicyAt, Supplied, Unresolved
from secrets_cli.inputs.joined_places import JoinedPlaces
from secrets_cli.inputs.serverless_functions import functions_of_service
from secrets_cli.inputs.serverless_names import function_logical_id
from secrets_cli.inputs.serverless_roles import Part, role_parts
from secrets_cli.inputs.serverless_service import Service
from secrets_cli.inputs.serverless_template import made_template, owners_of
from secrets_cli.inputs.serverless_variables import Variables
from secrets_cli.inputs.unknown_endpoints import unknown_endpoints
from secrets_cli.inputs.yaml_text import YamlVersion, read_yaml

PACKAGED = ".serverless/cloudformation-template-update-stack.json"
"""The template of the last `serverless package` or `deploy`."""


def read_serverless(text: str, name: str, supplied: Supplied) -> Found:
    """The policies of one service file. A name that ends in `.json` is read as JSON, any other as YAML.

    Where the file leaves something unknown and `supplied` reads the packaged template beside it, that decides: whatever
    is known from the file stands in the file, any other statement in the packaged template. A packaged template that
    lacks a statement of the file is of another version of it; it is not used, and said to be so.

    Raises MalformedInput where the file, or one that it includes, is no YAML or JSON or is no object, TooLarge past the
    limits of the readers and of `serverless_variables`. A policy that AWS would refuse is unresolved; a service of another
    provider than AWS has no policies.
    """
    service = service_of(text, name, supplied)
    variables = service.variables
    if not service.is_aws:
        return Found((), variables.unresolved)
    syntax = service.setting(service.provider, "variableSyntax")
    if syntax is not None:
        variables.note(syntax.offset, "`variableSyntax` is set: variables in a syntax of one's own are not read")
    values = {"AWS::Region": service.region, **supplied.values}
    supplied = replace(supplied, values=values)
    file = _from_file(service, name, supplied)
    found = file
    if variables.unresolved:
        packaged = _from_package(service, name, supplied)
        unresolved = variables.unresolved
        found = _all(file, unresolved) if packaged is None else _joined(file, packaged, unresolved)
    functions = _functions(service, file.functions, supplied)
    unknown = (*found.unresolved, *unknown_endpoints(functions))
    return Found(found.policies, unknown, functions, file.parameters)


def service_of(text: str, name: str, supplied: Supplied) -> Service:
    """What a service file says of its service. Raises as `read_serverless`."""
    document = _document(text, name)
    if not isinstance(document.root, JsonObject):
        place = document.places.at(document.root.offset)
        raise MalformedInput(f"{place}: a service file is an object", help="write `service:`, `provider:`, ...")
    return Service(Variables(document, JoinedPlaces(text, name), name, supplied))


def _functions(service: Service, made: tuple[FunctionAt, ...], supplied: Supplied) -> tuple[FunctionAt, ...]:
    """Those of `functions`, with the endpoints that `resources` give them, then those of `resources` themselves."""
    by_id = {one.name: one for one in made}
    own: list[FunctionAt] = []
    for one in functions_of_service(service, supplied.values):
        other = by_id.pop(function_logical_id(one.name), None)
        own.append(one if other is None else replace(one, endpoints=(*one.endpoints, *other.endpoints)))
    return (*own, *by_id.values())


def _document(text: str, name: str) -> JsonDocument:
    if posixpath.splitext(name)[1].lower() == ".json":
        return read_json(text, name)
    return read_yaml(text, name, YamlVersion.V1_2)


def _all(found: Found, unresolved: tuple[Unresolved, ...]) -> Found:
    return Found(found.policies, tuple(dict.fromkeys((*unresolved, *found.unresolved))))


def _from_file(service: Service, name: str, supplied: Supplied) -> Found:
    """What the file says; the variables that it leaves unknown are listed by the service."""
    parts = tuple(part for part in role_parts(service, supplied.values) if not _is_empty(part))
    made = made_template(service, parts)
    found = policies_of_template(made.document, name, supplied)
    policies = (_ours(policy, made.parts, made.owners) for policy in found.policies)
    owners = made.owners
    functions = (
        replace(one, principal=owners.get(one.principal, one.principal), source="serverless") for one in found.functions
    )
    told_later = unknown_endpoints(found.functions)
    unresolved = tuple(one for one in found.unresolved if one not in told_later)
    return Found(tuple(policies), unresolved, tuple(functions), found.parameters)


def _is_empty(part: Part) -> bool:
    return isinstance(part.body, JsonArray) and not part.body.items


def _ours(policy: PolicyAt, parts: Mapping[str, Part], owners: Mapping[str, str]) -> PolicyAt:
    """A policy of the template as one of the service file."""
    part = parts.get(policy.principal)
    if part is None:
        return replace(policy, principal=owners.get(policy.principal, policy.principal), source="serverless")
    attached_by = part.attached_by or policy.attached_by
    return replace(policy, principal=part.principal, source="serverless", attached_by=attached_by)


def _from_package(service: Service, name: str, supplied: Supplied) -> Found | None:
    text = supplied.read(PACKAGED)
    if text is None:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), PACKAGED))
    found = policies_of_template(read_json(text, path), path, supplied)
    owners = owners_of(service)
    return Found(tuple(_ours(policy, {}, owners) for policy in found.policies), found.unresolved)


def _joined(file: Found, package: Found, variables: tuple[Unresolved, ...]) -> Found:
    """What the file says where the package says the same, the rest from the package."""
    packaged = {_key(policy, one) for policy in package.policies for one in policy.policy.statements}
    said = {_key(policy, one) for policy in file.policies for one in policy.policy.statements}
    for policy in file.policies:
        for one in policy.policy.statements:
            if _key(policy, one) not in packaged and not _is_partial(one):
                reason = f"`{PACKAGED}` lacks this statement: it is of another version of this file, and not used"
                stale = Unresolved(one.location or policy.location, reason, "serverless package")
                return _all(file, (*variables, stale))
    kept = (_with(one, lambda key: key in packaged) for one in file.policies)
    added = (_with(one, lambda key: key not in said) for one in package.policies)
    policies = (
        *(one for one in kept if one is not None),
        *(replace(one, attached_by=one.attached_by or _PACKAGED_BY) for one in added if one is not None),
    )
    reasons = {one.reason for one in file.unresolved}
    return Found(policies, (*file.unresolved, *(one for one in package.unresolved if one.reason not in reasons)))


_Key: TypeAlias = tuple[str, PolicyKind, Statement]


def _key(policy: PolicyAt, statement: Statement) -> _Key:
    """A statement of a principal, wherever it stands."""
    return policy.principal, policy.kind, statement


def _is_partial(statement: Statement) -> bool:
    """Whether a part of it is unknown."""
    return UNKNOWN in repr(astuple(statement))


def _with(policy: PolicyAt, wanted: Callable[[_Key], bool]) -> PolicyAt | None:
    """The policy with those of its statements, or None where it has none of them."""
    left = tuple(one for one in policy.policy.statements if wanted(_key(policy, one)))
    return replace(policy, policy=replace(policy.policy, statements=left)) if left else None


_PACKAGED_BY = f"the Serverless Framework, in `{PACKAGED}`"
