"""Laws of reading logs: nothing raises, every record has one fate, order does not matter."""

import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.explain import explain
from secrets_cli.usage.reading import add_record, rejected_record
from secrets_cli.usage.record import OddRecordError, read_record
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.shape import raw_records
from secrets_cli.usage.usage import Fate, Outcome, Usage
from tests.cloudtrail_records import ACCOUNT, document, record, role_identity, user_identity

NAMES = st.sampled_from(["arn", "ARN", "type", "name", "items"]) | st.text(max_size=4)
TEXTS = st.sampled_from(["*", "a/b", "arn:aws:s3:::b"]) | st.text(max_size=8)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({*record(), "errorCode", "errorMessage", "additionalEventData", "sharedEventID"})


def meaning(call: ApiCall) -> EventMeaning:
    """The real event map."""
    return meaning_of(call, load_catalog())


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """A sound record, or one with some fields taken away or replaced by any JSON."""
    base = record(
        eventID=draw(st.sampled_from("abcdefgh")),
        eventTime=f"2026-03-0{draw(st.integers(1, 9))}T00:00:00Z",
        eventName=draw(st.sampled_from(["GetItem", "BatchGetItem", "ListTables", "InventTable"])),
        userIdentity=draw(st.sampled_from([role_identity(), role_identity(session="x"), user_identity(), None])),
        requestParameters=draw(st.sampled_from([{"tableName": "a"}, {"tableName": "b"}, None])),
        resources=None,
        errorCode=draw(st.sampled_from([None, None, "AccessDenied", "ThrottlingException"])),
        sharedEventID=draw(st.sampled_from([None, "s1", "s2"])),
        recipientAccountId=draw(st.sampled_from([ACCOUNT, "444455556666"])),
    )
    if draw(st.booleans()):
        return base
    for name in draw(st.lists(st.sampled_from(FIELDS), max_size=3)):
        if draw(st.booleans()):
            base[name] = draw(JSON)
        else:
            base.pop(name, None)
    return base


def total(
    raw: list[Any],
    mapping: Callable[[ApiCall], EventMeaning] = meaning,
    principals: frozenset[str] | None = None,
) -> Aggregate:
    """What the records add up to."""
    part = Aggregate()
    for number, each in enumerate(raw, 1):
        part.records += 1
        try:
            add_record(part, read_record(each), principals, mapping)
        except OddRecordError as error:
            part.reject(rejected_record(f"f#{number}", error, each))
    return part


def without_places(usage: Usage) -> tuple[object, ...]:
    """Everything but where rejected records stood."""
    rejected = sorted((entry.reason, entry.principal) for entry in usage.coverage.rejected)
    coverage = usage.coverage
    return usage.uses, usage.not_counted, usage.principals, usage.days, coverage.fates, rejected, coverage.first


@settings(max_examples=150, deadline=None)
@given(st.lists(records() | JSON, max_size=12))
def test_counts_add_up_whatever_the_records(raw: list[Any]) -> None:
    usage = total(raw).usage()
    fates = dict(usage.coverage.fates)
    assert sum(fates.values()) == len(raw)
    assert sum(entry.count for entry in usage.not_counted) == fates[Fate.NOT_COUNTED]
    assert len(usage.coverage.rejected) == fates[Fate.REJECTED]
    for outcome in Outcome:
        counts = [use.count for use in usage.uses if use.outcome is outcome]
        assert max(counts, default=0) <= fates[Fate(outcome.value)] <= sum(counts)


@settings(max_examples=100, deadline=None)
@given(st.lists(records(), max_size=14), st.randoms(use_true_random=False), st.integers(1, 4))
def test_neither_order_nor_grouping_matters(raw: list[Any], shuffler: random.Random, groups: int) -> None:
    expected = without_places(total(raw).usage())
    mixed = list(raw)
    shuffler.shuffle(mixed)
    merged = Aggregate()
    for start in range(groups):
        part = total(mixed[start::groups])
        merged.add_all(part)
    assert without_places(merged.usage()) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(records(), max_size=14), st.randoms(use_true_random=False), st.integers(1, 4))
def test_days_add_up_to_the_uses_in_any_order(raw: list[Any], shuffler: random.Random, groups: int) -> None:
    everybody = frozenset(total(raw).usage().principals)
    expected = total(raw, principals=everybody).usage()
    mixed = list(raw)
    shuffler.shuffle(mixed)
    merged = Aggregate()
    for start in range(groups):
        merged.add_all(total(mixed[start::groups], principals=everybody))
    assert without_places(merged.usage()) == without_places(expected)
    fates = dict(expected.coverage.fates)
    for outcome in Outcome:
        of_days = sum(day.count for day in expected.days if day.outcome is outcome)
        assert of_days <= fates[Fate(outcome.value)]  # one service a record here; those without a time are in none


@settings(max_examples=80, deadline=None)
@given(st.lists(records(), max_size=14))
def test_remembered_answers_are_the_same(raw: list[Any]) -> None:
    assert total(raw, remembered(meaning)).usage() == total(raw).usage()


@settings(max_examples=80, deadline=None)
@given(st.lists(records(), max_size=8))
def test_explain_and_scan_say_the_same(raw: list[Any]) -> None:
    explained = explain(raw, "f", meaning)
    assert len(explained.events) + len(explained.rejected) == len(raw)
    fates = dict(total(raw).usage().coverage.fates)
    counted = sum(event.counted for event in explained.events)
    # Explain looks at one file: it says of each copy of a call across accounts what it is by itself.
    assert counted >= fates[Fate.USED] + fates[Fate.FAILED_AFTER_AUTHORIZATION]
    assert counted <= counted_at_most(fates)


def counted_at_most(fates: dict[Fate, int]) -> int:
    """Every copy left out might have been a counted one."""
    return fates[Fate.USED] + fates[Fate.FAILED_AFTER_AUTHORIZATION] + fates[Fate.COPY]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_bytes_never_raise_anything_else(data: st.DataObject) -> None:
    whole = bytearray(
        data.draw(
            st.sampled_from([document(record(), record()), b"\n".join(json.dumps(record()).encode() for _ in "ab")])
        )
    )
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    del whole[data.draw(st.integers(0, len(whole))) :]
    try:
        raw = list(raw_records(whole))
    except BadFileError:
        return
    total([each for each in raw if not isinstance(each, BadFileError)]).usage()
