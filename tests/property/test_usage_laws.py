"""Laws of usage: order and files do not matter, counts add up, and no record whatever is a crash."""

import copy
import json
import random
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.report.usage_json import explain_json, usage_json
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.engine import scan
from secrets_cli.usage.explain import explain
from secrets_cli.usage.one_file import read_file
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.shape import raw_records
from secrets_cli.usage.usage import Coverage, Fate, Usage
from tests.unit.usage.made_records import (
    OTHER_ACCOUNT,
    ROLE,
    delivered,
    record,
    role_session,
    user,
    write,
)

CATALOG = load_catalog()
MEANING = remembered(lambda call: meaning_of(call, CATALOG))

FIELDS = dict[str, Any]
CALLS: st.SearchStrategy[FIELDS] = st.sampled_from(
    [
        {"eventName": "GetObject"},
        {"eventName": "HeadObject"},
        {"eventName": "PutObject", "requestParameters": {"bucketName": "b", "key": "l"}, "resources": []},
        {"eventSource": "dynamodb.amazonaws.com", "eventName": "GetItem", "requestParameters": {"tableName": "t"}},
        {"eventSource": "kms.amazonaws.com", "eventName": "Decrypt", "requestParameters": None},
        {"eventSource": "sts.amazonaws.com", "eventName": "GetSessionToken"},
        {"eventSource": "nosuch.amazonaws.com", "eventName": "NoSuchThing"},
    ]
)
CALLERS: st.SearchStrategy[FIELDS] = st.sampled_from(
    [role_session(), role_session(session="b"), user(), {}, {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}]
)
ERRORS: st.SearchStrategy[FIELDS] = st.sampled_from(
    [{}, {}, {"errorCode": "AccessDenied"}, {"errorCode": "Throttling"}]
)
SHARED: st.SearchStrategy[FIELDS] = st.sampled_from(
    [
        {},
        {},
        {"sharedEventID": "s-1"},
        {"sharedEventID": "s-1", "recipientAccountId": OTHER_ACCOUNT},
        {"sharedEventID": "s-2", "recipientAccountId": OTHER_ACCOUNT},
        {"sharedEventID": "s-2", "recipientAccountId": "777788889999"},
    ]
)


