"""What the blocks of a function's configuration imply, and which documents are refused."""

import json

import pytest

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.pattern_relation import overlaps
from secrets_cli.narrow.configuration import ImpliedGrant, parse_configurations, with_roles

FUNCTION = {
    "FunctionName": "orders-dev",
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders-dev",
    "Role": "arn:aws:iam::123456789012:role/orders",
}
LOG_GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders-dev:*"
QUEUE, TOPIC = "arn:aws:sqs:eu-west-1:123456789012:failed", "arn:aws:sns:eu-west-1:123456789012:failed"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/k"
ANY_KEY = "arn:aws:kms:eu-west-1:*:key/*"


def implied(**extra: object) -> set[tuple[str, str]]:
    """The grants of FUNCTION with further blocks, beside its log."""
    return {(g.action, g.resource) for g in grants_of(FUNCTION | extra)}


def grants_of(document: object) -> list[ImpliedGrant]:
    """All grants of the configurations in one document."""
    return [g for c in parse_configurations(json.dumps(document), "f.json") for g in c.implied]


def test_the_log_group_is_always_implied() -> None:
    assert implied() == {("logs:CreateLogStream", LOG_GROUP), ("logs:PutLogEvents", LOG_GROUP)}


@pytest.mark.parametrize("format_", ["Text", "JSON"])
def test_a_named_log_group_takes_its_place_whatever_the_format(format_: str) -> None:
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/team/logs:*"
    found = implied(LoggingConfig={"LogGroup": "/team/logs", "LogFormat": format_})
    assert found == {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}


def test_the_log_group_of_a_version_is_the_functions() -> None:
    assert implied(FunctionArn=f"{FUNCTION['FunctionArn']}:3", Version="3") == implied()


def test_a_vpc_needs_network_interfaces() -> None:
    assert ("ec2:CreateNetworkInterface", "*") in implied(VpcConfig={"SubnetIds": ["subnet-1"]})
    assert implied(VpcConfig={"SubnetIds": []}) == implied(VpcConfig=None) == implied()


@pytest.mark.parametrize("mode", ["Active", "PassThrough"])
def test_tracing(mode: str) -> None:
    assert (("xray:PutTraceSegments", "*") in implied(TracingConfig={"Mode": mode})) == (mode == "Active")


@pytest.mark.parametrize(("target", "action"), [(QUEUE, "sqs:SendMessage"), (TOPIC, "sns:Publish")])
def test_a_dead_letter_queue_and_the_key_it_may_be_encrypted_under(target: str, action: str) -> None:
    found = implied(DeadLetterConfig={"TargetArn": target})
    assert {(action, target), ("kms:GenerateDataKey", ANY_KEY), ("kms:Decrypt", ANY_KEY)} <= found


def test_a_key_that_is_not_named_is_scoped_by_the_service_it_is_used_through() -> None:
    grants = grants_of(FUNCTION | {"DeadLetterConfig": {"TargetArn": QUEUE}})
    conditions = {g.conditions for g in grants if g.action.startswith("kms:")}
    assert [(t.key, t.values) for (t,) in conditions] == [("kms:ViaService", ("sqs.eu-west-1.amazonaws.com",))]


def test_the_key_of_the_environment() -> None:
    assert implied(KMSKeyArn=KEY) - implied() == {("kms:Decrypt", KEY)}


def test_a_file_system_is_scoped_by_its_access_point() -> None:
    point = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
    grants = grants_of(FUNCTION | {"FileSystemConfigs": [{"Arn": point, "LocalMountPath": "/mnt/a"}]})
    mount = next(g for g in grants if g.action == "elasticfilesystem:ClientMount")
    assert mount.resource == "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/*"
    assert mount.conditions[0].key == "elasticfilesystem:AccessPointArn"
    assert mount.conditions[0].values == (point,)


@pytest.mark.parametrize(
    ("memory", "asked", "reads"),
    [(128, "AUTO", False), (512, "AUTO", True), (128, "ENABLED", True), (1024, "DISABLED", False), (1024, None, True)],
)
def test_an_s3_file_system_is_named_by_its_access_point(memory: int, asked: str | None, reads: bool) -> None:
    system = "arn:aws:s3files:eu-west-1:123456789012:file-system/fs-1"
    config = {"Arn": f"{system}/access-point/fsap-1"} | ({"S3FilesConfig": {"DirectS3Read": asked}} if asked else {})
    found = implied(FileSystemConfigs=[config], MemorySize=memory)
    assert {("s3files:ClientMount", system), ("s3files:ClientWrite", system)} <= found
    assert (("s3:GetObject", "arn:aws:s3:::*/*") in found) == reads


