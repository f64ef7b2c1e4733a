"""The CloudFormation template of a deployment: everything in one, the same bytes for the same input.

The names of roles are given, so that the policies can say exactly which; hence CAPABILITY_NAMED_IAM. ARNs stand written
out where a reader of the template should see them. What the proof says is in the template's metadata, hence in the stack.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from secrets_cli import __version__
from secrets_cli.broker.desired import Deployment, Front, Reader, configuration_text
from secrets_cli.broker.front_doors import function_url, http_api
from secrets_cli.broker.package import HANDLER
from secrets_cli.broker.policies import function_policy, function_trust, reader_policy, reader_trust
from secrets_cli.broker.resource import Resources, reader_id, resource, tags
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue

RUNTIME = "python3.14"
"""The newest that https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html lists; supported to June 2029."""
GRANTS_VARIABLE = "GET_SECRET_GRANTS"
LONGEST_BODY = 51_200
"""Bytes of a template sent with the call: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
_LONGEST_ENVIRONMENT = 4_096
MEMORY_MB = 256
TIMEOUT_SECONDS = 10
REFUSED_LINES = '{ $.event = "get-secret" && $.status = 403 }'
"""The audit lines of calls that were refused."""
FAILED_LINES = '{ $.event = "get-secret" && $.level = "ERROR" }'
"""The audit lines of calls that failed: those do not fail the function, so that its own metric does not show them."""
METRICS = "SecretsCli/GetSecret"


@dataclass(frozen=True, slots=True)
class InlineCode:
    """The handler's source, in the template."""

    source: str


@dataclass(frozen=True, slots=True)
class ZippedCode:
    """A zip that was put into a bucket."""

    bucket: str
    key: str
    with_grants: bool = False
    """Whether the grants are in it: else they are in the environment."""


Code: TypeAlias = InlineCode | ZippedCode


def fits_the_environment(deployment: Deployment) -> bool:
    """Whether the grants fit into Lambda's 4 KB of environment variables; else they travel in a zip."""
    return len(GRANTS_VARIABLE) + len(configuration_text(deployment).encode()) <= _LONGEST_ENVIRONMENT


def template(deployment: Deployment, code: Code, metadata: JsonValue = None) -> dict[str, JsonValue]:
    """The template as JSON values. `metadata` is stored as it is."""
    if isinstance(code, InlineCode) and not fits_the_environment(deployment):
        raise ConfigurationError(
            "the grants do not fit into the 4 KB of a function's environment", "give `--bucket`: they travel in a zip"
        )
    resources: Resources = {
        "LogGroup": _log_group(deployment),
        "FunctionRole": _role(
            deployment,
            deployment.role_name,
            "Runs the getSecret function; reads no secret",
            function_trust(),
            function_policy(deployment),
        ),
    }
    for reader in deployment.readers:
        resources[reader_id(reader, deployment)] = _reader_role(reader, deployment)
    resources["Function"] = _function(deployment, code)
    resources |= _front(deployment)
    if deployment.settings.alarms:
        resources |= _alarms(deployment)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"getSecret ({deployment.settings.mode.value}), by secrets-cli {__version__}",
        "Metadata": {"SecretsCli": metadata or {}},
        "Resources": resources,
        "Outputs": _outputs(deployment),
    }


