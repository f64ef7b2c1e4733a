"""S3: the one service whose event names and action names differ most.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html and, for event names,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
"""

from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.s3_names import (
    DELETED_OBJECTS,
    DELETES_VERSIONS,
    EXPRESS_BUCKET,
    OBJECT,
    SOURCE_CURRENT,
    SOURCE_OBJECT,
    SOURCE_VERSION,
)
from secrets_cli.catalog.events.when import absent, any_parameter, equals, given

_VERSION = given("versionId|x-amz-version-id")
_NO_VERSION = absent("versionId|x-amz-version-id")
_ACL = any_parameter("x-amz-acl", "x-amz-grant-")
_TAGS = any_parameter("x-amz-tagging")
_RETENTION = any_parameter("x-amz-object-lock-mode", "x-amz-object-lock-retain")
_LEGAL_HOLD = any_parameter("x-amz-object-lock-legal-hold")
_BYPASS = equals("x-amz-bypass-governance-retention", "true")
_EVENTS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html"
_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"


def _versioned(row: str, event: str, action: str, of_version: str, note: str = "") -> Row:
    """An object call whose action is another one when it names a version."""
    needs = (Need(action, OBJECT, _NO_VERSION), Need(of_version, OBJECT, _VERSION))
    return Row(row, "s3", (event,), needs, note, _GUIDE)


_WRITE_EXTRAS = (
    Need("s3:PutObjectAcl", OBJECT, _ACL),
    Need("s3:PutObjectTagging", OBJECT, _TAGS),
    Need("s3:PutObjectRetention", OBJECT, _RETENTION),
    Need("s3:PutObjectLegalHold", OBJECT, _LEGAL_HOLD),
)

