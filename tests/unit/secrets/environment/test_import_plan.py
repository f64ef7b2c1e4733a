"""What an import would write, and what carrying it out does."""

import pytest

from secrets_cli.aws.parameters import ParameterStore, Write, Written
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, ConfigurationError, MalformedInput, NothingToRead
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.bulk import Interrupted
from secrets_cli.secrets.environment.file_format import InputFormat
from secrets_cli.secrets.environment.import_plan import (
    Change,
    ImportPlan,
    advanced_count,
    plan_import,
    wanted_parameters,
)
from secrets_cli.secrets.environment.import_run import failure_of, run_import
from secrets_cli.secrets.environment.read_file import read_entries


def planned(store: ParameterStore, text: str, *, compare: bool = True, write_unchanged: bool = False) -> ImportPlan:
    wanted = wanted_parameters(read_entries(text, "f", InputFormat.DOTENV), "/app", lower=False)
    return plan_import(store, wanted, compare=compare, writes_unchanged=write_unchanged)


def as_it_is(failure: AwsFailure, name: str) -> AwsFailure:
    """No advice beyond the failure's own."""
    return failure


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    made = ParameterStore(aws)
    for name in ("A", "B"):
        made.put(Write(f"/app/{name}", SecretValue(name.lower()), "alias/k"))
    return made


def test_each_is_new_changed_or_the_same(store: ParameterStore) -> None:
    plan = planned(store, "A=a\nB=other\nC=c\n")
    assert [(step.wanted.name, step.change) for step in plan.steps] == [
        ("/app/A", Change.SAME),
        ("/app/B", Change.CHANGED),
        ("/app/C", Change.NEW),
    ]
    assert [step.wanted.name for step in plan.writes] == ["/app/B", "/app/C"]
    assert len(planned(store, "A=a\nB=other\n", write_unchanged=True).writes) == 2


def test_without_comparing_nothing_is_read(store: ParameterStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ParameterStore, "get_many", None)
    assert {step.change for step in planned(store, "A=a\nC=c\n", compare=False).writes} == {Change.UNKNOWN}


def test_what_is_there_as_a_plain_string_stops_the_plan(store: ParameterStore, aws: Connection) -> None:
    for name in ("P", "Q"):
        aws.client("ssm").put_parameter(Name=f"/app/{name}", Value="x", Type="String")
    with pytest.raises(ConfigurationError, match=r"`/app/P` \(String\), `/app/Q` \(String\)|`/app/Q` .*`/app/P`"):
        planned(store, "A=new\nP=x\nQ=y\n")


def test_all_bad_names_sizes_and_repeats_are_told_at_once_and_no_value() -> None:
    text = f"OK=cnry\nb.c=\nLONG='{'cnry' * 2_049}'\nOK=cnry2\nREF='{{{{ssm:cnry}}}}'\n"
    with pytest.raises(MalformedInput) as refused:
        wanted_parameters(read_entries(text, "f", InputFormat.DOTENV), "/app", lower=False)
    message = refused.value.message
    assert "cnry" not in message
    assert [place for place in ("f:2:1", "f:3:1", "f:4:1", "f:5:1") if f"`{place}`" in message] == [
        "f:2:1",
        "f:3:1",
        "f:4:1",
        "f:5:1",
    ]
    assert "`OK` is given twice, first at `f:1:1`" in message


def test_names_that_differ_in_case_alone_clash_when_lowered() -> None:
    entries = read_entries("Key=1\nKEY=2\n", "f", InputFormat.DOTENV)
    assert [one.name for one in wanted_parameters(entries, "/app/", lower=False)] == ["/app/Key", "/app/KEY"]
    with pytest.raises(MalformedInput, match="`key` is given twice, first at `f:1:1`"):
        wanted_parameters(entries, "/app", lower=True)


def test_names_and_paths_that_aws_does_not_take_are_refused() -> None:
    entries = read_entries('{"ok": "1", "a b": "2", "x//y": "3"}', "f", InputFormat.JSON)
    with pytest.raises(MalformedInput) as refused:
        wanted_parameters(entries, "/app", lower=False)
    assert "`a b`" in refused.value.message
    assert "`x//y`" in refused.value.message
    for path in ("app", "/ssm/x", "/a//b"):
        with pytest.raises(ConfigurationError):
            wanted_parameters(entries[:1], path, lower=False)
    with pytest.raises(NothingToRead):
        wanted_parameters((), "/app", lower=False)
    assert wanted_parameters(entries[:1], "/", lower=False)[0].name == "/ok"


def test_a_long_value_is_advanced_and_counted(store: ParameterStore) -> None:
    plan = planned(store, f"A=a\nL='{'x' * 4_097}'\n")
    assert advanced_count(plan) == 1
    assert run_import(store, plan, "alias/k").failed == ()
    (described,) = [one for one in store.describe() if one.name == "/app/L"]
    assert (described.tier, described.key, described.type) == ("Advanced", "alias/k", "SecureString")


def test_a_run_that_fails_midway_is_taken_up_by_the_same_command(
    store: ParameterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"N{number}='cnry {number}'\n" for number in range(12))
    put = ParameterStore.put

    def flaky(self: ParameterStore, write: Write) -> Written:
        if write.name.endswith(("3", "7")):
            raise AccessDenied(f"AWS denied `ssm:PutParameter` on `{write.name}`", "grant it", "AccessDeniedException")
        return put(self, write)

    with monkeypatch.context() as patch:
        patch.setattr(ParameterStore, "put", flaky)
        first = run_import(store, planned(store, text), "alias/k")
    failure = failure_of(first, as_it_is, resumable=True)
    assert isinstance(failure, AccessDenied)
    assert failure.message.startswith(
        "10 of 12 parameters were written, 2 not: AWS denied `ssm:PutParameter` on `/app/N3`"
    )
    assert failure.help == "grant it; then run the same command again: it writes what is missing"
    assert "cnry" not in failure.message
    again = planned(store, text)
    assert [step.wanted.name for step in again.writes] == ["/app/N3", "/app/N7"]
    assert failure_of(run_import(store, again, "alias/k"), as_it_is, resumable=True) is None
    assert planned(store, text).writes == ()


def test_what_somebody_wrote_meanwhile_is_not_overwritten(store: ParameterStore) -> None:
    plan = planned(store, "NEW=mine\nA=changed\n")
    store.put(Write("/app/NEW", SecretValue("theirs"), "alias/k"))
    imported = run_import(store, plan, "alias/k")
    assert [(step.wanted.name, type(error).__name__) for step, error in imported.failed] == [
        ("/app/NEW", "AlreadyThere")
    ]
    assert store.get("/app/NEW").value == SecretValue("theirs")
    assert store.get("/app/A").value == SecretValue("changed")


def test_ctrl_c_midway_says_how_many_were_written(store: ParameterStore, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(store, "".join(f"N{number}=1\n" for number in range(9)))

    def pressed(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as interrupted:
        run_import(store, plan, "alias/k", pressed)
    assert interrupted.value.total == 9
    assert interrupted.value.done >= 4
    assert len(planned(store, "".join(f"N{number}=1\n" for number in range(9))).writes) <= 5
