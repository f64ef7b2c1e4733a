"""The two front doors, as CloudFormation resources: who may knock is decided by IAM before the function runs.

A function URL needs two grants for each caller, lambda:InvokeFunctionUrl and lambda:InvokeFunction, the latter only where
the call comes through the URL: a direct invocation could forge the whole event, the caller's identity included. An HTTP
API has no resource policy; its callers get a managed policy of one action on one route.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

from collections.abc import Mapping

from secrets_cli.broker.desired import Caller, Deployment
from secrets_cli.broker.resource import CALLS, Resources, caller_words, digest_of, resource
from secrets_cli.errors import ConfigurationError
from secrets_cli.json_value import JsonValue

CORS_HEADERS = ("authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
_API_TIMEOUT_MS = 12_000
CORS_SECONDS = 300
_REQUESTS_A_SECOND = 20
_LONGEST_POLICY = 20_480
"""Bytes of a function's resource policy: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
_STATEMENT = 190
"""Bytes of one statement of it beside its ids and ARNs, with what CloudFormation adds to a statement's id."""


def function_url(deployment: Deployment) -> Resources:
    """A function URL with IAM authorization, and the grants to call it."""
    url = resource(
        "AWS::Lambda::Url",
        {
            "TargetFunctionArn": {"Ref": "Function"},
            "AuthType": "AWS_IAM",
            "InvokeMode": "BUFFERED",
            "Cors": _cors(deployment, ("AllowOrigins", "AllowMethods", "AllowHeaders", "MaxAge")),
        },
    )
    found: Resources = {"Url": url}
    words = caller_words(deployment)
    for caller in deployment.callers:
        word = words[caller.principal.arn]
        found[f"{CALLS[0]}{word}"] = _permission(caller, "lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": "AWS_IAM"})
        found[f"{CALLS[1]}{word}"] = _permission(caller, "lambda:InvokeFunction", {"InvokedViaFunctionUrl": True})
    _check_size(deployment, words)
    return found


def _check_size(deployment: Deployment, words: Mapping[str, str]) -> None:
    """Refuse more callers than the function's policy has room for. Raises ConfigurationError."""
    sids = [f"{deployment.settings.stack}-{call}{word}" for word in words.values() for call in CALLS]
    own = sum(len(sid) for sid in sids) + sum(2 * len(arn) for arn in words)
    size = own + len(sids) * (_STATEMENT + len(deployment.function_arn))
    if size > _LONGEST_POLICY:
        raise ConfigurationError(
            f"{len(words)} callers need a policy of about {size:,} bytes on the function, and Lambda takes {_LONGEST_POLICY:,}",
            "let them assume one role and grant that, use `--front http-api`, or more than one stack",
        )


def _permission(caller: Caller, action: str, only: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return resource(
        "AWS::Lambda::Permission",
        {"FunctionName": {"Ref": "Function"}, "Principal": caller.principal.arn, "Action": action, **only},
    )


def http_api(deployment: Deployment) -> Resources:
    """An HTTP API of one route with IAM authorization, and the managed policy that lets the callers call it."""
    cors = _cors(deployment, ("AllowOrigins", "AllowMethods", "AllowHeaders", "MaxAge"))
    route = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}"
    statement: dict[str, JsonValue] = {
        "Sid": "CallGetSecret",
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": {"Fn::Sub": f"{route}/$default/POST/"},
    }
    callers = digest_of(*(caller.id for caller in deployment.callers))
    by_kind = {
        kind: [caller.principal.name for caller in deployment.callers if caller.principal.kind == kind]
        for kind in ("role", "user")
    }
    return {
        "HttpApi": resource(
            "AWS::ApiGatewayV2::Api",
            {
                "Name": deployment.settings.stack,
                "ProtocolType": "HTTP",
                "CorsConfiguration": cors,
                "Tags": dict(deployment.settings.tags),
            },
        ),
        "HttpApiIntegration": resource(
            "AWS::ApiGatewayV2::Integration",
            {
                "ApiId": {"Ref": "HttpApi"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::GetAtt": ["Function", "Arn"]},
                "PayloadFormatVersion": "2.0",
                "TimeoutInMillis": _API_TIMEOUT_MS,
            },
        ),
        "HttpApiRoute": resource(
            "AWS::ApiGatewayV2::Route",
            {
                "ApiId": {"Ref": "HttpApi"},
                "RouteKey": "POST /",
                "AuthorizationType": "AWS_IAM",
                "Target": {"Fn::Sub": "integrations/${HttpApiIntegration}"},
            },
        ),
        "HttpApiStage": resource(
            "AWS::ApiGatewayV2::Stage",
            {
                "ApiId": {"Ref": "HttpApi"},
                "StageName": "$default",
                "AutoDeploy": True,
                "DefaultRouteSettings": {
                    "ThrottlingBurstLimit": _REQUESTS_A_SECOND,
                    "ThrottlingRateLimit": _REQUESTS_A_SECOND,
                },
                "Tags": dict(deployment.settings.tags),
            },
        ),
        "InvokeByHttpApi": resource(
            "AWS::Lambda::Permission",
            {
                "FunctionName": {"Ref": "Function"},
                "Principal": "apigateway.amazonaws.com",
                "Action": "lambda:InvokeFunction",
                "SourceArn": {"Fn::Sub": f"{route}/$default/POST/"},
            },
        ),
        f"CallHttpApi{callers}": resource(
            "AWS::IAM::ManagedPolicy",
            {
                # Of these callers alone: one made anew is not attached to, as long as nothing here changes.
                "ManagedPolicyName": f"{deployment.settings.stack}-call-{callers}",
                "Description": "Lets the granted principals call getSecret",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                "Roles": by_kind["role"],
                "Users": by_kind["user"],
            },
        ),
    }


def _cors(deployment: Deployment, names: tuple[str, str, str, str]) -> JsonValue:
    """None where no origin is given: then there is no CORS, and no page of the web reads an answer."""
    if not deployment.settings.origins:
        return None
    values: tuple[JsonValue, ...] = (list(deployment.settings.origins), ["POST"], list(CORS_HEADERS), CORS_SECONDS)
    return dict(zip(names, values, strict=True))
