"""Copying and renaming against moto: what travels, what is verified, and what is left after a failure."""

from typing import Any

import pytest

from secrets_cli.aws.parameters import ParameterStore, Write, Written
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AccessDenied, AwsFailure, ConfigurationError, NotThere, Throttled
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.bulk import Outcome, run_all
from secrets_cli.secrets.transfer.copy_key import CopyKey
from secrets_cli.secrets.transfer.copy_run import Asked, Copier, CopyPlan, plan_copy, refuse_onto_itself
from secrets_cli.secrets.transfer.copying import Change, Step
from secrets_cli.secrets.transfer.location import Location
from secrets_cli.secrets.transfer.renaming import Renaming, rename_all
from tests.unit.secrets.transfer.made_parameters import MARKER, lookup, make_key, put, put_plain

HERE = Target()


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    make_key(aws, "alias/one")
    make_key(aws, "alias/two")
    return ParameterStore(aws)


def _plan(store: ParameterStore, source: str, target: str, key: str = "", **asked: Any) -> CopyPlan:
    keys = lookup(store.connection)
    chosen = CopyKey(keys, keys.target(key) if key else None, same_place=True)
    return plan_copy(Asked(Location(HERE, source), Location(HERE, target), **asked), store, store, chosen)


def _run(store: ParameterStore, plan: CopyPlan) -> tuple[Outcome[Step, int], ...]:
    return run_all(plan.to_do, Copier(store), sleep=lambda _: None)


def test_a_copy_has_value_key_labels_tags_and_description(store: ParameterStore) -> None:
    put(store, "/a/x", "old")
    put(store, "/a/x", "new", description="what it is", allowed_pattern=".*", tier="Advanced")
    store.tag("/a/x", {"team": "x"})
    store.label("/a/x", 1, ["before"])
    store.label("/a/x", 2, ["prod", "blue"])
    (outcome,) = _run(store, _plan(store, "/a/x", "/b/x"))
    assert outcome.result == 1
    (copied,) = store.history("/b/x", decrypt=True)
    assert copied.value == SecretValue(f"{MARKER} new")
    assert set(copied.labels) == {"prod", "blue"}  # a label of an older version means that version's value
    assert (copied.key, copied.tier, copied.description) == ("alias/one", "Advanced", "what it is")
    assert store.tags("/b/x") == {"team": "x"}
    assert _plan(store, "/a/x", "/b/x").steps[0].change is Change.EQUAL


def test_a_label_moves_to_the_new_version_at_the_target(store: ParameterStore) -> None:
    put(store, "/a/x", "new")
    store.label("/a/x", 1, ["prod"])
    put(store, "/b/x", "older")
    store.label("/b/x", 1, ["prod", "own"])
    _run(store, _plan(store, "/a/x", "/b/x"))
    assert {version.number: version.labels for version in store.history("/b/x")} == {1: ("own",), 2: ("prod",)}


def test_a_path_is_copied_with_names_kept_below_it(store: ParameterStore) -> None:
    for name in ("/a/x", "/a/deep/y", "/ab/z"):
        put(store, name, name)
    plan = _plan(store, "/a", "/b", "two", recursive=True)
    assert {step.target for step in plan.steps} == {"/b/x", "/b/deep/y"}
    _run(store, plan)
    assert store.get("/b/deep/y").value == SecretValue(f"{MARKER} /a/deep/y")
    assert {one.key for one in store.describe() if one.name.startswith("/b/")} == {"alias/two"}


