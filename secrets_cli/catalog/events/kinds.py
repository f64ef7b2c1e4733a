"""The kinds of resource that the table names, with the ways callers write them."""

import re
from urllib.parse import urlsplit

from secrets_cli.catalog.events.names import Kind

_ARN = r"arn:[^:]+"


# -- Lambda -----------------------------------------------------------------------------------------------------------

_PARTIAL_FUNCTION = re.compile(r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[^:]+)(?::(?P<qualifier>[^:]+))?")


def _function_name(written: str) -> str:
    """`name`, `name:qualifier`, `function:name`, `account:function:name` -> `name`."""
    found = _PARTIAL_FUNCTION.fullmatch(written)
    return found["name"] if found else ""


FUNCTION = Kind(
    "function",
    "arn:{partition}:lambda:{region}:{account}:function:{name}",
    _ARN + r":lambda:[^:]*:[^:]*:function:[^:]+(:[^:]+)?",
    name_of=_function_name,
    arn_of=lambda arn: ":".join(arn.split(":")[:7]),
)
LAYER = Kind(
    "layer",
    "arn:{partition}:lambda:{region}:{account}:layer:{name}",
    _ARN + r":lambda:[^:]*:[^:]*:layer:[^:]+(:\d+)?",
    arn_of=lambda arn: ":".join(arn.split(":")[:7]),
)
LAYER_VERSION = Kind(
    "layer version",
    "arn:{partition}:lambda:{region}:{account}:layer:{name}",
    _ARN + r":lambda:[^:]*:[^:]*:layer:[^:]+:\d+",
)

# -- Systems Manager --------------------------------------------------------------------------------------------------


def _parameter_arn(arn: str) -> str:
    """Without the `:version` or `:label` selector."""
    return ":".join(arn.split(":")[:6])


PARAMETER = Kind(
    "parameter",
    "arn:{partition}:ssm:{region}:{account}:parameter/{name}",
    _ARN + r":ssm:[^:]*:[^:]*:parameter/.*",
    name_of=lambda written: written.removeprefix("/").split(":")[0],
    arn_of=_parameter_arn,
)
PARAMETER_PATH = Kind(
    "parameter path",
    "arn:{partition}:ssm:{region}:{account}:parameter{name}",
    _ARN + r":ssm:[^:]*:[^:]*:parameter/.*",
    name_of=lambda written: written if written.startswith("/") else f"/{written}",
)
DOCUMENT = Kind(
    "document",
    "arn:{partition}:ssm:{region}:{account}:document/{name}",
    _ARN + r":ssm:[^:]*:[^:]*:document/.+",
)
AWS_DOCUMENT = Kind(
    "document",
    "arn:{partition}:ssm:{region}::document/{name}",
    _ARN + r":ssm:[^:]*:[^:]*:document/.+",
)
INSTANCE = Kind(
    "instance",
    "arn:{partition}:ec2:{region}:{account}:instance/{name}",
    _ARN + r":ec2:[^:]*:[^:]*:instance/.+",
    name_of=lambda written: written if written.startswith("i-") else "",
)
MANAGED_INSTANCE = Kind(
    "managed instance",
    "arn:{partition}:ssm:{region}:{account}:managed-instance/{name}",
    _ARN + r":ssm:[^:]*:[^:]*:managed-instance/.+",
    name_of=lambda written: written if written.startswith("mi-") else "",
)
SESSION = Kind(
    "session",
    "arn:{partition}:ssm:{region}:{account}:session/{name}",
    _ARN + r":ssm:[^:]*:[^:]*:session/.+",
)

# -- KMS and Secrets Manager ------------------------------------------------------------------------------------------

KEY = Kind(
    "key",
    "arn:{partition}:kms:{region}:{account}:key/{name}",
    _ARN + r":kms:[^:]*:[^:]*:key/.+",
    name_of=lambda written: "" if written.startswith("alias/") else written.removeprefix("key/"),
)
ALIAS = Kind(
    "alias",
    "arn:{partition}:kms:{region}:{account}:{name}",
    _ARN + r":kms:[^:]*:[^:]*:alias/.+",
    name_of=lambda written: written if written.startswith("alias/") else "",
)

_FULL_SECRET = re.compile(r"(.+)-[A-Za-z0-9]{6}", re.DOTALL)


def _secret_arn(arn: str) -> str:
    """A full ARN as it is, a partial one with `-??????` for the suffix that Secrets Manager appended."""
    return arn if _FULL_SECRET.fullmatch(arn.split(":", 6)[6]) or arn.endswith("*") else f"{arn}-??????"


SECRET = Kind(
    "secret",
    "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}",
    _ARN + r":secretsmanager:[^:]*:[^:]*:secret:.+",
    name_of=lambda written: f"{written}-??????",
    arn_of=_secret_arn,
)

