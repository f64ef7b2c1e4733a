"""What an event-source mapping makes Lambda do with the execution role.

| source | source of the facts (read 2026-11) |
|---|---|
| SQS | AWSLambdaSQSQueueExecutionRole; https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html |
| Kinesis | AWSLambdaKinesisExecutionRole; with an enhanced fan-out consumer the mapping names the consumer's ARN |
| DynamoDB streams | AWSLambdaDynamoDBExecutionRole |
| Amazon MSK | AWSLambdaMSKExecutionRole; https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html |
| self-managed Kafka | https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-permissions.html |
| Amazon MQ | https://docs.aws.amazon.com/lambda/latest/dg/process-mq-messages-with-lambda.html |
| DocumentDB | https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html |

How much Lambda reads at once (ScalingConfig, ProvisionedPollerConfig, BatchSize and the like) implies nothing more. A mapping
that is disabled implies the same as one that is not: it may be switched on again.
"""

from collections.abc import Iterator

from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.narrow.configuration_document import Part
from secrets_cli.narrow.configuration_grant import (
    ImpliedGrant,
    function_in,
    in_source_vpc,
    key_through,
    on_each,
    reads_secret,
)
from secrets_cli.narrow.configuration_targets import destinations_of, sends_to, topic_in_cluster

KNOWN_SOURCES = frozenset({"dynamodb", "kafka", "kinesis", "mq", "rds", "sqs"})
"""Services, by the third field of the source's ARN, of which this module knows what reading takes."""

_READ_SHARDS = ("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards")
_POLL_SHARDS = ("kinesis:GetRecords", "kinesis:GetShardIterator")
_READ_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_READ_QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
_DESCRIBE_CLUSTER = ("kafka:DescribeCluster", "kafka:DescribeClusterV2")
_FIND_DATABASE = ("rds:DescribeDBClusterParameters", "rds:DescribeDBClusters", "rds:DescribeDBSubnetGroups")
_VPC_ACCESS = frozenset({"VPC_SUBNET", "VPC_SECURITY_GROUP"})
_ROLE_ACCESS = frozenset({"IAM_AUTH", "IAM_OAUTHBEARER_AUTH"})


def implied_by_mapping(mapping: Part) -> Iterator[ImpliedGrant]:
    """The grants of one event-source mapping: its source, its credentials, its key and its destination."""
    source = mapping.text("EventSourceArn")
    at = parse_arn(source)
    because = f"`{source}` is an event source of the function"
    if at is not None:
        yield from _reading(source, at, mapping, because)
    elif mapping.has("SelfManagedEventSource"):
        yield from _self_managed(mapping)
    for access in _accesses(mapping):
        what = access.text("Type") or "SECRET"
        yield from reads_secret(access.text("URI"), f"the function's event source reads this secret ({what})")
    if key := mapping.text("KMSKeyArn"):
        yield ImpliedGrant("kms:Decrypt", key, "the filter criteria of an event source are encrypted under this key")
    yield from _registry(mapping)
    yield from _failures(mapping, at)


def _reading(source: str, at: Arn, mapping: Part, because: str) -> Iterator[ImpliedGrant]:
    match at.service:
        case "sqs":
            yield from on_each(_READ_QUEUE, source, because)
            yield from key_through("sqs", at.partition, at.region, ("kms:Decrypt",), because)
        case "kinesis":
            yield from _kinesis(source, at, because)
        case "dynamodb":
            yield from on_each(_READ_STREAM, source, because)
            yield ImpliedGrant("dynamodb:ListStreams", "*", because)
        case "kafka":
            yield from _msk(source, at, mapping, because)
        case "mq":
            yield from on_each(("mq:DescribeBroker",), source, because)
            yield from in_source_vpc(because)
        case "rds":
            # The parameter and subnet groups of the cluster are asked for too, and the mapping does not name them.
            yield from on_each(_FIND_DATABASE, "*", because)
            yield from in_source_vpc(because)
        case _:
            pass


def _kinesis(source: str, at: Arn, because: str) -> Iterator[ImpliedGrant]:
    stream, _, consumer = source.partition("/consumer/")
    yield from on_each(_READ_SHARDS if consumer else (*_READ_SHARDS, *_POLL_SHARDS), stream, because)
    if consumer:
        yield ImpliedGrant("kinesis:SubscribeToShard", source, because)
    yield ImpliedGrant("kinesis:ListStreams", "*", because)
    yield from key_through("kinesis", at.partition, at.region, ("kms:Decrypt",), because)


