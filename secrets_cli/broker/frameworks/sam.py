"""AWS SAM: the function as AWS::Serverless::Function beside its folder of code, all else as in CloudFormation.

Roles stay our own: the role that SAM would make has AWSLambdaBasicExecutionRole, which may write every log.
Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from secrets_cli.broker.desired import Deployment
from secrets_cli.broker.frameworks.file import CODE_FOLDER, File, code_files, environment, mapping
from secrets_cli.broker.package import HANDLER
from secrets_cli.broker.template import ZippedCode, rendered, template
from secrets_cli.json_value import JsonValue

_AS_IT_IS = (
    "FunctionName",
    "Description",
    "Runtime",
    "Architectures",
    "Role",
    "MemorySize",
    "Timeout",
    "LoggingConfig",
)


def files(deployment: Deployment, metadata: JsonValue) -> tuple[File, ...]:
    """The template and the folder of code."""
    document = template(deployment, ZippedCode("", "", with_grants=True), metadata)
    resources = mapping(document["Resources"])
    plain = mapping(mapping(resources["Function"])["Properties"])
    properties: dict[str, JsonValue] = {
        **{name: plain[name] for name in _AS_IT_IS},
        "Handler": HANDLER,
        "CodeUri": f"{CODE_FOLDER}/",
        "Tags": dict(deployment.settings.tags),
        "Environment": {"Variables": environment(deployment)},
        "ReservedConcurrentExecutions": deployment.settings.concurrency,
    }
    kept = {name: value for name, value in properties.items() if value not in ({}, {"Variables": {}}, 0)}
    resources["Function"] = {"Type": "AWS::Serverless::Function", "Properties": kept}
    document = {
        "AWSTemplateFormatVersion": document["AWSTemplateFormatVersion"],
        "Transform": "AWS::Serverless-2016-10-31",
        **{name: value for name, value in document.items() if name != "AWSTemplateFormatVersion"},
        "Resources": resources,
    }
    return File("template.yaml", rendered(document)), *code_files(deployment)
