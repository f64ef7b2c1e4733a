"""What is a secret is in no record, whatever the service and however the call ends."""

import json
from typing import Any

import pytest

from tests.recorder_wire import CANARY, MODELS, answered, event_of


@pytest.mark.parametrize(
    ("model", "operation", "members"),
    [
        ("ssm", "PutParameter", {"Name": "/a", "Value": CANARY}),
        ("secretsmanager", "PutSecretValue", {"SecretId": "s", "SecretString": CANARY}),
        ("kms", "Encrypt", {"KeyId": "k", "Plaintext": CANARY.encode()}),
        ("dynamodb", "PutItem", {"TableName": "t", "Item": {"v": {"S": CANARY}}}),
        (
            "dynamodb",
            "UpdateItem",
            {
                "TableName": "t",
                "Key": {"id": {"S": "1"}},
                "UpdateExpression": "SET a = :v",
                "ExpressionAttributeValues": {":v": {"S": CANARY}},
                "AttributeUpdates": {"a": {"Value": {"S": CANARY}}},
                "Expected": {"a": {"Value": {"S": CANARY}}},
            },
        ),
        (
            "s3",
            "PutObject",
            {
                "Bucket": "bkt",
                "Key": "k",
                "Body": CANARY.encode(),
                "Metadata": {"m": CANARY},
                "SSECustomerKey": CANARY,
                "Tagging": f"a={CANARY}",
            },
        ),
        ("sqs", "SendMessageBatch", {"QueueUrl": "u", "Entries": [{"Id": "1", "MessageBody": CANARY}]}),
        ("sns", "Publish", {"TopicArn": "t", "Message": CANARY, "Subject": CANARY}),
        ("kinesis", "PutRecord", {"StreamName": "s", "Data": CANARY.encode(), "PartitionKey": CANARY}),
        ("lambda", "Invoke", {"FunctionName": "f", "Payload": CANARY.encode(), "ClientContext": CANARY}),
        ("lambda", "UpdateFunctionConfiguration", {"FunctionName": "f", "Environment": {"Variables": {"A": CANARY}}}),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": CANARY}]},
        ),
        ("events", "PutEvents", {"Entries": [{"Detail": CANARY, "Source": "x"}]}),
        (
            "cognito-idp",
            "InitiateAuth",
            {"ClientId": "c", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"PASSWORD": CANARY}},
        ),
        ("rds", "CreateDBInstance", {"DBInstanceIdentifier": "d", "MasterUserPassword": CANARY}),
        (
            "cloudformation",
            "CreateStack",
            {"StackName": "s", "TemplateBody": CANARY, "Parameters": [{"ParameterKey": "k", "ParameterValue": CANARY}]},
        ),
        ("iam", "CreateLoginProfile", {"UserName": "u", "Password": CANARY}),
        ("sts", "AssumeRoleWithWebIdentity", {"RoleArn": "a", "RoleSessionName": "s", "WebIdentityToken": CANARY}),
        ("rds-data", "ExecuteStatement", {"resourceArn": "r", "secretArn": "s", "sql": CANARY}),
        ("athena", "StartQueryExecution", {"QueryString": CANARY}),
        (
            "ses",
            "SendEmail",
            {
                "Source": "a@b.c",
                "Destination": {"ToAddresses": ["d@e.f"]},
                "Message": {"Subject": {"Data": CANARY}, "Body": {"Text": {"Data": CANARY}}},
            },
        ),
        ("bedrock-runtime", "InvokeModel", {"modelId": "m", "body": CANARY.encode()}),
        (
            "codebuild",
            "StartBuild",
            {"projectName": "p", "environmentVariablesOverride": [{"name": "A", "value": CANARY}]},
        ),
        (
            "appconfig",
            "CreateHostedConfigurationVersion",
            {"ApplicationId": "a", "ConfigurationProfileId": "p", "Content": CANARY.encode(), "ContentType": "t"},
        ),
    ],
)
@pytest.mark.parametrize("ends", ["well", "quoting"])
def test_a_value_is_in_no_record(model: str, operation: str, members: dict[str, Any], ends: str) -> None:
    """Sent in the request; quoted by an error, as JSON and as XML."""
    own = MODELS.model(model)
    if ends == "well":
        answers = [answered()]
    else:
        texts = (
            json.dumps({"__type": "ValidationException", "message": f"'{CANARY}' is bad"}),
            f"<E><Code>Bad</Code><Message>{CANARY}</Message></E>",
        )
        answers = [answered(text.encode(), 400) for text in texts]
    for answer in answers:
        written = json.dumps(event_of(model, operation, members, answer))
        assert CANARY not in written, own.service_name
        assert "Y2FuYXJ5" not in written  # base64 of how it begins
