"""Re-encryption: which parameters, what becomes of each, and what happens when others write or calls fail."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.keys import Alias, KeyService
from secrets_cli.aws.parameters import Fetched, ParameterStore, Write, Written
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, KeyUnusable, NothingToRead, Throttled
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets import bulk
from secrets_cli.secrets.bulk import Interrupted, Outcome
from secrets_cli.secrets.transfer.journal import Entry, Journal, open_journal
from secrets_cli.secrets.transfer.reencryption import (
    OldKey,
    Reencrypted,
    ReencryptionPlan,
    Stale,
    Why,
    plan_reencryption,
)
from secrets_cli.secrets.transfer.reencryption_run import Reencrypter, parameters_under, reencrypt_all
from tests.unit.secrets.transfer.made_parameters import MARKER, WHEN, described, lookup, make_key, put, put_plain


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    make_key(aws, "alias/one")
    make_key(aws, "alias/two")
    return ParameterStore(aws)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path / "journal", "/a", "arn")
    yield opened
    opened.close()


def _plan(store: ParameterStore, unfinished: tuple[str, ...] = ()) -> ReencryptionPlan:
    keys = lookup(store.connection)
    return plan_reencryption("/a", parameters_under(store, "/a"), keys.target("two"), keys, unfinished)


def _run(
    store: ParameterStore, journal: Journal, *, move_labels: bool = True
) -> tuple[Outcome[Stale, Reencrypted], ...]:
    plan, keys = _plan(store, journal.unfinished), lookup(store.connection)
    return reencrypt_all(Reencrypter(store, plan.key, keys, journal, move_labels=move_labels), store, plan, keys)


def test_the_plan_tells_what_is_under_another_key(store: ParameterStore) -> None:
    put(store, "/a/other")
    put(store, "/a/right", key="alias/two")
    put(store, "/a/by-id", key=lookup(store.connection).id_of("alias/two"))
    put(store, "/a/aws", key="alias/aws/ssm")
    put_plain(store.connection, "/a/plain", "x")
    plan = _plan(store, unfinished=("/a/right",))
    assert [(stale.name, stale.why) for stale in plan.stale] == [
        ("/a/aws", Why.OTHER_KEY),
        ("/a/other", Why.OTHER_KEY),
        ("/a/right", Why.UNFINISHED),
    ]
    assert (plan.right, plan.plain) == (1, ("/a/plain",))
    assert OldKey("alias/one", 1, "Enabled", None) in plan.old_keys


def test_an_alias_that_moved_since_is_not_trusted(store: ParameterStore, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = lookup(store.connection)
    target = keys.target("two")
    moved = Alias("alias/two", "", target.id, WHEN + timedelta(days=1))
    monkeypatch.setattr(KeyService, "aliases", lambda self: (moved,))
    parameters = [
        described("/a/before", key="alias/two", modified=WHEN),
        described("/a/after", key="alias/two", modified=WHEN + timedelta(days=2)),
    ]
    plan = plan_reencryption("/a", parameters, target, lookup(store.connection))
    assert [(stale.name, stale.why) for stale in plan.stale] == [("/a/before", Why.ALIAS_MOVED)]


def test_nothing_under_a_path_is_said(store: ParameterStore) -> None:
    with pytest.raises(NothingToRead):
        _plan(store)


def test_each_is_a_new_version_with_all_it_had(store: ParameterStore, journal: Journal) -> None:
    put(store, "/a/x", "old")
    put(store, "/a/x", "new", description="d", tier="Advanced", allowed_pattern=".*")
    store.label("/a/x", 1, ["before"])
    store.label("/a/x", 2, ["prod"])
    (outcome,) = _run(store, journal)
    assert outcome.result == Reencrypted("/a/x", 2, 3, ("prod",))
    first, second, third = store.history("/a/x", decrypt=True)
    assert third.value == second.value == SecretValue(f"{MARKER} new")
    assert (third.key, third.tier, third.description, third.allowed_pattern) == ("alias/two", "Advanced", "d", ".*")
    assert (first.labels, second.labels, third.labels) == (("before",), (), ("prod",))
    assert second.key == "alias/one"
    assert not _plan(store).stale


def test_labels_may_stay(store: ParameterStore, journal: Journal) -> None:
    put(store, "/a/x")
    store.label("/a/x", 1, ["prod"])
    (outcome,) = _run(store, journal, move_labels=False)
    assert outcome.result == Reencrypted("/a/x", 1, 2, ())
    assert [version.labels for version in store.history("/a/x")] == [("prod",), ()]


def test_what_cannot_be_read_is_reported_and_the_rest_is_done(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("/a/dead", "/a/denied", "/a/fine"):
        put(store, name)
    real = ParameterStore.get_many

    def get_many(self: ParameterStore, names: Any, *, decrypt: bool = True) -> Fetched:
        if "/a/dead" in names:
            raise KeyUnusable("the KMS key is pending deletion")
        if "/a/denied" in names:
            raise AccessDenied("AWS denied it")
        return real(self, names, decrypt=decrypt)

    monkeypatch.setattr(ParameterStore, "get_many", get_many)
    dead, denied, fine = _run(store, journal)
    assert isinstance(dead.failure, KeyUnusable)
    assert isinstance(denied.failure, AccessDenied)
    assert fine.result == Reencrypted("/a/fine", 1, 2, ())
    assert store.get("/a/dead").version == 1


def test_one_changed_before_the_write_is_not_written(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x", "1")
    real = ParameterStore.history

    def history(self: ParameterStore, name: str, *, decrypt: bool = False) -> Any:
        put(store, "/a/x", "somebody else's")
        return real(self, name, decrypt=decrypt)

    monkeypatch.setattr(ParameterStore, "history", history)
    (outcome,) = _run(store, journal)
    assert isinstance(outcome.failure, AwsFailure)
    assert "changed by somebody else" in outcome.failure.message
    assert store.get("/a/x").value == SecretValue(f"{MARKER} somebody else's")


def _overtaken(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    real = ParameterStore.put

    def raced(self: ParameterStore, write: Write) -> Written:
        real(self, Write("/a/x", SecretValue(f"{MARKER} {text}"), "alias/one"))
        return real(self, write)

    monkeypatch.setattr(ParameterStore, "put", raced)


def test_one_written_at_the_same_time_is_reported_with_the_way_back(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x", "1")
    _overtaken(monkeypatch, "theirs")
    (outcome,) = _run(store, journal)
    assert outcome.failure is not None
    assert "version 2 is no longer current" in outcome.failure.message
    assert "secret rollback /a/x 2" in outcome.failure.help
    assert MARKER not in outcome.failure.message + outcome.failure.help


def test_the_same_write_sent_twice_is_no_conflict(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x", "1")
    _overtaken(monkeypatch, "1")
    (outcome,) = _run(store, journal)
    assert outcome.result == Reencrypted("/a/x", 1, 3, ())


def test_what_is_read_back_otherwise_is_reported(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x", "1")
    real = ParameterStore.put
    monkeypatch.setattr(
        ParameterStore, "put", lambda self, write: real(self, Write(write.name, SecretValue("damaged"), write.key))
    )
    (outcome,) = _run(store, journal)
    assert outcome.failure is not None
    assert "is not read back as it was written" in outcome.failure.message
    assert "secret rollback /a/x 1" in outcome.failure.help


def test_who_may_write_under_the_key_and_not_read_is_told(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x")
    put(store, "/a/y")
    real = ParameterStore.get_many

    def get_many(self: ParameterStore, names: Any, *, decrypt: bool = True) -> Fetched:
        if any(one.key == "alias/two" for one in self.describe()):
            raise AccessDenied("AWS denied kms:Decrypt")
        return real(self, names, decrypt=decrypt)

    monkeypatch.setattr(ParameterStore, "get_many", get_many)
    for outcome in _run(store, journal):
        assert outcome.failure is not None
        assert "is written and cannot be read back" in outcome.failure.message
    assert journal.unfinished == ("/a/x", "/a/y")


def test_a_throttled_label_is_set_without_writing_again(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_PAUSES", (0.01, 0.01))
    put(store, "/a/x")
    store.label("/a/x", 1, ["prod"])
    real, left = ParameterStore.label, [1]

    def label(self: ParameterStore, name: str, version: int, labels: Any) -> tuple[str, ...]:
        if left[0]:
            left[0] -= 1
            raise Throttled("too many")
        return real(self, name, version, labels)

    monkeypatch.setattr(ParameterStore, "label", label)
    (outcome,) = _run(store, journal)
    assert outcome.result == Reencrypted("/a/x", 1, 2, ("prod",))
    assert store.get("/a/x:prod").version == 2


def test_an_earlier_run_that_was_stopped_after_a_write_is_finished(store: ParameterStore, journal: Journal) -> None:
    put(store, "/a/x")
    store.label("/a/x", 1, ["prod"])
    journal.begun("/a/x", 1, ("prod",))
    put(store, "/a/x", key="alias/two")  # written, and the journal not told
    (outcome,) = _run(store, journal)
    assert outcome.result == Reencrypted("/a/x", 1, 2, ("prod",))
    assert store.get("/a/x:prod").version == 2
    assert not journal.unfinished


def test_an_earlier_run_that_was_stopped_before_a_write_is_begun_anew(store: ParameterStore, journal: Journal) -> None:
    put(store, "/a/x")
    journal.begun("/a/x", 1, ())
    (outcome,) = _run(store, journal)
    assert outcome.result == Reencrypted("/a/x", 1, 2, ())


def test_what_others_wrote_since_an_earlier_run_is_taken_as_it_is(store: ParameterStore, journal: Journal) -> None:
    put(store, "/a/x")
    journal.begun("/a/x", 1, ())
    put(store, "/a/x", "2")
    put(store, "/a/x", "3", key="alias/two")
    (outcome,) = _run(store, journal)
    assert outcome.result == Reencrypted("/a/x", 3, 3, ())
    assert journal.entry("/a/x") is None


def test_ctrl_c_says_how_many_and_leaves_the_rest_to_the_next_run(
    store: ParameterStore, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        put(store, f"/a/{number:02}")
    plan, keys = _plan(store), lookup(store.connection)

    def progress(done: int, total: int) -> None:
        assert total == 60
        if done == 50:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        reencrypt_all(Reencrypter(store, plan.key, keys, journal), store, plan, keys, progress)
    assert 50 <= caught.value.done < 60
    assert (caught.value.total, caught.value.failed) == (60, 0)
    assert 0 < len(journal.unfinished) < 20  # the portion that was not read back yet
    assert all(outcome.result for outcome in _run(store, journal))
    assert not _plan(store).stale
    assert all(parameter.value == SecretValue(f"{MARKER} v") for parameter in store.under("/a"))


def test_the_journal_holds_names_and_versions_alone(store: ParameterStore, tmp_path: Path) -> None:
    put(store, "/a/x")
    kept = open_journal(tmp_path / "kept", "/a", "arn")
    kept.begun("/a/left", 1, ())  # so that the file stays
    _run(store, kept)
    text = (tmp_path / "kept").read_text()
    kept.close()
    assert '"/a/x"' in text
    assert MARKER not in text
    assert Entry(1, ()) == kept.entry("/a/left")
