"""Each record of a file with its judgement."""

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.explain import Explained, explain
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.sources.shape import raw_records
from tests.unit.usage.made_records import OTHER_ACCOUNT, ROLE, delivered, record

RECORDS = [
    record(eventName="HeadObject"),
    record(errorCode="NoSuchKey"),
    record(errorCode="AccessDenied"),
    record(eventSource="sts.amazonaws.com", eventName="GetSessionToken", requestParameters=None),
    record(eventType="AwsServiceEvent"),
    record(eventType="AwsConsoleSignIn"),
    record(eventSource="nosuch.amazonaws.com", eventName="NoSuchThing"),
    record(userIdentity={}),
    7,
    record(eventName=...),
]


def explained(records: list[object]) -> Explained:
    catalog = load_catalog()
    return explain(raw_records(delivered(records)), "x.json", lambda call: meaning_of(call, catalog))


def test_the_reasons_in_the_order_of_the_records() -> None:
    assert [(event.reason, event.counted) for event in explained([*RECORDS]).events] == [
        ("used", True),
        ("failed-after-authorization", True),
        ("denied", False),
        ("no-permission-needed", False),
        ("made-by-service", False),
        ("console", False),
        ("unknown-event", False),
        ("unknown-principal", False),
    ]


def test_a_denied_event_lists_what_it_asked_for() -> None:
    (event,) = explained([record(errorCode="AccessDenied")]).events
    assert [(grant.action, grant.resources) for grant in event.grants] == [("s3:GetObject", ("arn:aws:s3:::b/k",))]


def test_an_event_of_a_caller_who_cannot_be_told_says_why_and_what_it_needed() -> None:
    (event,) = explained([record(userIdentity={})]).events
    assert (event.principal, event.session_name, event.counted) == ("", "", False)
    assert [grant.action for grant in event.grants] == ["s3:GetObject"]
    assert event.why == "the record has no userIdentity"


def test_what_cannot_be_read_is_placed() -> None:
    assert [(item.where, item.reason, item.principal) for item in explained([*RECORDS]).rejected] == [
        ("x.json#9", "it is not a JSON object", ""),
        ("x.json#10", "it has no `eventName`", ROLE),
    ]


def test_a_copy_for_another_account_is_explained_by_itself() -> None:
    (event,) = explained([record(sharedEventID="s", recipientAccountId=OTHER_ACCOUNT)]).events
    assert event.counted


@pytest.mark.parametrize("most", [0, 1, 3, 100])
def test_remembered_answers_are_the_map_s_own(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    from secrets_cli.usage import remembered as module

    monkeypatch.setattr(module, "MOST", most)
    catalog = load_catalog()
    records = [
        *RECORDS,
        *RECORDS,
        *[record(requestParameters={"bucketName": "b", "key": f"k{n % 3}"}) for n in range(9)],
    ]
    plain = explain(raw_records(delivered(records)), "x", lambda call: meaning_of(call, catalog))
    assert explain(raw_records(delivered(records)), "x", remembered(lambda call: meaning_of(call, catalog))) == plain


def test_a_call_is_asked_about_once() -> None:
    asked: list[ApiCall] = []

    def ask(call: ApiCall) -> EventMeaning:
        asked.append(call)
        return meaning_of(call, load_catalog())

    records = [record(), record(eventID="e-2"), record(awsRegion="us-east-1")]
    explain(raw_records(delivered(records)), "x", remembered(ask))
    assert len(asked) == 2
