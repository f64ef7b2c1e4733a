"""Lambda. Event names carry the API version (`ListFunctions20150331`), which is cut before the table is asked.

Source: https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html and
https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
"""

from secrets_cli.catalog.events.kinds import LAYER
from secrets_cli.catalog.events.lambda_names import (
    FUNCTION_AND_VERSION,
    FUNCTION_OF_CALL,
    LAYER_BY_ARN,
    LAYER_VERSION_OF_CALL,
    LAYERS_OF_FUNCTION,
    TAGGED,
)
from secrets_cli.catalog.events.names import named
from secrets_cli.catalog.events.row import Need, Row

_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html"
_LAYERS = Need("lambda:GetLayerVersion", LAYERS_OF_FUNCTION, skip_if_none=True)

ROWS = (
    Row(
        "lambda-invoke",
        "lambda",
        ("Invoke", "InvokeWithResponseStream"),
        (Need("lambda:InvokeFunction", FUNCTION_AND_VERSION),),
        "There is no action lambda:Invoke.",
        _GUIDE,
    ),
    Row("lambda-invoke-async", "lambda", ("InvokeAsync",), (Need("lambda:InvokeAsync", FUNCTION_OF_CALL),), "", _GUIDE),
    Row(
        "lambda-configure",
        "lambda",
        ("CreateFunction", "UpdateFunctionConfiguration"),
        (Need("=", FUNCTION_OF_CALL), _LAYERS),
        "iam:PassRole is added where the request holds a role.",
        "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html",
    ),
    Row(
        "lambda-qualified",
        "lambda",
        (
            "DeleteFunction",
            "DeleteFunctionEventInvokeConfig",
            "DeleteProvisionedConcurrencyConfig",
            "GetFunction",
            "GetFunctionConfiguration",
            "GetFunctionEventInvokeConfig",
            "GetPolicy",
            "GetProvisionedConcurrencyConfig",
            "PutFunctionEventInvokeConfig",
            "PutProvisionedConcurrencyConfig",
            "UpdateFunctionEventInvokeConfig",
            "AddPermission",
            "RemovePermission",
            "CreateFunctionUrlConfig",
            "DeleteFunctionUrlConfig",
            "GetFunctionUrlConfig",
            "UpdateFunctionUrlConfig",
        ),
        (Need("=", FUNCTION_AND_VERSION),),
        "",
        _GUIDE,
    ),
    Row(
        "lambda-function",
        "lambda",
        (
            "CreateAlias",
            "DeleteAlias",
            "DeleteFunctionCodeSigningConfig",
            "DeleteFunctionConcurrency",
            "GetAlias",
            "GetFunctionCodeSigningConfig",
            "GetFunctionConcurrency",
            "GetFunctionRecursionConfig",
            "GetRuntimeManagementConfig",
            "ListAliases",
            "ListFunctionEventInvokeConfigs",
            "ListFunctionUrlConfigs",
            "ListProvisionedConcurrencyConfigs",
            "ListVersionsByFunction",
            "PublishVersion",
            "PutFunctionCodeSigningConfig",
            "PutFunctionConcurrency",
            "PutFunctionRecursionConfig",
            "PutRuntimeManagementConfig",
            "UpdateAlias",
            "UpdateFunctionCode",
        ),
        (Need("=", FUNCTION_OF_CALL),),
        "",
        _GUIDE,
    ),
    Row(
        "lambda-layer",
        "lambda",
        ("PublishLayerVersion", "ListLayerVersions"),
        (Need("=", named(LAYER, "layerName")),),
        "",
        _GUIDE,
    ),
    Row(
        "lambda-layer-version",
        "lambda",
        (
            "GetLayerVersion",
            "DeleteLayerVersion",
            "GetLayerVersionPolicy",
            "AddLayerVersionPermission",
            "RemoveLayerVersionPermission",
        ),
        (Need("=", LAYER_VERSION_OF_CALL),),
        "",
        _GUIDE,
    ),
    Row(
        "lambda-layer-by-arn",
        "lambda",
        ("GetLayerVersionByArn",),
        (Need("lambda:GetLayerVersion", LAYER_BY_ARN),),
        "",
        "https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html",
    ),
    Row("lambda-tags", "lambda", ("TagResource", "UntagResource", "ListTags"), (Need("=", TAGGED),), "", _GUIDE),
)