def rendered(document: dict[str, JsonValue]) -> str:
    """The template as YAML: the code as a block of text, the rest in the order given."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # the same list twice is written twice
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(str, text)
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)


def _log_group(deployment: Deployment) -> JsonValue:
    settings = deployment.settings
    properties: dict[str, JsonValue] = {
        "LogGroupName": deployment.log_group,
        "RetentionInDays": settings.retention_days,
        "KmsKeyId": settings.log_key,
        "Tags": tags(deployment),
    }
    return {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Retain", **resource("AWS::Logs::LogGroup", properties)}


def _role(
    deployment: Deployment, name: str, description: str, trust: Policy, allowed: Policy, depends: tuple[str, ...] = ()
) -> dict[str, JsonValue]:
    properties: dict[str, JsonValue] = {
        "RoleName": name,
        "Description": description,
        "MaxSessionDuration": 3_600,
        "AssumeRolePolicyDocument": policy_document(trust),
        "PermissionsBoundary": deployment.settings.boundary,
        "Policies": [{"PolicyName": "least-privilege", "PolicyDocument": policy_document(allowed)}],
        "Tags": tags(deployment),
    }
    return resource("AWS::IAM::Role", properties, depends)


def _reader_role(reader: Reader, deployment: Deployment) -> dict[str, JsonValue]:
    return _role(
        deployment,
        reader.role_name,
        "Reads what one grant of the getSecret function says",
        reader_trust(reader, deployment),
        reader_policy(reader, deployment.place),
        ("FunctionRole",),
    )


def _function(deployment: Deployment, code: Code) -> dict[str, JsonValue]:
    settings = deployment.settings
    match code:
        case InlineCode(source):
            where: dict[str, JsonValue] = {"ZipFile": source}
            handler = "index.handler"
        case ZippedCode(bucket, key):
            where = {"S3Bucket": bucket, "S3Key": key}
            handler = HANDLER
    elsewhere = isinstance(code, ZippedCode) and code.with_grants
    environment: JsonValue = {"Variables": {GRANTS_VARIABLE: configuration_text(deployment)}}
    properties: dict[str, JsonValue] = {
        "FunctionName": settings.stack,
        "Description": "Hands a secret to callers entitled to it",
        "Runtime": RUNTIME,
        "Architectures": ["arm64"],
        "Handler": handler,
        "Code": where,
        "Role": {"Fn::GetAtt": ["FunctionRole", "Arn"]},
        "MemorySize": MEMORY_MB,
        "Timeout": TIMEOUT_SECONDS,
        "ReservedConcurrentExecutions": settings.concurrency or None,
        "Environment": None if elsewhere else environment,
        "LoggingConfig": {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": "WARN",
            "LogGroup": {"Ref": "LogGroup"},
        },
        "Tags": tags(deployment),
    }
    return resource("AWS::Lambda::Function", properties)


def _front(deployment: Deployment) -> Resources:
    match deployment.settings.front:
        case Front.FUNCTION_URL:
            return function_url(deployment)
        case Front.HTTP_API:
            return http_api(deployment)
        case unreachable:
            assert_never(unreachable)


def _outputs(deployment: Deployment) -> dict[str, JsonValue]:
    url: JsonValue = {"Fn::GetAtt": ["Url", "FunctionUrl"]}
    if deployment.settings.front is Front.HTTP_API:
        url = {"Fn::Sub": "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"}
    return {
        "Url": {"Description": "Where callers POST, signed", "Value": url},
        "FunctionName": {"Value": {"Ref": "Function"}},
        "LogGroupName": {"Value": {"Ref": "LogGroup"}},
        "Mode": {"Value": deployment.settings.mode.value},
        "Front": {"Value": deployment.settings.front.value},
    }


def _alarms(deployment: Deployment) -> Resources:
    name = deployment.settings.stack
    function: list[JsonValue] = [{"Name": "FunctionName", "Value": {"Ref": "Function"}}]
    refused, failed = f"{name}-refused", f"{name}-failed"
    return {
        "RefusedLines": _counted(REFUSED_LINES, refused),
        "FailedLines": _counted(FAILED_LINES, failed),
        "ErrorsAlarm": _alarm(deployment, "AWS/Lambda", "Errors", function, "The getSecret function crashed"),
        "ThrottlesAlarm": _alarm(deployment, "AWS/Lambda", "Throttles", function, "getSecret calls were throttled"),
        "RefusedAlarm": _alarm(deployment, METRICS, refused, [], "Somebody asked for what they are not granted"),
        "FailedAlarm": _alarm(deployment, METRICS, failed, [], "getSecret could not read a granted secret"),
    }


def _counted(pattern: str, metric: str) -> Resources:
    return resource(
        "AWS::Logs::MetricFilter",
        {
            "LogGroupName": {"Ref": "LogGroup"},
            "FilterPattern": pattern,
            "MetricTransformations": [{"MetricNamespace": METRICS, "MetricName": metric, "MetricValue": "1"}],
        },
    )


def _alarm(
    deployment: Deployment, namespace: str, metric: str, dimensions: list[JsonValue], description: str
) -> dict[str, JsonValue]:
    topic = deployment.settings.alarm_topic
    return resource(
        "AWS::CloudWatch::Alarm",
        {
            "AlarmDescription": description,
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": dimensions,
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [topic] if topic else [],
            "Tags": tags(deployment),
        },
    )
