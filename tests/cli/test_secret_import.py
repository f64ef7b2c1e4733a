"""`secret import`: a plan first, all problems at once, and resumable."""

import io
import json
import sys
from pathlib import Path

import jsonschema
import pytest

from secrets_cli.aws.parameters import ParameterStore, Write, Written
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, Throttled, Unreachable
from secrets_cli.secret_value import SecretValue
from tests.conftest import Ran, RunCli

CANARY = "cnry-19d0"


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    made = ParameterStore(aws)
    made.put(Write("/app/SAME", SecretValue(f"{CANARY} same"), "alias/k"))
    made.put(Write("/app/OLD", SecretValue(f"{CANARY} old"), "alias/k"))
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.env"
    path.write_text(f"NEW='{CANARY} new'\nOLD='{CANARY} changed'\nSAME='{CANARY} same'\n", encoding="utf-8")
    return path


def run(cli: RunCli, file: Path | str, *words: str) -> Ran:
    defaults = {"--path": "/app", "--key": "k"}
    usual = [word for option, value in defaults.items() if option not in words for word in (option, value)]
    ran = cli("secret", "import", str(file), *usual, *words)
    assert CANARY not in ran.out + ran.err
    return ran


PLAN = "  + /app/NEW\n  ~ /app/OLD\n  = /app/SAME\n1 new (+), 1 changed (~), 1 the same (=)\n"


def test_a_dry_run_shows_the_plan_and_writes_nothing(cli: RunCli, store: ParameterStore, file: Path) -> None:
    ran = run(cli, file, "--dry-run")
    assert (ran.code, ran.out, ran.err) == (0, "", f"{PLAN}dry run: nothing was written\n")
    assert store.get("/app/OLD").version == 1


def test_without_a_terminal_the_answer_must_be_given(cli: RunCli, store: ParameterStore, file: Path) -> None:
    ran = run(cli, file)
    assert ran.code == 2
    assert ran.err.startswith(PLAN)
    assert "help: give `--yes`" in ran.err
    assert store.get("/app/OLD").version == 1


@pytest.mark.parametrize(("answer", "version"), [("y\n", 2), ("n\n", 1), ("\n", 1)])
def test_on_a_terminal_it_asks_with_the_count(
    cli: RunCli, store: ParameterStore, file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, version: int
) -> None:
    typed = io.StringIO(answer)
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    ran = run(cli, file)
    assert ran.code == 0
    assert "write 2 parameters under `alias/k`?" in ran.err
    assert store.get("/app/OLD").version == version


def test_new_and_changed_are_written_under_the_key_and_the_same_is_left(
    cli: RunCli, store: ParameterStore, file: Path
) -> None:
    ran = run(cli, file, "--yes")
    assert (ran.code, ran.out, ran.err) == (0, "", f"{PLAN}wrote 2 of 2 parameters\n")
    assert store.get("/app/NEW").value == SecretValue(f"{CANARY} new")
    assert store.get("/app/OLD").value == SecretValue(f"{CANARY} changed")
    assert {one.name: (one.version, one.key, one.type) for one in store.describe()} == {
        "/app/NEW": (1, "alias/k", "SecureString"),
        "/app/OLD": (2, "alias/k", "SecureString"),
        "/app/SAME": (1, "alias/k", "SecureString"),
    }
    again = run(cli, file, "--yes")
    assert again.err.endswith("3 the same (=)\nnothing to write\n")
    assert run(cli, file, "--yes", "--quiet").err == ""


def test_unchanged_ones_are_written_when_asked(cli: RunCli, store: ParameterStore, file: Path) -> None:
    run(cli, file, "--yes", "--write-unchanged")
    assert store.get("/app/SAME").version == 2


