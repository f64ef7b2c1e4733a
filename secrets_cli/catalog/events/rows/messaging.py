"""SQS, SNS, EventBridge, Kinesis, SES and Bedrock."""

from secrets_cli.catalog.events.kinds import DATA_STREAM
from secrets_cli.catalog.events.messaging_names import (
    BUSES,
    IDENTITY,
    MODEL,
    PUBLISHED_TO,
    QUEUE_OF_CALL,
    RULE,
    SCHEDULE,
    TOPIC_OF_SUBSCRIPTION,
)
from secrets_cli.catalog.events.names import named
from secrets_cli.catalog.events.row import Need, Row

_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html"
_SNS = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html"
_EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-permissions-reference.html"
_KINESIS = "https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html"
_SES = "https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html"
_BEDROCK = "https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_id-based-policy-examples.html"


def _batch(row: str, event: str, action: str) -> Row:
    return Row(row, "sqs", (event,), (Need(action, QUEUE_OF_CALL),), "The batch name is no action.", _SQS)


ROWS = (
    _batch("sqs-send-batch", "SendMessageBatch", "sqs:SendMessage"),
    _batch("sqs-delete-batch", "DeleteMessageBatch", "sqs:DeleteMessage"),
    _batch("sqs-visibility-batch", "ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
    Row(
        "sqs-queue",
        "sqs",
        (
            "AddPermission",
            "ChangeMessageVisibility",
            "CreateQueue",
            "DeleteMessage",
            "DeleteQueue",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListDeadLetterSourceQueues",
            "ListMessageMoveTasks",
            "ListQueueTags",
            "PurgeQueue",
            "ReceiveMessage",
            "RemovePermission",
            "SendMessage",
            "SetQueueAttributes",
            "StartMessageMoveTask",
            "TagQueue",
            "UntagQueue",
        ),
        (Need("=", QUEUE_OF_CALL),),
        "",
        _SQS,
    ),
    Row(
        "sns-publish",
        "sns",
        ("Publish", "PublishBatch"),
        (Need("sns:Publish", PUBLISHED_TO),),
        "A text message to a phone number needs sns:Publish on `*`.",
        _SNS,
    ),
    Row(
        "sns-subscription",
        "sns",
        (
            "ConfirmSubscription",
            "GetSubscriptionAttributes",
            "SetSubscriptionAttributes",
            "Subscribe",
            "Unsubscribe",
        ),
        (Need("=", TOPIC_OF_SUBSCRIPTION),),
        "",
        _SNS,
    ),
    Row("events-put-events", "events", ("PutEvents",), (Need("events:PutEvents", BUSES),), "", _EVENTS),
    Row(
        "events-rule",
        "events",
        (
            "DeleteRule",
            "DescribeRule",
            "DisableRule",
            "EnableRule",
            "ListTargetsByRule",
            "PutRule",
            "PutTargets",
            "RemoveTargets",
        ),
        (Need("=", RULE),),
        "iam:PassRole is added for each target's or the rule's role.",
        _EVENTS,
    ),
    Row(
        "scheduler-schedule",
        "scheduler",
        ("CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule"),
        (Need("=", SCHEDULE),),
        "iam:PassRole is added for the target's role.",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/security_iam_id-based-policies.html",
    ),
    Row(
        "kinesis-records",
        "kinesis",
        ("GetRecords", "GetShardIterator", "ListShards", "PutRecord", "PutRecords"),
        (Need("=", named(DATA_STREAM, "streamARN|streamName")),),
        "",
        _KINESIS,
    ),
    Row(
        "ses-send",
        "ses",
        ("SendEmail", "SendRawEmail", "SendBounce"),
        (Need("=", IDENTITY),),
        "Logged by email.amazonaws.com and by ses.amazonaws.com.",
        _SES,
    ),
    Row(
        "bedrock-invoke",
        "bedrock",
        ("InvokeModel", "Converse", "StartAsyncInvoke"),
        (Need("bedrock:InvokeModel", MODEL),),
        "",
        _BEDROCK,
    ),
    Row(
        "bedrock-invoke-stream",
        "bedrock",
        ("InvokeModelWithResponseStream", "ConverseStream", "InvokeModelWithBidirectionalStream"),
        (Need("bedrock:InvokeModelWithResponseStream", MODEL),),
        "",
        _BEDROCK,
    ),
)
