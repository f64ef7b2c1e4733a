"""What a script gets of a run that changes nothing: one JSON document all the same."""

import json
from pathlib import Path

import jsonschema
import pytest

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue
from tests.conftest import RunCli

CANARY = "c4n4ry-of-dry-runs"


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    store = ParameterStore(aws)
    for name in ("/dry/a", "/dry/b"):
        store.put(Write(name=name, value=SecretValue(CANARY), key="alias/k"))
    return store


def _document(text: str, checkout: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads(text)
    name = str(document["schema"]).split("/")[1]
    schema = json.loads((checkout / "docs" / "schemas" / f"{name}-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert CANARY not in text
    return document


def test_put(cli: RunCli, aws: Connection, checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "value").write_text(CANARY, encoding="utf-8")
    ran = cli(
        "secret", "put", "/dry/new", "--key", "k", "--file", str(tmp_path / "value"), "--dry-run", "--format", "json"
    )
    document = _document(ran.out, checkout)
    assert (ran.code, document["dry_run"], document["stored"]) == (0, True, [])
    assert document["planned"] is not None


def test_delete_names_what_would_go_and_what_is_not_there(cli: RunCli, store: ParameterStore, checkout: Path) -> None:
    ran = cli("secret", "delete", "/dry", "-r", "--dry-run", "--format", "json")
    assert _document(ran.out, checkout)["planned"] == ["/dry/a", "/dry/b"]
    ran = cli("secret", "delete", "/dry/a", "/dry/none", "--dry-run")
    assert "to be deleted, with every version: 1\n" in ran.err
    assert "  /dry/none  not there\n" in ran.err
    assert {one.name for one in store.describe()} == {"/dry/a", "/dry/b"}


def test_restore(cli: RunCli, store: ParameterStore, checkout: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert cli("secret", "delete", "/dry/a", "--yes", "--backup", str(kept)).code == 0
    ran = cli("secret", "restore", str(kept), "--dry-run", "--format", "json")
    document = _document(ran.out, checkout)
    assert (ran.code, document["dry_run"], document["planned"], document["stored"]) == (0, True, ["/dry/a"], [])


def test_rolling_back_to_what_is_current_shows_no_plan(cli: RunCli, store: ParameterStore) -> None:
    ran = cli("secret", "rollback", "/dry/a", "1", "--dry-run")
    assert (ran.code, "becomes" in ran.err, "nothing to do" in ran.err) == (0, False, True)


def test_a_path_without_parameters_is_no_clean_audit(cli: RunCli, store: ParameterStore) -> None:
    ran = cli("secret", "audit", "/dyr", "--no-functions")
    assert ran.code == 3
    assert "there is no parameter at or under `/dyr`" in ran.err
