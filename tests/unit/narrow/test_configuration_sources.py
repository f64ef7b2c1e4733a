"""What event-source mappings imply, one kind of source after the other."""

import json

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.pattern_relation import overlaps
from secrets_cli.narrow.configuration import ImpliedGrant, parse_configurations

AT = "eu-west-1:123456789012"
FUNCTION = f"arn:aws:lambda:{AT}:function:orders"
QUEUE = f"arn:aws:sqs:{AT}:in"
STREAM = f"arn:aws:kinesis:{AT}:stream/clicks"
CONSUMER = f"{STREAM}/consumer/orders:1700000000"
TABLE_STREAM = f"arn:aws:dynamodb:{AT}:table/orders/stream/2026-01-01T00:00:00.000"
CLUSTER = f"arn:aws:kafka:{AT}:cluster/main/0a1b-2"
TOPIC_ARN = f"arn:aws:kafka:{AT}:topic/main/0a1b-2"
BROKER = f"arn:aws:mq:{AT}:broker:b1:b-0a1b"
DATABASE = f"arn:aws:rds:{AT}:cluster:docs"
SECRET = f"arn:aws:secretsmanager:{AT}:secret:broker"
KEY = f"arn:aws:kms:{AT}:key/k"
ANY_KEY = "arn:aws:kms:eu-west-1:*:key/*"
IN_VPC = {
    (f"ec2:{name}", "*")
    for name in (
        "CreateNetworkInterface",
        "DeleteNetworkInterface",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcs",
    )
}


def grants_of(**mapping: object) -> list[ImpliedGrant]:
    """The grants of one mapping of FUNCTION."""
    document = {"EventSourceMappings": [{"UUID": "u-1", "FunctionArn": FUNCTION, **mapping}]}
    return [grant for one in parse_configurations(json.dumps(document), "m.json") for grant in one.implied]


def implied(**mapping: object) -> set[tuple[str, str]]:
    """The same as pairs."""
    return {(grant.action, grant.resource) for grant in grants_of(**mapping)}


def test_a_queue() -> None:
    expected = {
        ("sqs:ReceiveMessage", QUEUE),
        ("sqs:DeleteMessage", QUEUE),
        ("sqs:GetQueueAttributes", QUEUE),
        ("kms:Decrypt", ANY_KEY),
    }
    assert implied(EventSourceArn=QUEUE) == expected
    assert implied(EventSourceArn=QUEUE, ScalingConfig={"MaximumConcurrency": 2}, State="Disabled") == expected


def test_a_stream_is_polled() -> None:
    found = implied(EventSourceArn=STREAM)
    assert {
        ("kinesis:GetRecords", STREAM),
        ("kinesis:GetShardIterator", STREAM),
        ("kinesis:ListShards", STREAM),
    } <= found
    assert "kinesis:SubscribeToShard" not in {action for action, _ in found}


def test_an_enhanced_fan_out_consumer_is_subscribed_to_instead() -> None:
    found = implied(EventSourceArn=CONSUMER)
    assert {("kinesis:SubscribeToShard", CONSUMER), ("kinesis:DescribeStreamSummary", STREAM)} <= found
    assert "kinesis:GetRecords" not in {action for action, _ in found}


def test_a_tables_stream() -> None:
    assert implied(EventSourceArn=TABLE_STREAM) == {
        ("dynamodb:DescribeStream", TABLE_STREAM),
        ("dynamodb:GetRecords", TABLE_STREAM),
        ("dynamodb:GetShardIterator", TABLE_STREAM),
        ("dynamodb:ListStreams", "*"),
    }


