"""When an apply waits and looks again, and what it does where somebody else is at work."""

import json
from pathlib import Path

import pytest

from secrets_cli.account.apply_plan import Mode
from secrets_cli.account.apply_prepare import Fresh, judged, way_of
from secrets_cli.account.apply_run import Pace, Way, carry_out
from secrets_cli.account.held import PutInline
from secrets_cli.account.proposed import proposed_in
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ChangedMeanwhile
from tests.fake_iam import FakeIam, managed
from tests.unit.account.scenarios import BROAD, OWN, SCENARIOS, odd


@pytest.fixture
def iam(tmp_path: Path) -> FakeIam:
    """IAM that holds nothing yet."""
    return FakeIam(tmp_path / "iam.json")


def way(iam: FakeIam, name: str, start: int = 0) -> Way:
    """The way of a scenario, which is put into IAM."""
    scenario = SCENARIOS[name]
    iam.file.write_text(json.dumps(scenario.state))
    (proposed,) = proposed_in(json.dumps(scenario.narrowing()), "n.json")
    found = judged(proposed, None, Mode(scenario.mode), iam, load_catalog()).verdict
    assert isinstance(found, Fresh)
    return way_of(found.plan, start)


def carried(found: Way, iam: FakeIam) -> list[object]:
    """What was done and waited for, in order."""
    heard: list[object] = []
    carry_out(found, iam, Pace(10.0, heard.append), heard.append)
    return heard


def test_it_waits_once_between_what_is_added_and_what_is_taken_away(iam: FakeIam) -> None:
    found = way(iam, "managed-two-documents")
    heard = carried(found, iam)
    adds = 4
    assert heard == [*found.steps[:adds], 10.0, *found.steps[adds:]]


def test_a_run_that_goes_on_waits_before_it_takes_away(iam: FakeIam) -> None:
    whole = way(iam, "inline-beside")
    first = whole.steps[0]
    assert isinstance(first, PutInline)
    rest = way(iam, "inline-beside", 1)
    iam.put_inline(whole.principal, first.name, first.text)
    assert carried(rest, iam) == [10.0, *whole.steps[1:]]


def test_what_changed_while_the_plan_was_looked_at_stops_it_before_the_first_change(iam: FakeIam) -> None:
    found = way(iam, "inline-beside")
    state = iam.state
    state["inline"]["by-hand"] = odd(BROAD)
    iam.file.write_text(json.dumps(state))
    with pytest.raises(ChangedMeanwhile, match="since the plan was made"):
        carried(found, iam)
    assert (iam.changes, iam.state) == (0, state)


def test_a_policy_of_the_name_that_says_something_else_is_not_attached(
    iam: FakeIam, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = way(iam, "managed-new")

    def made_by_somebody(arn: str, text: str, *_: object) -> None:
        state = iam.state
        state["policies"][OWN] = managed(odd(BROAD))
        iam.file.write_text(json.dumps(state))

    monkeypatch.setattr(iam, "create_policy", made_by_somebody)
    with pytest.raises(ChangedMeanwhile, match="says something else"):
        carried(found, iam)
    assert iam.state["attached"] == SCENARIOS["managed-new"].attached


def test_what_does_not_take_is_found_before_anything_old_goes(iam: FakeIam, monkeypatch: pytest.MonkeyPatch) -> None:
    found = way(iam, "inline-beside")
    monkeypatch.setattr(iam, "put_inline", lambda *_: None)
    with pytest.raises(ChangedMeanwhile, match="after 1 of 4 steps"):
        carried(found, iam)
    assert iam.state == SCENARIOS["inline-beside"].state