def test_a_durable_function_keeps_its_own_state() -> None:
    found = implied(DurableConfig={"ExecutionTimeout": 3600, "KMSKeyArn": KEY}) - implied()
    own = f"{FUNCTION['FunctionArn']}:*"
    assert found == {
        ("lambda:CheckpointDurableExecution", own),
        ("lambda:GetDurableExecutionState", own),
        ("kms:Decrypt", KEY),
        ("kms:GenerateDataKey", KEY),
    }


def layer(name: str) -> set[tuple[str, str]]:
    """What a layer adds."""
    return (
        implied(Layers=[{"Arn": f"arn:aws:lambda:eu-west-1:580247275435:layer:{name}:14", "CodeSize": 1}]) - implied()
    )


@pytest.mark.parametrize("name", ["LambdaInsightsExtension", "LambdaInsightsExtension-Arm64"])
def test_lambda_insights_writes_to_its_log_group(name: str) -> None:
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda-insights:*"
    assert layer(name) == {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}


def test_opentelemetry_layers_send_traces() -> None:
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/application-signals/data:*"
    signals = {("xray:PutTraceSegments", "*"), ("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}
    assert layer("AWSOpenTelemetryDistroPython") == signals
    collector = {action for action, _ in layer("aws-otel-python-amd64-ver-1-32-0")}
    assert {"xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"} <= collector


def test_another_layer_adds_nothing() -> None:
    assert layer("my-libraries") == set()


def test_zappas_function_calls_itself() -> None:
    arn = FUNCTION["FunctionArn"]
    zappa = {"Handler": "handler.lambda_handler", "Description": "Zappa Deployment"}
    assert implied(**zappa) - implied() == {("lambda:InvokeFunction", arn)}
    assert implied(Handler="handler.lambda_handler", Description="mine") == implied()


def test_blocks_in_which_lambda_acts_by_itself_add_nothing() -> None:
    assert (
        implied(
            SnapStart={"ApplyOn": "PublishedVersions"},
            PackageType="Image",
            SigningJobArn="arn:aws:signer:eu-west-1:123456789012:/signing-jobs/1",
            EphemeralStorage={"Size": 512},
            CapacityProviderConfig={"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "a"}},
        )
        == implied()
    )


DESTINATIONS = {
    "DestinationConfig": {
        "OnSuccess": {"Destination": "arn:aws:events:eu-west-1:123456789012:event-bus/done"},
        "OnFailure": {"Destination": "arn:aws:s3:::failed"},
    }
}


def test_destinations_of_an_asynchronous_function() -> None:
    function = {"FunctionArn": f"{FUNCTION['FunctionArn']}:$LATEST"}
    found = {(g.action, g.resource) for g in grants_of(function | DESTINATIONS)}
    assert found == {
        ("events:PutEvents", "arn:aws:events:eu-west-1:123456789012:event-bus/done"),
        ("s3:PutObject", "arn:aws:s3:::failed/aws/lambda/async/orders-dev/*"),
        ("s3:ListBucket", "arn:aws:s3:::failed"),
        ("kms:GenerateDataKey", ANY_KEY),
    }


def test_a_function_as_destination() -> None:
    other = "arn:aws:lambda:eu-west-1:123456789012:function:other:live"
    document = {"DestinationConfig": {"OnSuccess": {"Destination": other}, "OnFailure": {}}}
    assert [(g.action, g.resource) for g in grants_of(document)] == [("lambda:InvokeFunction", other)]


def test_an_invoke_configuration_without_destinations_implies_nothing() -> None:
    assert grants_of({"FunctionArn": f"{FUNCTION['FunctionArn']}:$LATEST", "MaximumRetryAttempts": 1}) == []


def test_a_target_that_is_not_known_is_said() -> None:
    target = "arn:aws:quantum:eu-west-1:123456789012:topic/x"
    (found,) = parse_configurations(json.dumps(FUNCTION | {"DeadLetterConfig": {"TargetArn": target}}), "f.json")
    assert found.not_understood == (f"the target `{target}`",)


def test_get_function_is_unwrapped() -> None:
    assert grants_of({"Configuration": FUNCTION, "Code": {}, "Tags": {}}) == grants_of(FUNCTION)


OTHER = {**FUNCTION, "FunctionName": "other", "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:other"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([FUNCTION, OTHER]),
        f"{json.dumps(FUNCTION)}\n{json.dumps(OTHER)}\n",
        json.dumps(FUNCTION, indent=4) + json.dumps(OTHER, indent=4),
        json.dumps({"Functions": [FUNCTION, OTHER]}),
    ],
)
def test_several_functions_in_one_file(text: str) -> None:
    found = parse_configurations(text, "f.json")
    assert [(one.name, one.function) for one in found] == [("f.json#1", "orders-dev"), ("f.json#2", "other")]


def test_a_document_without_a_role_takes_that_of_its_function() -> None:
    source = {"UUID": "u", "EventSourceArn": QUEUE, "FunctionArn": FUNCTION["FunctionArn"]}
    elsewhere = {"UUID": "v", "EventSourceArn": QUEUE, "FunctionArn": OTHER["FunctionArn"]}
    invoke = {"FunctionArn": f"{FUNCTION['FunctionArn']}:$LATEST"} | DESTINATIONS
    found = with_roles(parse_configurations(json.dumps([source, elsewhere, invoke, FUNCTION]), "f.json"))
    assert [one.role for one in found] == [FUNCTION["Role"], "", FUNCTION["Role"], FUNCTION["Role"]]


@pytest.mark.parametrize("text", ["", "[]", "{}", "7", "[7]", '{"FunctionName": "x"}', "{", "[" * 100_000])
def test_anything_else_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"f\.json") as caught:
        parse_configurations(text, "f.json")
    assert caught.value.help


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"LoggingConfig": "x"}, "`LoggingConfig` is no object"),
        ({"LoggingConfig": {"LogGroup": 7}}, "`LogGroup` is no text"),
        ({"VpcConfig": {"SubnetIds": "subnet-1"}}, "`SubnetIds` is no list"),
        ({"VpcConfig": {"SubnetIds": [1]}}, "an entry of `SubnetIds` is no text"),
        ({"Layers": ["a"]}, "an entry of `Layers` is no object"),
        ({"FunctionArn": "orders-dev"}, "no FunctionArn"),
    ],
)
def test_a_block_of_another_shape_is_refused_and_not_left_out(document: dict[str, object], what: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        parse_configurations("\n\n  " + json.dumps(FUNCTION | document), "f.json")
    assert caught.value.message.startswith("f.json:3:")
    assert what in caught.value.message


def test_the_place_of_a_fault_in_a_later_document() -> None:
    with pytest.raises(MalformedInput, match=r"f\.json:2:6"):
        parse_configurations(json.dumps(FUNCTION) + '\n{"a" 1}', "f.json")


EVERYTHING = (
    FUNCTION
    | DESTINATIONS
    | {
        "VpcConfig": {"SubnetIds": ["subnet-1"]},
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": QUEUE},
        "KMSKeyArn": KEY,
        "MemorySize": 1024,
        "DurableConfig": {"ExecutionTimeout": 1},
        "FileSystemConfigs": [
            {"Arn": "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"},
            {"Arn": "arn:aws:s3files:eu-west-1:123456789012:file-system/fs-1/access-point/fsap-1"},
        ],
        "Layers": [
            {"Arn": f"arn:aws:lambda:eu-west-1:1:layer:{name}:1"}
            for name in ("LambdaInsightsExtension", "AWSOpenTelemetryDistroJs", "aws-otel-nodejs-amd64")
        ],
        "Handler": "handler.lambda_handler",
        "Description": "Zappa Deployment",
    }
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_every_implied_grant_is_one_that_aws_knows(catalog: Catalog) -> None:
    assert_known(grants_of(EVERYTHING), catalog)


def assert_known(grants: list[ImpliedGrant], catalog: Catalog) -> None:
    """The actions exist, and are asked for on resources of the kind they are granted on."""
    assert grants
    for grant in grants:
        carried = catalog.resource_patterns(grant.action)
        assert carried is not None, grant.action
        assert grant.because
        if grant.resource != "*":
            assert any(overlaps(grant.resource, pattern) for pattern in carried), grant
