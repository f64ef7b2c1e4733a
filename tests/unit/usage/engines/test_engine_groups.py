"""Groups made by SQL, judged once, are what records judged one by one are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.aggregate import DENIED_SAMPLES, SAMPLES, Aggregate
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.engines.groups import GroupRow, Groups, OddRowError, group_row, groups_to_usage
from secrets_cli.usage.reading import add_record
from secrets_cli.usage.record import read_record
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import EVERYTHING, Window
from tests.sql_events import compact, groups_of
from tests.unit.usage.made_records import OTHER_ACCOUNT, ROLE, USER, record, role_session, user

CATALOG = load_catalog()
MEANING = remembered(lambda call: meaning_of(call, CATALOG))
ASSUMED = {
    "eventSource": "sts.amazonaws.com",
    "eventName": "AssumeRole",
    "eventCategory": "Management",
    "managementEvent": True,
    "requestParameters": {"roleArn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/there", "roleSessionName": "s"},
    "resources": [],
}


def one_by_one(raws: list[Any], principals: frozenset[str] | None = None, window: Window = EVERYTHING) -> Usage:
    """The records judged one at a time."""
    total = Aggregate()
    for raw in raws:
        total.records += 1
        add_record(total, read_record(raw), principals, MEANING, window)
    return total.usage()


def by_sql(raws: list[Any], principals: frozenset[str] | None = None, window: Window = EVERYTHING) -> Usage:
    """The same by the SQL text, which DuckDB runs."""
    return groups_to_usage(groups_of(raws, principals, window), principals, MEANING, window)


CALLS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"eventName": "GetObject"},
        {"eventName": "HeadObject", "eventCategory": ..., "managementEvent": ...},
        {"eventName": "PutObject", "requestParameters": {"bucketName": "b", "key": "é\n'\\"}, "resources": []},
        {"eventSource": "dynamodb.amazonaws.com", "eventName": "GetItem", "requestParameters": {"tableName": "t"}},
        {"eventSource": "kms.amazonaws.com", "eventName": "Decrypt", "requestParameters": None},
        {
            "eventSource": "kms.amazonaws.com",
            "eventName": "CreateKey",
            "requestParameters": {},
            "responseElements": {"keyMetadata": {"keyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}},
            "resources": None,
        },
        {
            "eventSource": "sqs.amazonaws.com",
            "eventName": "CreateQueue",
            "requestParameters": {"queueName": "q"},
            "responseElements": {"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"},
        },
        {
            **ASSUMED,
            "responseElements": {"credentials": {"sessionToken": "one"}, "assumedRoleUser": {"arn": "arn:aws:sts"}},
        },
        {**ASSUMED, "responseElements": {"credentials": {"sessionToken": "two"}}},
        {
            "eventSource": "cloudtrail.amazonaws.com",
            "eventName": "StopLogging",
            "requestParameters": {"name": "main"},
            "eventCategory": "Management",
        },
        {"eventSource": "nosuch.amazonaws.com", "eventName": "NoSuchThing", "eventType": "AwsServiceEvent"},
        {"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn"},
    ]
)
CALLERS: st.SearchStrategy[Any] = st.sampled_from(
    [
        role_session(),
        role_session(session="b"),
        role_session(role=f"arn:aws:iam::{OTHER_ACCOUNT}:role/x", account=OTHER_ACCOUNT),
        user(),
        {},
        None,
        {"userName": "x"},
        {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"},
        {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/a/b"},
    ]
)
ERRORS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {},
        {"errorCode": "AccessDenied", "errorMessage": f"User: {USER} is not authorized to perform: s3:GetObject"},
        {"errorCode": "Throttling"},
        {"errorMessage": "x"},
    ]
)
SHARED: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {},
        {"sharedEventID": "s-1"},
        {"sharedEventID": "s-1", "recipientAccountId": OTHER_ACCOUNT},
        {"sharedEventID": "s-2", "recipientAccountId": "777788889999"},
    ]
)
TIMES = st.sampled_from(
    [
        "2026-03-01T10:00:00Z",
        "2026-03-01T10:00:59Z",
        "2026-03-01T23:59:59Z",
        "2026-03-02T00:00:00Z",
        "2026-03-01T10:00:00.123Z",
        "2026-03-01 10:00:00",
        "2026-03-02T01:30:00+02:00",
        "2026-13-01T10:00:00Z",
        "never",
        "",
        None,
    ]
)


@st.composite
def records(draw: st.DrawFn) -> Any:
    """A record with fields of the types that AWS writes."""
    made = record(**{**draw(CALLS), **draw(ERRORS), **draw(SHARED)})
    made |= {
        "userIdentity": draw(CALLERS),
        "eventID": draw(st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "", None])),
        "eventTime": draw(TIMES),
        "awsRegion": draw(st.sampled_from(["eu-west-1", "us-east-1", ""])),
    }
    return {name: value for name, value in made.items() if value is not ...}


@given(
    st.lists(records(), max_size=25),
    st.sampled_from([None, frozenset({ROLE}), frozenset({USER, "arn:aws:iam::111122223333:role/o'neill"})]),
    st.sampled_from(
        [EVERYTHING, Window("2026-03-01T10:00:30Z"), Window("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")]
    ),
)
@settings(max_examples=60, deadline=None)
def test_sql_says_what_records_say(raws: list[Any], principals: frozenset[str] | None, window: Window) -> None:
    assert by_sql(raws, principals, window) == one_by_one(raws, principals, window)


def test_records_of_other_principals_make_few_groups() -> None:
    raws = [
        record(
            eventID=f"{n}",
            eventTime=f"2026-03-01T10:00:{n:02}Z",
            requestParameters={"bucketName": "b", "key": f"{n}"},
            resources=[{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::b/{n}"}],
            userIdentity=role_session(session=f"s{n}"),
        )
        for n in range(50)
    ]
    others = frozenset({USER})
    (group,) = groups_of(raws, others)
    assert group.records == 50
    assert by_sql(raws, others) == one_by_one(raws, others)
    assert len(groups_of(raws, frozenset({ROLE}))) == 50


def test_credentials_in_a_response_do_not_split_a_group() -> None:
    raws = [
        record(
            **ASSUMED, eventID=f"{n}", responseElements={"credentials": {"sessionToken": f"{n}"}, "x": "arn:aws:sts::1"}
        )
        for n in range(20)
    ]
    (group,) = groups_of(raws)
    assert group.records == 20
    assert by_sql(raws) == one_by_one(raws)


@pytest.mark.parametrize(("error", "limit"), [({}, SAMPLES), ({"errorCode": "AccessDenied"}, DENIED_SAMPLES)])
def test_samples_are_the_earliest_each_once(error: dict[str, str], limit: int) -> None:
    times = [f"2026-03-01T{hour:02}:{minute:02}:00Z" for hour in range(5) for minute in range(0, 60, 2)]
    raws = [record(**error, eventID=f"{n % 3}", eventTime=time) for n, time in enumerate(reversed(times * 2))]
    usage = by_sql(raws)
    assert usage == one_by_one(raws)
    assert len(next(iter(usage.uses)).event_ids) == limit


def test_texts_of_one_value_are_judged_alike() -> None:
    parameters = {"bucketName": "b", "key": "a/é", "partNumber": 1.0, "x": [1, {"y": None}]}
    raws = [record(requestParameters=parameters, eventID=f"{n}") for n in range(4)]
    spellings = iter(
        [
            compact(parameters),
            json.dumps(parameters, indent=1),
            json.dumps(dict(reversed(list(parameters.items())))),
            compact(parameters).replace('"b"', '"\\u0062"'),
        ]
    )

    def written(value: Any) -> str:
        return next(spellings) if value == parameters else compact(value)

    groups = groups_of(raws, written=written)
    assert len(groups) == 4
    assert digest_of(groups_to_usage(groups, None, MEANING)) == digest_of(one_by_one(raws))


def test_the_event_map_reads_of_responses_what_the_sql_keeps() -> None:
    """ARNs anywhere, and by path `keyId` of KMS, `tier` of SSM, `queueUrl` of SQS; the other paths are of ARNs."""
    events = Path("secrets_cli/catalog/events")
    readers = {path.name for path in events.rglob("*.py") if re.search(r"\.response\b|in_response\(", path.read_text())}
    assert readers == {"scope.py", "names.py", "messaging_names.py", "lambda_names.py", "kms_names.py"}
    paths = [found for path in events.rglob("*.py") for found in _response_paths(path.read_text())]
    assert sorted(set(paths)) == [
        "arn",
        "functionArn",
        "keyId",
        "keyMetadata.arn|keyMetadata.keyId",
        "queueUrl",
        "tier",
        "topicArn",
    ]


def _response_paths(text: str) -> Iterator[str]:
    yield from re.findall(r"in_response\(\w+, \"([^\"]+)\"", text)
    yield from re.findall(r"response=\"([^\"]+)\"", text)
    yield from re.findall(r"texts?\(call\.response, \"([^\"]+)\"", text)


def test_nothing_judges_by_additional_event_data() -> None:
    found = [path for path in Path("secrets_cli/catalog").rglob("*.py") if ".additional" in path.read_text()]
    assert found == []


def row(**fields: Any) -> GroupRow:
    """A row of the aggregation."""
    made: dict[str, Any] = dict.fromkeys(GroupRow._fields, "")
    made |= {"row_kind": "record", "event_source": "s3.amazonaws.com", "event_name": "GetObject", "records": 1}
    return GroupRow(**{**made, **fields})


def test_records_without_a_source_are_rejected_by_file() -> None:
    groups = Groups(None, MEANING)
    groups.add(row(event_source="", place="s3://b/k", records=3))
    usage = groups.total.usage()
    assert usage.coverage.records == 3
    assert dict((fate.value, count) for fate, count in usage.coverage.fates)["rejected"] == 3
    (rejected,) = usage.coverage.rejected
    assert (rejected.where, rejected.reason) == ("s3://b/k", "3 records: it has no `eventSource`")


def test_an_odd_record_is_read_by_itself() -> None:
    groups = Groups(None, MEANING)
    groups.add(row(row_kind="odd", place="f#2", content=compact(record(eventID=5))))
    groups.add(row(row_kind="odd", place="f#3", content='{"eventSource":1}'))
    groups.add(row(row_kind="odd", place="f#4", content="{"))
    usage = groups.total.usage()
    assert usage.coverage.records == 3
    assert [use.count for use in usage.uses] == [1]
    assert next((one.where, one.reason) for one in usage.coverage.rejected) == ("f#3", "`eventSource` is no text")


def test_parameters_that_are_no_json_are_a_text() -> None:
    caller = {"has_identity": "yes", "identity_type": "IAMUser", "identity_arn": USER}
    (use,) = groups_to_usage([row(request_parameters="{cut off", **caller)], None, MEANING).uses
    assert (use.action, use.resource, use.principal) == ("s3:GetObject", "*", USER)


@pytest.mark.parametrize(
    "values", [["record"], [*[""] * 25, "many", "", "", ""], ["what", *[""] * 24, "1", "", "", ""]]
)
def test_rows_that_are_not_ours_are_refused(values: list[str]) -> None:
    with pytest.raises(OddRowError):
        Groups(None, MEANING).add(group_row(values))
