"""What Zappa, inside a function it deployed, does with the execution role.

The settings file is read by `secrets_cli.inputs.zappa_stages`; a settings file names no account, so that of the role to be
narrowed is taken, whose trust is in the same account.

Source: https://github.com/zappa/Zappa (0.63.0), `zappa/handler.py`, `zappa/asynchronous.py` and `zappa/cli.py`. The schedule
that keeps a function warm is EventBridge's, which the function's own policy lets in; what it starts may call the function.
"""

from collections.abc import Iterator

from secrets_cli.inputs.zappa_stages import ZappaStage
from secrets_cli.narrow.configuration_grant import FunctionName, ImpliedGrant, on_each

_RANDOM_BUCKET = "zappa-?????????"
"""The name Zappa makes up where the settings have none."""
_RESPONSES = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")


def calls_itself(function: FunctionName, and_warm: bool = False) -> Iterator[ImpliedGrant]:
    """Asynchronous tasks, which Zappa runs by invoking the function that runs, by its name without a version; whether a
    project has any stands in its code only."""
    because = (
        f"Zappa runs asynchronous tasks{', and what keeps it warm,' if and_warm else ''} in `{function.name}` itself"
    )
    yield ImpliedGrant("lambda:InvokeFunction", function.arn, because)


def implied_by_stage(stage: ZappaStage, function: FunctionName) -> Iterator[ImpliedGrant]:
    """The grants of one stage, whose function is given."""
    yield from calls_itself(function, and_warm=stage.keep_warm)
    if stage.slim_handler:
        bucket = stage.bucket or _RANDOM_BUCKET
        because = f"`slim_handler`: a cold start of `{function.name}` loads the project from there"
        key = f"{stage.name}_{stage.project}_current_project.tar.gz"
        yield ImpliedGrant("s3:GetObject", f"arn:{function.partition}:s3:::{bucket}/{key}", because)
    if stage.remote_environment:
        because = f"`remote_env`: a cold start of `{function.name}` loads its environment from there"
        yield ImpliedGrant("s3:GetObject", f"arn:{function.partition}:s3:::{stage.remote_environment}", because)
    if stage.async_by_topic:
        topic = function.of("sns", f"{function.name}-zappa-async")
        yield ImpliedGrant("sns:Publish", topic, "`async_source`: asynchronous tasks go through this topic")
    if stage.response_table:
        table = function.of("dynamodb", f"table/{stage.response_table}")
        yield from on_each(_RESPONSES, table, "`async_response_table`: what asynchronous tasks return is kept there")
    if stage.websockets:
        connections = function.of("execute-api", f"*/{stage.name}/*")
        because = "`websocket_handler_module`: the function sends to its connections"
        yield ImpliedGrant("execute-api:ManageConnections", connections, because)
