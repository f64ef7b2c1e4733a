"""Operations whose IAM actions bear other names and need more than one, or depend on the request.

Source: the pages named, read in the Service Authorization Reference or in the API references that botocore 1.44.5
(2026-11-17) carries.
"""

from secrets_cli.catalog.events.kinds import ROLE
from secrets_cli.catalog.events.names import everything, fixed, named
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.s3_names import BUCKET
from secrets_cli.catalog.events.when import equals, given

_KEYSPACES = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_keyspaces.html"
_BUDGETS = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_budgets.html"
_SSM = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterDefaultHostManagementConfiguration.html"
_S3_METADATA = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketMetadataConfiguration.html"

_SYSTEM = fixed("arn:{partition}:cassandra:{region}:{account}:/keyspace/system*", "the system keyspaces")
_REGIONS = given("replicationSpecification.regionList|replicaSpecifications")
_SETTING = fixed(
    "arn:{partition}:ssm:{region}:{account}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role",
    "the service setting of the default role",
)
_TABLE_BUCKET = fixed("arn:{partition}:s3tables:{region}:{account}:bucket/aws-s3", "the table bucket aws-s3")
_TABLES = fixed("arn:{partition}:s3tables:{region}:{account}:bucket/aws-s3/table/*", "its tables")


def _keyspaces(row: str, action: str, multi_region: str, *events: str, tags: str = "") -> Row:
    needs = [Need(f"cassandra:{action}"), Need(f"cassandra:{multi_region}", when=_REGIONS)]
    if tags:
        needs.append(Need("cassandra:TagResource", when=given(tags)))
    return Row(row, "cassandra", events, tuple(needs), "", _KEYSPACES)


