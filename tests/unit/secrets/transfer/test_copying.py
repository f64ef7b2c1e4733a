"""What a copy comes to, decided without a call."""

from typing import Any

import pytest

from secrets_cli.secrets.transfer.copying import Change, Original, Present, Step, plan_step, policies_text
from tests.unit.secrets.transfer.made_parameters import described, version

EXPIRY = '{"Type":"Expiration"}'


def _original(*versions: Any, tags: dict[str, str] | None = None, **changed: Any) -> Original:
    return Original(described("/a/x", **changed), versions or (version(),), tags or {})


def _present(*versions: Any, tags: dict[str, str] | None = None, **changed: Any) -> Present:
    return Present(described("/b/x", **changed), versions or (version(),), tags or {})


def _plan(original: Original, present: Present | None, *, same_key: bool = True, overwrite: bool = True) -> Step:
    return plan_step(original, present, "/b/x", "alias/new", same_key=same_key, overwrite=overwrite)


def test_a_new_one_has_all_that_travels() -> None:
    current = version(
        4, labels=("prod",), tier="Advanced", description="d", allowed_pattern=".*", policies=(EXPIRY, EXPIRY)
    )
    step = _plan(_original(current, tags={"team": "x"}, tier="Advanced"), None)
    (write,) = step.writes
    assert step.change is Change.ADD
    assert (write.name, write.key, write.overwrite, write.tier) == ("/b/x", "alias/new", False, "Advanced")
    assert (write.description, write.allowed_pattern, write.tags) == ("d", ".*", (("team", "x"),))
    assert write.policies == f"[{EXPIRY},{EXPIRY}]"
    assert step.labels == ((0, ("prod",)),)
    assert step.source_version == 4


def test_an_equal_one_is_left_alone() -> None:
    step = _plan(_original(), _present(version(7)))
    assert (step.change, step.what, step.writes, step.labels, step.tags) == (Change.EQUAL, (), (), (), None)


@pytest.mark.parametrize(
    ("source", "target", "what"),
    [
        ({}, {"type": "String"}, "type"),
        ({"tier": "Advanced"}, {}, "tier"),
        ({"description": "new"}, {}, "description"),
        ({"allowed_pattern": ".*"}, {}, "pattern"),
        ({"data_type": "json"}, {}, "data type"),
        ({"policies": (EXPIRY,)}, {}, "policies"),
    ],
)
def test_each_difference_is_written(source: dict[str, Any], target: dict[str, Any], what: str) -> None:
    step = _plan(_original(**source), _present(**target))
    assert (step.change, step.what) == (Change.UPDATE, (what,))
    assert step.writes[0].overwrite


def test_another_value_or_key_is_written() -> None:
    assert _plan(_original(version(text="1")), _present(version(text="2"))).what == ("value",)
    assert _plan(_original(), _present(version(text=None))).what == ("value",)  # one that cannot be read is not equal
    assert _plan(_original(), _present(), same_key=False).what == ("key",)


def test_labels_and_tags_alone_need_no_new_version() -> None:
    original = _original(version(labels=("prod", "blue")), tags={"team": "x", "cost": "1"})
    step = _plan(original, _present(version(3, labels=("blue",)), tags={"team": "x", "cost": "2", "own": "y"}))
    assert (step.change, step.what, step.writes) == (Change.UPDATE, ("labels", "tags"), ())
    assert step.labels == ((0, ("prod",)),)
    assert step.tags == {"cost": "1"}


def test_a_rewritten_one_gets_all_its_labels_again() -> None:
    step = _plan(_original(version(text="1", labels=("prod",))), _present(version(text="2", labels=("prod",))))
    assert step.labels == ((0, ("prod",)),)


def test_the_advanced_tier_stays_and_so_does_an_expiry() -> None:
    step = _plan(_original(version(text="1")), _present(version(text="2"), tier="Advanced", policies=(EXPIRY,)))
    assert step.writes[0].tier == "Advanced"
    assert len(step.notes) == 2
    assert step.writes[0].policies == ""


def test_without_overwriting_what_differs_is_kept_and_labels_are_added() -> None:
    kept = _plan(_original(version(text="1")), _present(version(text="2")), overwrite=False)
    assert (kept.change, kept.writes) == (Change.KEEP, ())
    labelled = _plan(
        _original(version(labels=("prod",)), description="new"), _present(), same_key=False, overwrite=False
    )
    assert (labelled.what, labelled.writes) == (("labels",), ())


def test_a_plain_one_becomes_a_secure_one_and_that_is_said() -> None:
    step = _plan(_original(type="StringList"), None)
    assert step.notes == ("a StringList becomes a SecureString",)


def test_history_is_written_oldest_first_and_only_the_last_may_expire() -> None:
    versions = (
        version(5, "a", policies=(EXPIRY,), labels=("old",)),
        version(6, "b"),
        version(7, "c", policies=(EXPIRY,)),
    )
    step = _plan(_original(*versions, tags={"t": "1"}), None)
    assert [write.overwrite for write in step.writes] == [False, True, True]
    assert [write.policies for write in step.writes] == ["", "", f"[{EXPIRY}]"]
    assert [write.tags for write in step.writes] == [(("t", "1"),), (), ()]
    assert step.labels == ((2, ("old",)),)


def test_a_history_that_was_begun_goes_on() -> None:
    ours = (version(1, "a"), version(2, "b", labels=("prod",)), version(3, "c"))
    step = _plan(_original(*ours), _present(version(1, "a"), version(2, "b")))
    assert [write.value == version(3, "c").value for write in step.writes] == [True]
    assert step.labels == ((1, ("prod",)),)


def test_another_history_is_never_overwritten() -> None:
    ours = (version(1, "a"), version(2, "b"))
    for theirs in ((version(1, "z"),), (version(1, "a"), version(2, "b"), version(3, "c"))):
        assert _plan(_original(*ours), _present(*theirs)).change is Change.KEEP


def test_policies_are_one_array() -> None:
    assert policies_text(()) == ""
    assert policies_text((EXPIRY,)) == f"[{EXPIRY}]"
