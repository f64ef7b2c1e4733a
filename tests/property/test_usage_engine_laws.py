"""The engine says what the slow reference says, however files are written, cut, damaged and mixed."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage import judgements, log_reading, runs, tally, total
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.engine import of_asked
from secrets_cli.usage.log_reading import LogReading
from secrets_cli.usage.total import Total, told_of
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import EVERYTHING, Window
from tests.cloudtrail_records import ACCOUNT, ROLE, USER, record, role_identity, user_identity
from tests.usage_reference import reference_usage

OTHER = "444455556666"
OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/other"
LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"

IDENTITIES: tuple[Any, ...] = (
    role_identity(),
    role_identity(session="b"),
    role_identity(OTHER_ROLE),
    role_identity(LINKED),
    user_identity(),
    {"type": "AWSService", "invokedBy": "s3.amazonaws.com"},
    {"type": "AWSAccount", "principalId": "ANONYMOUS_PRINCIPAL", "accountId": "ANONYMOUS_PRINCIPAL"},
    {"type": "AssumedRole", "arn": "x", "sessionContext": {"attributes": {}}},
    {"invokedBy": "kms.amazonaws.com", "accountId": ACCOUNT},
    {**role_identity(), "invokedBy": "lambda.amazonaws.com"},
    {**role_identity(), "sessionContext": None},
    {**role_identity(), "arn": 5},
    {"unknown": 1},
    {},
    None,
    "text",
    ...,
)
NESTED = {"eventVersion": "1.08", "userIdentity": role_identity(), "eventName": "Inner"}
CALLS: tuple[dict[str, Any], ...] = (
    {},
    {"requestParameters": {"tableName": "other", "key": {}}},
    {"requestParameters": {"note": "\u00e9\u4e16 \U0001f600", "tableName": "orders"}},
    {"requestParameters": {"list": [NESTED, NESTED, {"eventVersion": "1"}]}},
    {"requestParameters": {"roleArn": ROLE, "arn": ROLE}, "eventName": "AssumeRole", "eventSource": "sts.amazonaws.com"},
    {"requestParameters": {"large": "x" * 3000}, "responseElements": {"n": 10**400}},
    {"eventSource": "s3.amazonaws.com", "eventName": "PutObject", "requestParameters": {"bucketName": "b", "key": "k"},
     "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/k"}, {"type": "AWS::S3::Bucket"}]},
    {"resources": ["a string", {"type": "AWS::DynamoDB::Stream"}, {"type": 7}]},
    {"resources": "a string"},
    {"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging", "requestParameters": {"name": "main"},
     "managementEvent": True, "eventCategory": "Management", "resources": ...},
    {"eventSource": "iam.amazonaws.com", "eventName": "ListUsers", "requestParameters": None, "managementEvent": True,
     "eventCategory": "Management", "resources": ...},
    {"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity", "managementEvent": True},
    {"eventSource": "nobody.amazonaws.com", "eventName": "Invent", "additionalEventData": {"a": 1}},
    {"eventType": "AwsServiceEvent"},
    {"eventType": "AwsConsoleSignIn", "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin"},
    {"managementEvent": ..., "eventCategory": ...},
    {"managementEvent": ..., "eventCategory": ..., "eventSource": "iam.amazonaws.com", "eventName": "GetUser"},
    {"eventName": 5}, {"eventName": ""}, {"eventSource": None}, {"eventName": ...},
)  # fmt: skip
ERRORS: tuple[dict[str, Any], ...] = (
    {}, {}, {},
    {"errorCode": "AccessDenied", "errorMessage": f"User: x is not authorized to perform: dynamodb:Scan on resource: {ROLE}"},
    {"errorCode": "ThrottlingException"},
    {"errorCode": None, "errorMessage": None},
    {"errorCode": ["x"]},
)  # fmt: skip
TIMES = (
    "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z", "2026-03-02T00:00:00Z", "2026-03-02 10:00:00.5", "no time", None, ...,
    "2026-03-01T23:30:00-02:00",
)  # fmt: skip
PLACES: tuple[dict[str, Any], ...] = ({}, {}, {"awsRegion": "us-east-1"}, {"recipientAccountId": OTHER}, {"awsRegion": None},
    {"recipientAccountId": ...})  # fmt: skip


def meaning(call: ApiCall) -> EventMeaning:
    return meaning_of(call, load_catalog())


def some(chance: random.Random, of: Sequence[Any]) -> list[Any]:
    """The first alone, or a few: with all oddities at once, hardly any file would be sound."""
    return [of[0]] if chance.random() < 0.5 else chance.choices(of, k=3)


class Records:
    """Records of one file, which differ in a few ways."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.identities = some(chance, IDENTITIES)
        self.calls = some(chance, CALLS)
        self.errors = some(chance, ERRORS)
        self.times = some(chance, TIMES)
        self.places = some(chance, PLACES)
        self.has_shared = chance.random() < 0.3
        self.has_none = chance.random() < 0.1

    def one(self) -> Any:
        """A record: sound, or odd in some way."""
        pick = self.chance.choice
        if self.has_none and self.chance.random() < 0.2:
            return pick([None, 5, "text", [], {}, [{}]])
        number = self.chance.randrange(40)
        made = record(
            userIdentity=pick(self.identities),
            eventID=f"e-{number:02}" if number else pick(["", None, 5, ...]),
            eventTime=pick(self.times),
            userAgent="agent",
            **{**pick(self.calls), **pick(self.errors), **pick(self.places)},
        )
        if self.has_shared and self.chance.random() < 0.5:
            # Copies of a call say the same, so each has the call, the time and the id in its shared id.
            made.update(sharedEventID=f"s-{number}", eventTime=TIMES[0], eventName="GetItem", eventID=f"e-{number:02}")
            made.update(requestParameters={"tableName": "t"}, resources=[])
        return made


