"""The app of the demo: `orders-dev`, a shop's order service that Zappa deployed under its default execution role.

Nothing here exists; the account is the one that AWS's documentation uses for examples.
"""

from secrets_cli.json_value import JsonValue

ACCOUNT = "123456789012"
REGION = "eu-west-1"
FUNCTION = "orders-dev"
"""Zappa names a function `PROJECT-STAGE`."""
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}"
ROLE = f"{FUNCTION}-ZappaLambdaExecutionRole"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"
BUCKET = "orders-dev-files"
TABLE = "orders-dev"
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"
INDEX = "by-customer"
LOG_GROUP = f"/aws/lambda/{FUNCTION}"
PARAMETER_PATH = "/orders/dev"
SECRET_PARAMETER = f"{PARAMETER_PATH}/payment-api-key"
"""A SecureString; reading it makes SSM call KMS on the role's behalf."""
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/4f6f2b1c-8a0d-4b57-9e55-0c1d2e3f4a5b"

EXECUTION_POLICY = "zappa/default-execution.json"
EXTRA_POLICY = "zappa/extra-permissions-example.json"
PRESENT_POLICIES = (EXECUTION_POLICY, EXTRA_POLICY)
"""The policies on the role today, as names in the bundled folder `policies`."""


def function_configuration() -> dict[str, JsonValue]:
    """What `aws lambda get-function-configuration --function-name orders-dev` answers.

    Shape: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
    """
    return {
        "FunctionName": FUNCTION,
        "FunctionArn": FUNCTION_ARN,
        "Runtime": "python3.12",
        "Role": ROLE_ARN,
        "Handler": "handler.lambda_handler",
        "CodeSize": 18734211,
        "Description": "Zappa Deployment",
        "Timeout": 30,
        "MemorySize": 512,
        "LastModified": "2026-09-14T06:31:08.000+0000",
        "CodeSha256": "q0o0xq8d6mC7mQm2o6b5Jw4sV2z7b3d1o5T9q8mC7mQ=",
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": "6f1d9c1e-1b55-4a5c-8d0e-6c5d0a3f7b21",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": LOG_GROUP},
    }