@st.composite
def records(draw: st.DrawFn) -> Any:
    """A record as AWS writes it, or an odd one."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from([None, 3, "x", [], {}, record(eventName=...), record(userIdentity=3)]))
    return record(
        **draw(CALLS),
        **draw(ERRORS),
        **draw(SHARED),
        userIdentity=draw(CALLERS),
        eventID=draw(st.sampled_from(["a", "b", "c", "d", "e", "f", "g", ""])),
        eventTime=draw(
            st.sampled_from(["2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", "2025-01-01T00:00:00Z", "never"])
        ),
        awsRegion=draw(st.sampled_from(["eu-west-1", "us-east-1", ""])),
    )


MANY = st.lists(records(), max_size=25)


def usage_of(*files: list[Any]) -> Usage:
    """The usage of files with these records, read one after the other."""
    total = Aggregate()
    with tempfile.TemporaryDirectory() as folder:
        for n, raws in enumerate(files):
            path = write(Path(folder) / f"{n}.json", raws)
            total.add_all(read_file(LogFile(str(path), "x.json", 0), None, MEANING))
    return total.usage()


def without_files(usage: Usage) -> Usage:
    """What must not depend on how records are shared out to files."""
    coverage = usage.coverage
    reasons = tuple(sorted((replace(r, where="") for r in coverage.rejected), key=repr))
    bare: Coverage = replace(coverage, files=0, bytes=0, rejected=reasons)
    return replace(usage, coverage=bare)


@given(MANY, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_records_does_not_matter(raws: list[Any], chance: random.Random) -> None:
    mixed = raws.copy()
    chance.shuffle(mixed)
    assert without_files(usage_of(mixed)) == without_files(usage_of(raws))


@given(MANY, st.lists(st.integers(0, 25), max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_files_and_their_order_do_not_matter(raws: list[Any], cuts: list[int], chance: random.Random) -> None:
    bounds = [0, *sorted(cuts), len(raws)]
    parts = [raws[low:high] for low, high in pairwise(bounds)]
    chance.shuffle(parts)
    assert without_files(usage_of(*parts)) == without_files(usage_of(raws))


@given(st.lists(MANY, min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_merging_is_associative(files: list[list[Any]]) -> None:
    left = Aggregate()
    for raws in files:
        left.add_all(_part(raws))
    right = Aggregate()
    for raws in reversed(files):
        joined = _part(raws)
        joined.add_all(right)
        right = joined
    assert without_files(left.usage()) == without_files(right.usage())


@given(MANY)
@settings(max_examples=80, deadline=None)
def test_counts_add_up(raws: list[Any]) -> None:
    usage = usage_of(raws)
    fates = dict(usage.coverage.fates)
    assert usage.coverage.records == len(raws) == sum(fates.values())
    assert fates[Fate.REJECTED] == len(usage.coverage.rejected)
    assert fates[Fate.NOT_COUNTED] == sum(entry.count for entry in usage.not_counted)
    for outcome in ("used", "failed-after-authorization", "denied"):
        records_of_it = fates[Fate(outcome)]
        counts = [use.count for use in usage.uses if use.outcome.value == outcome]
        assert max(counts, default=0) <= records_of_it <= sum(counts)


@given(MANY)
@settings(max_examples=40, deadline=None)
def test_one_entry_for_each_use(raws: list[Any]) -> None:
    document: Any = usage_json(usage_of(raws), CATALOG.header)
    evidence = ("count", "first_seen", "last_seen", "event_ids", "unscoped", "rule")
    keys = [json.dumps({k: v for k, v in use.items() if k not in evidence}) for use in document["uses"]]
    assert len(keys) == len(set(keys))


@given(MANY)
@settings(max_examples=40, deadline=None)
def test_asking_for_a_principal_gives_that_part_of_the_whole(raws: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "x.json", raws)
        whole, part = scan([folder]), scan([folder], frozenset({ROLE}))
    assert part.uses == tuple(use for use in whole.uses if use.principal == ROLE)
    assert part.not_counted == tuple(entry for entry in whole.not_counted if entry.principal == ROLE)
    assert part.principals == whole.principals
    assert replace(part.coverage, fates=()) == replace(whole.coverage, fates=())


@given(MANY)
@settings(max_examples=40, deadline=None)
def test_explaining_and_scanning_agree(raws: list[Any]) -> None:
    """Calls across accounts aside, of which a scan takes one record."""
    raws = [raw | {"sharedEventID": None} if isinstance(raw, dict) else raw for raw in raws]
    explained = explain(raw_records(delivered(raws)), "x.json", MEANING)
    usage = usage_of(raws)
    assert explained.rejected == usage.coverage.rejected
    assert len(explained.events) + len(explained.rejected) == usage.coverage.records
    counted = {(e.principal, g.action, r) for e in explained.events if e.counted for g in e.grants for r in g.resources}
    assert counted >= {(u.principal, u.action, u.resource) for u in usage.uses if u.outcome.value != "denied"}


JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [p for key, inner in value.items() for p in _paths(inner, (*path, key))]
    elif isinstance(value, list):
        found += [p for n, inner in enumerate(value) for p in _paths(inner, (*path, n))]
    return found


@given(records(), st.data())
@settings(max_examples=150, deadline=None)
def test_no_change_to_a_record_is_a_crash(raw: Any, data: st.DataObject) -> None:
    """Any field of any depth replaced by anything: the record is used, not counted or rejected, and the report is JSON."""
    changed = copy.deepcopy(raw)
    for _ in range(data.draw(st.integers(1, 4))):
        paths = _paths(changed)
        if not paths:
            break
        *to, last = data.draw(st.sampled_from(paths))
        inner = changed
        for step in to:
            inner = inner[step]
        inner[last] = data.draw(JUNK)
    usage = usage_of([changed])
    assert sum(count for _, count in usage.coverage.fates) == 1
    json.dumps(usage_json(usage, CATALOG.header)).encode()
    explained = explain(raw_records(delivered([changed])), "x", MEANING)
    json.dumps(explain_json(explained.events, explained.rejected, CATALOG.header)).encode()


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_are_a_crash(data: bytes) -> None:
    coverage = _scanned_bytes(data)
    assert coverage.files == 1
    assert coverage.records == sum(count for _, count in coverage.fates)
    assert coverage.records or coverage.rejected or data.strip().startswith((b"[", b"{", b"\xef"))


@given(MANY, st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_a_damaged_file_is_accounted_for(raws: list[Any], place: int, damage: bytes) -> None:
    data = bytearray(delivered(raws))
    place %= len(data)
    data[place : place + len(damage)] = damage
    coverage = _scanned_bytes(bytes(data))
    assert coverage.files == 1
    assert coverage.records == sum(count for _, count in coverage.fates)
    assert coverage.records or coverage.rejected or not raws


def _scanned_bytes(data: bytes) -> Coverage:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        path.write_bytes(data)
        return scan([str(path)]).coverage


def _part(raws: list[Any]) -> Aggregate:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "x.json", raws)
        return read_file(LogFile(str(path), "x.json", 0), None, MEANING)
