"""The API calls the orders app makes, each with the parameters and resources that CloudTrail records for it.

S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/understanding-ddb-log-entries.html
Lambda: https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
Parameter Store and KMS: https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

from collections.abc import Mapping
from dataclasses import replace

from secrets_cli.demo.orders import (
    ACCOUNT,
    BUCKET,
    FUNCTION,
    FUNCTION_ARN,
    INDEX,
    KEY_ARN,
    LOG_GROUP,
    PARAMETER_PATH,
    REGION,
    ROLE,
    SECRET_PARAMETER,
    TABLE,
    TABLE_ARN,
)
from secrets_cli.demo.record import Call, RecordJson, digest
from secrets_cli.json_value import JsonValue

_HOST = f"{BUCKET}.s3.{REGION}.amazonaws.com"
_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/{FUNCTION}"


def _transfer(key: str, received: int, sent: int) -> RecordJson:
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": received,
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": digest("id2", key, received, sent) + "==",
        "bytesTransferredOut": sent,
    }


def _object(key: str) -> tuple[Mapping[str, JsonValue], ...]:
    return (
        {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{BUCKET}/{key}"},
        {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{BUCKET}"},
    )


def _object_call(name: str, key: str, read_only: bool, received: int = 0, sent: int = 0) -> Call:
    return Call(
        "s3",
        name,
        read_only,
        {"bucketName": BUCKET, "Host": _HOST, "key": key},
        {"x-amz-server-side-encryption": "AES256"} if name == "PutObject" else None,
        _transfer(key, received, sent),
        _object(key),
        data_event=True,
        host=_HOST,
    )


def get_object(key: str) -> Call:
    """S3 sends an object."""
    return _object_call("GetObject", key, read_only=True, sent=48211)


def head_object(key: str) -> Call:
    """S3 tells about an object; IAM asks for s3:GetObject, as there is no action of this name."""
    return _object_call("HeadObject", key, read_only=True)


def put_object(key: str) -> Call:
    """S3 stores an object."""
    return _object_call("PutObject", key, read_only=False, received=48211)


def missing_object(key: str) -> Call:
    """Authorized, and then the key was not there."""
    call = _object_call("GetObject", key, read_only=True, sent=287)
    return _failed(call, "NoSuchKey", "The specified key does not exist.")


def list_objects(prefix: str) -> Call:
    """S3 lists a bucket: ListObjectsV2 too is recorded as ListObjects."""
    return Call(
        "s3",
        "ListObjects",
        True,
        {"list-type": "2", "bucketName": BUCKET, "encoding-type": "url", "prefix": prefix, "Host": _HOST},
        None,
        _transfer(prefix, 0, 5127),
        (
            {"type": "AWS::S3::Object", "ARNPrefix": f"arn:aws:s3:::{BUCKET}/"},
            {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{BUCKET}"},
        ),
        data_event=True,
        host=_HOST,
    )


def _item_call(name: str, read_only: bool, parameters: RecordJson) -> Call:
    return Call(
        "dynamodb",
        name,
        read_only,
        {"tableName": TABLE, **parameters},
        resources=({"accountId": ACCOUNT, "type": "AWS::DynamoDB::Table", "ARN": TABLE_ARN},),
        data_event=True,
        api_version="2012-08-10",
    )


def get_item(order: str) -> Call:
    """One order by its key."""
    return _item_call("GetItem", True, {"key": {"order_id": order}, "consistentRead": False})


def put_item(order: str) -> Call:
    """One order stored: CloudTrail keeps the key and the names of the other attributes, not their values."""
    names: list[JsonValue] = ["order_id", "customer_id", "placed_at", "lines", "status"]
    return _item_call("PutItem", False, {"key": {"order_id": order}, "item": names})


def query_index(condition: str = "customer_id = :c") -> Call:
    """The orders of one customer, through the index; the record names the table, the parameters name the index."""
    return _item_call("Query", True, {"indexName": INDEX, "keyConditionExpression": condition, "limit": 50})


def throttled_query() -> Call:
    """Authorized, and then refused for its rate."""
    return _failed(
        query_index(),
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for one or more global secondary indexes of the table was "
        "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes "
        "with the UpdateTable API",
    )


def read_secret() -> Call:
    """SSM reads a SecureString; the value is never in the record."""
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{SECRET_PARAMETER}"
    return Call(
        "ssm",
        "GetParameter",
        True,
        {"name": SECRET_PARAMETER, "withDecryption": True},
        resources=({"accountId": ACCOUNT, "ARN": arn},),
    )


def decrypt_for_ssm() -> Call:
    """What SSM asks of KMS on the role's behalf as it reads the SecureString."""
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{SECRET_PARAMETER}"
    return Call(
        "kms",
        "Decrypt",
        True,
        {
            "encryptionContext": {"PARAMETER_ARN": arn},
            "keyId": KEY_ARN,
            "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
        },
        resources=({"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": KEY_ARN},),
    )


def read_settings() -> Call:
    """SSM reads all parameters under a path."""
    return Call(
        "ssm",
        "GetParametersByPath",
        True,
        {"path": f"{PARAMETER_PATH}/settings", "recursive": True, "withDecryption": False},
    )


def throttled_settings() -> Call:
    """Authorized, and then refused for its rate."""
    return _failed(read_settings(), "ThrottlingException", "Rate exceeded")


def invoke_self() -> Call:
    """A Zappa task: the function invokes itself without waiting."""
    return Call(
        "lambda",
        "Invoke",
        False,
        {"functionName": FUNCTION_ARN, "invocationType": "Event"},
        additional={"functionVersion": f"{FUNCTION_ARN}:$LATEST"},
        resources=({"accountId": ACCOUNT, "type": "AWS::Lambda::Function", "ARN": FUNCTION_ARN},),
        data_event=True,
    )


def create_log_stream(stream: str) -> Call:
    """Lambda opens a log stream with the role; what is then written to it is never an event."""
    return Call(
        "logs",
        "CreateLogStream",
        False,
        {"logGroupName": LOG_GROUP, "logStreamName": stream},
        api_version="20140328",
    )


def denied_user(name: str) -> Call:
    """An attempt at something the role was never allowed: the name is in the message only."""
    return Call(
        "iam",
        "CreateUser",
        False,
        region="us-east-1",
        host="iam.amazonaws.com",
        error=(
            "AccessDenied",
            f"User: {_SESSION} is not authorized to perform: iam:CreateUser on resource: "
            f"arn:aws:iam::{ACCOUNT}:user/{name} because no identity-based policy allows the iam:CreateUser action",
        ),
    )


def denied_bucket_deletion() -> Call:
    """An attempt that the role's policy allows and the bucket's policy refuses."""
    return Call(
        "s3",
        "DeleteBucket",
        False,
        {"bucketName": BUCKET, "Host": _HOST},
        additional=_transfer("delete", 0, 243),
        resources=({"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{BUCKET}"},),
        host=_HOST,
        error=(
            "AccessDenied",
            f'User: {_SESSION} is not authorized to perform: s3:DeleteBucket on resource: "arn:aws:s3:::{BUCKET}" '
            "with an explicit deny in a resource-based policy",
        ),
    )


def _failed(call: Call, code: str, message: str) -> Call:
    return replace(call, response=None, error=(code, message))
