"""Groups of records: a group adds what its records add one by one."""

from dataclasses import replace
from typing import Any

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.group import RecordGroup, add_group, stands_alone
from secrets_cli.usage.reading import add_record
from secrets_cli.usage.record import Record, read_record
from tests.unit.usage.made_records import OTHER_ACCOUNT, ROLE, record

TIMES = ("2026-09-01T10:00:00Z", "2026-09-01T09:00:00Z", "2026-09-01T11:00:00Z")


def meaning(call: ApiCall) -> EventMeaning:
    return meaning_of(call, load_catalog())


def group_of(records: list[Record]) -> RecordGroup:
    seen = sorted({(each.event_time, each.event_id) for each in records})
    shared = replace(records[0], event_id="", event_time="")
    return RecordGroup(shared, seen[0][0][:10], len(records), seen[0][0], seen[-1][0], tuple(seen))


@pytest.mark.parametrize("principals", [None, frozenset({ROLE}), frozenset({"arn:aws:iam::123456789012:role/nobody"})])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"errorCode": "AccessDenied"},
        {"eventType": "AwsServiceEvent"},
        {"eventTime": None},
        {"sharedEventID": "s-1", "eventTime": TIMES[0], "eventID": "same"},
        {"sharedEventID": "s-1", "eventTime": TIMES[0], "eventID": "same", "recipientAccountId": OTHER_ACCOUNT},
        {"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging", "eventTime": TIMES[0]},
    ],
)
def test_a_group_adds_what_its_records_add(fields: dict[str, Any], principals: frozenset[str] | None) -> None:
    records = [
        read_record(record(**{"eventTime": time, "eventID": f"e{number}", **fields}))
        for number, time in enumerate(TIMES)
    ]
    one_by_one, grouped = Aggregate(), Aggregate()
    for each in records:
        add_record(one_by_one, each, principals, meaning)
    add_group(grouped, group_of(records), principals, meaning)
    assert grouped.usage() == one_by_one.usage()
    assert digest_of(grouped.usage()) == digest_of(one_by_one.usage())


def test_days_are_kept_for_everybody_where_that_is_asked() -> None:
    records = [read_record(record(eventTime=time)) for time in TIMES]
    part = Aggregate()
    add_group(part, group_of(records), None, meaning, with_days=True)
    assert [(day.principal, day.count) for day in part.usage().days] == [(ROLE, 3)]
    without = Aggregate()
    add_group(without, group_of(records), None, meaning)
    assert without.usage().days == ()


def test_calls_that_others_may_have_a_copy_of_and_changes_of_trails_stand_alone() -> None:
    assert not stands_alone(read_record(record()))
    assert stands_alone(read_record(record(sharedEventID="s")))
    changed = record(eventSource="cloudtrail.amazonaws.com", eventName="StopLogging")
    assert stands_alone(read_record(changed))


def test_a_digest_tells_usages_apart() -> None:
    one, two = Aggregate(records=1), Aggregate(records=2)
    assert digest_of(one.usage()) != digest_of(two.usage())
    assert digest_of(one.usage()) == digest_of(Aggregate(records=1).usage())
