"""The Serverless Framework, version 3 and later: the function as one of its functions, all else as `resources`.

The role is given, so that the framework makes none of its own; `disableLogs`, as the log group is among the resources.
Source: https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
"""

from secrets_cli.broker.desired import Deployment
from secrets_cli.broker.frameworks.file import CODE_FOLDER, File, code_files, environment, mapping, only_function_url
from secrets_cli.broker.template import RUNTIME, ZippedCode, rendered, template
from secrets_cli.json_value import JsonValue

_FUNCTION = "getSecret"
_LOGICAL_ID = "GetSecretLambdaFunction"
"""What the framework names the function's resource: https://www.serverless.com/framework/docs/providers/aws/guide/resources"""


def files(deployment: Deployment, metadata: JsonValue) -> tuple[File, ...]:
    """`serverless.yml` and the folder of code. Raises ConfigurationError for an HTTP API."""
    only_function_url(deployment, "serverless")
    document = mapping(_renamed(template(deployment, ZippedCode("", "", with_grants=True), metadata)))
    resources = mapping(document["Resources"])
    plain = mapping(mapping(resources.pop("Function"))["Properties"])
    settings = deployment.settings
    function: dict[str, JsonValue] = {
        "name": settings.stack,
        "description": plain["Description"],
        "handler": f"{CODE_FOLDER}/handler.handler",
        "role": "FunctionRole",
        "disableLogs": True,
        "memorySize": plain["MemorySize"],
        "timeout": plain["Timeout"],
        "reservedConcurrency": settings.concurrency,
        "environment": environment(deployment),
        "tags": dict(settings.tags),
    }
    provider: dict[str, JsonValue] = {
        "name": "aws",
        "region": deployment.place.region,
        "stackName": settings.stack,
        "runtime": RUNTIME,
        "architecture": "arm64",
        "deploymentMethod": "direct",
        "versionFunctions": False,
    }
    project: dict[str, JsonValue] = {
        "service": settings.stack,
        "configValidationMode": "warn",
        "provider": provider,
        "package": {"patterns": ["!**", f"{CODE_FOLDER}/**"]},
        "functions": {_FUNCTION: {name: value for name, value in function.items() if value not in ({}, 0)}},
        "resources": {
            "Metadata": document["Metadata"],
            "Resources": resources,
            "Outputs": {**mapping(document["Outputs"])},
            "extensions": {_LOGICAL_ID: {"Properties": {"LoggingConfig": plain["LoggingConfig"]}}},
        },
    }
    return File("serverless.yml", rendered(project)), *code_files(deployment)


def _renamed(value: JsonValue) -> JsonValue:
    """References to the function, by the name the framework gives it."""
    match value:
        case {"Ref": "Function"}:
            return {"Ref": _LOGICAL_ID}
        case {"Fn::GetAtt": ["Function", attribute]}:
            return {"Fn::GetAtt": [_LOGICAL_ID, attribute]}
        case dict():
            return {name: _renamed(item) for name, item in value.items()}
        case list():
            return [_renamed(item) for item in value]
        case _:
            return value
