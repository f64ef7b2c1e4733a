"""What a configuration implies, as grants: the value, and the grants that several blocks of a configuration share.

A resource is as narrow as the configuration makes it. Where it names no resource of the action (the key that encrypts a
queue, say), the condition on the service the call goes through does the scoping.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.iam.model import ConditionTerm, Operator

_EQUALS = Operator("StringEquals")
_AWS_SUFFIX = re.compile(r".*-[A-Za-z0-9]{6}")

_EVENT_SOURCE_VPC_ACTIONS = (
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
"""AWSLambdaMSKExecutionRole; the same six for self-managed Kafka, Amazon MQ and DocumentDB."""


@dataclass(frozen=True, slots=True)
class ImpliedGrant:
    """A grant that a configuration implies."""

    action: str
    resource: str
    because: str
    conditions: tuple[ConditionTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function's ARN, taken apart."""

    name: str
    partition: str
    region: str
    account: str

    @property
    def arn(self) -> str:
        """Without version or alias."""
        return self.of("lambda", f"function:{self.name}")

    def of(self, service: str, resource: str) -> str:
        """An ARN of another service in the function's region and account."""
        return str(Arn(self.partition, service, self.region, self.account, resource))


def function_in(arn: str) -> FunctionName | None:
    """The function an ARN names, with or without version or alias; None where it is no function's ARN."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "lambda" or not parsed.resource.startswith("function:"):
        return None
    name = parsed.resource.split(":")[1]
    return FunctionName(name, parsed.partition, parsed.region, parsed.account) if name else None


def on_each(
    actions: Iterable[str], resource: str, because: str, conditions: tuple[ConditionTerm, ...] = ()
) -> Iterator[ImpliedGrant]:
    """One grant for each action, all on the resource for the same reason."""
    for action in actions:
        yield ImpliedGrant(action, resource, because, conditions)


def key_through(
    service: str, partition: str, region: str, actions: Iterable[str], because: str
) -> Iterator[ImpliedGrant]:
    """KMS actions under a key that the configuration does not name, only in calls that go through the service (by the
    prefix of its host name) in the region.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    suffixes = (".amazonaws.com", ".amazonaws.com.cn") if partition == "aws-cn" else (".amazonaws.com",)
    term = ConditionTerm(_EQUALS, "kms:ViaService", tuple(f"{service}.{region}{suffix}" for suffix in suffixes))
    yield from on_each(
        actions,
        f"arn:{partition}:kms:{region}:*:key/*",
        f"{because}; it may be encrypted under a customer managed key",
        (term,),
    )


def reads_secret(secret: str, because: str) -> Iterator[ImpliedGrant]:
    """What reading a secret takes: its value, and the key it is encrypted under, which the configuration does not name.

    AWS appends six characters to a secret's name, and a configuration may name it without. Nothing for a text that is no
    secret's ARN.
    """
    at = parse_arn(secret)
    if at is None or at.service != "secretsmanager":
        return
    has_suffix = _AWS_SUFFIX.fullmatch(secret) is not None
    for resource in (secret, f"{secret}-??????") if has_suffix else (f"{secret}-??????",):
        yield ImpliedGrant("secretsmanager:GetSecretValue", resource, because)
    yield from key_through("secretsmanager", at.partition, at.region, ("kms:Decrypt",), because)


def in_source_vpc(because: str) -> Iterator[ImpliedGrant]:
    """The network interfaces through which an event source in a VPC is read. `*`, since their ids are not known."""
    yield from on_each(_EVENT_SOURCE_VPC_ACTIONS, "*", because)
