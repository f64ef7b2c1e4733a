"""How a use of an action shows in CloudTrail."""

import pytest

from secrets_cli.catalog.data_events import ACTIONS_BY_TYPE, EVENT_NAMES, NEVER_LOGGED, SERVICE_TYPES
from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, Mapped
from secrets_cli.catalog.load import load_catalog
from secrets_cli.catalog.visibility import (
    DataEvent,
    ManagementEvent,
    NeverLogged,
    data_event_type,
    data_event_types,
    event_data_type,
    visibility_of,
)


@pytest.mark.parametrize(
    ("action", "type_"),
    [
        ("s3:GetObject", "AWS::S3::Object"),
        ("s3:ListBucket", "AWS::S3::Object"),
        ("S3:getobject", "AWS::S3::Object"),
        ("dynamodb:GetItem", "AWS::DynamoDB::Table"),
        ("dynamodb:GetRecords", "AWS::DynamoDB::Stream"),
        ("lambda:InvokeFunction", "AWS::Lambda::Function"),
        ("sqs:SendMessage", "AWS::SQS::Queue"),
        ("sns:Publish", "AWS::SNS::Topic"),
        ("kinesis:PutRecord", "AWS::Kinesis::Stream"),
    ],
)
def test_data_actions(action: str, type_: str) -> None:
    assert visibility_of(action) == DataEvent(type_)
    assert data_event_type(action) == type_


@pytest.mark.parametrize(
    "action",
    [
        "s3:GetBucketAcl",
        "s3:ListAllMyBuckets",
        "ssm:GetParameter",
        "kms:Decrypt",
        "sqs:CreateQueue",
        "x:Unheard",
        "iam:PassRole",
    ],
)
def test_everything_else_is_a_management_event(action: str) -> None:
    assert visibility_of(action) == ManagementEvent()
    assert data_event_type(action) is None


@pytest.mark.parametrize(
    "action", ["logs:PutLogEvents", "LOGS:putlogevents", "execute-api:Invoke", "xray:PutTraceSegments"]
)
def test_never_logged(action: str) -> None:
    seen = visibility_of(action)
    assert isinstance(seen, NeverLogged)
    assert seen.reason
    assert data_event_type(action) is None


def test_the_tables_name_actions_of_the_catalog() -> None:
    named = [action for actions in ACTIONS_BY_TYPE.values() for action in actions] + list(NEVER_LOGGED)
    for name in named:
        action = load_catalog().action(name)
        assert action is not None, name
        assert action.full_name == name


def test_an_action_has_one_type() -> None:
    named = [action for actions in ACTIONS_BY_TYPE.values() for action in actions]
    assert len(named) == len(set(named))
    assert not set(named) & set(NEVER_LOGGED)


def test_every_type_that_a_source_or_name_gives_is_in_the_table() -> None:
    assert {*SERVICE_TYPES.values(), *EVENT_NAMES.values()} <= set(data_event_types())


@pytest.mark.parametrize(("source", "event"), sorted(EVENT_NAMES), ids=":".join)
def test_a_data_event_gives_an_action_of_its_type(source: str, event: str) -> None:
    meaning = meaning_of(ApiCall(f"{source}.amazonaws.com", event, "eu-west-1", "111122223333"), load_catalog())
    assert isinstance(meaning, Mapped)
    assert {data_event_type(grant.action) for grant in meaning.grants} == {EVENT_NAMES[source, event]}


def test_a_record_by_its_category_and_resources() -> None:
    both = ("AWS::S3::Bucket", "AWS::S3::Object")
    assert (
        event_data_type("s3.amazonaws.com", "GetObject", event_category="Data", resource_types=both)
        == "AWS::S3::Object"
    )
    assert event_data_type("s3.amazonaws.com", "GetBucketAcl", event_category="Management", resource_types=both) is None


def test_a_record_without_category() -> None:
    assert event_data_type("dynamodb.amazonaws.com", "GetItem", management_event=False) == "AWS::DynamoDB::Table"
    assert event_data_type("dynamodb.amazonaws.com", "GetItem", management_event=True) is None
    assert event_data_type("lambda.amazonaws.com", "Invoke") == "AWS::Lambda::Function"
    assert event_data_type("lambda.amazonaws.com", "GetFunction20150331v2") is None


def test_a_table_with_a_stream_lists_both_types() -> None:
    types = ("AWS::DynamoDB::Stream", "AWS::DynamoDB::Table")
    source = "dynamodb.amazonaws.com"
    assert event_data_type(source, "PutItem", event_category="Data", resource_types=types) == "AWS::DynamoDB::Table"
    assert event_data_type(source, "GetRecords", event_category="Data", resource_types=types) == "AWS::DynamoDB::Stream"


def test_a_data_event_of_an_unknown_service() -> None:
    assert event_data_type("new.amazonaws.com", "Poke", event_category="Data") is None
    kinds = ("AWS::New::Thing",)
    assert (
        event_data_type("new.amazonaws.com", "Poke", event_category="Data", resource_types=kinds) == "AWS::New::Thing"
    )


def test_bedrock_models_are_management_events() -> None:
    assert event_data_type("bedrock.amazonaws.com", "InvokeModel", event_category="Management") is None