def test_msk_without_a_secret_logs_in_as_the_role() -> None:
    found = implied(EventSourceArn=CLUSTER, Topics=["orders"])
    assert found >= IN_VPC
    assert {("kafka:DescribeCluster", CLUSTER), ("kafka:DescribeClusterV2", CLUSTER)} <= found
    assert ("kafka:GetBootstrapBrokers", "*") in found
    assert {pair for pair in found if pair[0].startswith("kafka-cluster:")} == {
        ("kafka-cluster:Connect", CLUSTER),
        ("kafka-cluster:DescribeClusterDynamicConfiguration", CLUSTER),
        ("kafka-cluster:DescribeTopic", f"{TOPIC_ARN}/orders"),
        ("kafka-cluster:ReadData", f"{TOPIC_ARN}/orders"),
        ("kafka-cluster:AlterGroup", f"arn:aws:kafka:{AT}:group/main/0a1b-2/u-1"),
        ("kafka-cluster:DescribeGroup", f"arn:aws:kafka:{AT}:group/main/0a1b-2/u-1"),
    }


def test_the_consumer_group_has_the_name_that_it_was_given() -> None:
    config = {"ConsumerGroupId": "readers"}
    found = implied(EventSourceArn=CLUSTER, Topics=["orders"], AmazonManagedKafkaEventSourceConfig=config)
    assert ("kafka-cluster:AlterGroup", f"arn:aws:kafka:{AT}:group/main/0a1b-2/readers") in found


@pytest.mark.parametrize("kind", ["SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"])
def test_msk_with_a_secret_reads_it(kind: str) -> None:
    access = [{"Type": kind, "URI": SECRET}]
    found = implied(EventSourceArn=CLUSTER, Topics=["orders"], SourceAccessConfigurations=access)
    assert {("secretsmanager:GetSecretValue", f"{SECRET}-??????"), ("kms:Decrypt", ANY_KEY)} <= found
    assert not any(action.startswith("kafka-cluster:") for action, _ in found)
    assert (("kafka:ListScramSecrets", CLUSTER) in found) == kind.startswith("SASL_SCRAM")


def test_msk_of_another_account_is_reached_by_a_connection() -> None:
    connection = f"arn:aws:kafka:{AT}:vpc-connection/999988887777/main/0a1b"
    assert ("kafka:DescribeVpcConnection", connection) in implied(EventSourceArn=connection, Topics=["orders"])


def test_a_failed_topic_of_the_cluster() -> None:
    found = implied(
        EventSourceArn=CLUSTER, Topics=["orders"], DestinationConfig={"OnFailure": {"Destination": "kafka://dead"}}
    )
    assert ("kafka-cluster:WriteData", f"{TOPIC_ARN}/dead") in found


def test_a_glue_schema_registry_and_the_secret_of_another() -> None:
    registry = f"arn:aws:glue:{AT}:registry/events"
    schema = {"SchemaRegistryURI": registry, "AccessConfigs": []}
    found = implied(EventSourceArn=CLUSTER, AmazonManagedKafkaEventSourceConfig={"SchemaRegistryConfig": schema})
    assert {("glue:GetRegistry", registry), ("glue:GetSchemaVersion", f"arn:aws:glue:{AT}:schema/events/*")} <= found
    confluent = {"SchemaRegistryURI": "https://r.example", "AccessConfigs": [{"Type": "BASIC_AUTH", "URI": SECRET}]}
    found = implied(EventSourceArn=CLUSTER, AmazonManagedKafkaEventSourceConfig={"SchemaRegistryConfig": confluent})
    assert ("secretsmanager:GetSecretValue", f"{SECRET}-??????") in found


SELF_MANAGED = {
    "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["k.example:9092"]}},
    "Topics": ["t"],
}


