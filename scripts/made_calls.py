"""What the programs of made-up logs call: the demo's calls and others of many services, as texts with places to fill in.

Places: `@ACCOUNT@`, `@REGION@`, `@N@` (the number of a thing: bucket, table, key ...), `@TIME@`, `@EVENT@`, `@REQUEST@`,
`@HOST@` (S3's own id), `@ADDRESS@`, `@AGENT@`, and `@WHO@` for all of `userIdentity`. Parameters are as the services' API
references have them, in the case that CloudTrail writes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from secrets_cli.demo import app_calls, orders, other_calls
from secrets_cli.demo.record import Call, Caller, record_of
from secrets_cli.json_value import JsonValue

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_EMPTY: JsonValue = {}
_TARGETS = "arn:aws:elasticloadbalancing:@REGION@:@ACCOUNT@:targetgroup/t@N@/50dc6c495c0c9188"
_KEY = "arn:aws:kms:@REGION@:@ACCOUNT@:key/4f6f2b1c-8a0d-4b57-9e55-0c1d2e3f4@N@"
_SECRET = "arn:aws:secretsmanager:@REGION@:@ACCOUNT@:secret:db-@N@-a1B2c3"
_QUEUE = "https://sqs.@REGION@.amazonaws.com/@ACCOUNT@/q-@N@"
_MACHINE = "arn:aws:states:@REGION@:@ACCOUNT@:stateMachine:m-@N@"
_MANAGEMENT: tuple[tuple[str, str, JsonValue, JsonValue], ...] = (
    ("sts", "GetCallerIdentity", None, None),
    ("sts", "AssumeRole", {"roleArn": "arn:aws:iam::@ACCOUNT@:role/reader-@N@", "roleSessionName": "s"}, _EMPTY),
    ("ec2", "DescribeInstances", {"instancesSet": {"items": [{"instanceId": "i-0abc12de34f5@N@"}]}, "filterSet": {}}, None),
    ("ec2", "DescribeInstanceStatus", {"instancesSet": {}, "filterSet": {}, "includeAllInstances": False}, None),
    ("ec2", "DescribeSecurityGroups", {"securityGroupSet": {}, "filterSet": {"items": [{"name": "vpc-id"}]}}, None),
    ("ec2", "DescribeVpcs", {"vpcSet": {}, "filterSet": {}}, None),
    ("ec2", "DescribeSubnets", {"subnetSet": {"items": [{"subnetId": "subnet-0f00@N@"}]}, "filterSet": {}}, None),
    ("ec2", "DescribeVolumes", {"volumeSet": {}, "filterSet": {}, "maxResults": 500}, None),
    ("ec2", "DescribeTags", {"filterSet": {"items": [{"name": "resource-id", "valueSet": {}}]}}, None),
    ("ec2", "DescribeNetworkInterfaces", {"networkInterfaceIdSet": {}, "filterSet": {}}, None),
    ("ec2", "CreateTags", {"resourcesSet": {"items": [{"resourceId": "i-0abc12de34f5@N@"}]}}, {"_return": True}),
    ("autoscaling", "DescribeAutoScalingGroups", {"maxRecords": 100}, None),
    ("elasticloadbalancing", "DescribeLoadBalancers", {"pageSize": 100}, None),
    ("elasticloadbalancing", "DescribeTargetHealth", {"targetGroupArn": _TARGETS}, None),
    ("monitoring", "DescribeAlarms", {"maxRecords": 100, "alarmTypes": ["MetricAlarm"]}, None),
    ("monitoring", "GetMetricData", {"startTime": "Sep 1, 2026, 8:00:00 AM", "metricDataQueries": [{"id": "q@N@"}]}, None),
    ("monitoring", "PutMetricAlarm", {"alarmName": "errors-@N@", "threshold": 1.0, "evaluationPeriods": 3}, None),
    ("logs", "DescribeLogGroups", {"logGroupNamePrefix": "/aws/lambda/job-@N@"}, None),
    ("logs", "DescribeLogStreams", {"logGroupName": "/aws/lambda/job-@N@", "orderBy": "LastEventTime"}, None),
    ("logs", "CreateLogGroup", {"logGroupName": "/aws/lambda/job-@N@"}, None),
    ("lambda", "ListFunctions20150331", {"maxItems": 50}, None),
    ("lambda", "GetFunction20150331v2", {"functionName": "arn:aws:lambda:@REGION@:@ACCOUNT@:function:job-@N@"}, None),
    ("lambda", "ListTags20170331", {"resource": "arn:aws:lambda:@REGION@:@ACCOUNT@:function:job-@N@"}, None),
    ("lambda", "GetPolicy20150331v2", {"functionName": "job-@N@"}, None),
    ("iam", "GetRole", {"roleName": "reader-@N@"}, None),
    ("iam", "ListRoles", {"maxItems": 1000}, None),
    ("iam", "ListAttachedRolePolicies", {"roleName": "reader-@N@"}, None),
    ("iam", "GetPolicyVersion", {"policyArn": "arn:aws:iam::@ACCOUNT@:policy/p-@N@", "versionId": "v3"}, None),
    ("s3", "ListBuckets", {"Host": "s3.amazonaws.com"}, None),
    ("s3", "GetBucketAcl", {"bucketName": "data-@N@", "Host": "data-@N@.s3.amazonaws.com", "acl": ""}, None),
    ("s3", "GetBucketPolicy", {"bucketName": "data-@N@", "Host": "data-@N@.s3.amazonaws.com", "policy": ""}, None),
    ("s3", "GetBucketEncryption", {"bucketName": "data-@N@", "Host": "data-@N@.s3.amazonaws.com", "encryption": ""}, None),
    ("s3", "GetBucketTagging", {"bucketName": "data-@N@", "Host": "data-@N@.s3.amazonaws.com", "tagging": ""}, None),
    ("dynamodb", "DescribeTable", {"tableName": "t-@N@"}, None),
    ("dynamodb", "ListTables", {"limit": 100}, None),
    ("dynamodb", "DescribeTimeToLive", {"tableName": "t-@N@"}, None),
    ("kms", "DescribeKey", {"keyId": "alias/app-@N@"}, None),
    ("kms", "GenerateDataKey", {"keyId": _KEY, "keySpec": "AES_256"}, None),
    ("kms", "ListAliases", {"limit": 100}, None),
    ("secretsmanager", "GetSecretValue", {"secretId": _SECRET}, None),
    ("secretsmanager", "DescribeSecret", {"secretId": "db-@N@"}, None),
    ("ssm", "GetParameters", {"names": ["/app/@N@/url", "/app/@N@/level"], "withDecryption": True}, None),
    ("ssm", "DescribeInstanceInformation", {"maxResults": 50}, None),
    ("ssm", "UpdateInstanceInformation", {"instanceId": "i-0abc12de34f5@N@", "agentStatus": "Active"}, None),
    ("sqs", "GetQueueAttributes", {"queueUrl": _QUEUE, "attributeNames": ["All"]}, None),
    ("sqs", "ListQueues", {"maxResults": 1000}, None),
    ("sns", "GetTopicAttributes", {"topicArn": "arn:aws:sns:@REGION@:@ACCOUNT@:t-@N@"}, None),
    ("sns", "ListSubscriptionsByTopic", {"topicArn": "arn:aws:sns:@REGION@:@ACCOUNT@:t-@N@"}, None),
    ("ecs", "DescribeServices", {"cluster": "main", "services": ["web-@N@"]}, None),
    ("ecs", "DescribeTasks", {"cluster": "main", "tasks": ["arn:aws:ecs:@REGION@:@ACCOUNT@:task/main/0f0f@N@"]}, None),
    ("ecr", "GetAuthorizationToken", None, None),
    ("ecr", "BatchGetImage", {"repositoryName": "team/web-@N@", "imageIds": [{"imageTag": "latest"}]}, None),
    ("rds", "DescribeDBInstances", {"dBInstanceIdentifier": "db-@N@"}, None),
    ("rds", "DescribeDBClusters", None, None),
    ("cloudformation", "DescribeStacks", {"stackName": "stack-@N@"}, None),
    ("cloudformation", "ListStackResources", {"stackName": "stack-@N@"}, None),
    ("events", "ListTargetsByRule", {"rule": "every-@N@"}, None),
    ("states", "StartExecution", {"stateMachineArn": _MACHINE}, {"startDate": "@TIME@"}),
    ("athena", "GetQueryExecution", {"queryExecutionId": "0c1d2e3f-1111-4222-8333-0c1d2e3f4@N@"}, None),
    ("glue", "GetTable", {"databaseName": "lake", "name": "t@N@"}, None),
    ("glue", "GetPartitions", {"databaseName": "lake", "tableName": "t@N@", "expression": "(day='2026-09-01')"}, None),
    ("config", "DescribeConfigurationRecorders", None, None),
    ("cloudtrail", "LookupEvents", {"maxResults": 50, "lookupAttributes": [{"attributeKey": "EventName"}]}, None),
    ("tagging", "GetResources", {"resourcesPerPage": 100}, None),
    ("organizations", "DescribeOrganization", None, None),
    ("acm", "DescribeCertificate", {"certificateArn": "arn:aws:acm:@REGION@:@ACCOUNT@:certificate/0c1d2e3f-@N@"}, None),
    ("cloudfront", "ListDistributions2020_05_31", {"maxItems": "100"}, None),
)  # fmt: skip
"""Service, event, parameters and response of management events."""
_READS = ("Get", "List", "Describe", "BatchGet", "Lookup")


@dataclass(frozen=True, slots=True)
class Template:
    """A record as literal texts and the names of the places between them."""

    label: str
    """`service:EventName`."""
    literals: tuple[str, ...]
    """One more than there are places."""
    places: tuple[str, ...]
    is_data: bool

    def filled(self, values: dict[str, str]) -> str:
        """The record's text."""
        parts = [self.literals[0]]
        for place, literal in zip(self.places, self.literals[1:], strict=True):
            parts.append(values[place])
            parts.append(literal)
        return "".join(parts)


