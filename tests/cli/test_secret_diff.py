"""`secret diff` on the command line: what it says, its exit codes, and no value anywhere."""

from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.errors import KeyUnusable
from tests.cli.secret_bulk import Bench, made_bench
from tests.conftest import RunCli
from tests.unit.secrets.transfer.made_parameters import put


@pytest.fixture
def bench(cli: RunCli, aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return made_bench(cli, aws, tmp_path, monkeypatch)


def test_each_kind_of_difference_has_its_sign(bench: Bench) -> None:
    for name, text in {
        "/a/gone": "1",
        "/a/same": "1",
        "/a/changed": "1",
        "/b/same": "1",
        "/b/changed": "2",
        "/b/new": "1",
    }.items():
        put(bench.store, name, text)
    ran = bench.run("diff", "/a", "/b")
    assert ran.code == 20
    assert ran.out == "A /a\nB /b\n~ changed  value\n- gone\n+ new\n1 only in A, 1 only in B, 1 changed, 1 equal\n"
    assert "= same" in bench.run("diff", "/a", "/b", "--all").out


def test_equal_sides_end_with_0_and_metadata_may_differ(bench: Bench) -> None:
    put(bench.store, "/a/x")
    put(bench.store, "/b/x", key="alias/two")
    bench.store.label("/a/x", 1, ["prod"])
    assert bench.run("diff", "/a", "/b").code == 0
    ran = bench.run("diff", "/a", "/b", "--metadata")
    assert ran.code == 20
    assert "~ x  key alias/one -> alias/two, labels prod -> none" in ran.out
    document = bench.json("diff", "/a", "/b", "--metadata", code=20)
    assert document["parameters"][0]["metadata"][0] == {"what": "key", "a": "alias/one", "b": "alias/two"}
    assert document["parameters"][0]["value_differs"] is False


def test_unreadable_is_not_equal(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    put(bench.store, "/a/x")
    put(bench.store, "/b/x")
    real = ParameterStore.under

    def under(self: ParameterStore, path: str, *, recursive: bool = True, decrypt: bool = True) -> Any:
        if decrypt and path == "/b":
            raise KeyUnusable("the KMS key cannot be used")
        return real(self, path, recursive=recursive, decrypt=decrypt)

    def get_many(self: ParameterStore, names: Any, *, decrypt: bool = True) -> Any:
        raise KeyUnusable("the KMS key cannot be used")

    monkeypatch.setattr(ParameterStore, "under", under)
    monkeypatch.setattr(ParameterStore, "get_many", get_many)
    ran = bench.run("diff", "/a", "/b")
    assert ran.code == 21
    assert "? x  B: the KMS key cannot be used" in ran.out
    assert bench.json("diff", "/a", "/b", code=21)["counts"]["unreadable"] == 1


def test_nothing_on_either_side_is_exit_3(bench: Bench) -> None:
    ran = bench.run("diff", "/a", "/b")
    assert ran.code == 3
    assert "no parameter on either side" in ran.err


def test_two_parameters_may_be_compared(bench: Bench) -> None:
    put(bench.store, "/a/x", "1")
    put(bench.store, "/b/y", "2")
    assert "~ .  value" in bench.run("diff", "/a/x", "/b/y").out
