"""`secret copy` and `secret rename` on the command line."""

from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AccessDenied
from tests.cli.secret_bulk import Bench, made_bench
from tests.conftest import RunCli
from tests.unit.secrets.transfer.made_parameters import make_key, put


@pytest.fixture
def bench(cli: RunCli, aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return made_bench(cli, aws, tmp_path, monkeypatch)


def _names(bench: Bench) -> set[str]:
    return {one.name for one in bench.store.describe()}


def test_a_path_is_planned_then_copied_then_equal(bench: Bench) -> None:
    for number in range(3):
        put(bench.store, f"/a/{number}", str(number))
    dry = bench.run("copy", "/a", "/b", "-r", "--dry-run")
    assert (dry.code, dry.err) == (0, "")
    assert dry.out.splitlines()[0] == "+ /b/0  from /a/0:1  alias/one"
    assert dry.out.splitlines()[-1] == "3 to add, 0 to change, 0 equal"
    assert "/b/0" not in _names(bench)
    ran = bench.run("copy", "/a", "/b", "-r", "--yes")
    assert (ran.code, ran.out) == (0, "copied 3, equal already 0, kept 0, failed 0\n")
    assert "+ /b/0" in ran.err
    assert bench.run("diff", "/a", "/b").code == 0
    put(bench.store, "/a/1", "new")
    again = bench.run("copy", "/a", "/b", "-r", "--yes")
    assert "~ /b/1  from /a/1:2  value; alias/one" in again.err
    assert again.out.startswith("copied 1, equal already 2")


def test_without_a_terminal_it_asks_for_yes_and_changes_nothing(bench: Bench) -> None:
    put(bench.store, "/a/x")
    ran = bench.run("copy", "/a/x", "/b/x")
    assert ran.code == 2
    assert "+ /b/x" in ran.err
    assert "give `--yes`" in ran.err
    assert _names(bench) == {"/a/x"}


def test_a_no_changes_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    put(bench.store, "/a/x")
    monkeypatch.setattr("secrets_cli.cli.asking.confirm", lambda question, *, yes: False)
    ran = bench.run("copy", "/a/x", "/b/x")
    assert ran.code == 130
    assert "nothing was changed" in ran.err
    assert _names(bench) == {"/a/x"}


def test_to_another_region_by_location_and_by_option(bench: Bench) -> None:
    make_key(Connection(Target(region="eu-west-1")), "alias/one")
    put(bench.store, "/a/x")
    assert bench.run("copy", "/a/x", "@eu-west-1:/a/x", "--yes").code == 0
    assert bench.run("copy", "/a/x", "/a/y", "--to-region", "eu-west-1", "--yes").code == 0
    there = ParameterStore(Connection(Target(region="eu-west-1")))
    assert {one.name for one in there.under("/a")} == {"/a/x", "/a/y"}
    assert bench.run("diff", "/a", "@eu-west-1:/a").code == 20


def test_to_another_region_the_key_is_refused_where_it_is_not_there(bench: Bench) -> None:
    put(bench.store, "/a/x")
    ran = bench.run("copy", "/a/x", "@eu-west-1:/a/x", "--yes")
    assert ran.code == 2
    assert "have no key `alias/one`" in ran.err
    assert "--key ALIAS" in ran.err


def test_what_is_there_may_be_kept(bench: Bench) -> None:
    put(bench.store, "/a/x", "1")
    put(bench.store, "/a/y", "1")
    put(bench.store, "/b/x", "2")
    ran = bench.run("copy", "/a", "/b", "-r", "--no-overwrite", "--yes")
    assert ran.code == 0
    assert "! /b/x  it is there with another value" in ran.out
    assert bench.store.get("/b/x").version == 1


def test_json_says_what_became_of_each(bench: Bench) -> None:
    put(bench.store, "/a/x", "1")
    put(bench.store, "/a/y", "1")
    put(bench.store, "/b/y", "1")
    planned = bench.json("copy", "/a", "/b", "-r", "--dry-run")
    assert [step["state"] for step in planned["steps"]] == ["planned", "planned"]
    done = bench.json("copy", "/a", "/b", "-r", "--yes")
    assert [(step["target"], step["change"], step["state"], step["version"]) for step in done["steps"]] == [
        ("/b/x", "add", "copied", 1),
        ("/b/y", "equal", "unchanged", None),
    ]


def test_a_failure_is_listed_with_its_reason_and_the_rest_is_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("/a/x", "/a/y"):
        put(bench.store, name)
    real = ParameterStore.put

    def denied(self: ParameterStore, write: Any) -> Any:
        if write.name == "/b/x":
            raise AccessDenied("AWS denied `ssm:PutParameter` on `/b/x`", "a policy is missing")
        return real(self, write)

    monkeypatch.setattr(ParameterStore, "put", denied)
    ran = bench.run("copy", "/a", "/b", "-r", "--yes")
    assert ran.code == 5
    assert "? /a/x  AWS denied `ssm:PutParameter` on `/b/x` (a policy is missing)" in ran.out
    assert "/b/y" in _names(bench)
    document = bench.json("copy", "/a", "/b", "-r", "--yes", code=5)
    assert document["failed"][0]["name"] == "/a/x"


def test_ctrl_c_in_the_middle_says_how_far_it_came(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        put(bench.store, f"/a/{number}")
    real = ParameterStore.put

    def interrupted(self: ParameterStore, write: Any) -> Any:
        if write.name == "/b/4":
            raise KeyboardInterrupt
        return real(self, write)

    monkeypatch.setattr(ParameterStore, "put", interrupted)
    ran = bench.run("copy", "/a", "/b", "-r", "--yes", "--quiet")
    assert ran.code == 130
    assert " of 9" in ran.err
    assert "run again" in ran.err
    monkeypatch.setattr(ParameterStore, "put", real)
    assert bench.run("copy", "/a", "/b", "-r", "--yes").code == 0
    assert bench.run("diff", "/a", "/b").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("/a/x", "/a/x"), 2, "source and target are the same"),
        (("/a", "/a/b", "-r"), 2, "lies below the source"),
        (("/none", "/b"), 3, "there is no parameter `/none`"),
        (("/a/x", "/aws/x"), 2, "reserved"),
        (("/a/x", "/b/x", "--key", "aws/ssm"), 2, "every principal of the account"),
        (("/a/x", "/b/x", "--key", "none"), 3, "alias/none"),
        (("p@eu-west-1:/a", "/b", "--from-region", "us-west-2"), 2, "the location says region"),
    ],
)
def test_what_cannot_be_done_is_refused(bench: Bench, words: tuple[str, ...], code: int, said: str) -> None:
    put(bench.store, "/a/x")
    ran = bench.run("copy", *words, "--yes")
    assert ran.code == code
    assert said in ran.err
    assert _names(bench) == {"/a/x"}


