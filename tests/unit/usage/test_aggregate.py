"""Records added up: one call in two accounts, samples, times, and the order that does not matter."""

import itertools
from typing import Any

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning, Grant, Mapped
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage import aggregate
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.reading import add_record
from secrets_cli.usage.record import read_record
from secrets_cli.usage.trail_changes import change_warning
from secrets_cli.usage.usage import DayOfUse, Fate, NotCountedReason, Outcome, Rejected, TrailChange, Usage
from tests.unit.usage.made_records import ACCOUNT, OTHER_ACCOUNT, ROLE, USER, record, role_session, user

OWN = record(eventID="own", sharedEventID="s-1")
COPY = record(eventID="copy", sharedEventID="s-1", recipientAccountId=OTHER_ACCOUNT)
COPY_2 = record(eventID="copy-2", sharedEventID="s-1", recipientAccountId="777788889999")
ARN = "arn:aws:s3:::b/k"


def packaged(call: ApiCall) -> EventMeaning:
    return meaning_of(call, load_catalog())


def one(raw: dict[str, Any], principals: frozenset[str] | None = None, meaning: Meaning = packaged) -> Aggregate:
    part = Aggregate(records=1)
    add_record(part, read_record(raw), principals, meaning)
    return part


def total(*raws: dict[str, Any], principals: frozenset[str] | None = None, meaning: Meaning = packaged) -> Usage:
    whole = Aggregate()
    for raw in raws:
        whole.add_all(one(raw, principals, meaning))
    return whole.usage()


def fates(usage: Usage) -> dict[str, int]:
    """Those that befell a record."""
    return {fate.value: count for fate, count in usage.coverage.fates if count}


def test_days_regions_and_changes_of_trails_are_of_everybody() -> None:
    change = record(
        eventID="change",
        eventSource="cloudtrail.amazonaws.com",
        eventName="PutEventSelectors",
        requestParameters={"trailName": "main"},
        eventTime="2026-09-02T10:00:00Z",
        awsRegion="us-east-1",
    )
    failed = {**change, "eventID": "failed", "eventName": "StopLogging", "errorCode": "AccessDenied"}
    found = total(OWN, change, failed, principals=frozenset({"arn:aws:iam::123456789012:role/nobody"})).coverage
    assert found.trail_changes == (TrailChange("2026-09-02T10:00:00Z", "PutEventSelectors", "main"),)
    assert ("us-east-1", "2026-09-02") in found.days
    assert change_warning(found).startswith(
        "what is logged was changed in the days of these logs: PutEventSelectors on `main` at 2026-09-02T10:00:00Z"
    )
    assert change_warning(found, ["arn:aws:cloudtrail:us-east-1:111122223333:trail/main"])
    assert change_warning(found, ["arn:aws:cloudtrail:us-east-1:111122223333:trail/other"]) == ""
    assert change_warning(total(OWN).coverage) == ""


def test_a_use_says_all_there_is_to_it() -> None:
    (use,) = total(record()).uses
    assert (use.principal, use.session_name, use.account) == (ROLE, "app-dev", ACCOUNT)
    assert (use.event_source, use.event_name, use.action, use.resource) == (
        "s3.amazonaws.com",
        "GetObject",
        "s3:GetObject",
        ARN,
    )
    assert (use.region, use.outcome, use.count, use.event_ids) == ("eu-west-1", Outcome.USED, 1, ("e-1",))
    assert use.first_seen == use.last_seen == "2026-03-01T10:00:00Z"


def test_what_differs_in_a_contracted_field_is_another_use() -> None:
    others: list[dict[str, Any]] = [
        {"userIdentity": role_session(session="other")},
        {"userIdentity": user()},
        {"eventName": "HeadObject"},
        {"awsRegion": "us-east-1"},
        {"errorCode": "AccessDenied"},
        {"errorCode": "NoSuchKey"},
        {"requestParameters": {"bucketName": "b", "key": "l"}, "resources": []},
    ]
    assert len(tuple(total(record(), *(record(**other) for other in others)).uses)) == 1 + len(others)


