"""Lambda functions: typed calls, each failure one of ours, each list paged to its end.

Source: https://docs.aws.amazon.com/lambda/latest/api/welcome.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


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
