"""A function's configuration as Lambda answers it, against moto."""

import io
import json
import zipfile

import pytest

from secrets_cli.aws.function_configuration import configuration_documents
from secrets_cli.aws.target import Connection
from secrets_cli.errors import NotThere
from secrets_cli.narrow.configuration import parse_configurations


def _role(aws: Connection) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn: str = aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return arn


def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass")
    return packed.getvalue()


def test_what_a_function_implies_is_had_from_lambda_without_its_environment(aws: Connection) -> None:
    role = _role(aws)
    queue_url = aws.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    queue = aws.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    client = aws.client("lambda")
    client.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": _code()},
        Environment={"Variables": {"TOKEN": "hunter2-CANARY"}},
        TracingConfig={"Mode": "Active"},
    )
    client.create_event_source_mapping(FunctionName="f", EventSourceArn=queue)
    client.put_function_event_invoke_config(FunctionName="f", DestinationConfig={"OnFailure": {"Destination": queue}})

    documents = configuration_documents(aws, "f")

    assert "CANARY" not in documents
    found = parse_configurations(documents, "f")
    implied = {(grant.action, grant.resource) for one in found for grant in one.implied}
    assert {one.role for one in found if one.role} == {role}
    assert ("sqs:ReceiveMessage", queue) in implied
    assert ("sqs:SendMessage", queue) in implied
    assert ("xray:PutTraceSegments", "*") in implied


def test_a_function_that_is_not_there_is_named_with_the_region(aws: Connection) -> None:
    with pytest.raises(NotThere, match="there is no function `f` in us-east-1"):
        configuration_documents(aws, "f")