def test_what_differs_elsewhere_is_the_same_use() -> None:
    others: list[dict[str, Any]] = [
        {"eventID": "e-2"},
        {"eventTime": "2026-03-02T00:00:00Z"},
        {"userAgent": "x"},
        {"sourceIPAddress": "192.0.2.1"},
    ]
    (use,) = total(record(), *(record(**other) for other in others)).uses
    assert use.count == 1 + len(others)
    assert (use.first_seen, use.last_seen) == ("2026-03-01T10:00:00Z", "2026-03-02T00:00:00Z")


def test_a_record_counts_once_for_a_use_however_many_grants_name_it() -> None:
    grants = (
        Grant("s3:GetObject", (ARN,), rule="a"),
        Grant("s3:GetObject", (ARN, "arn:aws:s3:::b/l"), unscoped="because", rule="b"),
    )
    uses = total(record(), record(), meaning=lambda call: Mapped(grants)).uses
    assert [(use.resource, use.count) for use in uses] == [(ARN, 2), ("arn:aws:s3:::b/l", 2)]


def test_the_note_and_the_rule_do_not_make_two_uses_and_do_not_depend_on_order() -> None:
    def by_id(call: ApiCall) -> EventMeaning:
        return Mapped((Grant("s3:GetObject", (ARN,), rule=call.region),))

    raws = [record(awsRegion="x"), record(awsRegion="x", eventID="2")]
    rules = iter(("row-1", "row-2", "row-2", "row-1"))
    both = [
        total(*raws, meaning=lambda call: Mapped((Grant("s3:GetObject", (ARN,), rule=next(rules)),))) for _ in range(2)
    ]
    assert both[0] == both[1]
    assert [use.rule for use in both[0].uses] == ["row-2"]
    assert len(tuple(total(*raws, meaning=by_id).uses)) == 1


def test_the_earliest_ids_are_kept() -> None:
    raws = [record(eventID=f"e-{n}", eventTime=f"2026-03-01T10:00:{n:02d}Z") for n in range(20)]
    for order in (raws, raws[::-1], raws[10:] + raws[:10]):
        (use,) = total(*order).uses
        assert use.event_ids == ("e-0", "e-1", "e-2", "e-3", "e-4")
        assert use.count == 20


def test_more_ids_of_denied_calls_are_kept() -> None:
    raws = [record(eventID=f"e-{n:03d}", errorCode="AccessDenied") for n in range(aggregate.DENIED_SAMPLES + 5)]
    (use,) = total(*raws).uses
    assert len(use.event_ids) == aggregate.DENIED_SAMPLES


def test_no_time_and_no_id_are_no_evidence() -> None:
    usage = total(record(eventTime=..., eventID=...))
    (use,) = usage.uses
    assert (use.first_seen, use.last_seen, use.event_ids) == ("", "", ())
    assert (usage.coverage.first, usage.coverage.last) == ("", "")
    (use,) = total(record(eventTime=...), record()).uses
    assert (use.first_seen, use.last_seen) == ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z")


def test_not_counted_records_are_counted_by_kind() -> None:
    usage = total(record(userIdentity={}), record(userIdentity={}), record(eventType="AwsConsoleSignIn"))
    assert [(entry.reason, entry.count) for entry in usage.not_counted] == [
        (NotCountedReason.UNKNOWN_PRINCIPAL, 2),
        (NotCountedReason.CONSOLE, 1),
    ]
    assert fates(usage) == {"not-counted": 3}


def test_other_principals_are_covered_and_not_judged() -> None:
    def never(call: ApiCall) -> EventMeaning:
        raise AssertionError(call)

    raws = [record(), record(awsRegion="us-east-1"), record(userIdentity={})]
    usage = total(*raws, principals=frozenset({USER}), meaning=never)
    assert (usage.uses, usage.not_counted, usage.principals) == ((), (), (ROLE,))
    assert usage.coverage.regions == ("eu-west-1", "us-east-1")
    assert usage.coverage.data_event_types == ("AWS::S3::Object",)
    assert fates(usage) == {"other-principal": 3}


def test_one_call_in_several_accounts_counts_once_in_any_order() -> None:
    for raws in itertools.permutations([OWN, COPY, COPY_2]):
        usage = total(*raws)
        assert [(use.count, use.event_ids) for use in usage.uses] == [(1, ("own",))]
        assert fates(usage) == {"used": 1, "copy": 2}


