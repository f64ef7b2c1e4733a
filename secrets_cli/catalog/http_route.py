"""The HTTP verb and path of API Gateway's management operations, whose IAM actions are verbs and whose ARNs are paths.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
"""

import enum
from dataclasses import dataclass


class ApiModel(enum.Enum):
    """Which of the two API Gateway APIs an operation belongs to; both log as `apigateway.amazonaws.com`."""

    REST = "apigateway"
    HTTP = "apigatewayv2"


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """How one operation is sent."""

    model: ApiModel
    operation: str
    """Such as `GetRestApi`."""
    verb: str
    """`GET`, `POST`, ...: with `apigateway:` in front it is the IAM action."""
    uri: str
    """Path template as in the service model: `/restapis/{restapi_id}`, `/v2/apis/{apiId}`; without a query. The braces
    hold the name of a request parameter's place in the URI. An ARN's path has no leading `/v2`."""