def test_a_role_that_may_only_write_imports(
    cli: RunCli, store: ParameterStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise AccessDenied("AWS denied `ssm:GetParameters`", "grant it", "AccessDeniedException")

    monkeypatch.setattr(ParameterStore, "get_many", denied)
    ran = run(cli, file, "--yes")
    assert ran.code == 5
    assert "help: to write without reading what is there, give `--no-compare`; or: " in ran.err
    assert '"Action": "ssm:GetParameters"' in ran.err
    ran = run(cli, file, "--yes", "--no-compare")
    assert ran.code == 0
    assert ran.err == "  ? /app/NEW\n  ? /app/OLD\n  ? /app/SAME\n3 not compared (?)\nwrote 3 of 3 parameters\n"


def test_json_tells_each_parameter(cli: RunCli, store: ParameterStore, file: Path, checkout: Path) -> None:
    schema = json.loads((checkout / "docs" / "schemas" / "secret-import-1.json").read_text(encoding="utf-8"))
    for words, carried_out in ((["--dry-run"], False), (["--yes"], True)):
        document = json.loads(run(cli, file, "--format", "json", *words).out)
        jsonschema.Draft202012Validator(schema).validate(document)
        assert document["carried_out"] is carried_out
        assert document["counts"] == {"new": 1, "changed": 1, "same": 1, "unknown": 0}
    assert [(one["name"], one["line"], one["version"]) for one in document["parameters"]] == [
        ("/app/NEW", 1, 1),
        ("/app/OLD", 2, 2),
        ("/app/SAME", 3, None),
    ]


@pytest.mark.parametrize("kind", [AccessDenied, Throttled, Unreachable])
def test_a_failure_in_the_middle_says_how_many_were_written_and_is_taken_up(
    cli: RunCli, store: ParameterStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[AccessDenied]
) -> None:
    many = tmp_path / "many.json"
    many.write_text(json.dumps({f"N{number}": CANARY for number in range(12)}), encoding="utf-8")
    put = ParameterStore.put

    def flaky(self: ParameterStore, write: Write) -> Written:
        if write.name == "/app/N5":
            raise kind("it went wrong", "mend it", "Code")
        return put(self, write)

    with monkeypatch.context() as patch:
        patch.setattr(ParameterStore, "put", flaky)
        patch.setattr("secrets_cli.secrets.bulk._PAUSES", ())
        ran = run(cli, many, "--yes", "--format", "json")
    assert ran.code == 5
    assert "error: 11 of 12 parameters were written, 1 not: it went wrong\n" in ran.err
    assert "help: mend it; then run the same command again: it writes what is missing\n" in ran.err
    assert json.loads(ran.out)["failed"] == 1
    ran = run(cli, many, "--yes")
    assert ran.code == 0
    assert "1 new (+), 11 the same (=)\nwrote 1 of 1 parameters\n" in ran.err


def test_ctrl_c_in_the_middle_says_how_many_were_written(
    cli: RunCli, store: ParameterStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secrets_cli.secrets.bulk import Interrupted
    from secrets_cli.secrets.environment import import_run

    def pressed(*_: object, **__: object) -> None:
        raise Interrupted(1, 0, 2)

    monkeypatch.setattr(import_run, "run_all", pressed)
    ran = run(cli, file, "--yes")
    assert ran.code == 130
    assert "written 1 of 2\nhelp: run the same command again for the rest\ninterrupted\n" in ran.err


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("x.env", f"A={CANARY} $x\nB\nC=\nD='{CANARY}\n", ["x.env:1:13", "x.env:2:1", "x.env:4:3"]),
        ("x.env", f"A={CANARY}\nA={CANARY}\nB=\n", ["x.env:2:1", "x.env:3:1", "x.env:1:1"]),
        ("x.json", f'{{"A": "{CANARY}",}}', ["x.json:1:"]),
        ("x.json", f'{{"A": {CANARY}}}', ["x.json:1:7"]),
        ("x.json", '{"A": 1, "B": [], "c d": "x"}', ["x.json:1:2", "x.json:1:10"]),
        ("x.yaml", f"A: @{CANARY}\n", ["x.yaml:1:4"]),
        ("x.yaml", f"A: {CANARY}\nA: {CANARY}\n", ["x.yaml:2:1", "x.yaml:1:1"]),
        ("x.sh", f"A=$({CANARY})\n{CANARY} b\n", ["x.sh:1:3", "x.sh:2:1"]),
    ],
)
def test_a_malformed_file_is_refused_whole_with_places_and_no_value(
    cli: RunCli, store: ParameterStore, tmp_path: Path, name: str, text: str, places: list[str]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    ran = run(cli, tmp_path / name, "--yes")
    assert ran.code == 4
    assert all(place in ran.err for place in places), ran.err
    assert {one.name for one in store.describe()} == {"/app/SAME", "/app/OLD"}


@pytest.mark.parametrize(
    ("text", "words", "code", "message"),
    [
        ("", ["--from", "dotenv"], 3, "the file holds no names and values"),
        ("{}", ["--from", "json"], 3, "the file holds no names and values"),
        ("A=1", [], 2, "the name `x` does not tell the file's format"),
        ("A=1", ["--from", "shell", "--path", "app"], 2, "`app` is not a path"),
        ("A=1", ["--from", "shell", "--key", "a b"], 2, "a word given is not the name of a KMS key"),
    ],
)
def test_what_cannot_be_done_is_refused(
    cli: RunCli, store: ParameterStore, tmp_path: Path, text: str, words: list[str], code: int, message: str
) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")
    monkeypatched = pytest.MonkeyPatch()
    with monkeypatched.context() as patch:
        patch.chdir(tmp_path)
        ran = run(cli, "x", "--yes", *words)
    assert ran.code == code
    assert message in ran.err


def test_files_that_cannot_be_read(cli: RunCli, store: ParameterStore, tmp_path: Path) -> None:
    assert run(cli, tmp_path / "none.env", "--yes").code == 2
    (tmp_path / "latin.env").write_bytes(b"A=\xff")
    assert run(cli, tmp_path / "latin.env", "--yes").code == 4


def test_stdin_needs_a_format(cli: RunCli, store: ParameterStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"A='{CANARY}'".encode())))
    assert run(cli, "-", "--yes").code == 2
    assert run(cli, "-", "--yes", "--from", "dotenv").code == 0
    assert store.get("/app/A").value == SecretValue(CANARY)