def test_a_kafka_cluster_of_ones_own_in_a_vpc() -> None:
    access = [
        {"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"},
        {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-1"},
        {"Type": "SASL_SCRAM_256_AUTH", "URI": f"{SECRET}-AbC1d2"},
        {"Type": "SERVER_ROOT_CA_CERTIFICATE", "URI": f"arn:aws:secretsmanager:{AT}:secret:ca"},
    ]
    assert implied(**SELF_MANAGED, SourceAccessConfigurations=access) == IN_VPC | {
        ("secretsmanager:GetSecretValue", f"{SECRET}-AbC1d2"),
        ("secretsmanager:GetSecretValue", f"{SECRET}-AbC1d2-??????"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{AT}:secret:ca-??????"),
        ("kms:Decrypt", ANY_KEY),
    }


def test_a_kafka_cluster_of_ones_own_on_the_internet_needs_no_interfaces() -> None:
    access = [{"Type": "BASIC_AUTH", "URI": SECRET}, {"Type": "OAUTHBEARER_SCOPE", "URI": "read"}]
    assert {action for action, _ in implied(**SELF_MANAGED, SourceAccessConfigurations=access)} == {
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    }


def test_a_kafka_cluster_of_ones_own_that_takes_the_role() -> None:
    found = implied(**SELF_MANAGED, SourceAccessConfigurations=[{"Type": "IAM_AUTH"}])
    assert ("kafka-cluster:ReadData", "arn:aws:kafka:eu-west-1:*:topic/*/*/t") in found
    token = implied(**SELF_MANAGED, SourceAccessConfigurations=[{"Type": "IAM_OAUTHBEARER_AUTH"}])
    assert token == {("sts:GetWebIdentityToken", "*")}


def test_a_message_broker() -> None:
    access = [{"Type": "BASIC_AUTH", "URI": SECRET}, {"Type": "VIRTUAL_HOST", "URI": "/"}]
    assert implied(EventSourceArn=BROKER, Queues=["q"], SourceAccessConfigurations=access) == IN_VPC | {
        ("mq:DescribeBroker", BROKER),
        ("secretsmanager:GetSecretValue", f"{SECRET}-??????"),
        ("kms:Decrypt", ANY_KEY),
    }


def test_a_document_database() -> None:
    access = [{"Type": "BASIC_AUTH", "URI": SECRET}]
    found = implied(EventSourceArn=DATABASE, SourceAccessConfigurations=access)
    assert IN_VPC | {("rds:DescribeDBClusters", "*"), ("rds:DescribeDBSubnetGroups", "*")} <= found


def test_the_key_of_the_filter_criteria() -> None:
    assert ("kms:Decrypt", KEY) in implied(EventSourceArn=QUEUE, KMSKeyArn=KEY)


def test_records_that_failed_go_to_objects_of_the_mapping() -> None:
    found = implied(EventSourceArn=STREAM, DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failed"}})
    assert {("s3:PutObject", "arn:aws:s3:::failed/aws/lambda/u-1/*"), ("s3:ListBucket", "arn:aws:s3:::failed")} <= found


def test_a_source_that_is_not_known_is_said() -> None:
    source = f"arn:aws:quantum:{AT}:stream/x"
    text = json.dumps({"UUID": "u", "FunctionArn": FUNCTION, "EventSourceArn": source})
    (found,) = parse_configurations(text, "m.json")
    assert (found.function, found.implied, found.not_understood) == ("orders", (), (f"the event source `{source}`",))


def test_no_mappings_imply_nothing() -> None:
    assert parse_configurations('{"EventSourceMappings": []}', "m.json") == ()


def test_every_implied_grant_is_one_that_aws_knows() -> None:
    access = [{"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET}]
    failed = {"OnFailure": {"Destination": "kafka://dead"}}
    schema = {"SchemaRegistryConfig": {"SchemaRegistryURI": f"arn:aws:glue:{AT}:registry/events"}}
    sources = (QUEUE, STREAM, CONSUMER, TABLE_STREAM, CLUSTER, BROKER, DATABASE)
    grants = [grant for source in sources for grant in grants_of(EventSourceArn=source)]
    grants += grants_of(EventSourceArn=CLUSTER, SourceAccessConfigurations=access, DestinationConfig=failed)
    grants += grants_of(EventSourceArn=CLUSTER, AmazonManagedKafkaEventSourceConfig=schema, Topics=["t"])
    grants += grants_of(**SELF_MANAGED, SourceAccessConfigurations=[{"Type": "IAM_AUTH"}])
    catalog = load_catalog()
    for grant in grants:
        carried = catalog.resource_patterns(grant.action)
        assert carried is not None, grant.action
        assert grant.because
        assert grant.resource == "*" or any(overlaps(grant.resource, pattern) for pattern in carried), grant
