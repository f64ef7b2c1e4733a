"""`secret export`: to stdout, to a private file, and not where values would be seen or committed."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue
from tests.conftest import RunCli

CANARY = "cnry-77aa"


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    made = ParameterStore(aws)
    for name, value in {
        "/app/prod/db-url": f"{CANARY} 'x'\n$y",
        "/app/prod/API": "one",
        "/app/prod/sub/key": "no",
        "/app/other/API": "two",
        "/evil/PATH": CANARY,
    }.items():
        made.put(Write(name, SecretValue(value), "alias/k"))
    return made


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("dotenv", f"API=one\nDB_URL='{CANARY} '\\''x'\\''\n$y'\n"),
        ("shell", f"export API=one\nexport DB_URL='{CANARY} '\\''x'\\''\n$y'\n"),
        ("tfvars", f'API = "one"\nDB_URL = "{CANARY} \'x\'\\n$y"\n'),
        ("json", f'{{\n  "API": "one",\n  "db-url": "{CANARY} \'x\'\\n$y"\n}}\n'),
        ("yaml", f'"API": "one"\n"db-url": "{CANARY} \'x\'\\n$y"\n'),
    ],
)
def test_formats(cli: RunCli, store: ParameterStore, format: str, expected: str) -> None:
    ran = cli("secret", "export", "/app/prod", "--to", format)
    assert (ran.code, ran.out, ran.err) == (0, expected, "")


def test_names_follow_the_options(cli: RunCli, store: ParameterStore) -> None:
    words = ["secret", "export", "/app/prod", "-r", "--to"]
    assert sorted(json.loads(cli(*words, "json").out)) == ["API", "db-url", "sub/key"]
    assert sorted(yaml.safe_load(cli(*words, "yaml", "--upper").out)) == ["API", "DB-URL", "SUB/KEY"]
    out = cli(*words, "dotenv", "--no-upper", "--prefix", "X_").out
    assert [line.partition("=")[0] for line in out.splitlines() if "=" in line] == ["X_API", "X_db_url", "X_sub_key"]


def test_a_collision_is_told_and_the_later_path_wins(cli: RunCli, store: ParameterStore) -> None:
    ran = cli("secret", "export", "/app/prod", "/app/other", "--to", "json")
    assert json.loads(ran.out)["API"] == "two"
    assert ran.err == (
        "warning: `API` comes from both `/app/prod/API` and `/app/other/API`; `/app/other/API` is used\n"
    )


def test_a_file_is_private_and_reported_without_values(
    cli: RunCli, store: ParameterStore, tmp_path: Path, checkout: Path
) -> None:
    out = tmp_path / "x.env"
    ran = cli("secret", "export", "/app/prod", "--out", str(out))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"wrote 2 parameters to `{out}` as dotenv, mode 0600\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert CANARY in out.read_text(encoding="utf-8")
    ran = cli("secret", "export", "/app/prod", "--out", str(out), "--to", "json", "--format", "json")
    document = json.loads(ran.out)
    schema = json.loads((checkout / "docs" / "schemas" / "secret-export-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert [one["source"] for one in document["parameters"]] == ["/app/prod/API", "/app/prod/db-url"]
    assert CANARY not in ran.out + ran.err


def test_a_work_tree_is_not_written_into_unless_forced(cli: RunCli, store: ParameterStore, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    out = tmp_path / "x.env"
    ran = cli("secret", "export", "/app/prod", "--out", str(out))
    assert ran.code == 2
    assert f"error: `{out}` is in the git work tree `{tmp_path}`, which does not ignore it" in ran.err
    assert not out.exists()
    assert cli("secret", "export", "/app/prod", "--out", str(out), "--force").code == 0
    assert out.exists()


def test_a_terminal_shows_nothing_unasked(cli: RunCli, store: ParameterStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = cli("secret", "export", "/app/prod")
    assert ran.code == 2
    assert "values are not shown there unasked" in ran.err
    assert CANARY not in ran.out + ran.err
    assert CANARY in cli("secret", "export", "/app/prod", "--reveal").out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "no parameter is asked for"),
        (["/none"], 3, "there is no parameter at `/none`"),
        (["/evil"], 2, "`PATH` (from `/evil/PATH`)"),
        (["/evil", "--to", "shell"], 2, "`PATH` (from `/evil/PATH`)"),
        (["/app/prod", "--format", "json"], 2, "`--format` is about the report on a file"),
        (["/app/prod", "--to", CANARY], 2, "choose `dotenv` or"),
        (["/app/prod", "--out", "/no/folder/x.env"], 2, "cannot write `/no/folder/x.env`: no such file or directory"),
    ],
)
def test_what_cannot_be_done_is_refused(
    cli: RunCli, store: ParameterStore, words: list[str], code: int, message: str
) -> None:
    ran = cli("secret", "export", *words)
    assert ran.code == code
    assert message in ran.err
    assert ran.out == ""
    assert CANARY not in ran.err


def test_a_variable_that_decides_what_runs_is_data_in_json_and_allowed_by_name(
    cli: RunCli, store: ParameterStore
) -> None:
    assert json.loads(cli("secret", "export", "/evil", "--to", "json").out) == {"PATH": CANARY}
    assert cli("secret", "export", "/evil", "--allow", "PATH").out == f"PATH={CANARY}\n"


def test_what_a_format_cannot_hold_is_refused_by_name(
    cli: RunCli, store: ParameterStore, aws: Connection, tmp_path: Path
) -> None:
    store.put(Write("/nul/A", SecretValue(f"{CANARY}\0"), "alias/k"))
    for format in ("dotenv", "shell", "tfvars"):
        ran = cli("secret", "export", "/nul", "--to", format, "--out", str(tmp_path / "f"))
        assert ran.code == 2
        assert f"{format} cannot hold what was read: `/nul/A`: its value has a NUL character" in ran.err
        assert CANARY not in ran.err
        assert not (tmp_path / "f").exists()
    assert json.loads(cli("secret", "export", "/nul", "--to", "json").out) == {"A": f"{CANARY}\0"}
