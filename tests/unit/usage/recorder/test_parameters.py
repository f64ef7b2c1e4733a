"""Parameters in records: by CloudTrail's names, without values, and as the event map reads them."""

from typing import Any

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, Mapped
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.record import read_record
from tests.recorder_wire import event_of

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


@pytest.mark.parametrize(
    ("model", "operation", "members", "expected"),
    [
        ("rds", "DescribeDBInstances", {"DBInstanceIdentifier": "d"}, {"dBInstanceIdentifier": "d"}),
        ("kms", "Encrypt", {"KeyId": "alias/x", "Plaintext": b"s"}, {"keyId": "alias/x"}),
        (
            "kms",
            "Decrypt",
            {"CiphertextBlob": b"s", "EncryptionContext": {"App": "x"}},
            {"encryptionContext": {"App": "x"}},
        ),
        ("ssm", "PutParameter", {"Name": "/a", "Value": "s"}, {"name": "/a", "value": HIDDEN}),
        ("secretsmanager", "CreateSecret", {"Name": "n", "SecretString": "s"}, {"name": "n"}),
        ("sqs", "AddPermission", {"QueueUrl": "u", "AWSAccountIds": ["1"]}, {"queueUrl": "u", "AWSAccountIds": ["1"]}),
        ("sqs", "SendMessage", {"QueueUrl": "u", "MessageBody": "s"}, {"queueUrl": "u", "messageBody": HIDDEN}),
        ("lambda", "Invoke", {"FunctionName": "f", "Payload": b"s", "Qualifier": "1"}, {"functionName": "f"}),
        (
            "lambda",
            "CreateFunction",
            {
                "FunctionName": "f",
                "Role": "r",
                "Code": {"ZipFile": b"s", "S3Bucket": "b"},
                "Environment": {"Variables": {"A": "s"}},
            },
            {"functionName": "f", "role": "r", "code": {"s3Bucket": "b"}, "environment": {}},
        ),
        (
            "ecs",
            "RegisterTaskDefinition",
            {"family": "f", "containerDefinitions": [{"name": "c", "environment": [{"name": "A", "value": "s"}]}]},
            {"family": "f", "containerDefinitions": [{"name": "c", "environment": HIDDEN}]},
        ),
        (
            "stepfunctions",
            "StartExecution",
            {"stateMachineArn": "m", "input": "s"},
            {"stateMachineArn": "m", "input": HIDDEN},
        ),
        (
            "events",
            "PutEvents",
            {"Entries": [{"EventBusName": "b", "Detail": "s", "Source": "x"}]},
            {"entries": [{"eventBusName": "b", "detail": HIDDEN, "source": "x"}]},
        ),
        (
            "bedrock-runtime",
            "Converse",
            {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "s"}]}]},
            {"modelId": "m", "messages": HIDDEN},
        ),
        (
            "apigateway",
            "CreateStage",
            {"restApiId": "a", "stageName": "s", "deploymentId": "d"},
            {"restApiId": "a", "createStageInput": {"stageName": "s", "deploymentId": "d"}, "template": False},
        ),
        (
            "ec2",
            "DescribeInstances",
            {"InstanceIds": ["i-1"], "Filters": [{"Name": "n", "Values": ["v"]}]},
            {
                "instancesSet": {"items": [{"instanceId": "i-1"}]},
                "filterSet": {"items": [{"name": "n", "valueSet": {"items": [{"value": "v"}]}}]},
            },
        ),
        (
            "ec2",
            "DeleteFlowLogs",
            {"FlowLogIds": ["fl-1"]},
            {"DeleteFlowLogsRequest": {"FlowLogId": {"content": "fl-1", "tag": 1}}},
        ),
        (
            "ec2",
            "CreateTags",
            {"Resources": ["i-1"], "Tags": [{"Key": "k", "Value": "v"}]},
            {"resourcesSet": {"items": [{"resourceId": "i-1"}]}, "tagSet": {"items": [{"key": "k", "value": "v"}]}},
        ),
        (
            "ec2",
            "RunInstances",
            {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 2, "UserData": "c2VjcmV0"},
            {"instancesSet": {"items": [{"imageId": "ami-1", "minCount": 1, "maxCount": 2}]}, "userData": HIDDEN},
        ),
        ("sts", "GetCallerIdentity", {}, None),
    ],
)
def test_parameters(model: str, operation: str, members: dict[str, Any], expected: dict[str, Any] | None) -> None:
    told = event_of(model, operation, members)["requestParameters"]
    assert told == expected or {name: told[name] for name in expected or ()} == expected