def test_history_is_replayed_and_gone_on_with(store: ParameterStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("1", "2", "3"):
        put(store, "/a/x", text)
    store.label("/a/x", 2, ["good"])
    real = ParameterStore.put
    puts: list[str] = []

    def interrupted(self: ParameterStore, write: Write) -> Written:
        puts.append(write.name)
        if len(puts) == 3:
            raise AccessDenied("AWS denied it")
        return real(self, write)

    monkeypatch.setattr(ParameterStore, "put", interrupted)
    (outcome,) = _run(store, _plan(store, "/a/x", "/b/x", history=True))
    assert isinstance(outcome.failure, AccessDenied)
    again = _plan(store, "/a/x", "/b/x", history=True)
    assert len(again.steps[0].writes) == 1
    _run(store, again)
    found = list(store.history("/b/x", decrypt=True))
    assert [version.value for version in found] == [SecretValue(f"{MARKER} {text}") for text in "123"]
    assert found[1].labels == ("good",)


def test_a_throttled_label_does_not_write_the_value_twice(
    store: ParameterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x")
    store.label("/a/x", 1, ["prod"])
    real, left = ParameterStore.label, [2]

    def throttled(self: ParameterStore, name: str, version: int, labels: Any) -> tuple[str, ...]:
        if left[0]:
            left[0] -= 1
            raise Throttled("too many")
        return real(self, name, version, labels)

    monkeypatch.setattr(ParameterStore, "label", throttled)
    (outcome,) = _run(store, _plan(store, "/a/x", "/b/x"))
    assert (outcome.result, outcome.failure) == (1, None)
    assert store.get("/b/x:prod").version == 1


def test_one_that_cannot_be_read_does_not_stop_the_others(
    store: ParameterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x")
    put(store, "/a/y")
    real = ParameterStore.tags

    def denied(self: ParameterStore, name: str) -> Any:
        if name == "/a/x":
            raise AccessDenied("AWS denied it")
        return real(self, name)

    monkeypatch.setattr(ParameterStore, "tags", denied)
    plan = _plan(store, "/a", "/b", recursive=True)
    assert [outcome.item for outcome in plan.unreadable] == ["/a/x"]
    assert [step.source for step in plan.to_do] == ["/a/y"]


def test_one_made_in_the_meantime_is_not_overwritten(store: ParameterStore) -> None:
    put(store, "/a/x")
    plan = _plan(store, "/a/x", "/b/x")
    put(store, "/b/x", "somebody else's")
    (outcome,) = _run(store, plan)
    assert isinstance(outcome.failure, AwsFailure)
    assert store.get("/b/x").value == SecretValue(f"{MARKER} somebody else's")


def test_the_key_must_be_given_where_there_is_none_to_take(store: ParameterStore) -> None:
    put(store, "/a/x", key="alias/aws/ssm")
    put_plain(store.connection, "/p/x", "x")
    with pytest.raises(ConfigurationError, match="every principal of the account"):
        _plan(store, "/a/x", "/b/x")
    with pytest.raises(ConfigurationError, match="is a String"):
        _plan(store, "/p/x", "/b/x")
    with pytest.raises(ConfigurationError, match="every principal of the account"):
        _plan(store, "/a/x", "/b/x", "aws/ssm")
    _run(store, _plan(store, "/p/x", "/b/x", "one"))
    assert next(store.history("/b/x")).type == "SecureString"


def test_elsewhere_the_same_alias_serves_and_nothing_else(store: ParameterStore) -> None:
    other = Connection(Target(region="eu-west-1"))
    put(store, "/a/x")
    asked = Asked(Location(HERE, "/a/x"), Location(other.target, "/a/x"))
    with pytest.raises(ConfigurationError, match="have no key `alias/one`"):
        plan_copy(asked, store, ParameterStore(other), CopyKey(lookup(other), None, same_place=False))
    make_key(other, "alias/one")
    plan = plan_copy(asked, store, ParameterStore(other), CopyKey(lookup(other), None, same_place=False))
    _run(ParameterStore(other), plan)
    assert ParameterStore(other).get("/a/x").value == store.get("/a/x").value
    put(store, "/a/y", key=lookup(store.connection).id_of("alias/one"))
    asked = Asked(Location(HERE, "/a/y"), Location(other.target, "/a/y"))
    with pytest.raises(ConfigurationError, match="is no key of the target"):
        plan_copy(asked, store, ParameterStore(other), CopyKey(lookup(other), None, same_place=False))


def test_onto_itself_or_below_itself_is_refused() -> None:
    for source, target, recursive in (("/a", "/a", True), ("/a", "/a/b", True), ("/", "/a", True), ("/a", "/a", False)):
        asked = Asked(Location(HERE, source), Location(HERE, target), recursive)
        with pytest.raises(ConfigurationError):
            refuse_onto_itself(asked, same_place=True)
        refuse_onto_itself(asked, same_place=False)
    refuse_onto_itself(Asked(Location(HERE, "/a"), Location(HERE, "/ab"), True), same_place=True)


def test_what_is_not_there_is_said(store: ParameterStore) -> None:
    put(store, "/a/x")
    with pytest.raises(NotThere, match="no parameter `/a`") as raised:
        _plan(store, "/a", "/b")
    assert "--recursive" in raised.value.help
    with pytest.raises(NotThere, match="under the path"):
        _plan(store, "/none", "/b", recursive=True)


def test_a_rename_deletes_only_what_was_read_back_equal(store: ParameterStore) -> None:
    put(store, "/a/x", "1")
    put(store, "/a/y", "2")
    plan = _plan(store, "/a", "/b", recursive=True, overwrite=False)
    put(store, "/a/y", "changed after the plan")
    ended = rename_all(store, plan)
    assert [one.state for one in ended] == [Renaming.RENAMED, Renaming.COPIED]
    assert ended[1].failure is not None
    assert "was changed after it was copied" in ended[1].failure.message
    assert {one.name for one in store.describe()} == {"/a/y", "/b/x", "/b/y"}


def test_a_copy_that_is_read_back_otherwise_keeps_the_source(
    store: ParameterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a/x", "1")
    real = ParameterStore.put

    def damaged(self: ParameterStore, write: Write) -> Written:
        return real(self, Write(write.name, SecretValue("damaged"), write.key))

    plan = _plan(store, "/a/x", "/b/x")
    monkeypatch.setattr(ParameterStore, "put", damaged)
    (ended,) = rename_all(store, plan)
    assert ended.state is Renaming.COPIED
    assert store.get("/a/x").value == SecretValue(f"{MARKER} 1")


def test_a_rename_that_was_interrupted_is_finished_by_running_again(
    store: ParameterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("/a/x", "/a/y"):
        put(store, name, name)
    real = ParameterStore.delete

    def denied(self: ParameterStore, names: Any) -> Any:
        raise AccessDenied("AWS denied it")

    monkeypatch.setattr(ParameterStore, "delete", denied)
    ended = rename_all(store, _plan(store, "/a", "/b", recursive=True, overwrite=False))
    assert {one.state for one in ended} == {Renaming.COPIED}
    monkeypatch.setattr(ParameterStore, "delete", real)
    again = _plan(store, "/a", "/b", recursive=True, overwrite=False)
    assert not again.to_do
    assert {one.state for one in rename_all(store, again)} == {Renaming.RENAMED}
    assert {one.name for one in store.describe()} == {"/b/x", "/b/y"}


def test_a_name_taken_by_another_value_stops_its_rename(store: ParameterStore) -> None:
    put(store, "/a/x", "1")
    put(store, "/b/x", "2")
    (ended,) = rename_all(store, _plan(store, "/a/x", "/b/x", overwrite=False))
    assert ended.state is Renaming.UNTOUCHED
    assert {one.name for one in store.describe()} == {"/a/x", "/b/x"}


def test_a_rename_with_history_compares_every_version(store: ParameterStore) -> None:
    put(store, "/a/x", "1")
    put(store, "/a/x", "2")
    (ended,) = rename_all(store, _plan(store, "/a/x", "/b/x", history=True))
    assert ended.state is Renaming.RENAMED
    assert [version.value for version in store.history("/b/x", decrypt=True)] == [
        SecretValue(f"{MARKER} {text}") for text in "12"
    ]
