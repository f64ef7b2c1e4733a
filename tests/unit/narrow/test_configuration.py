"""What a function's configuration implies, and which documents are refused."""

import json

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.narrow.configuration import ImpliedGrant, parse_configurations

FUNCTION = {
    "FunctionName": "orders-dev",
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders-dev",
    "Role": "arn:aws:iam::123456789012:role/orders",
}
LOG_GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders-dev:*"


def implied(**extra: object) -> set[tuple[str, str]]:
    return {(g.action, g.resource) for g in grants_of(FUNCTION | extra)}


def grants_of(document: object) -> list[ImpliedGrant]:
    """All grants of the configurations in one document."""
    return [g for c in parse_configurations(json.dumps(document), "f.json") for g in c.implied]


def test_the_log_group_is_always_implied() -> None:
    assert implied() == {("logs:CreateLogStream", LOG_GROUP), ("logs:PutLogEvents", LOG_GROUP)}


def test_a_named_log_group_takes_its_place() -> None:
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/team/logs:*"
    assert ("logs:PutLogEvents", group) in implied(LoggingConfig={"LogGroup": "/team/logs"})


def test_a_vpc_needs_network_interfaces() -> None:
    assert ("ec2:CreateNetworkInterface", "*") in implied(VpcConfig={"SubnetIds": ["subnet-1"]})
    assert ("ec2:CreateNetworkInterface", "*") not in implied(VpcConfig={"SubnetIds": []})


def test_tracing_a_dead_letter_queue_and_a_key() -> None:
    queue = "arn:aws:sqs:eu-west-1:123456789012:failed"
    key = "arn:aws:kms:eu-west-1:123456789012:key/k"
    found = implied(TracingConfig={"Mode": "Active"}, DeadLetterConfig={"TargetArn": queue}, KMSKeyArn=key)
    assert {("xray:PutTraceSegments", "*"), ("sqs:SendMessage", queue), ("kms:Decrypt", key)} <= found


def test_a_file_system_is_scoped_by_its_access_point() -> None:
    point = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
    grants = grants_of(FUNCTION | {"FileSystemConfigs": [{"Arn": point}]})
    mount = next(g for g in grants if g.action == "elasticfilesystem:ClientMount")
    assert mount.resource == "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/*"
    assert mount.conditions[0].key == "elasticfilesystem:AccessPointArn"
    assert mount.conditions[0].values == (point,)


def test_event_sources_and_destinations() -> None:
    queue, topic = "arn:aws:sqs:eu-west-1:123456789012:in", "arn:aws:sns:eu-west-1:123456789012:failed"
    mapping = {"EventSourceArn": queue, "DestinationConfig": {"OnFailure": {"Destination": topic}}}
    found = {(g.action, g.resource) for g in grants_of({"EventSourceMappings": [mapping]})}
    assert {("sqs:ReceiveMessage", queue), ("sqs:DeleteMessage", queue), ("sns:Publish", topic)} <= found


def test_get_function_is_unwrapped() -> None:
    assert grants_of({"Configuration": FUNCTION, "Code": {}})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"FunctionName": "x"}', "{", "[" * 100_000])
def test_anything_else_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"f\.json") as caught:
        parse_configurations(text, "f.json")
    assert caught.value.help