def test_a_key_is_asked_for_and_may_come_from_the_environment(
    cli: RunCli, store: ParameterStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRETS_CLI_KEY", raising=False)
    ran = cli("secret", "import", str(file), "--path", "/app", "--yes")
    assert ran.code == 2
    assert "no KMS key was chosen" in ran.err
    monkeypatch.setenv("SECRETS_CLI_KEY", "team")
    assert cli("secret", "import", str(file), "--path", "/env", "--yes").code == 0
    assert {one.key for one in store.describe() if one.name.startswith("/env/")} == {"alias/team"}


def test_the_advanced_tier_is_told_with_its_cost(cli: RunCli, store: ParameterStore, tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text(f"BIG='{'x' * 4_097}'\n", encoding="utf-8")
    ran = run(cli, tmp_path / "x.env", "--dry-run")
    assert "1 over 4,096 bytes and so of the advanced tier: each costs $0.05 a month" in ran.err


def test_names_may_be_lowered(cli: RunCli, store: ParameterStore, tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("DB_URL=1\n", encoding="utf-8")
    assert "+ /app/db_url\n" in run(cli, tmp_path / "x.env", "--lower", "--dry-run").err


def test_a_value_in_the_place_of_the_file_is_refused_and_not_repeated(cli: RunCli, store: ParameterStore) -> None:
    ran = run(cli, f"DB_PASSWORD={CANARY}", "--yes")
    assert ran.code == 2
    assert "a value was given on the command line and is refused" in ran.err
    assert run(cli, "x.env", f"DB_PASSWORD={CANARY}", "--yes").code == 2
