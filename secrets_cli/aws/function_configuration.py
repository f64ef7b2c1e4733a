"""What Lambda says of one function's configuration: the documents that the AWS CLI would print, in one text.

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html, API_ListEventSourceMappings.html and
API_ListFunctionEventInvokeConfigs.html
"""

import json
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import NotThere

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


def configuration_documents(connection: Connection, function: str) -> str:
    """The configuration of a function (a name or an ARN), its event source mappings and its destinations: JSON documents, one a
    line, without the values of its environment.

    By lambda:GetFunctionConfiguration, lambda:ListEventSourceMappings and lambda:ListFunctionEventInvokeConfigs, every page of
    each. Raises NotThere where there is no such function, else as every call.
    """
    client: LambdaClient = connection.client("lambda")
    try:
        with translated("lambda:GetFunctionConfiguration", function):
            configuration: dict[str, Any] = dict(client.get_function_configuration(FunctionName=function))
    except NotThere as error:
        raise NotThere(
            f"there is no function `{function}` in {connection.region}",
            "correct the name, or give `--region` with the function's; see `aws lambda list-functions`",
            error.code,
        ) from None
    for left_out in ("Environment", "ResponseMetadata"):
        configuration.pop(left_out, None)
    mappings = _pages(client, "list_event_source_mappings", "lambda:ListEventSourceMappings", function)
    targets = _pages(client, "list_function_event_invoke_configs", "lambda:ListFunctionEventInvokeConfigs", function)
    documents = (
        configuration,
        {"EventSourceMappings": [item for page in mappings for item in page["EventSourceMappings"]]},
        {"FunctionEventInvokeConfigs": [item for page in targets for item in page["FunctionEventInvokeConfigs"]]},
    )
    return "\n".join(json.dumps(document, default=str) for document in documents)


def _pages(client: "LambdaClient", call: Any, action: str, function: str) -> list[Any]:
    with translated(action, function):
        return list(client.get_paginator(call).paginate(FunctionName=function))