ROWS = (
    _keyspaces("keyspaces-create", "Create", "CreateMultiRegionResource", "CreateKeyspace", "CreateTable", tags="tags"),
    _keyspaces("keyspaces-create-type", "Create", "CreateMultiRegionResource", "CreateType"),
    _keyspaces("keyspaces-alter", "Alter", "AlterMultiRegionResource", "UpdateTable"),
    _keyspaces("keyspaces-drop", "Drop", "DropMultiRegionResource", "DeleteKeyspace", "DeleteTable", "DeleteType"),
    _keyspaces("keyspaces-restore", "Restore", "RestoreMultiRegionTable", "RestoreTable", tags="tagsOverride"),
    Row(
        "keyspaces-add-region",
        "cassandra",
        ("UpdateKeyspace",),
        tuple(
            Need(f"cassandra:{action}")
            for action in (
                "Alter",
                "AlterMultiRegionResource",
                "Create",
                "CreateMultiRegionResource",
                "Modify",
                "ModifyMultiRegionResource",
                "Select",
                "SelectMultiRegionResource",
            )
        ),
        "The call adds regions, and every table is replicated to them.",
        "https://docs.aws.amazon.com/keyspaces/latest/APIReference/API_UpdateKeyspace.html",
    ),
    Row(
        "keyspaces-read",
        "cassandra",
        ("GetKeyspace", "GetTable", "GetType", "ListTagsForResource", "ListTypes", "ListTables"),
        (Need("cassandra:Select"), Need("cassandra:Select", _SYSTEM)),
        "Metadata is read out of the system keyspaces.",
        "https://docs.aws.amazon.com/keyspaces/latest/APIReference/API_GetTable.html and its neighbours",
    ),
    Row(
        "keyspaces-list",
        "cassandra",
        ("ListKeyspaces",),
        (Need("cassandra:Select", _SYSTEM),),
        "Metadata is read out of the system keyspaces.",
        _KEYSPACES,
    ),
    Row(
        "keyspaces-scaling",
        "cassandra",
        ("GetTableAutoScalingSettings",),
        (
            Need("application-autoscaling:DescribeScalableTargets", everything("")),
            Need("application-autoscaling:DescribeScalingPolicies", everything("")),
        ),
        "The operation is no action.",
        "https://docs.aws.amazon.com/keyspaces/latest/APIReference/API_GetTableAutoScalingSettings.html",
    ),
    Row(
        "budgets-modify",
        "budgets",
        (
            "CreateBudget",
            "CreateNotification",
            "CreateSubscriber",
            "DeleteBudget",
            "DeleteNotification",
            "DeleteSubscriber",
            "UpdateBudget",
            "UpdateNotification",
            "UpdateSubscriber",
        ),
        (Need("budgets:ModifyBudget"), Need("budgets:TagResource", when=given("resourceTags"))),
        "There is no action of the event's name.",
        _BUDGETS,
    ),
    Row(
        "budgets-view",
        "budgets",
        (
            "DescribeBudget",
            "DescribeBudgetNotificationsForAccount",
            "DescribeBudgetPerformanceHistory",
            "DescribeBudgets",
            "DescribeNotificationsForBudget",
            "DescribeSubscribersForNotification",
        ),
        (Need("budgets:ViewBudget"),),
        "There is no action of the event's name.",
        _BUDGETS,
    ),
    Row(
        "cloudfront-create-with-tags",
        "cloudfront",
        ("CreateDistributionWithTags",),
        (
            Need("cloudfront:CreateDistribution"),
            Need(
                "cloudfront:TagResource",
                fixed("arn:{partition}:cloudfront::{account}:distribution/*", "any distribution"),
            ),
        ),
        "There is no action of the event's name.",
        "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistributionWithTags.html",
    ),
    Row(
        "cloudtrail-insights",
        "cloudtrail",
        ("ListInsightsMetricData",),
        (Need("cloudtrail:LookupEvents"), Need("cloudtrail:ListInsightsData", when=given("trailName"))),
        "There is no action of the event's name.",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsMetricData.html",
    ),
    Row(
        "ssm-register-default-host",
        "ssm",
        ("RegisterDefaultHostManagementConfiguration",),
        (
            Need("ssm:GetServiceSetting", _SETTING),
            Need("ssm:UpdateServiceSetting", _SETTING),
            Need("iam:GetRole", named(ROLE, "roleArn"), given("roleArn")),
            Need("iam:CreateRole", named(ROLE, "roleArn"), equals("permissionModel", "SERVICE_MANAGED")),
            Need("iam:AttachRolePolicy", named(ROLE, "roleArn"), equals("permissionModel", "SERVICE_MANAGED")),
        ),
        "iam:PassRole is added where the request holds a role.",
        _SSM,
    ),
    Row(
        "ssm-deregister-default-host",
        "ssm",
        ("DeregisterDefaultHostManagementConfiguration",),
        (Need("ssm:GetServiceSetting", _SETTING), Need("ssm:ResetServiceSetting", _SETTING)),
        "",
        _SSM,
    ),
    Row(
        "s3-create-metadata",
        "s3",
        ("CreateBucketMetadataConfiguration",),
        (
            Need("s3:CreateBucketMetadataTableConfiguration", BUCKET),
            Need("s3tables:CreateTableBucket", _TABLE_BUCKET),
            Need("s3tables:PutTableBucketPolicy", _TABLE_BUCKET),
            Need("s3tables:CreateNamespace", _TABLE_BUCKET),
            Need("s3tables:CreateTable", _TABLE_BUCKET),
            Need("s3tables:GetTable", _TABLES),
            Need("s3tables:PutTablePolicy", _TABLES),
            Need("s3tables:PutTableEncryption", _TABLES),
        ),
        "",
        _S3_METADATA,
    ),
    Row(
        "s3-get-metadata",
        "s3",
        ("GetBucketMetadataConfiguration",),
        (Need("s3:GetBucketMetadataTableConfiguration", BUCKET),),
        "",
        _S3_METADATA,
    ),
    Row(
        "s3-delete-metadata",
        "s3",
        ("DeleteBucketMetadataConfiguration",),
        (Need("s3:DeleteBucketMetadataTableConfiguration", BUCKET),),
        "",
        _S3_METADATA,
    ),
    Row(
        "s3-write-response",
        "s3",
        ("WriteGetObjectResponse",),
        (Need("s3-object-lambda:WriteGetObjectResponse"),),
        "",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_WriteGetObjectResponse.html",
    ),
    Row(
        "s3-list-directory-buckets",
        "s3",
        ("ListDirectoryBuckets",),
        (Need("s3express:ListAllMyDirectoryBuckets"),),
        "",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListDirectoryBuckets.html",
    ),
    Row(
        "s3express-list-directory-buckets",
        "s3express",
        ("ListDirectoryBuckets",),
        (Need("s3express:ListAllMyDirectoryBuckets"),),
        "",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListDirectoryBuckets.html",
    ),
    *(
        Row(
            f"s3-{row}",
            "s3",
            (event,),
            (Need(f"s3express:{event}"),),
            "Of directory buckets only.",
            f"https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_{event}.html",
        )
        for row, event in (
            ("get-access-point-scope", "GetAccessPointScope"),
            ("put-access-point-scope", "PutAccessPointScope"),
            ("delete-access-point-scope", "DeleteAccessPointScope"),
            ("list-directory-access-points", "ListAccessPointsForDirectoryBuckets"),
        )
    ),
    *(
        Row(
            f"s3-outposts-{row}",
            "s3",
            (event,),
            (Need(f"s3-outposts:{event}"),),
            "Of buckets on Outposts only.",
            f"https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_{event}.html",
        )
        for row, event in (("get-bucket", "GetBucket"), ("list-buckets", "ListRegionalBuckets"))
    ),
)
