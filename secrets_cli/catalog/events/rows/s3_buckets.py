"""S3's bucket and account calls, most of whose actions have another name.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from secrets_cli.catalog.events.conditions import LISTED_PREFIX
from secrets_cli.catalog.events.names import everything
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.s3_names import BUCKET

_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"


def _bucket(row: str, action: str, *events: str) -> Row:
    return Row(row, "s3", events, (Need(action, BUCKET),), evidence=_GUIDE)


def _listing(row: str, action: str, *events: str) -> Row:
    note = "Each prefix that was listed becomes a condition, unless some call went without."
    return Row(row, "s3", events, (Need(action, BUCKET, condition=LISTED_PREFIX),), note, _GUIDE)


ROWS = (
    _listing("s3-list-objects", "s3:ListBucket", "ListObjects", "ListObjectsV2", "ListBucket"),
    _bucket("s3-head-bucket", "s3:ListBucket", "HeadBucket"),
    _listing("s3-list-versions", "s3:ListBucketVersions", "ListObjectVersions", "ListBucketVersions", "ListVersions"),
    _bucket("s3-list-uploads", "s3:ListBucketMultipartUploads", "ListMultipartUploads", "ListBucketMultipartUploads"),
    Row(
        "s3-list-buckets",
        "s3",
        ("ListBuckets",),
        (Need("s3:ListAllMyBuckets", everything("")),),
        "The action takes no resource.",
        _GUIDE,
    ),
    _bucket("s3-get-encryption", "s3:GetEncryptionConfiguration", "GetBucketEncryption"),
    _bucket("s3-put-encryption", "s3:PutEncryptionConfiguration", "PutBucketEncryption", "DeleteBucketEncryption"),
    _bucket(
        "s3-get-lifecycle", "s3:GetLifecycleConfiguration", "GetBucketLifecycle", "GetBucketLifecycleConfiguration"
    ),
    _bucket(
        "s3-put-lifecycle",
        "s3:PutLifecycleConfiguration",
        "PutBucketLifecycle",
        "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
        "DeleteBucketLifecycleConfiguration",
    ),
    _bucket("s3-get-replication", "s3:GetReplicationConfiguration", "GetBucketReplication"),
    _bucket("s3-put-replication", "s3:PutReplicationConfiguration", "PutBucketReplication", "DeleteBucketReplication"),
    _bucket(
        "s3-get-notification",
        "s3:GetBucketNotification",
        "GetBucketNotification",
        "GetBucketNotificationConfiguration",
    ),
    _bucket(
        "s3-put-notification",
        "s3:PutBucketNotification",
        "PutBucketNotification",
        "PutBucketNotificationConfiguration",
    ),
    _bucket(
        "s3-get-public-access", "s3:GetBucketPublicAccessBlock", "GetBucketPublicAccessBlock", "GetPublicAccessBlock"
    ),
    _bucket(
        "s3-put-public-access",
        "s3:PutBucketPublicAccessBlock",
        "PutBucketPublicAccessBlock",
        "PutPublicAccessBlock",
        "DeleteBucketPublicAccessBlock",
        "DeletePublicAccessBlock",
    ),
    _bucket("s3-get-cors", "s3:GetBucketCORS", "GetBucketCors"),
    _bucket("s3-put-cors", "s3:PutBucketCORS", "PutBucketCors", "DeleteBucketCors"),
    _bucket("s3-put-tagging", "s3:PutBucketTagging", "PutBucketTagging", "DeleteBucketTagging"),
    _bucket(
        "s3-get-accelerate",
        "s3:GetAccelerateConfiguration",
        "GetBucketAccelerateConfiguration",
        "GetAccelerateConfiguration",
        "GetBucketAccelerate",
    ),
    _bucket(
        "s3-put-accelerate",
        "s3:PutAccelerateConfiguration",
        "PutBucketAccelerateConfiguration",
        "PutAccelerateConfiguration",
        "PutBucketAccelerate",
    ),
    _bucket(
        "s3-get-analytics",
        "s3:GetAnalyticsConfiguration",
        "GetBucketAnalyticsConfiguration",
        "ListBucketAnalyticsConfigurations",
        "GetAnalyticsConfiguration",
        "ListAnalyticsConfigurations",
    ),
    _bucket(
        "s3-put-analytics",
        "s3:PutAnalyticsConfiguration",
        "PutBucketAnalyticsConfiguration",
        "DeleteBucketAnalyticsConfiguration",
        "PutAnalyticsConfiguration",
        "DeleteAnalyticsConfiguration",
    ),
    _bucket(
        "s3-get-inventory",
        "s3:GetInventoryConfiguration",
        "GetBucketInventoryConfiguration",
        "ListBucketInventoryConfigurations",
        "GetInventoryConfiguration",
        "ListInventoryConfigurations",
    ),
    _bucket(
        "s3-put-inventory",
        "s3:PutInventoryConfiguration",
        "PutBucketInventoryConfiguration",
        "DeleteBucketInventoryConfiguration",
        "PutInventoryConfiguration",
        "DeleteInventoryConfiguration",
    ),
    _bucket(
        "s3-get-metrics",
        "s3:GetMetricsConfiguration",
        "GetBucketMetricsConfiguration",
        "ListBucketMetricsConfigurations",
        "GetMetricsConfiguration",
        "ListMetricsConfigurations",
    ),
    _bucket(
        "s3-put-metrics",
        "s3:PutMetricsConfiguration",
        "PutBucketMetricsConfiguration",
        "DeleteBucketMetricsConfiguration",
        "PutMetricsConfiguration",
        "DeleteMetricsConfiguration",
    ),
    _bucket(
        "s3-get-tiering",
        "s3:GetIntelligentTieringConfiguration",
        "GetBucketIntelligentTieringConfiguration",
        "ListBucketIntelligentTieringConfigurations",
        "GetIntelligentTieringConfiguration",
        "ListIntelligentTieringConfigurations",
    ),
    _bucket(
        "s3-put-tiering",
        "s3:PutIntelligentTieringConfiguration",
        "PutBucketIntelligentTieringConfiguration",
        "DeleteBucketIntelligentTieringConfiguration",
        "PutIntelligentTieringConfiguration",
        "DeleteIntelligentTieringConfiguration",
    ),
    _bucket(
        "s3-put-ownership",
        "s3:PutBucketOwnershipControls",
        "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
    ),
    _bucket(
        "s3-get-object-lock",
        "s3:GetBucketObjectLockConfiguration",
        "GetBucketObjectLockConfiguration",
        "GetObjectLockConfiguration",
    ),
    _bucket(
        "s3-put-object-lock",
        "s3:PutBucketObjectLockConfiguration",
        "PutBucketObjectLockConfiguration",
        "PutObjectLockConfiguration",
    ),
    Row(
        "s3-same-name-bucket",
        "s3",
        (
            "CreateBucket",
            "DeleteBucket",
            "GetBucketAcl",
            "GetBucketLocation",
            "GetBucketLogging",
            "GetBucketOwnershipControls",
            "GetBucketPolicy",
            "GetBucketPolicyStatus",
            "GetBucketRequestPayment",
            "GetBucketTagging",
            "GetBucketVersioning",
            "GetBucketWebsite",
            "PutBucketAcl",
            "PutBucketLogging",
            "PutBucketPolicy",
            "DeleteBucketPolicy",
            "PutBucketRequestPayment",
            "PutBucketVersioning",
            "PutBucketWebsite",
            "DeleteBucketWebsite",
        ),
        (Need("=", BUCKET),),
        evidence=_GUIDE,
    ),
    Row(
        "s3-account-public-access",
        "s3",
        ("PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"),
        (Need("s3:PutAccountPublicAccessBlock", everything("")),),
        "Deleting is authorised by the put action.",
        _GUIDE,
    ),
    Row(
        "s3-storage-lens-dashboard",
        "s3",
        ("GetStorageLensDashboardDataInternal",),
        (Need("s3:GetStorageLensDashboard"),),
        "The console's own call.",
        "seen in console sessions",
    ),
)
