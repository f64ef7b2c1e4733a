"""Event source, event name and kind of event, as CloudTrail has them for an operation."""

import re

from secrets_cli.catalog.data_events import ACTIONS_BY_TYPE, EVENT_NAMES
from secrets_cli.catalog.events.sources import PREFIX_OF_SOURCE

_S3 = {
    "ListObjectsV2": "ListObjects",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
}
"""Operations of S3 whose events have another name (https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html)."""

_S3_CONTROL = {
    "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
}

_LAMBDA_V2 = frozenset(
    [
        "AddPermission",
        "DeleteFunctionConcurrency",
        "GetFunction",
        "GetFunctionConfiguration",
        "GetPolicy",
        "RemovePermission",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
        "TagResource",
        "UntagResource",
    ]
)
_LAMBDA_DATED = re.compile(r"^/(2015-03-31|2017-03-31|2017-10-31|2018-10-31)/")
_LAMBDA_UNDATED = frozenset({"Invoke", "InvokeAsync"})

_READS = re.compile(
    r"(Get|List|Describe|Head|BatchGet|BatchDescribe|BatchCheck|Lookup|Search|Query|Scan|Select|Simulate|Validate|Discover|Preview"
    r"|Receive|TransactGet|Verify|Check|Test|Detect|View|Download)(?![a-z])"
)
_READS_TOO = frozenset(
    [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyPair",
        "kms:GenerateDataKeyPairWithoutPlaintext",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:GenerateMac",
        "kms:GenerateRandom",
        "kms:ReEncrypt",
        "kms:Sign",
        "kms:VerifyMac",
        "kms:DeriveSharedSecret",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:DecodeAuthorizationMessage",
        "bedrock:InvokeModel",
        "bedrock:Converse",
    ]
)
_WRITES_ALL_THE_SAME = frozenset({"sqs:ReceiveMessage"})


def event_source(signing_name: str) -> str:
    """`ssm.amazonaws.com`."""
    return f"{signing_name}.amazonaws.com"


def event_name(model: str, wire_name: str, uri: str) -> str:
    """The event's name: the operation's, but for S3 and, with dates, Lambda.

    Lambda: https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
    """
    if model == "s3":
        return _S3.get(wire_name, wire_name)
    if model == "s3control":
        return _S3_CONTROL.get(wire_name, wire_name)
    if model != "lambda" or wire_name in _LAMBDA_UNDATED:
        return wire_name
    dated = _LAMBDA_DATED.match(uri)
    if dated is None:
        return wire_name
    return f"{wire_name}{dated[1].replace('-', '')}{'v2' if wire_name in _LAMBDA_V2 else ''}"


def is_read(signing_name: str, name: str) -> bool:
    """`readOnly`."""
    called = f"{signing_name}:{name}"
    return called not in _WRITES_ALL_THE_SAME and (called in _READS_TOO or _READS.match(name) is not None)


_DATA_ACTIONS = frozenset(action for actions in ACTIONS_BY_TYPE.values() for action in actions)


def is_data(signing_name: str, name: str) -> bool:
    """Whether CloudTrail logs the call as a data event; `name` is the event's."""
    prefix = PREFIX_OF_SOURCE.get(signing_name, signing_name)
    return (signing_name, name) in EVENT_NAMES or f"{prefix}:{name}" in _DATA_ACTIONS


API_VERSION = {"dynamodb": "2012-08-10", "logs": "20140328"}
"""Services whose records have `apiVersion`."""