@pytest.mark.parametrize(
    ("members", "operation", "expected"),
    [
        ({"Bucket": "bkt", "Key": "a/b c"}, "GetObject", {"bucketName": "bkt", "key": "a/b c"}),
        ({"Bucket": "bkt", "Prefix": "a/"}, "ListObjectsV2", {"bucketName": "bkt", "list-type": "2", "prefix": "a/"}),
        ({"Bucket": "bkt"}, "GetBucketAcl", {"bucketName": "bkt", "acl": ""}),
        (
            {"Bucket": "bkt", "Policy": '{"Version":"2012-10-17"}'},
            "PutBucketPolicy",
            {"bucketName": "bkt", "policy": "", "bucketPolicy": {"Version": "2012-10-17"}},
        ),
        (
            {"Bucket": "bkt", "VersioningConfiguration": {"Status": "Enabled"}},
            "PutBucketVersioning",
            {"bucketName": "bkt", "versioning": "", "VersioningConfiguration": {"Status": "Enabled"}},
        ),
        (
            {"Bucket": "bkt", "Key": "k", "CopySource": "b/k"},
            "CopyObject",
            {"bucketName": "bkt", "key": "k", "x-amz-copy-source": "b/k"},
        ),
        (
            {"Bucket": "bkt", "Key": "k", "SSECustomerKey": "c2VjcmV0", "Metadata": {"a": "s"}, "ACL": "private"},
            "PutObject",
            {"bucketName": "bkt", "key": "k", "x-amz-acl": "private"},
        ),
        (
            {"Bucket": "bkt", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]}},
            "DeleteObjects",
            {"bucketName": "bkt", "delete": {"objects": [{"key": "a"}, {"key": "b", "versionId": "1"}]}},
        ),
    ],
)
def test_parameters_of_s3_are_those_of_http(members: dict[str, Any], operation: str, expected: dict[str, Any]) -> None:
    assert event_of("s3", operation, members)["requestParameters"] == {"Host": "127.0.0.1:4566"} | expected


@pytest.mark.parametrize(
    ("operation", "members", "expected"),
    [
        (
            "GetItem",
            {"TableName": "t", "Key": {"id": {"S": "1"}, "b": {"B": b"s"}}},
            {"tableName": "t", "key": {"id": "1", "b": ""}},
        ),
        (
            "PutItem",
            {"TableName": "t", "Item": {"id": {"S": "s"}, "v": {"S": "s"}}},
            {"tableName": "t", "items": ["id", "v"]},
        ),
        (
            "Query",
            {
                "TableName": "t",
                "IndexName": "i",
                "KeyConditionExpression": "a = :v",
                "ExpressionAttributeValues": {":v": {"S": "s"}},
            },
            {"tableName": "t", "indexName": "i", "keyConditionExpression": "a = :v"},
        ),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "t", "Item": {"v": {"S": "s"}}}}]},
            {"requestItems": [{"operation": "Put", "tableName": "t", "items": ["v"]}]},
        ),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {"Keys": [{"id": {"S": "1"}}]}}},
            {"requestItems": [{"tableName": "t", "keys": [{"id": "1"}]}]},
        ),
        (
            "BatchWriteItem",
            {
                "RequestItems": {
                    "t": [{"PutRequest": {"Item": {"v": {"S": "s"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "1"}}}}]
                }
            },
            {"requestItems": [{"tableName": "t", "keys": [{"id": "1"}]}]},
        ),
        (
            "ExecuteStatement",
            {"Statement": "SELECT * FROM \"t-1\".\"i\" WHERE id = 'it''s' AND n > 42"},
            {"statement": 'SELECT * FROM "t-1"."i" WHERE id = ***(Redacted) AND n > ***(Redacted)'},
        ),
    ],
)
def test_of_dynamodb_keys_and_names_are_written_and_no_attribute(
    operation: str, members: dict[str, Any], expected: dict[str, Any]
) -> None:
    event = event_of("dynamodb", operation, members)
    assert event["requestParameters"] == expected
    assert (event["managementEvent"], event["eventCategory"], event["apiVersion"]) == (False, "Data", "2012-08-10")


@pytest.mark.parametrize(
    ("model", "operation", "members", "grants"),
    [
        (
            "ssm",
            "GetParameter",
            {"Name": "/app/db"},
            {"ssm:GetParameter": "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db"},
        ),
        ("s3", "GetObject", {"Bucket": "bkt", "Key": "a/b"}, {"s3:GetObject": "arn:aws:s3:::bkt/a/b"}),
        (
            "s3",
            "DeleteObjects",
            {"Bucket": "bkt", "Delete": {"Objects": [{"Key": "a"}]}},
            {"s3:DeleteObject": "arn:aws:s3:::bkt/a"},
        ),
        (
            "dynamodb",
            "Query",
            {"TableName": "t", "IndexName": "i"},
            {"dynamodb:Query": "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i"},
        ),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "f"},
            {"lambda:InvokeFunction": "arn:aws:lambda:eu-west-1:111122223333:function:f"},
        ),
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": "http://x/111122223333/q"},
            {"sqs:SendMessage": "arn:aws:sqs:eu-west-1:111122223333:q"},
        ),
        (
            "events",
            "PutEvents",
            {"Entries": [{"EventBusName": "b"}]},
            {"events:PutEvents": "arn:aws:events:eu-west-1:111122223333:event-bus/b"},
        ),
        (
            "ec2",
            "StartInstances",
            {"InstanceIds": ["i-0abc"]},
            {"ec2:StartInstances": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc"},
        ),
        (
            "ec2",
            "DeleteFlowLogs",
            {"FlowLogIds": ["fl-0abc"]},
            {"ec2:DeleteFlowLogs": "arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/fl-0abc"},
        ),
        (
            "apigateway",
            "GetRestApi",
            {"restApiId": "a1"},
            {"apigateway:GET": "arn:aws:apigateway:eu-west-1::/restapis/a1"},
        ),
    ],
)
def test_the_event_map_reads_what_is_recorded(
    model: str, operation: str, members: dict[str, Any], grants: dict[str, str]
) -> None:
    record = read_record(event_of(model, operation, members))
    call = ApiCall(
        event_source=record.event_source,
        event_name=record.event_name,
        region=record.region,
        account="111122223333",
        parameters=record.parameters,
    )
    meaning = meaning_of(call, load_catalog())
    assert isinstance(meaning, Mapped)
    assert {grant.action: ", ".join(grant.resources) for grant in meaning.grants} == grants
