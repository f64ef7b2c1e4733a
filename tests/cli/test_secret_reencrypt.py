"""`secret reencrypt` on the command line."""

from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.errors import KeyUnusable
from tests.cli.secret_bulk import Bench, made_bench
from tests.conftest import RunCli
from tests.unit.secrets.transfer.made_parameters import put, put_plain


@pytest.fixture
def bench(cli: RunCli, aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return made_bench(cli, aws, tmp_path, monkeypatch)


def test_it_plans_writes_and_has_nothing_left_to_do(bench: Bench, tmp_path: Path) -> None:
    put(bench.store, "/a/x")
    put(bench.store, "/a/y")
    put_plain(bench.connection, "/a/plain", "x")
    bench.store.label("/a/x", 1, ["prod"])
    dry = bench.run("reencrypt", "/a", "--key", "two", "--dry-run")
    assert (dry.code, dry.err) == (0, "")
    assert "~ /a/x  version 1, alias/one" in dry.out
    assert "1 not encrypted at all" in dry.out
    assert "earlier versions stay under the old key" in dry.out
    assert bench.store.get("/a/x").version == 1
    ran = bench.run("reencrypt", "/a", "--key", "two", "--yes")
    assert ran.code == 0
    assert ran.out.startswith("written again and read back 2, under alias/two already 0, failed 0\n1 label moved")
    assert bench.store.get("/a/x:prod").version == 2
    again = bench.json("reencrypt", "/a", "--key", "two", "--yes")
    assert (again["parameters"], again["right"]) == ([], 2)
    assert not list(tmp_path.rglob("*.jsonl"))


def test_one_parameter_may_be_named(bench: Bench) -> None:
    put(bench.store, "/a/x")
    document = bench.json("reencrypt", "/a/x", "--key", "two", "--keep-labels", "--yes")
    assert document["parameters"][0]["state"] == "reencrypted"
    assert document["parameters"][0]["version"] == 2


def test_a_dead_key_is_reported_by_name_and_reason(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("/a/dead1", "/a/dead2", "/a/fine"):
        put(bench.store, name)
    real = ParameterStore.get_many

    def get_many(self: ParameterStore, names: Any, *, decrypt: bool = True) -> Any:
        if any("dead" in name for name in names):
            raise KeyUnusable(
                f"`ssm:GetParameters` on `{', '.join(names)}`: the KMS key cannot be used", "see `key show`"
            )
        return real(self, names, decrypt=decrypt)

    monkeypatch.setattr(ParameterStore, "get_many", get_many)
    ran = bench.run("reencrypt", "/a", "--key", "two", "--yes")
    assert ran.code == 5
    lines = ran.out.splitlines()
    assert "? `ssm:GetParameters`: the KMS key cannot be used (see `key show`)" in lines
    assert lines[-2:] == ["    /a/dead1", "    /a/dead2"]
    document = bench.json("reencrypt", "/a", "--key", "two", "--yes", code=5)
    assert [one["state"] for one in document["parameters"]] == ["failed", "failed"]
    assert bench.store.get("/a/fine").version == 2


def test_the_state_of_a_key_that_is_about_to_go_is_said(bench: Bench) -> None:
    put(bench.store, "/a/x")
    key_id = bench.connection.client("kms").describe_key(KeyId="alias/one")["KeyMetadata"]["KeyId"]
    bench.connection.client("kms").schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    dry = bench.run("reencrypt", "/a", "--key", "two", "--dry-run")
    assert "now under alias/one: 1, pending deletion until 20" in dry.out


def test_ctrl_c_then_again_finishes(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for number in range(12):
        put(bench.store, f"/a/{number:02}")
        bench.store.label(f"/a/{number:02}", 1, ["prod"])
    real = ParameterStore.label

    def interrupted(self: ParameterStore, name: str, version: int, labels: Any) -> Any:
        if name == "/a/06":
            raise KeyboardInterrupt
        return real(self, name, version, labels)

    monkeypatch.setattr(ParameterStore, "label", interrupted)
    ran = bench.run("reencrypt", "/a", "--key", "two", "--yes")
    assert ran.code == 130
    assert "run again: it goes on where it stopped" in ran.err
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1
    monkeypatch.setattr(ParameterStore, "label", real)
    assert bench.run("reencrypt", "/a", "--key", "two", "--yes").code == 0
    for number in range(12):
        assert bench.store.get(f"/a/{number:02}:prod").version == 2
        assert bench.store.get(f"/a/{number:02}").version == 2
    assert not list(tmp_path.rglob("*.jsonl"))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("/a", "--key", "none"), 3, "alias/none"),
        (("/a", "--key", "alias/aws/ssm"), 2, "every principal of the account"),
        (("/none", "--key", "two"), 3, "there is no parameter under `/none`"),
        (("a/b", "--key", "two"), 2, "is not a path"),
    ],
)
def test_what_cannot_be_done_is_refused(bench: Bench, words: tuple[str, ...], code: int, said: str) -> None:
    put(bench.store, "/a/x")
    ran = bench.run("reencrypt", *words, "--yes")
    assert ran.code == code
    assert said in ran.err
