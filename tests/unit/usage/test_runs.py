"""Uses on disk are the uses that were put there, each once, added up and in order."""

import pickle
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.usage import runs as module
from secrets_cli.usage.aggregate import DENIED_SAMPLES, Aggregate, Tally, UseKey, key_of, order_of
from secrets_cli.usage.runs import Runs, run_of
from secrets_cli.usage.usage import Outcome, Use

CONDITION = (ConditionTerm(Operator("StringEquals"), "s3:prefix", ("a\0b",)),)
TEXTS = st.text(alphabet="\0\1\2ab\ud800é", max_size=4)
KEYS = st.builds(UseKey, *[TEXTS] * 6, st.sampled_from([(), CONDITION]), TEXTS, TEXTS, st.sampled_from(list(Outcome)))
TIMES = st.sampled_from(["", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"])


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    time = draw(TIMES)
    samples = tuple(sorted({(time, draw(st.sampled_from("abcdefgh"))) for _ in range(draw(st.integers(0, 5)))}))
    return Tally(draw(st.integers(1, 9)), time, time, samples, (draw(st.sampled_from(["", "why"])), "rule"))


def key(name: str, outcome: Outcome = Outcome.USED) -> UseKey:
    return UseKey("arn:p", "", "s3.amazonaws.com", "GetObject", "s3:GetObject", name, (), "eu-west-1", "1", outcome)


def in_fields_order(one: UseKey) -> tuple[str, ...]:
    terms = repr(one.condition) if one.condition else "()"
    first = (one.principal, one.action, one.resource, one.outcome.value, one.session_name)
    return (*first, one.event_source, one.event_name, one.region, one.account, terms)


def added_up(parts: Iterable[dict[UseKey, Tally]]) -> tuple[Use, ...]:
    """The same in memory."""
    whole = Aggregate()
    for part in parts:
        for one, tally in part.items():
            whole.add_seen(one, tally.count, tally.first, tally.last, tally.samples, tally.notes)
    return tuple(whole.usage().uses)


def copied(part: dict[UseKey, Tally]) -> dict[UseKey, Tally]:
    return {one: pickle.loads(pickle.dumps(tally)) for one, tally in part.items()}


@given(KEYS, KEYS)
def test_an_order_is_its_key_s_alone_and_sorts_field_by_field(one: UseKey, other: UseKey) -> None:
    assert key_of(order_of(one), one.condition) == one
    assert (order_of(one) < order_of(other)) == (in_fields_order(one) < in_fields_order(other))
    assert (order_of(one) == order_of(other)) == (one == other)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.lists(KEYS, min_size=1, max_size=12, unique=True))
def test_runs_add_up_to_what_memory_does(data: st.DataObject, keys: list[UseKey]) -> None:
    some = st.dictionaries(st.sampled_from(keys), tallies())
    parts = data.draw(st.lists(some, max_size=9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TOGETHER", data.draw(st.integers(1, 3)))
        patch.setattr(module, "_MOST_RUNS", data.draw(st.integers(2, 4)))
        runs = Runs()
        for part in parts:
            runs.add(run_of(copied(part)))
        assert tuple(runs) == added_up(parts)
        assert tuple(runs) == added_up(parts), "they can be asked for again"


def test_a_use_in_many_runs_keeps_the_earliest_samples() -> None:
    denied = key("a", Outcome.DENIED)
    times = [f"2026-03-01T00:{n // 60:02}:{n % 60:02}Z" for n in range(DENIED_SAMPLES + 50)]
    runs = Runs()
    for n in reversed(range(len(times))):
        runs.add(run_of({denied: Tally(1, times[n], times[n], ((times[n], f"e{n}"),))}))
    (use,) = runs
    assert (use.count, use.first_seen, use.last_seen) == (150, times[0], times[-1])
    assert use.event_ids == tuple(f"e{n}" for n in range(DENIED_SAMPLES))


def test_two_readings_at_once_do_not_meet() -> None:
    runs = Runs()
    runs.add(run_of({key(f"{n:04}"): Tally(n + 1) for n in range(0, 1_000, 2)}))
    runs.add(run_of({key(f"{n:04}"): Tally(n + 1) for n in range(1, 1_000, 2)}))
    for one, other in zip(runs, runs, strict=True):
        assert one == other
    assert [use.count for use in runs] == list(range(1, 1_001))


def test_the_file_has_no_name_and_goes_with_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(Path("/dev/fd").iterdir())
    runs = Runs()
    runs.add(run_of({key("a"): Tally(1)}))
    assert list(tmp_path.iterdir()) == []
    del runs
    assert set(Path("/dev/fd").iterdir()) <= before


def test_no_runs_are_no_uses() -> None:
    assert tuple(Runs()) == ()
