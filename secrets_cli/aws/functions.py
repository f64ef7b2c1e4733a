"""Lambda functions: typed calls, each failure one of ours, each list paged to its end.

Source: https://docs.aws.amazon.com/lambda/latest/api/welcome.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AwsFailure, NotThere
from secrets_cli.secret_value import SecretValue

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable of a function."""

    name: str
    value: SecretValue


@dataclass(frozen=True, slots=True)
class Function:
    """One function's configuration, of its version `$LATEST`."""

    name: str
    arn: str
    role: str
    """ARN of the execution role."""
    runtime: str
    """Empty for an image."""
    environment: tuple[Variable, ...]
    environment_error: str
    """AWS's code where it could not show the variables (the key they are under is not for this caller); else empty."""


@dataclass(frozen=True, slots=True)
class Running:
    """What runs when a function is invoked now."""

    code_sha256: str
    """Of the zip, in base64."""
    code_url: str = field(repr=False)
    """Where the zip can be fetched for some minutes by whoever has this address; empty for an image."""
    handler: str
    runtime: str
    role: str
    layers: tuple[str, ...]
    """ARNs; their files lie before the runtime's own on the path of modules."""
    environment: Mapping[str, str]


class FunctionService:
    """Lambda on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _lambda(self) -> "LambdaClient":
        client: LambdaClient = self.connection.client("lambda")
        return client

    def functions(self) -> Iterator[Function]:
        """Every function of the account in the region, by lambda:ListFunctions (which answers the variables too)."""
        marker: dict[str, str] = {}
        while True:
            with translated("lambda:ListFunctions"):
                answer = self._lambda.list_functions(MaxItems=50, **marker)  # type: ignore[arg-type]  # the stubs take no mapping of options
                page = [_function(item) for item in answer["Functions"]]
            yield from page
            if not answer.get("NextMarker"):
                return
            marker = {"Marker": answer["NextMarker"]}

    def running(self, name: str) -> Running:
        """A function's code and configuration, by lambda:GetFunction. Raises NotThere."""
        with translated("lambda:GetFunction", name):
            answer = self._lambda.get_function(FunctionName=name)
            item: Any = answer["Configuration"]
            return Running(
                code_sha256=item["CodeSha256"],
                code_url=answer.get("Code", {}).get("Location", ""),
                handler=item.get("Handler", ""),
                runtime=item.get("Runtime", ""),
                role=item.get("Role", ""),
                layers=tuple(layer["Arn"] for layer in item.get("Layers") or ()),
                environment=dict((item.get("Environment") or {}).get("Variables") or {}),
            )

    def code(self, running: Running) -> bytes:
        """The zip that runs, from the address that lambda:GetFunction gave. Raises Unreachable or AwsFailure."""
        from botocore.awsrequest import AWSRequest
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies

        with translated("fetching the function's code"):
            session = URLLib3Session(timeout=_SECONDS, proxies=get_environ_proxies(running.code_url))
            answer = session.send(AWSRequest(method="GET", url=running.code_url).prepare())
            if answer.status_code != 200:
                raise AwsFailure(f"fetching the function's code was answered {answer.status_code}")
            body: bytes = answer.content
        return body

    def resource_policy(self, name: str) -> str:
        """Who else may invoke the function, as JSON text, by lambda:GetPolicy; empty where nobody is named."""
        try:
            with translated("lambda:GetPolicy", name):
                return self._lambda.get_policy(FunctionName=name)["Policy"]
        except NotThere:
            return ""

    def url_authorization(self, name: str) -> str:
        """`AWS_IAM` or `NONE`, of the function's URL, by lambda:GetFunctionUrlConfig; empty where there is none."""
        try:
            with translated("lambda:GetFunctionUrlConfig", name):
                return self._lambda.get_function_url_config(FunctionName=name)["AuthType"]
        except NotThere:
            return ""


def _function(item: Any) -> Function:
    environment = item.get("Environment") or {}
    return Function(
        name=item["FunctionName"],
        arn=item["FunctionArn"],
        role=item.get("Role", ""),
        runtime=item.get("Runtime", ""),
        environment=tuple(
            Variable(name, SecretValue(value)) for name, value in sorted((environment.get("Variables") or {}).items())
        ),
        environment_error=(environment.get("Error") or {}).get("ErrorCode", ""),
    )
