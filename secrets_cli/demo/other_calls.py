"""What others do in the same account: none of it is use of the orders role, and a reader of the logs must tell.

The deployer's calls are those `zappa update` makes. Console sign-ins:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
Service events: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html
"""

from datetime import datetime, timedelta

from secrets_cli.demo.orders import ACCOUNT, FUNCTION, FUNCTION_ARN, KEY_ARN, REGION, ROLE, ROLE_ARN, TABLE
from secrets_cli.demo.record import Call, RecordJson, digest, stamp, uuid_of

DEPLOY_BUCKET = "zappa-orders-deploy"
_DEPLOY_HOST = f"{DEPLOY_BUCKET}.s3.{REGION}.amazonaws.com"


def assume_by_lambda(started: datetime) -> Call:
    """Lambda takes the role for a new execution environment."""
    return Call(
        "sts",
        "AssumeRole",
        True,
        {"roleArn": ROLE_ARN, "roleSessionName": FUNCTION},
        {
            "credentials": {
                "accessKeyId": "ASIA" + digest("key", stamp(started)).upper()[:16],
                "sessionToken": digest("token", stamp(started)),
                "expiration": (started + timedelta(hours=12)).strftime("%b %d, %Y, %I:%M:%S %p"),
            }
        },
        resources=({"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": ROLE_ARN},),
    )


def invoke_by_service(source_arn: str) -> Call:
    """API Gateway, or a schedule, calls the function: allowed by the function's own policy, not by the role."""
    return Call(
        "lambda",
        "Invoke",
        False,
        {"functionName": FUNCTION_ARN, "sourceArn": source_arn, "contentType": "application/json"},
        additional={"functionVersion": f"{FUNCTION_ARN}:$LATEST"},
        resources=({"accountId": ACCOUNT, "type": "AWS::Lambda::Function", "ARN": FUNCTION_ARN},),
        data_event=True,
    )


def describe_table() -> Call:
    """Application Auto Scaling looks at the table."""
    return Call("dynamodb", "DescribeTable", True, {"tableName": TABLE}, api_version="2012-08-10")


def list_functions() -> Call:
    """A person looks around in the console."""
    return Call("lambda", "ListFunctions20150331", True, {"maxItems": 50})


def deployment() -> tuple[Call, ...]:
    """`zappa update`, in order."""
    rule = f"{FUNCTION}-zappa-keep-warm-handler.keep_warm_callback"
    return (
        _upload("orders-dev-1789367460.zip"),
        Call("iam", "GetRole", True, {"roleName": ROLE}, region="us-east-1", host="iam.amazonaws.com"),
        Call(
            "lambda",
            "UpdateFunctionCode20150331v2",
            False,
            {
                "functionName": FUNCTION,
                "s3Bucket": DEPLOY_BUCKET,
                "s3Key": "orders-dev-1789367460.zip",
                "publish": True,
                "dryRun": False,
            },
            {"functionName": FUNCTION, "functionArn": FUNCTION_ARN, "role": ROLE_ARN, "version": "12"},
        ),
        Call("lambda", "GetFunctionConfiguration20150331v2", True, {"functionName": FUNCTION}),
        Call("cloudformation", "DescribeStackResource", True, {"stackName": FUNCTION, "logicalResourceId": "Api"}),
        Call(
            "events",
            "PutRule",
            False,
            {"name": rule, "scheduleExpression": "rate(4 minutes)", "state": "ENABLED", "roleArn": ROLE_ARN},
            {"ruleArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}"},
        ),
        Call(
            "lambda",
            "AddPermission20150331v2",
            False,
            {
                "functionName": FUNCTION_ARN,
                "statementId": digest("statement", rule)[:8],
                "action": "lambda:InvokeFunction",
                "principal": "events.amazonaws.com",
                "sourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}",
            },
            {"statement": "{}"},
        ),
    )


def _upload(key: str) -> Call:
    return Call(
        "s3",
        "PutObject",
        False,
        {"bucketName": DEPLOY_BUCKET, "Host": _DEPLOY_HOST, "key": key},
        {"x-amz-server-side-encryption": "AES256"},
        {
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "bytesTransferredIn": 18734211,
            "AuthenticationMethod": "AuthHeader",
            "x-amz-id-2": digest("id2", key) + "==",
            "bytesTransferredOut": 0,
        },
        (
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{DEPLOY_BUCKET}/{key}"},
            {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{DEPLOY_BUCKET}"},
        ),
        data_event=True,
        host=_DEPLOY_HOST,
    )


def console_sign_in(name: str, moment: datetime, serial: str) -> RecordJson:
    """A person signs in: no API call, and no permission that a policy gives."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDA" + digest("user", name).upper()[:16],
            "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
            "accountId": ACCOUNT,
            "userName": name,
        },
        "eventTime": stamp(moment),
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": REGION,
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {
            "LoginTo": f"https://console.aws.amazon.com/console/home?region={REGION}",
            "MobileVersion": "No",
            "MFAUsed": "Yes",
        },
        "eventID": uuid_of("event", serial),
        "readOnly": False,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{REGION}.signin.aws.amazon.com",
        },
    }


def key_rotation(moment: datetime, serial: str) -> RecordJson:
    """KMS rotates the key by itself: a service event, with nobody behind it."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {"accountId": ACCOUNT, "invokedBy": "AWS Internal"},
        "eventTime": stamp(moment),
        "eventSource": "kms.amazonaws.com",
        "eventName": "RotateKey",
        "awsRegion": REGION,
        "sourceIPAddress": "AWS Internal",
        "userAgent": "AWS Internal",
        "requestParameters": None,
        "responseElements": None,
        "eventID": uuid_of("event", serial),
        "readOnly": False,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": KEY_ARN}],
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "serviceEventDetails": {"keyId": KEY_ARN.rpartition("/")[2]},
        "eventCategory": "Management",
    }
