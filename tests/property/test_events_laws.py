"""Laws of the event map, over every rule and over random input."""

import math
from collections.abc import Iterator
from random import Random

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
TEXTS = [
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
ODD = "aZ09 :/*?-_.,='\"[]{}\\\n\t\0\x7f\xe9\u0130\u2028\ufeff\U0001f511"
"""What texts are made of beside any code point."""


class Dice:
    """Makes calls out of one seed: some ten times faster than a strategy for each part, so that many are tried."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.pick = self.random.choice

    def text(self, longest: int) -> str:
        random = self.random
        length = random.randint(0, longest)
        return "".join(
            self.pick(ODD) if random.random() < 0.8 else chr(random.randrange(0xD800)) for _ in range(length)
        )

    def leaf(self) -> JsonValue:
        return self.pick(
            (
                None,
                True,
                False,
                self.random.randint(-9, 1 << 70),
                self.random.uniform(-1e300, 1e300),
                math.nan,
                math.inf,
            )
            + (self.word(),) * 7
        )

    def word(self) -> str:
        return self.pick(TEXTS) if self.random.random() < 0.5 else self.text(12)

    def json(self, depth: int = 3) -> JsonValue:
        kind = self.random.random() if depth else 0.0
        if kind < 0.4:
            return self.leaf()
        if kind < 0.6:
            return [self.json(depth - 1) for _ in range(self.random.randint(0, 3))]
        return self.members(5, depth - 1)

    def members(self, most: int, depth: int) -> dict[str, JsonValue]:
        names = [
            self.pick(NAMES) if self.random.random() < 0.8 else self.text(5)
            for _ in range(self.random.randint(0, most))
        ]
        return {name: self.json(depth) for name in names}

    def parameters(self) -> JsonValue:
        return self.members(6, 3) if self.random.random() < 0.7 else self.json()

    def call(self, source: str, name: str) -> ApiCall:
        types = [self.pick(["", "AWS::S3::Object"]) for _ in range(self.random.randint(0, 3))]
        return ApiCall(
            event_source=f"{source}.amazonaws.com",
            event_name=name,
            region=self.pick(["", "eu-west-1"]),
            account=self.pick(["", "111122223333"]),
            parameters=self.parameters(),
            response=self.parameters(),
            resources=tuple(CallResource(arn=self.word(), type=kind) for kind in types),
            invoked_by=self.pick(["", "ssm.amazonaws.com", "AWS Internal", "lambda.amazonaws.com"]),
            identity_type=self.pick(["AssumedRole", "AWSService", ""]),
            error_code=self.pick(["", "AccessDenied", "Throttling"]),
        )


SEEDS = st.integers(0, 1 << 64)


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
@given(st.sampled_from(EVENTS), SEEDS)
def test_any_parameters_give_sound_grants(event: tuple[str, str], seed: int) -> None:
    for grant in grants_of(Dice(seed).call(*event)):
        assert_sound(grant)


SERVICES = st.sampled_from([*CATALOG.services(), *PREFIX_OF_SOURCE])
ACTION_NAMES = st.sampled_from(CATALOG.all_actions()[::37]).map(lambda name: name.partition(":")[2])
EVENT_NAMES = st.one_of(
    st.text(max_size=20),
    ACTION_NAMES,
    st.tuples(ACTION_NAMES, st.sampled_from(["20150331", "20150331v2", "2020_05_31", "v2", "Internal"])).map("".join),
)


@settings(max_examples=1000, deadline=None)
@given(SERVICES, EVENT_NAMES, SEEDS)
def test_no_event_name_makes_an_action_up(source: str, event: str, seed: int) -> None:
    for grant in grants_of(Dice(seed).call(source, event)):
        assert_sound(grant)


@settings(max_examples=700, deadline=None)
@given(st.sampled_from(CATALOG.all_actions()), SEEDS)
def test_every_action_is_sound_under_the_identity_rule(action: str, seed: int) -> None:
    source, _, event = action.partition(":")
    for grant in grants_of(Dice(seed).call(source, event)):
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
@given(SEEDS)
def test_the_answer_depends_on_the_call_alone(seed: int) -> None:
    one, same = (Dice(seed).call("s3", "GetObject") for _ in range(2))
    assert meaning_of(one, CATALOG) == meaning_of(same, CATALOG)
