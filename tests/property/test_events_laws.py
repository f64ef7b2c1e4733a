"""Laws of the event map, over every rule and over random input."""

from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.events.row import Row
from secrets_cli.catalog.events.rows.table import rows
from secrets_cli.catalog.events.sources import PREFIX_OF_SOURCE
from secrets_cli.catalog.grant import ApiCall, CallResource, Grant, Mapped
from secrets_cli.catalog.load import load_catalog
from secrets_cli.json_value import JsonValue

CATALOG = load_catalog()
EVENTS = sorted({(row.source, event) for row in rows() for event in row.events})
NAMES = sorted(
    [
        "bucketName",
        "key",
        "versionId",
        "x-amz-copy-source",
        "tableName",
        "indexName",
        "requestItems",
        "transactItems",
        "statement",
        "statements",
        "functionName",
        "qualifier",
        "layers",
        "role",
        "roleArn",
        "name",
        "names",
        "path",
        "keyId",
        "tags",
        "type",
        "tier",
        "queueUrl",
        "topicArn",
        "targetArn",
        "phoneNumber",
        "entries",
        "eventBusName",
        "rule",
        "targets",
        "resourcesSet",
        "items",
        "instancesSet",
        "instanceId",
        "logGroupName",
        "logStreamName",
        "secretId",
        "secretIdList",
        "aliasName",
        "targetKeyId",
        "sourceKeyId",
        "destinationKeyId",
        "encryptionContext",
        "PARAMETER_ARN",
        "modelId",
        "resourceARNList",
        "restApiId",
        "apiId",
        "stageName",
        "userName",
        "roleName",
        "aWSServiceName",
        "streamName",
        "streamARN",
        "shardIterator",
        "taskDefinition",
        "content",
        "operation",
        "put",
        "get",
        "tableArn",
        "resource",
        "arn",
        "fullyQualifiedArn",
        "delete",
        "objects",
        "Host",
        "policy",
        "arns",
        "resourceType",
        "resourceId",
        "documentName",
        "instanceIds",
        "values",
        "requestItems",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "arn:",
            "arn:aws",
            "arn:aws:lambda:eu-west-1:111122223333:function:f",
            "arn:aws:iam::111122223333:role/x",
            "arn:aws:s3:::b/k",
            "alias/x",
            "i-0a",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
            "https://[bad",
            "SELECT * FROM t",
            "***",
        ]
    ),
)
LEAVES: st.SearchStrategy[JsonValue] = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)


def _nested(inner: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    return st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=5)), inner, max_size=5),
    )