class Writer:
    """JSON written in one of many ways."""

    def __init__(self, chance: random.Random) -> None:
        self.random = chance
        self.compact = chance.random() < 0.6
        self.shuffled = chance.random() < 0.2
        self.escaped = chance.choice(["", "", "", "\\/", "\\u002f"])
        self.ascii = chance.random() < 0.5
        self.twice = chance.random() < 0.1

    def text(self, value: Any, depth: int = 0) -> str:
        comma, colon = (",", ":") if self.compact else (self.random.choice([", ", " ,\n", ","]), " : ")
        if isinstance(value, dict):
            items = list(value.items())
            if self.shuffled and depth:
                self.random.shuffle(items)
            if self.twice and depth == 1 and items:
                items.insert(0, (items[-1][0], self.random.choice([None, 1, "first"])))
            return "{" + comma.join(f"{self.text(k)}{colon}{self.text(v, depth + 1)}" for k, v in items) + "}"
        if isinstance(value, list):
            return "[" + comma.join(self.text(item, depth + 1) for item in value) + "]"
        written = json.dumps(value, ensure_ascii=self.ascii)
        return written.replace("/", self.escaped) if self.escaped and isinstance(value, str) else written


DAMAGES = (b"\xff", b"1e400", b"}", b",", b'"', b"\\", b"]}", b"NaN", b"\x00")


def file(chance: random.Random, *, may_be_damaged: bool = True) -> bytes:
    """The content of one file, mostly as CloudTrail delivers it."""
    records, writer = Records(chance), Writer(chance)
    listed = [records.one() for _ in range(chance.choice([0, 1, 2, 5, 10, 30]))]
    form = chance.randrange(12)
    if form == 0:
        text = writer.text(listed)
    elif form == 1:
        text = "\n".join(json.dumps(each) for each in listed)
    elif form == 2:
        text = writer.text({"Records": listed, "more": [1]})
    elif form == 3:
        text = writer.text({"more": {"Records": []}, "Records": listed})
    else:
        text = '{"Records":[' + ",".join(writer.text(each, 1) for each in listed) + "]}"
    data = text.encode()
    damage = chance.randrange(15) if may_be_damaged else -1
    place = chance.randrange(len(data) + 1)
    if damage == 0:
        return data[:place]
    if damage == 1:
        return data[:place] + chance.choice(DAMAGES) + data[place:]
    if damage in (2, 3):
        return data.replace(b'"agent"', (b"1e400", b'"\xff"')[damage - 2], 1)
    return data


