"""Where a function's failed events and results go: dead-letter queues and destinations.

Sources, read 2026-11:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html (actions, and the names of the objects in
an S3 destination), https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html (the same for event sources, and the
KMS actions of an encrypted target)
"""

from collections.abc import Iterator, Mapping

from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.narrow.configuration_document import Part
from secrets_cli.narrow.configuration_grant import ImpliedGrant, key_through, on_each

_SEND_ACTIONS: Mapping[str, str] = {
    "events": "events:PutEvents",
    "lambda": "lambda:InvokeFunction",
    "sns": "sns:Publish",
    "sqs": "sqs:SendMessage",
}
_ENCRYPTS: Mapping[str, tuple[str, ...]] = {
    "s3": ("kms:GenerateDataKey",),
    "sns": ("kms:Decrypt", "kms:GenerateDataKey"),
    "sqs": ("kms:Decrypt", "kms:GenerateDataKey"),
}


def destinations_of(document: Part) -> tuple[tuple[str, str], ...]:
    """The targets of a DestinationConfig, each after its outcome: `OnSuccess` or `OnFailure`."""
    destinations = document.part("DestinationConfig")
    found = ((outcome, destinations.part(outcome).text("Destination")) for outcome in ("OnSuccess", "OnFailure"))
    return tuple((outcome, target) for outcome, target in found if target)


def sends_to(target: str, because: str, region: str, *, objects: str = "") -> Iterator[ImpliedGrant]:
    """What a function in the region needs to send to a target; nothing for one of a service that is not known here, as
    `is_known_target` says.

    `objects` is the prefix of the keys under which an S3 bucket gets them.
    """
    at = parse_arn(target)
    if at is None:
        return
    if at.service == "s3":
        yield ImpliedGrant("s3:PutObject", f"{target}/{objects}/*", because)
        yield ImpliedGrant("s3:ListBucket", target, because)
    elif action := _SEND_ACTIONS.get(at.service):
        yield from on_each((action,), target, because)
    yield from key_through(at.service, at.partition, at.region or region, _ENCRYPTS.get(at.service, ()), because)


def is_known_target(target: str) -> bool:
    """Whether `sends_to` knows what sending there takes."""
    at = parse_arn(target)
    return at is not None and (at.service == "s3" or at.service in _SEND_ACTIONS)


def topic_in_cluster(cluster: Arn, target: str) -> str:
    """ARN of the topic that `kafka://TOPIC` names in a cluster, which is the one the events come from; empty where the
    target is none."""
    topic = target.removeprefix("kafka://")
    if topic == target or not cluster.resource.startswith("cluster/"):
        return ""
    name = cluster.resource.removeprefix("cluster/")
    return str(Arn(cluster.partition, "kafka", cluster.region, cluster.account, f"topic/{name}/{topic}"))
