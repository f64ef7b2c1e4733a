"""What the Serverless Framework adds by itself to the role of a function: logs, and what its settings and events need.

As version 3.40 does for the role that functions share, and version 4 (like the plugin of version 3) for a function's
own. Not read: Kafka and MQ events, consumers and destinations of streams, `destinations`; their statements name the
resources that the file names there.

Sources: https://github.com/serverless/serverless, `lib/plugins/aws/package/lib/merge-iam-templates.js` and
`lib/plugins/aws/package/compile/` (3.40), `packages/serverless/lib/plugins/aws/package/lib/roles-per-function-permissions.js` (4)
"""

from collections.abc import Iterator, Sequence

from secrets_cli.iam.json_text import JsonNode, JsonObject, JsonString
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.made_nodes import Made, made
from secrets_cli.inputs.serverless_names import log_group_name
from secrets_cli.inputs.serverless_service import Function, Service, Setting, truthy

_NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)
_STREAM = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")
_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def trusted_services(service: Service, functions: Sequence[Function]) -> tuple[str, ...]:
    """Who may assume the role of these functions."""
    found = ["lambda.amazonaws.com"]
    for function in functions:
        for kind, event in service.events(function):
            if kind == "cloudFront":
                found.append("edgelambda.amazonaws.com")
            if _scheduled(service, kind, event):
                found.append("scheduler.amazonaws.com")
    return tuple(dict.fromkeys(found))


def shared_log_statements(service: Service, functions: Sequence[Function], offset: int, here: str) -> JsonNode:
    """The log statements of the role that functions share. `here` is `partition:logs:region:account`.

    Functions whose names begin with the service and stage are named by that beginning, any other by its own name.
    """
    prefix = f"{service.name}-{service.stage}"
    groups: list[str] = []
    silent: list[str] = []
    canonical = False
    for function in functions:
        name = service.function_name(function)
        off = truthy(service.get(function.node, "disableLogs"))
        if not name.startswith(prefix):
            groups += [] if off else [log_group_name(name)]
        elif off:
            silent.append(name)
        else:
            canonical = True
    groups += [f"{log_group_name(prefix)}*"] if canonical else []
    if not groups:
        return made([], offset)
    statements = _log_statements(groups, here)
    if canonical and silent:
        arns = [f"arn:{here}:log-group:{log_group_name(name)}:*" for name in silent]
        statements.append({"Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": arns})
    return made(statements, offset)


def _log_statements(groups: Sequence[str], here: str) -> list[Made]:
    return [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"],
            "Resource": [f"arn:{here}:log-group:{group}:*" for group in groups],
        },
        {
            "Effect": "Allow",
            "Action": ["logs:PutLogEvents"],
            "Resource": [f"arn:{here}:log-group:{group}:*:*" for group in groups],
        },
    ]


def own_log_statements(service: Service, function: Function, offset: int, here: str) -> JsonNode:
    """The log statements of a function's own role."""
    group = service.get(function.node, "logs", "logGroup") or service.get(
        service.provider, "logs", "lambda", "logGroup"
    )
    name = group.value if isinstance(group, JsonString) else log_group_name(service.function_name(function))
    arns = [f"arn:{here}:log-group:{name}:*:*"]
    actions = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:PutLogEvents"]
    statements: list[Made] = [{"Effect": "Allow", "Action": actions, "Resource": arns}]
    if truthy(service.get(function.node, "disableLogs")):
        statements.append({"Effect": "Deny", "Action": ["logs:PutLogEvents"], "Resource": arns})
    return made(statements, offset)


def feature_statements(service: Service, function: Function, here: str) -> Iterator[tuple[str, JsonNode]]:
    """What the function's settings and events bring, each by the setting's name, standing at that setting."""
    for name, setting, statement in _settings(service, function):
        yield name, made([{"Effect": "Allow", **statement}], setting.offset)
    for kind, event in service.events(function):
        for statement in _event(service, kind, event, function, here):
            yield f"{kind} event", made([{"Effect": "Allow", **statement}], event.offset)


def _settings(service: Service, function: Function) -> Iterator[tuple[str, Setting, dict[str, Made]]]:
    tracing = _first(service, (function.node, "tracing"), (service.provider, "tracing", "lambda"))
    if tracing is not None and truthy(tracing.value):
        actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        yield "tracing", tracing, {"Action": actions, "Resource": ["*"]}
    key = _first(service, (function.node, "kmsKeyArn"), (service.provider, "kmsKeyArn"))
    if key is not None and isinstance(key.value, JsonString):
        yield "kmsKeyArn", key, {"Action": ["kms:Decrypt"], "Resource": [key.value]}
    error = service.setting(function.node, "onError")
    if error is not None and isinstance(error.value, JsonString):
        yield "onError", error, {"Action": ["sns:Publish"], "Resource": [error.value]}
    files = service.setting(function.node, "fileSystemConfig", "arn")
    if files is not None:
        actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        yield "fileSystemConfig", files, {"Action": actions, "Resource": [files.value]}


def _first(service: Service, *places: tuple[JsonNode, *tuple[str, ...]]) -> Setting | None:
    found = (service.setting(node, *path) for node, *path in places)
    return next((setting for setting in found if setting is not None), None)


def _event(service: Service, kind: str, event: Setting, function: Function, here: str) -> Iterator[dict[str, Made]]:
    match kind:
        case "stream":
            arn = _arn(service, event)
            name = _stream_service(service, event, arn)
            yield {"Action": [f"{name}:{action}" for action in _STREAM], "Resource": [arn]}
        case "sqs":
            yield {"Action": list(_QUEUE), "Resource": [_arn(service, event)]}
        case "websocket":
            partition = here.split(":", 1)[0]
            yield {
                "Action": ["execute-api:ManageConnections"],
                "Resource": [f"arn:{partition}:execute-api:*:*:*/@connections/*"],
            }
        case "msk":
            actions = ["kafka:DescribeCluster", "kafka:GetBootstrapBrokers"]
            yield {"Action": actions, "Resource": [_arn(service, event)]}
            yield {"Action": list(_NETWORK), "Resource": "*"}
        case "cloudFront":
            actions = [
                f"logs:{action}" for action in ("CreateLogGroup", "CreateLogStream", "PutLogEvents", "TagResource")
            ]
            yield {"Action": actions, "Resource": [f"arn:{here.split(':', 1)[0]}:logs:*:*:*"]}
        case "schedule" if _scheduled(service, kind, event):
            name = f"arn:{here.replace(':logs:', ':lambda:')}:function:{service.function_name(function)}"
            yield {"Action": ["lambda:InvokeFunction"], "Resource": [name, f"{name}:*"]}
        case _:
            return


def _arn(service: Service, event: Setting) -> JsonNode:
    """An event is its ARN, or an object that has it."""
    return service.get(event.value, "arn") or service.variables.resolved(event.value)


def _stream_service(service: Service, event: Setting, arn: JsonNode) -> str:
    """`dynamodb` or `kinesis`, by the event's type or its ARN."""
    kind = service.get(event.value, "type")
    if isinstance(kind, JsonString):
        return kind.value
    parts = arn.value.split(":") if isinstance(arn, JsonString) else []
    return parts[2] if len(parts) > 2 else UNKNOWN


def _scheduled(service: Service, kind: str, event: Setting) -> bool:
    method = service.get(event.value, "method") if isinstance(event.value, JsonObject) else None
    return kind == "schedule" and isinstance(method, JsonString) and method.value == "scheduler"
