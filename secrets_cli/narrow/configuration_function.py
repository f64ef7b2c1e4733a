"""What the blocks of one function's configuration make the platform, or a layer, do with the execution role.

| block | source (read 2026-11) |
|---|---|
| LoggingConfig | https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html |
| VpcConfig | AWSLambdaVPCAccessExecutionRole; https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html |
| TracingConfig | https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html |
| DeadLetterConfig | https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html |
| KMSKeyArn | https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html |
| FileSystemConfigs | https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html; API_S3FilesConfig |
| DurableConfig | AWSLambdaBasicDurableExecutionRolePolicy; https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html |
| Layers | CloudWatchLambdaInsightsExecutionRolePolicy, AWSXRayDaemonWriteAccess, |
|   | CloudWatchLambdaApplicationSignalsExecutionRolePolicy |

A container image is pulled, and a package or its signature read, by Lambda itself: SnapStart, PackageType, signing and
capacity providers imply nothing for the role. The format of the log (text or JSON) changes nothing either.
"""

from collections.abc import Iterator

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.narrow.configuration_document import EXPECTED, Part
from secrets_cli.narrow.configuration_grant import FunctionName, ImpliedGrant, function_in, on_each
from secrets_cli.narrow.configuration_targets import sends_to
from secrets_cli.narrow.configuration_zappa import calls_itself

_WRITE_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
_TRACE = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
_VPC_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
_SAMPLING = ("xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets")
_DIRECT_READ_MEMORY = 512
"""MB from which on Lambda reads an S3 file system's objects from the bucket, unless told otherwise."""


def function_of(configuration: Part) -> FunctionName:
    """The function a configuration is of. Raises MalformedInput where it has no ARN of a function."""
    function = function_in(configuration.text("FunctionArn"))
    if function is None:
        raise MalformedInput(f"{configuration.place}: the configuration has no FunctionArn", EXPECTED)
    return function


def implied_by_function(configuration: Part) -> Iterator[ImpliedGrant]:
    """The grants of one `FunctionConfiguration`, block by block. Raises MalformedInput as `function_of` and the parts."""
    function = function_of(configuration)
    yield from _log(configuration, function)
    if configuration.part("VpcConfig").texts("SubnetIds"):
        yield from on_each(_VPC_ACTIONS, "*", f"the function `{function.name}` is in a VPC")
    if configuration.part("TracingConfig").text("Mode") == "Active":
        yield from on_each(_TRACE, "*", f"the function `{function.name}` has X-Ray tracing on")
    if target := configuration.part("DeadLetterConfig").text("TargetArn"):
        yield from sends_to(target, f"`{target}` is the dead-letter queue of `{function.name}`", function.region)
    if key := configuration.text("KMSKeyArn"):
        because = f"the environment of `{function.name}` is encrypted under this key"
        yield ImpliedGrant("kms:Decrypt", key, because)
    for system in configuration.parts("FileSystemConfigs"):
        yield from _file_system(system, configuration, function)
    if configuration.has("DurableConfig"):
        yield from _durable(configuration.part("DurableConfig"), function)
    for layer in configuration.parts("Layers"):
        yield from _layer(layer.text("Arn"), function)
    # Zappa's own description of a function, and the handler it packs.
    if configuration.text("Handler") == "handler.lambda_handler" and configuration.text("Description").startswith(
        "Zappa"
    ):
        yield from calls_itself(function)


def _log(configuration: Part, function: FunctionName) -> Iterator[ImpliedGrant]:
    group = configuration.part("LoggingConfig").text("LogGroup") or f"/aws/lambda/{function.name}"
    because = f"the function `{function.name}` writes its log to `{group}`"
    yield from on_each(_WRITE_LOG, function.of("logs", f"log-group:{group}:*"), because)


def _file_system(system: Part, configuration: Part, function: FunctionName) -> Iterator[ImpliedGrant]:
    access_point = system.text("Arn")
    at = parse_arn(access_point)
    because = f"the function `{function.name}` mounts `{access_point}`"
    if at is not None and at.service == "s3files":
        yield from _s3_file_system(at, system, configuration, because)
    elif access_point:
        # The configuration names the access point, authorisation is on the file system: so the condition does the
        # scoping.
        term = ConditionTerm(Operator("StringEquals"), "elasticfilesystem:AccessPointArn", (access_point,))
        actions = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")
        yield from on_each(actions, function.of("elasticfilesystem", "file-system/*"), because, (term,))


def _s3_file_system(at: Arn, system: Part, configuration: Part, because: str) -> Iterator[ImpliedGrant]:
    file_system = Arn(at.partition, at.service, at.region, at.account, at.resource.partition("/access-point/")[0])
    yield from on_each(("s3files:ClientMount", "s3files:ClientWrite"), str(file_system), because)
    asked = system.part("S3FilesConfig").text("DirectS3Read") or "AUTO"
    if asked == "ENABLED" or (asked == "AUTO" and configuration.number("MemorySize") >= _DIRECT_READ_MEMORY):
        reads = f"{because}, and reads its objects straight from a bucket that the configuration does not name"
        yield from on_each(("s3:GetObject", "s3:GetObjectVersion"), f"arn:{at.partition}:s3:::*/*", reads)


def _durable(durable: Part, function: FunctionName) -> Iterator[ImpliedGrant]:
    because = f"`{function.name}` is a durable function"
    actions = ("lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState")
    yield from on_each(actions, f"{function.arn}:*", because)
    if key := durable.text("KMSKeyArn"):
        yield from on_each(("kms:Decrypt", "kms:GenerateDataKey"), key, f"{because}, its data encrypted under this key")


def _layer(layer: str, function: FunctionName) -> Iterator[ImpliedGrant]:
    """Names as AWS publishes its layers; the account and version are others in each region."""
    name = layer.partition(":layer:")[2].partition(":")[0]
    because = f"the layer `{name}` of `{function.name}`"
    if name.startswith("LambdaInsightsExtension"):
        group = function.of("logs", "log-group:/aws/lambda-insights:*")
        yield from on_each(_WRITE_LOG, group, f"{because} writes its metrics there")
    elif name.startswith("AWSOpenTelemetryDistro"):
        yield from on_each(("xray:PutTraceSegments",), "*", f"{because} sends traces")
        group = function.of("logs", "log-group:/aws/application-signals/data:*")
        yield from on_each(_WRITE_LOG, group, f"{because} writes its metrics there")
    elif name.startswith("aws-otel-"):
        yield from on_each((*_SAMPLING, *_TRACE), "*", f"{because} sends traces")
