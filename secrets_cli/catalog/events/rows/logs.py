"""CloudWatch Logs, and CloudWatch's metrics.

Which ARN form an action takes:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from secrets_cli.catalog.events.conditions import equal_to_parameter
from secrets_cli.catalog.events.kinds import LOG_GROUP, LOG_GROUP_TAGS, LOG_STREAMS
from secrets_cli.catalog.events.logs_names import GROUP_PREFIX, STREAM_OF_CALL
from secrets_cli.catalog.events.names import both, everything, named
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.when import given

_GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/permissions-reference-cwl.html"
_NAMES = "logGroupName|logGroupIdentifier|logGroupArn|resourceIdentifier"

ROWS = (
    Row(
        "logs-create-group",
        "logs",
        ("CreateLogGroup",),
        (
            Need("logs:CreateLogGroup", named(LOG_GROUP, _NAMES)),
            Need("logs:TagResource", named(LOG_GROUP_TAGS, _NAMES), given("tags")),
        ),
        "",
        _GUIDE,
    ),
    Row(
        "logs-write-stream",
        "logs",
        ("CreateLogStream", "PutLogEvents"),
        (Need("=", named(LOG_STREAMS, _NAMES)),),
        "Any stream of the group: Lambda makes new names all the time. PutLogEvents is never logged.",
        _GUIDE,
    ),
    Row("logs-stream", "logs", ("DeleteLogStream", "GetLogEvents"), (Need("=", STREAM_OF_CALL),), "", _GUIDE),
    Row(
        "logs-describe-groups",
        "logs",
        ("DescribeLogGroups",),
        (Need("=", GROUP_PREFIX),),
        "Without a prefix it is evaluated on the empty group name, which `log-group:*` matches.",
        _GUIDE,
    ),
    Row(
        "logs-tags",
        "logs",
        ("TagLogGroup", "UntagLogGroup", "ListTagsLogGroup", "TagResource", "UntagResource", "ListTagsForResource"),
        (Need("=", named(LOG_GROUP_TAGS, "logGroupName|resourceArn", otherwise="the record names no log group")),),
        "The one kind of action that takes the ARN without what follows the group's name.",
        _GUIDE,
    ),
    Row(
        "logs-group",
        "logs",
        (
            "AssociateKmsKey",
            "CreateExportTask",
            "DeleteDataProtectionPolicy",
            "DeleteIndexPolicy",
            "DeleteLogGroup",
            "DeleteMetricFilter",
            "DeleteRetentionPolicy",
            "DeleteSubscriptionFilter",
            "DescribeLogStreams",
            "DescribeMetricFilters",
            "DescribeSubscriptionFilters",
            "DisassociateKmsKey",
            "FilterLogEvents",
            "GetDataProtectionPolicy",
            "GetLogGroupFields",
            "PutDataProtectionPolicy",
            "PutIndexPolicy",
            "PutMetricFilter",
            "PutRetentionPolicy",
            "PutSubscriptionFilter",
        ),
        (Need("=", named(LOG_GROUP, _NAMES)),),
        "",
        _GUIDE,
    ),
    Row(
        "logs-query",
        "logs",
        ("StartQuery", "StartLiveTail"),
        (
            Need(
                "=",
                both(
                    named(LOG_GROUP, "logGroupName"),
                    named(LOG_GROUP, "logGroupNames", listed_first=False),
                    named(LOG_GROUP, "logGroupIdentifiers", listed_first=False),
                ),
            ),
        ),
        "",
        _GUIDE,
    ),
    Row(
        "cloudwatch-put-metrics",
        "cloudwatch",
        ("PutMetricData",),
        (
            Need(
                "cloudwatch:PutMetricData",
                everything("metrics are no resources; the condition names their namespace"),
                condition=equal_to_parameter("cloudwatch:namespace", "namespace"),
            ),
        ),
        "The namespace is what limits it; of resources the action knows datasets alone.",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html",
    ),
)