@cache
def templates() -> tuple[Template, ...]:
    """All calls, always in the same order."""
    return tuple(_template(call) for call in _calls())


@cache
def assumption() -> Template:
    """A service takes a role for a function: the record names the role, `@ROLE@`, and is no call of it."""
    arn = "@ROLE@"
    call = Call("sts", "AssumeRole", True, {"roleArn": arn, "roleSessionName": "fn"}, {"credentials": {}})
    return _template(replace(call, resources=({"accountId": "@ACCOUNT@", "type": "AWS::IAM::Role", "ARN": arn},)))


def _calls() -> Iterator[Call]:
    data = (
        app_calls.get_object("in/@N@.csv"),
        app_calls.put_object("out/@N@.pdf"),
        app_calls.head_object("out/@N@.pdf"),
        app_calls.list_objects("in/"),
        app_calls.get_item("@N@"),
        app_calls.put_item("@N@"),
        app_calls.query_index(),
        app_calls.invoke_self(),
    )
    yield from data
    yield from (app_calls.missing_object("out/@N@.pdf"), app_calls.throttled_query())
    yield from (app_calls.read_secret(), app_calls.decrypt_for_ssm(), app_calls.read_settings())
    yield from (app_calls.create_log_stream("2026/@N@"), app_calls.throttled_settings())
    yield from (app_calls.denied_user("support"), app_calls.denied_bucket_deletion())
    yield from other_calls.deployment()
    for service, name, parameters, response in _MANAGEMENT:
        yield Call(service, name, name.startswith(_READS), parameters, response, region="@REGION@")


def _template(call: Call) -> Template:
    """The call as the demo writes records, with what belongs to one account and region made a place."""
    caller = Caller({"type": "@WHO@"}, "@ADDRESS@", "@AGENT@")
    record = record_of(replace(call, region="@REGION@"), caller, _MOMENT, "made")
    record |= {"eventTime": "@TIME@", "eventID": "@EVENT@", "requestID": "@REQUEST@", "recipientAccountId": "@ACCOUNT@"}
    text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
    text = (
        text.replace('{"type":"@WHO@"}', "@WHO@")
        .replace(orders.ACCOUNT, "@ACCOUNT@")
        .replace(orders.REGION, "@REGION@")
    )
    for name in (orders.BUCKET, orders.FUNCTION, orders.TABLE):
        text = text.replace(name, "orders-@N@")
    text = re.sub('("x-amz-id-2":")[^"]*', r"\1@HOST@", text)
    parts = re.split("@([A-Z]+)@", text)
    return Template(f"{call.service}:{call.name}", tuple(parts[0::2]), tuple(parts[1::2]), call.data_event)
