"""The parts of a statement that can never take effect: actions that are never asked about any of its resources, and
resources that none of its actions is ever asked about.

A wildcard action is dead only where all its members are. What is unknown, and what is no well-formed ARN of its service
(another rule's finding), counts as fitting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import AccessLevel
from secrets_cli.gate.arn_form import is_malformed
from secrets_cli.gate.resource_fit import fits, is_everything, known_matching
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import Statement
from secrets_cli.inputs.found import UNKNOWN

_ASKED_ABOUT_OTHERS = frozenset({("ssmmessages", "ssm"), ("ec2messages", "ssm"), ("sagemaker-mlflow", "sagemaker")})
"""Services whose actions are asked about another service's resources, although the reference lists none:
https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html"""
_WELL_DESCRIBED = frozenset(
    {
        "apigateway",
        "cloudformation",
        "cloudwatch",
        "dynamodb",
        "ec2",
        "ecr",
        "ecs",
        "events",
        "execute-api",
        "firehose",
        "iam",
        "kinesis",
        "kms",
        "lambda",
        "logs",
        "rds",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
        "ssm",
        "states",
        "sts",
    }
)
"""Services of which the tables proved complete when AWS's own managed policies were held against them. The tag actions of any
service are often listed without the newer types."""
_BY_PREFIX = frozenset({"iam", "logs"})
"""Services whose list actions may be asked about a path or prefix that the request names:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html"""


@dataclass(frozen=True, slots=True)
class DeadParts:
    """What of one statement never takes effect."""

    actions: tuple[str, ...]
    """Action patterns, as written."""
    resources: tuple[str, ...]
    """Resource patterns, as written; empty where nothing of the statement takes effect."""
    sure: bool
    """Whether the published tables leave no doubt; some miss a resource type of an action."""
    whole: bool
    """Whether nothing of the statement takes effect."""


@dataclass(frozen=True, slots=True)
class Group:
    """Actions of a statement and resources that they, and no other actions of it, are asked about."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


def dead_parts(statement: Statement, catalog: Catalog) -> DeadParts | None:
    """The dead parts of a statement; None where there are none, or where none can be told."""
    known = _known(statement, catalog)
    resource = statement.resource
    if known is None or resource is None:
        return None
    dead = tuple(value for value, names in known.items() if names and not _any_fits(names, resource.values, catalog))
    unclear = any(UNKNOWN in value for value in known)
    live = tuple(name for value, names in known.items() if value not in dead for name in names)
    useless: tuple[str, ...] = ()
    if live and not unclear:
        useless = tuple(value for value in dict.fromkeys(resource.values) if not _any_fits(live, (value,), catalog))
    if not dead and not useless:
        return None
    sure = all(_is_sure(name, value, catalog) for one in dead for name in known[one] for value in resource.values)
    return DeadParts(dead, useless, sure, whole=not live and not unclear)


def groups(statement: Statement, catalog: Catalog) -> tuple[Group, ...]:
    """The statement's actions and resources, parted where no action of one part fits a resource of another; dead parts
    are in none."""
    known = _known(statement, catalog)
    resource = statement.resource
    if known is None or resource is None or any(is_everything(value) for value in resource.values):
        return ()
    found: list[Group] = []
    for action, names in known.items():
        fitting = tuple(value for value in resource.values if _any_fits(names, (value,), catalog))
        joined = [group for group in found if set(group.resources) & set(fitting)]
        if fitting:
            actions = tuple(one for group in joined for one in group.actions)
            resources = dict.fromkeys((*(one for group in joined for one in group.resources), *fitting))
            found = [group for group in found if group not in joined]
            found.append(Group((*actions, action), tuple(resources)))
    return tuple(found)


def _known(statement: Statement, catalog: Catalog) -> Mapping[str, tuple[str, ...]] | None:
    """The known actions of each action pattern; None where nothing can be told of the statement."""
    resource = statement.resource
    if resource is None or resource.negated or statement.action.negated:
        return None
    if any(is_malformed(value, catalog) for value in resource.values):
        return None
    return {value: known_matching(value, catalog) for value in dict.fromkeys(statement.action.values)}


def right_form(action: str, values: tuple[str, ...], catalog: Catalog) -> str:
    """A resource near one of the values that the action can be on; empty where none is at hand."""
    for value in values:
        without = value.rpartition("/")[0]
        for near in (f"{value}/*", f"{value}:*", f"{value}/stream/*", without, without.partition("/index")[0]):
            if near.count(":") >= value.count(":") and fits(action, near, catalog):
                return near
    return ""


def _any_fits(names: Sequence[str], values: Sequence[str], catalog: Catalog) -> bool:
    return any(fits(name, value, catalog) for value in values for name in names)


def _is_sure(name: str, value: str, catalog: Catalog) -> bool:
    action, arn = catalog.action(name), parse_arn(value)
    if action is None or arn is None:
        return False
    if arn.service != action.service:
        return (action.service, arn.service) not in _ASKED_ABOUT_OTHERS
    if action.resources:
        return action.service in _WELL_DESCRIBED and "Tag" not in action.name
    return action.access_level is AccessLevel.LIST and action.service not in _BY_PREFIX
