"""What a resource policy opens to everyone: after its conditions, and after the Deny statements of the same policy.

A Deny statement closes what it covers where it is for everybody and spares a fixed set of callers only. What the file
leaves unresolved, in an action, a principal or a condition, opens nothing here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import AccessLevel
from secrets_cli.gate.callers import Limit, leaves_only, limit_of
from secrets_cli.gate.condition_truth import Truth, truth_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import is_for_everyone
from secrets_cli.gate.principals import covers_resources, known_actions, statements_of
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import Effect, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt


@dataclass(frozen=True, slots=True)
class Opened:
    """One statement that lets in everyone."""

    at: StatementAt
    actions: frozenset[str]
    """What it lets them do that no Deny statement takes back; known actions, never empty."""
    limit: Limit
    """OPEN or PARTLY."""


_NO_GRANT: Final = frozenset({"AWS::EC2::VPCEndpoint", "aws_vpc_endpoint", "aws_vpc_endpoint_policy"})
"""Policies of these grant nothing: they restrict what passes through an endpoint, and everyone's is the default.
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"""
_KEYS: Final = frozenset(
    {
        "AWS::KMS::Key",
        "AWS::KMS::ReplicaKey",
        "aws_kms_external_key",
        "aws_kms_key",
        "aws_kms_key_policy",
        "aws_kms_replica_external_key",
        "aws_kms_replica_key",
    }
)


def grants(policy: PolicyAt) -> bool:
    """Whether it is a resource policy that grants, and no key policy."""
    return policy.kind is PolicyKind.RESOURCE and policy.carrier not in _NO_GRANT and not is_key_policy(policy)


def is_key_policy(policy: PolicyAt) -> bool:
    """Whether it is the policy of a KMS key; one by itself is told by its actions, which are all of KMS."""
    if policy.kind is not PolicyKind.RESOURCE or policy.carrier:
        return policy.carrier in _KEYS and policy.kind is PolicyKind.RESOURCE
    return all(value.lower().startswith("kms:") for one in policy.policy.statements for value in one.action.values)


def opened(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Opened]:
    """The statements that let in everyone, by `*` (NotPrincipal is left to its own rule)."""
    denies = [one for one in policy.policy.statements if one.effect is Effect.DENY]
    for at in statements_of(policy):
        statement = at.statement
        element = statement.principal
        if statement.effect is Effect.DENY or not is_for_everyone(statement) or element is None or element.negated:
            continue
        limit = limit_of(statement.conditions)
        if limit not in (Limit.OPEN, Limit.PARTLY):
            continue
        actions = left_open(statement, denies, knowledge)
        if actions:
            yield Opened(at, actions, limit)


def left_open(allow: Statement, denies: Iterable[Statement], knowledge: Knowledge) -> frozenset[str]:
    """The known actions of an Allow for everyone that no Deny statement closes; none where its conditions never hold."""
    if truth_of(allow.conditions, knowledge.today) is Truth.NEVER:
        return frozenset()
    left = actions_of(allow, knowledge.catalog)
    for deny in denies:
        spared = leaves_only(deny.conditions)
        closes = is_for_everyone(deny) and spared in (Limit.LIMITS, Limit.UNKNOWN)
        if closes and covers_resources(deny.resource, allow.resource):
            left -= known_actions(deny.action, knowledge.catalog)
    return left


def actions_of(statement: Statement, catalog: Catalog) -> frozenset[str]:
    """The known actions of a resource policy's statement: of `*` those of the service that its resources name."""
    actions = known_actions(statement.action, catalog)
    resource = statement.resource
    if resource is None or resource.negated:
        return actions
    arns = [parse_arn(value) for value in resource.values]
    services = {arn.service for arn in arns if arn is not None and catalog.service(arn.service) is not None}
    if None in arns or not services:
        return actions
    return frozenset(name for name in actions if name.partition(":")[0] in services) or actions


def can_change(actions: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    """Those that do more than read or list, sorted."""
    quiet = (AccessLevel.READ, AccessLevel.LIST)
    known = ((name, catalog.action(name)) for name in sorted(actions))
    return tuple(name for name, action in known if action is not None and action.access_level not in quiet)


_EXAMPLES: Final = 3
_TELLING: Final = (
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:PutBucketPolicy",
    "s3:GetObject",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "sqs:DeleteQueue",
    "sns:Publish",
    "sns:Subscribe",
    "sns:DeleteTopic",
    "kms:Decrypt",
    "kms:PutKeyPolicy",
    "kms:CreateGrant",
    "lambda:InvokeFunction",
    "ecr:PutImage",
    "ecr:SetRepositoryPolicy",
    "secretsmanager:GetSecretValue",
    "es:ESHttpGet",
    "es:ESHttpDelete",
    "dynamodb:Scan",
    "dynamodb:DeleteItem",
)
"""What readers know best; shown before the others."""


def listed(actions: Iterable[str]) -> str:
    """`a`, `b` and 4 more: the best known first."""
    known = {name: place for place, name in enumerate(_TELLING)}
    names = sorted(actions, key=lambda name: (known.get(name, len(known)), name))
    shown = ", ".join(f"`{name}`" for name in names[:_EXAMPLES])
    return f"{shown} and {len(names) - _EXAMPLES:,} more" if len(names) > _EXAMPLES else shown