# -- DynamoDB ---------------------------------------------------------------------------------------------------------

TABLE = Kind(
    "table",
    "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    _ARN + r":dynamodb:[^:]*:[^:]*:table/[^/]+",
)
STREAM = Kind(
    "stream",
    "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    _ARN + r":dynamodb:[^:]*:[^:]*:table/[^/]+/stream/.+",
    name_of=lambda _written: "",
)

# -- CloudWatch Logs --------------------------------------------------------------------------------------------------

_GROUP_ARN = re.compile(r"(?P<group>arn:[^:]+:logs:[^:]*:[^:]*:log-group:[^:]+)(?::.*)?", re.DOTALL)


def _group(arn: str, rest: str) -> str:
    found = _GROUP_ARN.fullmatch(arn)
    return f"{found['group']}{rest}" if found else ""


LOG_GROUP = Kind(
    "log group",
    "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    _ARN + r":logs:[^:]*:[^:]*:log-group:[^:]+(:.*)?",
    arn_of=lambda arn: _group(arn, ":*"),
)
"""All actions on a log group but tagging are evaluated on an ARN that goes on after the group's name (a refused
CreateLogGroup names `log-group:G:log-stream:`).
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html"""
LOG_GROUP_TAGS = Kind(
    "log group",
    "arn:{partition}:logs:{region}:{account}:log-group:{name}",
    _ARN + r":logs:[^:]*:[^:]*:log-group:[^:]+(:.*)?",
    arn_of=lambda arn: _group(arn, ""),
)
LOG_STREAMS = Kind(
    "log group",
    "arn:{partition}:logs:{region}:{account}:log-group:{name}:log-stream:*",
    _ARN + r":logs:[^:]*:[^:]*:log-group:[^:]+(:.*)?",
    arn_of=lambda arn: _group(arn, ":log-stream:*"),
)

# -- messaging --------------------------------------------------------------------------------------------------------


TOPIC = Kind(
    "topic",
    "arn:{partition}:sns:{region}:{account}:{name}",
    _ARN + r":sns:[^:]*:[^:]*:[^:]+(:.+)?",
    arn_of=lambda arn: ":".join(arn.split(":")[:6]),
)
ENDPOINT = Kind(
    "platform endpoint",
    "arn:{partition}:sns:{region}:{account}:{name}",
    _ARN + r":sns:[^:]*:[^:]*:(endpoint|app)/.+",
    name_of=lambda _written: "",
)
QUEUE = Kind(
    "queue",
    "arn:{partition}:sqs:{region}:{account}:{name}",
    _ARN + r":sqs:[^:]*:[^:]*:[^:]+",
    name_of=lambda written: "" if "/" in written else written,
)


def queue_of_url(url: str) -> tuple[str, str]:
    """Account and name of a queue URL (`https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`, the legacy and the VPC endpoint
    forms); two empty strings where it is none."""
    try:
        parts = urlsplit(url).path.strip("/").split("/")
    except ValueError:
        return "", ""
    return (parts[-2], parts[-1]) if len(parts) >= 2 and re.fullmatch(r"\d{12}", parts[-2]) else ("", "")


DATA_STREAM = Kind(
    "data stream",
    "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
    _ARN + r":kinesis:[^:]*:[^:]*:stream/[^/]+",
)

# -- EventBridge, SES, ECS, STS ------------------------------------------------------------

EVENT_BUS = Kind(
    "event bus",
    "arn:{partition}:events:{region}:{account}:event-bus/{name}",
    _ARN + r":events:[^:]*:[^:]*:event-bus/.+",
)
EMAIL_IDENTITY = Kind(
    "identity",
    "arn:{partition}:ses:{region}:{account}:identity/{name}",
    _ARN + r":ses:[^:]*:[^:]*:identity/.+",
    name_of=lambda written: written.rsplit("<", 1)[-1].rstrip("> ").strip(),
)

TASK_DEFINITION = Kind(
    "task definition",
    "arn:{partition}:ecs:{region}:{account}:task-definition/{name}",
    _ARN + r":ecs:[^:]*:[^:]*:task-definition/.+",
    name_of=lambda written: written if ":" in written else f"{written}:*",
)
FEDERATED_USER = Kind(
    "federated user",
    "arn:{partition}:sts::{account}:federated-user/{name}",
    _ARN + r":sts::[^:]*:federated-user/.+",
)

# -- IAM --------------------------------------------------------------------------------------------------------------

ROLE = Kind(
    "role",
    "arn:{partition}:iam::{account}:role/{name}",
    _ARN + r":iam::[^:]*:role/.+",
)