def _msk(source: str, at: Arn, mapping: Part, because: str) -> Iterator[ImpliedGrant]:
    if at.resource.startswith("vpc-connection/"):
        yield ImpliedGrant("kafka:DescribeVpcConnection", source, because)
    yield from on_each(_DESCRIBE_CLUSTER, source, because)
    yield ImpliedGrant("kafka:GetBootstrapBrokers", "*", because)
    yield from in_source_vpc(because)
    kinds = {access.text("Type") for access in mapping.parts("SourceAccessConfigurations")}
    if any(kind.startswith("SASL_SCRAM") for kind in kinds):
        yield ImpliedGrant("kafka:ListScramSecrets", source, because)
    elif not kinds:
        yield from _as_itself(mapping, at, f"{because}, and the mapping names no other way to log in than the role")


def _self_managed(mapping: Part) -> Iterator[ImpliedGrant]:
    because = "an event source of the function is a Kafka cluster of yours"
    kinds = {access.text("Type") for access in mapping.parts("SourceAccessConfigurations")}
    function = function_in(mapping.text("FunctionArn"))
    if kinds & _VPC_ACCESS:
        yield from in_source_vpc(f"{because} in a VPC")
    if "IAM_OAUTHBEARER_AUTH" in kinds:
        yield ImpliedGrant("sts:GetWebIdentityToken", "*", f"{because}, which takes a token of the role")
    if "IAM_AUTH" in kinds and function is not None:
        anywhere = Arn(function.partition, "kafka", function.region, "*", "cluster/*/*")
        yield from _as_itself(mapping, anywhere, f"{because}, in which the role logs in")


def _as_itself(mapping: Part, cluster: Arn, because: str) -> Iterator[ImpliedGrant]:
    """What a consumer needs in a cluster that authorises the role.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/msk-cluster-auth.html
    """
    name = cluster.resource.removeprefix("cluster/")
    within = f"arn:{cluster.partition}:kafka:{cluster.region}:{cluster.account}"
    yield from on_each(
        ("kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration"), str(cluster), because
    )
    for topic in mapping.texts("Topics") or ("*",):
        actions = ("kafka-cluster:DescribeTopic", "kafka-cluster:ReadData")
        yield from on_each(actions, f"{within}:topic/{name}/{topic}", because)
    # Lambda's own name of a consumer group is the mapping's id.
    group = _kafka(mapping).text("ConsumerGroupId") or mapping.text("UUID") or "*"
    actions = ("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup")
    yield from on_each(actions, f"{within}:group/{name}/{group}", because)


def _accesses(mapping: Part) -> tuple[Part, ...]:
    """How the source and its schema registry are logged in to, where that takes a secret."""
    registry = _kafka(mapping).part("SchemaRegistryConfig").parts("AccessConfigs")
    named = (*mapping.parts("SourceAccessConfigurations"), *registry)
    return tuple(one for one in named if one.text("Type") not in _VPC_ACCESS | _ROLE_ACCESS)


def _registry(mapping: Part) -> Iterator[ImpliedGrant]:
    """A Glue schema registry, which is named by its ARN.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-consume-kafka-events.html
    """
    registry = _kafka(mapping).part("SchemaRegistryConfig").text("SchemaRegistryURI")
    at = parse_arn(registry)
    if at is None:
        return
    because = f"`{registry}` is the schema registry of an event source"
    yield from on_each(("glue:GetRegistry", "glue:GetSchemaVersion"), registry, because)
    schemas = Arn(at.partition, at.service, at.region, at.account, f"schema/{at.resource.partition('/')[2]}/*")
    yield ImpliedGrant("glue:GetSchemaVersion", str(schemas), because)


def _failures(mapping: Part, source: Arn | None) -> Iterator[ImpliedGrant]:
    function = function_in(mapping.text("FunctionArn"))
    region = source.region if source is not None else function.region if function is not None else "*"
    objects = f"aws/lambda/{mapping.text('UUID') or '*'}"
    for outcome, target in destinations_of(mapping):
        because = f"`{target}` is the {outcome} destination of an event source of the function"
        yield from sends_to(target, because, region, objects=objects)
        if source is not None and (topic := topic_in_cluster(source, target)):
            yield from on_each(("kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"), topic, because)


def _kafka(mapping: Part) -> Part:
    managed = mapping.part("AmazonManagedKafkaEventSourceConfig")
    return managed if managed.node.members else mapping.part("SelfManagedKafkaEventSourceConfig")