ROWS = (
    Row(
        "s3-head-object",
        "s3",
        ("HeadObject",),
        (Need("s3:GetObject", OBJECT), Need("s3:GetObjectVersion", OBJECT, _VERSION)),
        "The version action is added to s3:GetObject; AWS does not say whether it replaces it.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html",
    ),
    _versioned("s3-get-object", "GetObject", "s3:GetObject", "s3:GetObjectVersion"),
    _versioned("s3-get-object-acl", "GetObjectAcl", "s3:GetObjectAcl", "s3:GetObjectVersionAcl"),
    _versioned("s3-get-object-tagging", "GetObjectTagging", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"),
    _versioned("s3-get-object-torrent", "GetObjectTorrent", "s3:GetObjectTorrent", "s3:GetObjectVersionTorrent"),
    _versioned("s3-put-object-acl", "PutObjectAcl", "s3:PutObjectAcl", "s3:PutObjectVersionAcl"),
    _versioned("s3-put-object-tagging", "PutObjectTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"),
    _versioned(
        "s3-delete-object-tagging", "DeleteObjectTagging", "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"
    ),
    Row(
        "s3-delete-object",
        "s3",
        ("DeleteObject",),
        (
            Need("s3:DeleteObject", OBJECT, _NO_VERSION),
            Need("s3:DeleteObjectVersion", OBJECT, _VERSION),
            Need("s3:BypassGovernanceRetention", OBJECT, _BYPASS),
        ),
        evidence="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html",
    ),
    Row(
        "s3-delete-objects",
        "s3",
        ("DeleteObjects",),
        (
            Need("s3:DeleteObject", DELETED_OBJECTS),
            Need("s3:DeleteObjectVersion", DELETED_OBJECTS, DELETES_VERSIONS),
            Need("s3:BypassGovernanceRetention", DELETED_OBJECTS, _BYPASS),
        ),
        "CloudTrail leaves the list of keys out of requestParameters: the resource is every object of the bucket.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html",
    ),
    Row(
        "s3-get-object-attributes",
        "s3",
        ("GetObjectAttributes",),
        (
            Need("s3:GetObject", OBJECT, _NO_VERSION),
            Need("s3:GetObjectAttributes", OBJECT, _NO_VERSION),
            Need("s3:GetObjectVersion", OBJECT, _VERSION),
            Need("s3:GetObjectVersionAttributes", OBJECT, _VERSION),
        ),
        evidence="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html",
    ),
    Row("s3-select", "s3", ("SelectObjectContent",), (Need("s3:GetObject", OBJECT),), evidence=_GUIDE),
    Row(
        "s3-put-object",
        "s3",
        ("PutObject", "PostObject", "CreateMultipartUpload", "InitiateMultipartUpload"),
        (Need("s3:PutObject", OBJECT), *_WRITE_EXTRAS),
        evidence="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html",
    ),
    Row(
        "s3-upload-part",
        "s3",
        ("UploadPart", "CompleteMultipartUpload"),
        (Need("s3:PutObject", OBJECT),),
        evidence="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html",
    ),
    Row(
        "s3-copy-object",
        "s3",
        ("CopyObject",),
        (
            Need("s3:PutObject", OBJECT),
            Need("s3:GetObject", SOURCE_OBJECT, SOURCE_CURRENT),
            Need("s3:GetObjectVersion", SOURCE_OBJECT, SOURCE_VERSION),
            Need("s3:GetObjectTagging", SOURCE_OBJECT, _TAGS),
            *_WRITE_EXTRAS,
        ),
        "Reads lie on the source, writes on the destination. The source's tags are copied without a trace.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html",
    ),
    Row(
        "s3-upload-part-copy",
        "s3",
        ("UploadPartCopy",),
        (
            Need("s3:PutObject", OBJECT),
            Need("s3:GetObject", SOURCE_OBJECT, SOURCE_CURRENT),
            Need("s3:GetObjectVersion", SOURCE_OBJECT, SOURCE_VERSION),
        ),
        evidence="https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html",
    ),
    Row(
        "s3-abort-upload", "s3", ("AbortMultipartUpload",), (Need("s3:AbortMultipartUpload", OBJECT),), evidence=_GUIDE
    ),
    Row("s3-list-parts", "s3", ("ListParts",), (Need("s3:ListMultipartUploadParts", OBJECT),), evidence=_GUIDE),
    Row(
        "s3-same-name-object",
        "s3",
        (
            "GetObjectRetention",
            "PutObjectRetention",
            "GetObjectLegalHold",
            "PutObjectLegalHold",
            "RestoreObject",
        ),
        (Need("=", OBJECT),),
        evidence=_GUIDE,
    ),
    Row(
        "s3-get-retention",
        "s3",
        ("GetObjectLockRetention",),
        (Need("s3:GetObjectRetention", OBJECT),),
        evidence=_EVENTS,
    ),
    Row(
        "s3-put-retention",
        "s3",
        ("PutObjectLockRetention",),
        (Need("s3:PutObjectRetention", OBJECT),),
        evidence=_EVENTS,
    ),
    Row(
        "s3-get-legal-hold",
        "s3",
        ("GetObjectLockLegalHold",),
        (Need("s3:GetObjectLegalHold", OBJECT),),
        evidence=_EVENTS,
    ),
    Row(
        "s3-put-legal-hold",
        "s3",
        ("PutObjectLockLegalHold",),
        (Need("s3:PutObjectLegalHold", OBJECT),),
        evidence=_EVENTS,
    ),
    Row(
        "s3-create-session",
        "s3",
        ("CreateSession", "RenameObject"),
        (Need("s3express:CreateSession", EXPRESS_BUCKET),),
        "Logged by s3express.amazonaws.com too; object calls on a directory bucket need this action only.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html",
    ),
    Row(
        "s3express-create-session",
        "s3express",
        (
            "CreateSession",
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateMultipartUpload",
            "DeleteObject",
            "DeleteObjects",
            "GetObject",
            "GetObjectAttributes",
            "HeadBucket",
            "HeadObject",
            "ListMultipartUploads",
            "ListObjects",
            "ListObjectsV2",
            "ListParts",
            "PutObject",
            "RenameObject",
            "UploadPart",
            "UploadPartCopy",
        ),
        (Need("s3express:CreateSession", EXPRESS_BUCKET),),
        "Object calls on a directory bucket are authorised by the session.",
        evidence="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html",
    ),
)
