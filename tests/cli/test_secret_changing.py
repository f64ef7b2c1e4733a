"""`secret rollback`, `label`, `delete` and `restore` on the command line."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.aws.parameters import ParameterFilter, ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue
from tests.conftest import Ran, RunCli
from tests.refused_calls import DENIED, refuse

MARKER = "hunter2-MARKER"


def _put(aws: Connection, name: str, value: str = MARKER, **more: Any) -> None:
    ParameterStore(aws).put(Write(name, SecretValue(value), "alias/team", **more))


def _valid(ran: Ran, name: str, checkout: Path) -> Any:
    document = json.loads(ran.out)
    jsonschema.validate(document, json.loads((checkout / f"docs/schemas/{name}-1.json").read_text(encoding="utf-8")))
    return document


def test_a_rollback_is_a_new_version_with_everything_else_as_it_is(
    cli: RunCli, aws: Connection, checkout: Path
) -> None:
    _put(aws, "/team/db", f"{MARKER}-old", description="old")
    _put(aws, "/team/db", f"{MARKER}-new", description="new", tier="Advanced")
    store = ParameterStore(aws)
    store.label("/team/db", 1, ["good"])
    unasked = cli("secret", "rollback", "/team/db", "good")
    assert (unasked.code, "give `--yes`" in unasked.err) == (2, True)
    assert "becomes version 3" in unasked.err
    assert "differs from the current value" in unasked.err
    assert cli("secret", "rollback", "/team/db", "1", "--dry-run").code == 0
    assert store.get("/team/db").version == 2
    ran = cli("secret", "rollback", "/team/db", "good", "--yes", "--format", "json")
    document = _valid(ran, "secret-rollback", checkout)
    assert (document["changed"], document["version"], document["comparison"]) == (True, 3, "different")
    assert store.get("/team/db").value.reveal() == f"{MARKER}-old"
    described = next(store.describe(ParameterFilter("Name", ("/team/db",))))
    assert (described.key, described.tier, described.description) == ("alias/team", "Advanced", "new")
    assert MARKER not in unasked.out + unasked.err + ran.out + ran.err


def test_a_rollback_to_the_same_value_does_nothing(cli: RunCli, aws: Connection, checkout: Path) -> None:
    _put(aws, "/team/db")
    _put(aws, "/team/db")
    ran = cli("secret", "rollback", "/team/db", "1", "--yes", "--format", "json")
    assert (ran.code, _valid(ran, "secret-rollback", checkout)["changed"]) == (0, False)
    assert "nothing to do" in ran.err
    assert ParameterStore(aws).get("/team/db").version == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("/team/db", "9"), 3, "no version or label `9`"),
        (("/team/none", "1"), 3, "there is no parameter `/team/none`"),
        (("/team/db:1", "1"), 2, "selects a version"),
        (("/team/plain", "1"), 2, "is a String, no secret"),
    ],
)
def test_a_rollback_that_cannot_be(cli: RunCli, aws: Connection, words: tuple[str, ...], code: int, said: str) -> None:
    _put(aws, "/team/db")
    aws.client("ssm").put_parameter(Name="/team/plain", Value="x", Type="String")
    ran = cli("secret", "rollback", *words, "--yes")
    assert (ran.code, said in ran.err) == (code, True)


def test_a_write_in_between_is_noticed(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(aws, "/team/db", "one")
    _put(aws, "/team/db", "two")
    from secrets_cli.cli import asking

    def other_writes(*_: object, **__: object) -> bool:
        _put(aws, "/team/db", "three")
        return True

    monkeypatch.setattr(asking, "confirm", other_writes)
    ran = cli("secret", "rollback", "/team/db", "1")
    assert ran.code == 0
    assert "warning: somebody else wrote in between" in ran.err


def test_labels_are_added_moved_and_removed(cli: RunCli, aws: Connection, checkout: Path) -> None:
    for _ in range(3):
        _put(aws, "/team/db")
    added = cli("secret", "label", "/team/db", "add", "live", "v3")
    assert added.out == "/team/db: live from none to version 3\n/team/db: v3 from none to version 3\n"
    again = cli("secret", "label", "/team/db", "add", "live")
    assert again.out == "/team/db: live is on version 3 already\n"
    refused = cli("secret", "label", "/team/db", "add", "live", "--version", "1")
    assert (refused.code, "label /team/db move live --version 1" in refused.err) == (2, True)
    dry = cli("secret", "label", "/team/db", "move", "live", "--version", "1", "--dry-run")
    assert (dry.code, ParameterStore(aws).get("/team/db:live").version) == (0, 3)
    moved = cli("secret", "label", "/team/db", "move", "live", "--version", "1", "--format", "json")
    assert _valid(moved, "secret-label", checkout)["labels"] == [
        {"label": "live", "before": 3, "after": 1, "changed": True}
    ]
    assert ParameterStore(aws).get("/team/db:live").version == 1
    removed = cli("secret", "label", "/team/db", "remove", "live", "v3")
    assert removed.out == "/team/db: live from version 1 to none\n/team/db: v3 from version 3 to none\n"
    assert all(not version.labels for version in ParameterStore(aws).history("/team/db"))
    assert cli("secret", "label", "/team/db", "remove", "live").code == 3
    assert cli("secret", "label", "/team/db", "add", "aws-x").code == 2
    assert cli("secret", "label", "/team/db", "drop", "x").code == 2
    assert cli("secret", "label", "/team/none", "add", "x").code == 3


def test_names_are_deleted_after_a_question(cli: RunCli, aws: Connection, checkout: Path) -> None:
    for number in range(12):
        _put(aws, f"/team/{number:02}")
    unasked = cli("secret", "delete", "/team/00")
    assert (unasked.code, "give `--yes`" in unasked.err) == (2, True)
    assert "`--backup FILE` keeps one" in unasked.err
    names = [f"/team/{number:02}" for number in range(11)]
    ran = cli("secret", "delete", *names, "/team/none", "--yes", "--format", "json")
    assert ran.code == 3
    document = _valid(ran, "secret-delete", checkout)
    assert sorted(document["deleted"]) == names
    assert document["missing"] == ["/team/none"]
    assert "after 30 seconds" in ran.err
    assert "secrets-cli secret put /team/00 --key alias/team" in ran.err
    assert [each.name for each in ParameterStore(aws).describe()] == ["/team/11"]
    assert cli("secret", "delete", "/team/11:1", "--yes").code == 2


def test_a_folder_goes_only_with_its_count(cli: RunCli, aws: Connection) -> None:
    for name in ("/team/a", "/team/b/c", "/teams"):
        _put(aws, name)
    assert cli("secret", "delete", "/team", "--recursive", "--yes").code == 2
    wrong = cli("secret", "delete", "/team", "--recursive", "--confirm", "3")
    assert (wrong.code, "there are 2" in wrong.err) == (2, True)
    assert cli("secret", "delete", "/team", "--recursive", "--confirm", "2", "--dry-run").code == 0
    assert len(list(ParameterStore(aws).describe())) == 3
    assert cli("secret", "delete", "/team", "--recursive", "--confirm", "2").code == 0
    assert [each.name for each in ParameterStore(aws).describe()] == ["/teams"]
    assert cli("secret", "delete", "/team", "--recursive", "--confirm", "0").code == 3


def test_a_backup_restores_what_was_deleted(cli: RunCli, aws: Connection, tmp_path: Path, checkout: Path) -> None:
    store = ParameterStore(aws)
    _put(aws, "/team/a", f"{MARKER}\nü", tier="Advanced", description="d")
    store.tag("/team/a", {"team": "x"})
    store.label("/team/a", 1, ["live"])
    _put(aws, "/team/b")
    file = tmp_path / "kept.json"
    ran = cli("secret", "delete", "/team", "--recursive", "--confirm", "2", "--backup", str(file))
    assert ran.code == 0
    assert f"secrets-cli secret restore {file}" in ran.err
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]
    schema = json.loads((checkout / "docs/schemas/secret-backup-1.json").read_text())
    jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), schema)
    assert cli("secret", "restore", str(file)).code == 2
    assert cli("secret", "restore", str(file), "--dry-run").code == 0
    restored = cli("secret", "restore", str(file), "--yes", "--format", "json")
    assert _valid(restored, "secret-restore", checkout)["stored"] == ["/team/a", "/team/b"]
    assert store.get("/team/a:live").value.reveal() == f"{MARKER}\nü"
    described = next(store.describe(ParameterFilter("Name", ("/team/a",))))
    assert (described.tier, described.description, described.key) == ("Advanced", "d", "alias/team")
    assert store.tags("/team/a") == {"team": "x"}
    again = cli("secret", "restore", str(file), "--yes", "--format", "json")
    assert _valid(again, "secret-restore", checkout)["present"] == ["/team/a", "/team/b"]
    for each in (ran, restored, again):
        assert MARKER not in each.out + each.err


def test_a_plain_string_is_restored_as_a_secret_only_under_a_key(cli: RunCli, aws: Connection, tmp_path: Path) -> None:
    aws.client("ssm").put_parameter(Name="/team/plain", Value="x", Type="String")
    file = tmp_path / "kept.json"
    assert cli("secret", "delete", "/team/plain", "--yes", "--backup", str(file)).code == 0
    without = cli("secret", "restore", str(file), "--yes")
    assert "left out, as it was no SecureString: /team/plain" in without.err
    assert cli("secret", "restore", str(file), "--yes", "--key", "team").out == "stored /team/plain\n"


def test_a_backup_is_refused_where_it_could_be_lost_or_committed(cli: RunCli, aws: Connection, tmp_path: Path) -> None:
    _put(aws, "/team/a")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("ignored.json\n")
    tracked, ignored = tmp_path / "tracked.json", tmp_path / "ignored.json"
    ran = cli("secret", "delete", "/team/a", "--yes", "--backup", str(tracked))
    assert (ran.code, "does not ignore it" in ran.err) == (2, True)
    ignored.write_text("precious")
    there = cli("secret", "delete", "/team/a", "--yes", "--backup", str(ignored))
    assert (there.code, "is there already" in there.err) == (2, True)
    assert ignored.read_text() == "precious"
    nowhere = cli("secret", "delete", "/team/a", "--yes", "--backup", str(tmp_path / "none" / "x"), "--force")
    assert (nowhere.code, "cannot write" in nowhere.err) == (2, True)
    assert ParameterStore(aws).get("/team/a").version == 1
    assert cli("secret", "delete", "/team/a", "--yes", "--backup", str(ignored), "--force").code == 0
    assert MARKER in ignored.read_text()


def test_nothing_is_deleted_where_the_backup_cannot_be_made(
    cli: RunCli, aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(aws, "/team/a")
    file = tmp_path / "kept.json"
    text = DENIED.format(action="ssm:GetParameter", arn="arn:aws:ssm:us-east-1:123456789012:parameter/team/a")
    for operation in ("DescribeParameters", "GetParameter", "ListTagsForResource"):
        with monkeypatch.context() as patched:
            called = refuse(patched, {operation: [("AccessDeniedException", text)]})
            ran = cli("secret", "delete", "/team/a", "--yes", "--backup", str(file))
            assert ran.code == 5
            assert "DeleteParameters" not in called
            assert not file.exists()
    assert ParameterStore(aws).get("/team/a").version == 1


def test_a_deleter_who_may_not_list_deletes_by_name(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(aws, "/team/a")
    refuse(monkeypatch, {"DescribeParameters": [("AccessDeniedException", DENIED)]})
    ran = cli("secret", "delete", "/team/a", "--yes")
    assert (ran.code, ran.out) == (0, "deleted /team/a\n")


def test_a_deletion_that_is_cut_short_says_what_is_gone(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch, checkout: Path
) -> None:
    names = [f"/team/{number:02}" for number in range(15)]
    for name in names:
        _put(aws, name)
    refuse(monkeypatch, {"DeleteParameters": [None, ("ThrottlingException", "Rate exceeded")]})
    ran = cli("secret", "delete", *names, "--yes", "--format", "json")
    assert ran.code == 5
    document = _valid(ran, "secret-delete", checkout)
    assert sorted(document["deleted"]) == names[:10]
    assert "was throttled" in document["failed"]
    assert "was throttled" in ran.err


@pytest.mark.parametrize("text", ["", "{}", '{"schema":"x","account":"1","region":"r","parameters":[]}', f'"{MARKER}"'])
def test_a_file_that_is_no_backup_is_refused_unread(cli: RunCli, aws: Connection, tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    ran = cli("secret", "restore", str(file), "--yes")
    assert ran.code == 4
    assert MARKER not in ran.err


def test_ctrl_c_in_a_deletion_says_what_is_gone_and_what_may_be(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"/team/{number:02}" for number in range(12)]
    for name in names:
        _put(aws, name)
    real = ParameterStore.delete

    def interrupted(store: ParameterStore, batch: Any) -> Any:
        if "/team/11" in batch:
            raise KeyboardInterrupt
        return real(store, batch)

    monkeypatch.setattr(ParameterStore, "delete", interrupted)
    ran = cli("secret", "delete", *names, "--yes")
    assert ran.code == 130
    assert len(ran.out.splitlines()) == 10
    assert "which may be gone: /team/10, /team/11" in ran.err
