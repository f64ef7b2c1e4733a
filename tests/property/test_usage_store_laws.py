"""Laws of the store: packed parts come back equal; no order of runs, and no split of files over them, changes the answer."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.model import ConditionTerm, Operator, Quantifier
from secrets_cli.usage.aggregate import Aggregate, Tally, UseKey
from secrets_cli.usage.engine import scan
from secrets_cli.usage.part_reading import read_parts
from secrets_cli.usage.parts import add_coverage
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.store.packed import (
    add_packed_coverage,
    add_packed_details,
    pack_coverage,
    pack_details,
    pack_reports,
    unpack_reports,
)
from secrets_cli.usage.store.remembering import scan_remembered
from secrets_cli.usage.usage import Outcome
from secrets_cli.usage.window import Window
from tests.cloudtrail_records import ROLE, USER, document
from tests.property.test_usage import JSON, records

TEXTS = st.text(max_size=6)
OPERATORS = st.builds(Operator, TEXTS, st.booleans(), st.none() | st.sampled_from(Quantifier))
TERMS = st.builds(ConditionTerm, OPERATORS, TEXTS, st.lists(TEXTS, max_size=3).map(tuple))
KEYS = st.builds(
    UseKey,
    st.just(ROLE),
    *[TEXTS] * 5,
    condition=st.lists(TERMS, max_size=2).map(tuple),
    region=TEXTS,
    account=TEXTS,
    outcome=st.sampled_from(Outcome),
)
SAMPLES = st.lists(st.tuples(TEXTS, TEXTS), max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
TALLIES = st.builds(Tally, st.integers(1, 2**40), TEXTS, TEXTS, SAMPLES, st.tuples(TEXTS, TEXTS))
FILES = st.lists(st.lists(records() | JSON, max_size=4), min_size=1, max_size=5)
WINDOWS = st.sampled_from([Window(), Window("2026-03-04T00:00:00Z", "2026-03-07T00:00:00Z")])
ASKED = st.sampled_from([None, frozenset((ROLE,)), frozenset((USER,)), frozenset((ROLE, USER))])


def meaning(call: ApiCall) -> EventMeaning:
    """The real event map."""
    return meaning_of(call, load_catalog())


@given(st.dictionaries(KEYS, TALLIES, max_size=4))
@settings(max_examples=100, deadline=None)
def test_packed_uses_come_back_equal(uses: dict[UseKey, Tally]) -> None:
    back = Aggregate()
    add_packed_details(back, pack_details({ROLE: Aggregate(uses=uses)}))
    assert back.uses == uses


@given(st.lists(records() | JSON, max_size=8))
@settings(max_examples=80, deadline=None)
def test_packed_parts_come_back_equal(raw: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        path.write_bytes(document(*raw))
        found = read_parts(LogFile(str(path), "x.json", 0), meaning)
    assert unpack_reports(pack_reports(found.reports)) == found.reports
    for part in found.days.values():
        whole, back = Aggregate(), Aggregate()
        for one in part.by_principal.values():
            whole.add_all(one)
        add_packed_coverage(back, pack_coverage(part.by_principal.values()))
        assert add_packed_details(back, pack_details(part.by_principal)) == part.records
        assert back == whole
        coverage = Aggregate()
        add_coverage(coverage, whole)
        for principal in part.by_principal:
            mine = Aggregate()
            asked = frozenset((principal,))
            count = add_packed_details(mine, pack_details(part.by_principal), asked)
            assert count == mine.fates.total() + len(mine.copies)
            add_coverage(mine, part.by_principal[principal])
            assert mine == part.by_principal[principal]


@given(FILES, st.data(), WINDOWS, ASKED, st.booleans())
@settings(max_examples=40, deadline=None)
def test_neither_runs_nor_order_change_the_answer(
    contents: list[list[Any]], data: st.DataObject, window: Window, asked: frozenset[str] | None, is_merged: bool
) -> None:
    order = data.draw(st.permutations(range(len(contents))))
    runs = data.draw(st.lists(st.booleans(), min_size=len(contents), max_size=len(contents)))
    with tempfile.TemporaryDirectory() as folder:
        logs, store = Path(folder) / "logs", Path(folder) / "store"
        for number, ends_a_run in zip(order, runs, strict=True):
            path = logs / str(number) / "events.json"  # of one name: those of one size may be copies
            path.parent.mkdir(parents=True)
            path.write_bytes(document(*contents[number]))
            if ends_a_run:
                scan_remembered([str(logs)], store, closed_after=2 if is_merged else 100_000)
        expected = scan([str(logs)], asked, window=window)
        assert scan_remembered([str(logs)], store, asked, window=window) == expected
        gone = data.draw(st.sampled_from(order))
        (logs / str(gone) / "events.json").unlink()
        if len(order) > 1:
            expected = scan([str(logs)], asked, window=window)
            assert scan_remembered([str(logs)], store, asked, window=window) == expected