def test_a_rename_moves_a_path(bench: Bench) -> None:
    put(bench.store, "/a/x", "1")
    put(bench.store, "/a/x", "2")
    put(bench.store, "/a/y", "1")
    dry = bench.run("rename", "/a", "/b", "-r", "--dry-run")
    assert "1 with earlier versions, which go with the old name" in dry.out
    ran = bench.run("rename", "/a", "/b", "-r", "--yes")
    assert (ran.code, ran.out) == (0, "renamed 2, failed 0\n")
    assert _names(bench) == {"/b/x", "/b/y"}


def test_a_rename_that_stopped_between_copy_and_delete_asks_and_finishes(bench: Bench) -> None:
    put(bench.store, "/a/x", "1")
    put(bench.store, "/b/x", "1")
    asked = bench.run("rename", "/a/x", "/b/x")
    assert asked.code == 2
    assert "= /b/x  is equal to /a/x, which goes" in asked.err
    done = bench.json("rename", "/a/x", "/b/x", "--yes")
    assert done["steps"][0]["state"] == "renamed"
    assert _names(bench) == {"/b/x"}


def test_a_rename_onto_another_value_is_not_done(bench: Bench) -> None:
    put(bench.store, "/a/x", "1")
    put(bench.store, "/b/x", "2")
    ran = bench.run("rename", "/a/x", "/b/x", "--yes")
    assert ran.code == 5
    assert "another value" in ran.out
    assert "--overwrite" in ran.out
    assert _names(bench) == {"/a/x", "/b/x"}
    assert bench.run("rename", "/a/x", "/b/x", "--yes", "--overwrite").code == 0
    assert _names(bench) == {"/b/x"}
