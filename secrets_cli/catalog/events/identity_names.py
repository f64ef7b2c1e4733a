"""The IAM entities, EC2 resources and tagged ARNs that calls name.

An IAM ARN holds the entity's path, a bare name lacks it. The path is taken from the request (creating calls), from the
caller's own ARN (calls on oneself) or from AWS's fixed paths; else it is `/`, as for most entities: a grant is then too
narrow rather than too wide where the entity has a path.
"""

from secrets_cli.catalog.events.ec2_ids import WITHOUT_ACCOUNT, type_of_id
from secrets_cli.catalog.events.names import fill
from secrets_cli.catalog.events.parameters import text, texts
from secrets_cli.catalog.events.row import Arns, Recipe
from secrets_cli.catalog.grant import ApiCall


def _own_or_named_user(call: ApiCall) -> Arns:
    """Without a name these calls are about the caller."""
    name = text(call.parameters, "userName")
    if not name:
        return (call.principal,) if ":user/" in call.principal else ()
    if call.principal.endswith(f"/{name}") and ":user/" in call.principal:
        return (call.principal,)
    return (fill("arn:{partition}:iam::{account}:user/{name}", call, name),)


def _service_role(call: ApiCall) -> Arns:
    service = text(call.parameters, "aWSServiceName")
    form = "arn:{partition}:iam::{account}:role/aws-service-role/{name}/*"
    return (fill(form, call, service),) if service else ()


def _passed_role(call: ApiCall) -> Arns:
    name = text(call.parameters, "roleName")
    return (fill("arn:{partition}:iam::{account}:role/{name}", call, name),) if name else ()


def _assumed(call: ApiCall) -> Arns:
    arns = tuple(arn for arn in texts(call.parameters, "roleArn") if ":role/" in arn)
    return arns or tuple(entry.arn for entry in call.resources if ":role/" in entry.arn)


def _tagged_ids(call: ApiCall) -> Arns:
    return tuple(arn for name in texts(call.parameters, "resourcesSet.resourceId") if (arn := ec2_arn(name, call)))


def ec2_arn(name: str, call: ApiCall) -> str:
    """The ARN of an EC2 id, its type told by the prefix; empty for an unknown prefix."""
    kind = type_of_id(name)
    if not kind:
        return ""
    account = "" if kind in WITHOUT_ACCOUNT else "{account}"
    return fill(f"arn:{{partition}}:ec2:{{region}}:{account}:{kind}/{{name}}", call, name)


def tagged_of(service: str) -> Recipe:
    """The ARNs of one service in `resourceARNList`."""

    def find(call: ApiCall) -> Arns:
        return tuple(arn for arn in texts(call.parameters, "resourceARNList") if arn.split(":")[2:3] == [service])

    return Recipe(f"ARNs of {service} in resourceARNList", find)


USER = Recipe("user from userName, or the caller", _own_or_named_user, "the record names no user")
SERVICE_ROLE = Recipe("role/aws-service-role/<aWSServiceName>/*", _service_role, "the record names no service")
PASSED_ROLE = Recipe("role from roleName", _passed_role, "the record names no role")
ASSUMED_ROLE = Recipe("role from roleArn", _assumed, "the record names no role")
TAGGED_IDS = Recipe(
    "resources of resourcesSet, type from the id's prefix", _tagged_ids, "the record names no taggable resource"
)