def test_a_call_whose_own_record_is_missing_still_counts_once() -> None:
    for raws in itertools.permutations([COPY, COPY_2]):
        usage = total(*raws)
        assert [(use.count, use.event_ids, use.account) for use in usage.uses] == [(1, ("copy",), ACCOUNT)]
        assert fates(usage) == {"used": 1, "copy": 1}


def test_a_call_logged_elsewhere_without_a_shared_id_counts() -> None:
    assert fates(total(OWN, COPY | {"sharedEventID": None})) == {"used": 2}


def test_a_shared_id_of_another_call_drops_nothing() -> None:
    assert fates(total(OWN, COPY | {"eventName": "HeadObject"})) == {"used": 2}
    assert fates(total(OWN, COPY | {"userIdentity": role_session(f"{ROLE}-2")})) == {"used": 2}
    assert fates(total(OWN | {"errorCode": "AccessDenied"}, COPY)) == {"denied": 1, "used": 1}


def test_records_of_the_own_account_are_never_copies() -> None:
    assert fates(total(OWN, OWN | {"eventID": "own-2"})) == {"used": 2}


def test_a_copy_that_is_no_use_is_told_as_what_it_is() -> None:
    usage = total(COPY | {"eventType": "AwsConsoleAction"})
    assert fates(usage) == {"not-counted": 1}


def test_asking_twice_gives_the_same() -> None:
    whole = Aggregate()
    for raw in (OWN, COPY, record(userIdentity=user())):
        whole.add_all(one(raw))
    assert whole.usage() == whole.usage()


def test_rejected_are_in_the_order_of_files_and_places() -> None:
    places = ["b.json#2", "b.json#10", "a.json", "b.json#1", "c#x"]
    whole = Aggregate(rejected=[Rejected(place, "odd") for place in places])
    assert [entry.where for entry in whole.usage().coverage.rejected] == [
        "a.json",
        "b.json#1",
        "b.json#2",
        "b.json#10",
        "c#x",
    ]


def test_every_fate_is_named() -> None:
    assert tuple(fate for fate, _ in Aggregate().usage().coverage.fates) == tuple(Fate)


ASKED = frozenset({ROLE})


def test_days_are_counted_by_service_and_outcome_in_any_order() -> None:
    raws = [
        record(eventTime="2026-03-01T00:00:00Z"),
        record(eventTime="2026-03-01T23:59:59Z", eventName="HeadObject"),
        record(eventTime="2026-03-02T00:00:00Z", errorCode="AccessDenied"),
        record(eventTime="2026-03-02T00:00:00Z", userIdentity=user()),
        record(eventTime=None),
    ]
    expected = (
        DayOfUse(ROLE, "s3", "2026-03-01", Outcome.USED, 2),
        DayOfUse(ROLE, "s3", "2026-03-02", Outcome.DENIED, 1),
    )
    for order in itertools.permutations(raws):
        assert total(*order, principals=ASKED).days == expected


def test_a_call_that_needs_two_services_is_a_day_of_both_and_counts_once_in_each() -> None:
    grants = (
        Grant("lambda:CreateFunction", ("*",)),
        Grant("iam:PassRole", ("*",)),
        Grant("lambda:TagResource", ("*",)),
    )
    days = total(record(), principals=ASKED, meaning=lambda call: Mapped(grants)).days
    assert [(day.service, day.count) for day in days] == [("iam", 1), ("lambda", 1)]


def test_days_do_not_grow_with_the_calls() -> None:
    raws = [record(eventID=f"e-{n}", requestParameters={"bucketName": "b", "key": str(n)}) for n in range(50)]
    usage = total(*(raw | {"resources": []} for raw in raws), principals=ASKED)
    assert len(tuple(usage.uses)) == 50
    assert [day.count for day in usage.days] == [50]


def test_a_call_in_two_accounts_is_one_day_of_use() -> None:
    for raws in itertools.permutations([OWN, COPY, COPY_2]):
        assert [day.count for day in total(*raws, principals=ASKED).days] == [1]
    for raws in itertools.permutations([COPY, COPY_2]):
        assert [day.count for day in total(*raws, principals=ASKED).days] == [1]


def test_nobody_asked_for_by_name_has_no_days() -> None:
    assert total(record()).days == ()