def contents_of(chance: random.Random) -> dict[str, bytes]:
    return {f"f{number}": file(chance) for number in range(chance.randrange(1, 5))}


@contextmanager
def small_steps() -> Iterator[None]:
    """Every limit so low that a few records reach it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_reading, "_PIECE", 700)
        patch.setattr(log_reading, "_MOST_KINDS", 3)
        patch.setattr(tally, "_MOST_WAITING", 4)
        patch.setattr(log_reading, "_MUCH", 2)
        patch.setattr(judgements, "MOST", 5)
        patch.setattr(total, "_FEW", 1)
        patch.setattr(total, "_MOST", 2)
        patch.setattr(runs, "_TOGETHER", 2)
        patch.setattr(runs, "_MOST_RUNS", 2)
        yield


def engine(
    contents: dict[str, bytes], principals: frozenset[str] | None, window: Window = EVERYTHING, *, by_day: bool = False
) -> Usage:
    reading = LogReading(principals, meaning, window, by_day=by_day)
    whole = Total()
    for name, data in contents.items():
        reading.add_content(data, name)
        if reading.is_much:
            whole.add(told_of(reading.take()))
    whole.add(told_of(reading.finish()))
    usage = whole.usage()
    return replace(usage, uses=tuple(usage.uses))


PRINCIPALS = [None, frozenset({ROLE}), frozenset({OTHER_ROLE, USER}), frozenset({"arn:aws:iam::1:role/nobody"})]
WINDOWS = [
    EVERYTHING,
    EVERYTHING,
    Window("2026-03-02T00:00:00Z", ""),
    Window("2026-03-01T08:30:00Z", "2026-03-02T00:00:01Z"),
]


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**40))
@example(1252)  # a shared event without a recipient beside another account's copy of it
def test_the_engine_says_what_the_reference_says(seed: int) -> None:
    chance = random.Random(seed)
    contents, principals, window = contents_of(chance), chance.choice(PRINCIPALS), chance.choice(WINDOWS)
    expected = reference_usage(contents, principals, meaning, window)
    with small_steps() if chance.random() < 0.7 else nullcontext():
        found = engine(contents, principals, window)
    assert found == expected
    assert digest_of(found) == digest_of(expected)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**40))
def test_days_kept_apart_add_up_to_the_same(seed: int) -> None:
    chance = random.Random(seed)
    contents = contents_of(chance)
    everybody = reference_usage(contents, None, meaning)
    with small_steps() if chance.random() < 0.7 else nullcontext():
        found = engine(contents, None, by_day=True)
    assert found.coverage == everybody.coverage
    assert found.uses == everybody.uses
    assert found.days == reference_usage(contents, frozenset(everybody.principals), meaning).days


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**40))
def test_records_cut_out_of_the_text_say_what_the_reference_says_of_them(seed: int) -> None:
    chance = random.Random(seed)
    contents = {f"f{number}": file(chance, may_be_damaged=False) for number in range(chance.randrange(1, 5))}
    principals, window = chance.choice([one for one in PRINCIPALS if one]), chance.choice(WINDOWS)
    expected = reference_usage(contents, principals, meaning, window, covers_all=False)
    with small_steps() if chance.random() < 0.7 else nullcontext():
        reading = LogReading(principals, meaning, window, covers_all=False)
        for name, data in contents.items():
            reading.add_content(data, name)
        found = of_asked(reading.take().usage())
    assert found == expected
