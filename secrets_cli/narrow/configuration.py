"""What a function's configuration makes the platform do with its execution role.

Read from the JSON that AWS prints: `get-function-configuration` (or `get-function`), `list-event-source-mappings`,
`get-function-event-invoke-config`. Each implied grant is kept only where the present policy allows it, though the logs may
never show it.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html and the managed policies
AWSLambdaBasicExecutionRole, AWSLambdaVPCAccessExecutionRole, AWSLambdaSQSQueueExecutionRole,
AWSLambdaKinesisExecutionRole, AWSLambdaDynamoDBExecutionRole, AWSLambdaMSKExecutionRole; for EFS
https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.json_value import JsonValue

_VPC_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)

_SOURCE_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "sqs": ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
    "kinesis": (
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
        "kinesis:SubscribeToShard",
    ),
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    "kafka": ("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"),
    "mq": ("mq:DescribeBroker",),
}

_SEND_ACTIONS: Mapping[str, str] = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
    "s3": "s3:PutObject",
}


@dataclass(frozen=True, slots=True)
class ImpliedGrant:
    """A grant that a configuration implies."""

    action: str
    resource: str
    because: str
    conditions: tuple[ConditionTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class Configuration:
    """One configuration document."""

    name: str
    """What the reader knows the file by."""
    implied: tuple[ImpliedGrant, ...]
    function: str = ""
    """The function's name; empty where the document is of no single function."""
    role: str = ""
    """ARN of the role the function runs as; empty where the document does not say."""


def parse_configuration(text: str, name: str) -> Configuration:
    """What one configuration document implies.

    Raises MalformedInput where the text is no JSON object or none of the documents this module knows.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedInput(f"`{name}{place}` is not JSON", "give the output of `aws lambda`, as JSON") from None
    if not isinstance(document, dict):
        raise MalformedInput(f"`{name}` is not a JSON object", _EXPECTED)
    if isinstance(mappings := document.get("EventSourceMappings"), list):
        return Configuration(name, tuple(g for m in mappings if isinstance(m, dict) for g in _of_event_source(m)))
    configuration = document.get("Configuration", document)
    if isinstance(configuration, dict) and isinstance(configuration.get("FunctionName"), str):
        function = _text(configuration, "FunctionName").split(":")[-1]
        return Configuration(name, tuple(_of_function(configuration, name)), function, _text(configuration, "Role"))
    if isinstance(document.get("DestinationConfig"), dict):
        return Configuration(name, tuple(_of_destinations(document)))
    raise MalformedInput(f"`{name}` is no function configuration that is known here", _EXPECTED)


_EXPECTED = (
    "give the output of `aws lambda get-function-configuration`, `get-function-event-invoke-config` "
    "or `list-event-source-mappings`"
)


def _of_function(configuration: Mapping[str, JsonValue], name: str) -> Iterator[ImpliedGrant]:
    arn = _text(configuration, "FunctionArn").split(":")
    if len(arn) < 7:
        raise MalformedInput(f"`{name}` has no FunctionArn", _EXPECTED)
    partition, region, account = arn[1], arn[3], arn[4]
    function = _text(configuration, "FunctionName").split(":")[-1]
    group = _text(_object(configuration, "LoggingConfig"), "LogGroup") or f"/aws/lambda/{function}"
    log_group = f"arn:{partition}:logs:{region}:{account}:log-group:{group}:*"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield ImpliedGrant(action, log_group, f"the function `{function}` writes its log to `{group}`")
    yield from _of_network(configuration, function)
    if _text(_object(configuration, "TracingConfig"), "Mode") == "Active":
        for action in ("xray:PutTelemetryRecords", "xray:PutTraceSegments"):
            yield ImpliedGrant(action, "*", f"the function `{function}` has X-Ray tracing on")
    if target := _text(_object(configuration, "DeadLetterConfig"), "TargetArn"):
        yield from _sends_to(target, f"`{target}` is the dead-letter queue of `{function}`")
    if key := _text(configuration, "KMSKeyArn"):
        yield ImpliedGrant("kms:Decrypt", key, f"the environment of `{function}` is encrypted under this key")
    for access_point in _file_systems(configuration):
        yield from _of_file_system(access_point, f"arn:{partition}:elasticfilesystem:{region}:{account}:file-system/*")


def _of_network(configuration: Mapping[str, JsonValue], function: str) -> Iterator[ImpliedGrant]:
    subnets = _object(configuration, "VpcConfig").get("SubnetIds")
    if isinstance(subnets, list) and subnets:
        for action in _VPC_ACTIONS:
            yield ImpliedGrant(action, "*", f"the function `{function}` is in a VPC")


def _of_file_system(access_point: str, file_systems: str) -> Iterator[ImpliedGrant]:
    # The configuration names the access point, authorisation is on the file system: so the condition does the scoping.
    term = ConditionTerm(Operator("StringEquals"), "elasticfilesystem:AccessPointArn", (access_point,))
    for action in ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"):
        yield ImpliedGrant(action, file_systems, f"the function mounts `{access_point}`", (term,))


def _of_event_source(mapping: Mapping[str, JsonValue]) -> Iterator[ImpliedGrant]:
    source = _text(mapping, "EventSourceArn")
    if not source:
        return
    service = source.split(":")[2] if source.count(":") >= 5 else ""
    for action in _SOURCE_ACTIONS.get(service, ()):
        yield ImpliedGrant(action, source, f"`{source}` is an event source of the function")
    if service == "kafka":
        for action in _VPC_ACTIONS:
            yield ImpliedGrant(action, "*", "an event source of the function is a Kafka cluster in a VPC")
    yield from _of_destinations(mapping)


def _of_destinations(document: Mapping[str, JsonValue]) -> Iterator[ImpliedGrant]:
    destinations = _object(document, "DestinationConfig")
    for outcome in ("OnSuccess", "OnFailure"):
        if target := _text(_object(destinations, outcome), "Destination"):
            yield from _sends_to(target, f"`{target}` is the function's {outcome} destination")


def _sends_to(target: str, because: str) -> Iterator[ImpliedGrant]:
    service = target.split(":")[2] if target.count(":") >= 5 else ""
    action = _SEND_ACTIONS.get(service)
    if action:
        yield ImpliedGrant(action, f"{target}/*" if service == "s3" else target, because)


def _file_systems(configuration: Mapping[str, JsonValue]) -> Iterator[str]:
    systems = configuration.get("FileSystemConfigs")
    if isinstance(systems, list):
        for system in systems:
            if isinstance(system, dict) and isinstance(arn := system.get("Arn"), str):
                yield arn


def _object(document: Mapping[str, JsonValue], key: str) -> Mapping[str, JsonValue]:
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(document: Mapping[str, JsonValue], key: str) -> str:
    value = document.get(key)
    return value if isinstance(value, str) else ""
