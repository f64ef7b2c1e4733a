"""A function in a VPC, traced, with a dead-letter queue and a queue as its source, whose logs show none of it."""

import json
from pathlib import Path

import pytest

from secrets_cli.iam.parse import parse_policy
from secrets_cli.narrow.narrowing import Narrowing
from tests.unit.narrow.scenarios.records import Scenario, arn, call, check, role_arn, session, write_log

ROLE = "resize"
IN, FAILED = arn("sqs", "jobs"), arn("sqs", "jobs-failed")
FUNCTION = {
    "Configuration": {
        "FunctionName": "resize",
        "FunctionArn": arn("lambda", "function:resize"),
        "Role": role_arn(ROLE),
        "VpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"},
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": FAILED},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/team/images"},
    },
    "Code": {"RepositoryType": "S3"},
}
SOURCES = {
    "EventSourceMappings": [
        {
            "UUID": "5c1e7a4e-0000-4000-8000-1234567890ab",
            "EventSourceArn": IN,
            "FunctionArn": arn("lambda", "function:resize"),
            "ScalingConfig": {"MaximumConcurrency": 5},
            "State": "Enabled",
        }
    ]
}
PRESENT = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["sqs:*", "ec2:*", "xray:*", "logs:*", "s3:*", "kms:*"], "Resource": "*"},
    ],
}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """The logs hold the data events of queues and objects - of others, too - so that unused is known to be unused."""
    write_log(
        tmp_path / "logs",
        [
            call(
                session(ROLE, "resize"), "s3", "GetObject", requestParameters={"bucketName": "images", "key": "a.jpg"}
            ),
            call(session("ops", "ops"), "sqs", "SendMessage", requestParameters={"queueUrl": _url("audit")}),
        ],
    )
    made = Scenario(role_arn(ROLE), (parse_policy(json.dumps(PRESENT), "present.json"),), tmp_path / "logs")
    made.configure(FUNCTION, SOURCES)
    return made


@pytest.fixture
def result(scenario: Scenario) -> Narrowing:
    """The narrowing."""
    return scenario.narrowed()


def test_the_platform_can_still_do_its_part(scenario: Scenario, result: Narrowing) -> None:
    through_sqs = {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}
    key = arn("kms", "key/1234")
    group = arn("logs", "log-group:/team/images:log-stream:1")
    check(
        scenario,
        result,
        allowed=[
            ("s3:GetObject", "arn:aws:s3:::images/a.jpg"),
            ("ec2:CreateNetworkInterface", "*"),
            ("ec2:DescribeNetworkInterfaces", "*"),
            ("ec2:DeleteNetworkInterface", "*"),
            ("xray:PutTraceSegments", "*"),
            ("xray:PutTelemetryRecords", "*"),
            ("sqs:SendMessage", FAILED),
            ("sqs:ReceiveMessage", IN),
            ("sqs:DeleteMessage", IN),
            ("sqs:GetQueueAttributes", IN),
            ("logs:PutLogEvents", group),
            ("kms:GenerateDataKey", key, through_sqs),
            ("kms:Decrypt", key, through_sqs),
        ],
        denied=[
            ("sqs:SendMessage", IN),
            ("sqs:ReceiveMessage", FAILED),
            ("sqs:SendMessage", arn("sqs", "audit")),
            ("sqs:DeleteQueue", FAILED),
            ("sqs:PurgeQueue", IN),
            ("ec2:RunInstances", arn("ec2", "instance/*")),
            ("ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-1")),
            ("logs:PutLogEvents", arn("logs", "log-group:/aws/lambda/resize:log-stream:1")),
            ("kms:Decrypt", key),
            ("kms:Decrypt", key, {"kms:ViaService": "ssm.eu-west-1.amazonaws.com"}),
            ("kms:ScheduleKeyDeletion", key),
            ("s3:GetObject", "arn:aws:s3:::images/b.jpg"),
        ],
    )


def test_without_the_configuration_the_queue_would_be_lost(scenario: Scenario) -> None:
    """What the logs would have shown, and did not, goes: the configuration alone knows better."""
    del scenario.choices["configurations"]
    check(scenario, scenario.narrowed(), [], [("sqs:SendMessage", FAILED), ("ec2:CreateNetworkInterface", "*")])


def test_a_mapping_of_a_function_with_another_role_is_left_out(scenario: Scenario) -> None:
    other = {"FunctionName": "other", "FunctionArn": arn("lambda", "function:other"), "Role": role_arn("other")}
    queue = arn("sqs", "others")
    source = {"UUID": "1", "EventSourceArn": queue, "FunctionArn": arn("lambda", "function:other")}
    scenario.configure(FUNCTION, SOURCES, other, {"EventSourceMappings": [source]})
    result = scenario.narrowed()
    check(scenario, result, [("sqs:ReceiveMessage", IN)], [("sqs:ReceiveMessage", queue)])
    assert sum("is left out" in warning for warning in result.warnings) == 2


def _url(queue: str) -> str:
    return f"https://sqs.eu-west-1.amazonaws.com/111122223333/{queue}"