JSON: st.SearchStrategy[JsonValue] = st.recursive(LEAVES, _nested, max_leaves=12)
OBJECTS = st.one_of(JSON, st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
RESOURCES = st.lists(st.builds(CallResource, arn=TEXTS, type=st.sampled_from(["", "AWS::S3::Object"])), max_size=3)
call_with = partial(
    st.builds,
    ApiCall,
    region=st.sampled_from(["", "eu-west-1"]),
    account=st.sampled_from(["", "111122223333"]),
    parameters=OBJECTS,
    response=OBJECTS,
    resources=RESOURCES.map(tuple),
    invoked_by=st.sampled_from(["", "ssm.amazonaws.com", "AWS Internal", "lambda.amazonaws.com"]),
    identity_type=st.sampled_from(["AssumedRole", "AWSService", ""]),
    error_code=st.sampled_from(["", "AccessDenied", "Throttling"]),
)


def grants_of(call: ApiCall) -> Iterator[Grant]:
    meaning = meaning_of(call, CATALOG)
    if isinstance(meaning, Mapped):
        assert meaning.grants
        yield from meaning.grants


def assert_sound(grant: Grant) -> None:
    """What every grant promises: an action of the catalog's spelling, and resources that say why they are `*`."""
    action = CATALOG.action(grant.action)
    assert action is not None
    assert action.full_name == grant.action
    assert grant.resources
    assert list(grant.resources) == sorted(set(grant.resources))
    for resource in grant.resources:
        assert resource == "*" or (resource.startswith("arn:") and resource.count(":") >= 5), resource
    if "*" in grant.resources and action.resources:
        assert grant.unscoped
    assert grant.rule


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_row_names_actions_of_the_catalog(row: Row) -> None:
    for need in row.needs:
        names = [f"{row.source}:{event}" for event in row.events] if need.action == "=" else [need.action]
        for name in names:
            action = CATALOG.action(name)
            assert action is not None, name
            assert action.full_name == name


def test_row_ids_are_unique() -> None:
    ids = [row.id for row in rows()]
    assert len(ids) == len(set(ids))


def test_no_row_is_hidden_behind_another() -> None:
    """A row after one without a circumstance of its own would never be asked."""
    open_rows: set[tuple[str, str]] = set()
    for row in rows():
        for event in row.events:
            assert (row.source, event) not in open_rows, (row.id, event)
            if row.when is None:
                open_rows.add((row.source, event))


@pytest.mark.parametrize(("source", "event"), EVENTS, ids=[f"{source}:{event}" for source, event in EVENTS])
def test_a_row_gives_sound_grants_when_the_record_says_nothing(source: str, event: str) -> None:
    meaning = meaning_of(ApiCall(f"{source}.amazonaws.com", event, "eu-west-1", "111122223333"), CATALOG)
    for grant in meaning.grants if isinstance(meaning, Mapped) else ():
        assert_sound(grant)


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(EVENTS).flatmap(
        lambda event: call_with(event_source=st.just(f"{event[0]}.amazonaws.com"), event_name=st.just(event[1]))
    )
)
def test_any_parameters_give_sound_grants(call: ApiCall) -> None:
    for grant in grants_of(call):
        assert_sound(grant)


SERVICES = st.sampled_from([*CATALOG.services(), *PREFIX_OF_SOURCE])
ACTION_NAMES = st.sampled_from(CATALOG.all_actions()[::37]).map(lambda name: name.partition(":")[2])
EVENT_NAMES = st.one_of(
    st.text(max_size=20),
    ACTION_NAMES,
    st.tuples(ACTION_NAMES, st.sampled_from(["20150331", "20150331v2", "2020_05_31", "v2", "Internal"])).map("".join),
)


@settings(max_examples=1000, deadline=None)
@given(call_with(event_source=SERVICES.map(lambda prefix: f"{prefix}.amazonaws.com"), event_name=EVENT_NAMES))
def test_no_event_name_makes_an_action_up(call: ApiCall) -> None:
    for grant in grants_of(call):
        assert_sound(grant)


@settings(max_examples=700, deadline=None)
@given(
    st.sampled_from(CATALOG.all_actions()).flatmap(
        lambda name: call_with(
            event_source=st.just(f"{name.partition(':')[0]}.amazonaws.com"), event_name=st.just(name.partition(":")[2])
        )
    )
)
def test_every_action_is_sound_under_the_identity_rule(call: ApiCall) -> None:
    for grant in grants_of(call):
        assert_sound(grant)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(EVENTS),
    st.lists(
        st.sampled_from(
            [
                "User: x is",
                "not authorized to perform:",
                "s3:GetObject",
                "S3:getobject",
                "sqs:nonsense",
                "on resource:",
                "*",
                '"',
                "arn:aws:s3:::b/k",
                "user bob",
                "because",
                ".",
                "arn:",
            ]
        )
        | st.text(max_size=6),
        max_size=9,
    ).map(" ".join),
)
def test_any_message_gives_sound_grants(event: tuple[str, str], message: str) -> None:
    call = ApiCall(
        f"{event[0]}.amazonaws.com",
        event[1],
        "eu-west-1",
        "111122223333",
        error_code="AccessDenied",
        error_message=message,
    )
    for grant in grants_of(call):
        assert_sound(grant)


@settings(max_examples=300, deadline=None)
@given(call_with(event_source=st.just("s3.amazonaws.com"), event_name=st.just("GetObject")))
def test_the_answer_depends_on_the_call_alone(call: ApiCall) -> None:
    assert meaning_of(call, CATALOG) == meaning_of(call, CATALOG)
