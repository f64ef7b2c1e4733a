"""`secret exec`, up to the moment this process would become the command."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue
from tests.conftest import RunCli

CANARY = "cnry-e8c1"


@dataclass
class Became:
    """What the process would have become."""

    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> Became:
    seen = Became()

    def execvpe(file: str, arguments: list[str], environment: Mapping[bytes, bytes]) -> None:
        assert file == arguments[0]
        seen.command = arguments
        seen.environment = {os.fsdecode(name): os.fsdecode(value) for name, value in environment.items()}
        raise typer.Exit  # the process would be gone

    monkeypatch.setattr(os, "execvpe", execvpe)
    monkeypatch.setenv("EDITOR", "vi")
    return seen


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    made = ParameterStore(aws)
    for name, value in {
        "/app/prod/db-url": CANARY,
        "/app/prod/API": "one",
        "/app/prod/sub/key": "deep",
        "/app/other/api": "two",
        "/evil/ld-preload": f"/{CANARY}.so",
        "/evil/ok": "1",
        "/clash/a-b": CANARY,
        "/clash/a_b": CANARY,
    }.items():
        made.put(Write(name, SecretValue(value), "alias/k"))
    return made


def parameters(became: Became) -> dict[str, str]:
    """The variables that are not our own."""
    return {name: value for name, value in became.environment.items() if os.environ.get(name) != value}


def test_parameters_become_variables_and_nothing_is_written_to_stdout(
    cli: RunCli, store: ParameterStore, became: Became
) -> None:
    ran = cli("secret", "exec", "/app/prod", "--", "serve", "--port", "80", "--", "-h")
    assert became.command == ["serve", "--port", "80", "--", "-h"]
    assert parameters(became) == {"DB_URL": CANARY, "API": "one"}
    assert ran.out == ""
    assert CANARY not in ran.err
    assert became.environment["EDITOR"] == "vi"


def test_our_aws_variables_stay_behind_and_it_is_said(cli: RunCli, store: ParameterStore, became: Became) -> None:
    ran = cli("secret", "exec", "/app/prod", "--", "serve")
    assert not [name for name in became.environment if name.startswith("AWS_")]
    assert "hint: AWS_ACCESS_KEY_ID, " in ran.err
    assert "`--keep-aws` passes them on" in ran.err
    assert "hint" not in cli("secret", "exec", "-q", "/app/prod", "--", "serve").err
    cli("secret", "exec", "/app/prod", "--keep", "AWS_REGION", "--", "serve")
    assert [name for name in became.environment if name.startswith("AWS_")] == ["AWS_REGION"]
    cli("secret", "exec", "/app/prod", "--keep-aws", "--", "serve")
    assert became.environment["AWS_SECRET_ACCESS_KEY"] == os.environ["AWS_SECRET_ACCESS_KEY"]


def test_pristine_keeps_what_programs_need(cli: RunCli, store: ParameterStore, became: Became) -> None:
    cli("secret", "exec", "/app/prod", "--pristine", "--", "serve")
    assert set(became.environment) <= {"PATH", "HOME", "TERM", "LANG", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL"} | {
        name for name in os.environ if name.startswith("LC_")
    } | {"DB_URL", "API"}
    cli("secret", "exec", "/app/prod", "--pristine", "--keep", "EDITOR", "--", "serve")
    assert became.environment["EDITOR"] == "vi"


def test_names_follow_the_options(cli: RunCli, store: ParameterStore, became: Became) -> None:
    cli("secret", "exec", "/app/prod", "-r", "--no-upper", "--prefix", "X_", "--", "serve")
    assert parameters(became) == {"X_db_url": CANARY, "X_API": "one", "X_sub_key": "deep"}
    cli("secret", "exec", "--name", "/app/prod/db-url", "--", "serve")
    assert parameters(became) == {"DB_URL": CANARY}


def test_a_collision_names_the_variable_and_both_sources(cli: RunCli, store: ParameterStore, became: Became) -> None:
    ran = cli("secret", "exec", "-q", "/app/prod", "/app/other", "--", "serve")
    assert "warning: `API` comes from both `/app/prod/API` and `/app/other/api`; `/app/other/api` is used\n" in ran.err
    assert became.environment["API"] == "two"
    cli("secret", "exec", "-q", "/app/other", "/app/prod", "--", "serve")
    assert became.environment["API"] == "one"


def test_a_variable_of_ours_that_is_replaced_is_told(
    cli: RunCli, store: ParameterStore, became: Became, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API", f"{CANARY} old")
    ran = cli("secret", "exec", "/app/prod", "--", "serve")
    assert "warning: `API` comes from both the environment and `/app/prod/API`; the parameter is used\n" in ran.err
    assert CANARY not in ran.err
    assert became.environment["API"] == "one"


def test_strict_sets_the_declared_and_nothing_else(
    cli: RunCli, store: ParameterStore, became: Became, tmp_path: Path
) -> None:
    (tmp_path / "t").write_text("DB_URL=\nOK\n", encoding="utf-8")
    ran = cli("secret", "exec", "/app/prod", "/evil", "--strict", str(tmp_path / "t"), "--", "serve")
    assert parameters(became) == {"DB_URL": CANARY, "OK": "1"}
    assert "hint: not declared, so not set: `/app/prod/API`, `/evil/ld-preload`" in ran.err


def test_strict_lists_all_that_are_missing_over_all_paths(
    cli: RunCli, store: ParameterStore, became: Became, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t").write_text("DB_URL=\nOK\nLACKS\n", encoding="utf-8")
    monkeypatch.setenv("PLACE", "ssm")
    ran = cli("secret", "exec", "/app/prod", "/evil", "--strict", str(tmp_path / "t"), "--strict-env", "--", "serve")
    assert ran.code == 3
    assert "2 declared variables have no parameter: `LACKS` (declared by `" in ran.err
    assert "`PLACE` (declared by the environment)" in ran.err
    assert became.command == []


def test_strict_env_replaces_placeholders_without_a_warning(
    cli: RunCli, store: ParameterStore, became: Became, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_URL", "chamberme")
    ran = cli("secret", "exec", "-q", "/app/prod", "--strict-env", "--strict-value", "chamberme", "--", "serve")
    assert parameters(became) == {"DB_URL": CANARY}
    assert ran.err == ""


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["/app/prod"], 2, "there is no command to run"),
        (["/app/prod", "serve"], 2, "there is no command to run"),
        (["/app/prod", "--"], 2, "there is no command to run"),
        (["--", "serve"], 2, "no parameter is asked for"),
        (["/none", "/nor/this", "--", "serve"], 3, "there is no parameter at `/none`, `/nor/this`"),
        (["app/prod", "--", "serve"], 2, "`app/prod` is not a parameter's name"),
        (["/evil", "--", "serve"], 2, "`LD_PRELOAD` (from `/evil/ld-preload`)"),
        (["/clash", "--", "serve"], 2, "`A_B` comes from both `/clash/a-b` and `/clash/a_b`"),
        (["/app/prod", "--prefix", "1", "--", "serve"], 2, "`--prefix` cannot begin the name of a variable"),
        (
            ["/app/prod", "--strict-env", "--strict-value", CANARY, "--", "serve"],
            3,
            "no variable of the environment holds",
        ),
        (["/app/prod", "--strict-value", CANARY, "--", "serve"], 2, "says nothing without `--strict-env`"),
        (["/app/prod", "--strict", "/none", "--", "serve"], 2, "there is no file `/none`"),
        (["/app/prod", "--tsrict", CANARY, "--", "serve"], 2, "no such option"),
    ],
)
def test_what_cannot_be_done_is_refused(
    cli: RunCli, store: ParameterStore, became: Became, words: list[str], code: int, message: str
) -> None:
    ran = cli("secret", "exec", *words)
    assert ran.code == code
    assert message in ran.err
    assert ran.out == ""
    assert CANARY not in ran.err
    assert became.command == []


def test_a_dangerous_variable_is_set_when_allowed(cli: RunCli, store: ParameterStore, became: Became) -> None:
    cli("secret", "exec", "/evil", "--allow", "LD_PRELOAD", "--", "serve")
    assert became.environment["LD_PRELOAD"] == f"/{CANARY}.so"


def test_a_declared_variable_with_two_sources_is_refused(
    cli: RunCli, store: ParameterStore, became: Became, tmp_path: Path
) -> None:
    (tmp_path / "t").write_text("API\n", encoding="utf-8")
    ran = cli("secret", "exec", "/app/prod", "/app/other", "--strict", str(tmp_path / "t"), "--", "serve")
    assert ran.code == 2
    assert "`API` comes from both `/app/prod/API` and `/app/other/api`" in ran.err
    assert became.command == []


def test_an_environment_that_is_too_large_is_refused_with_sizes(
    cli: RunCli, store: ParameterStore, became: Became, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sysconf", lambda name: 1_000)
    ran = cli("secret", "exec", "/app/prod", "--", "serve", "x" * 2_000)
    assert ran.code == 2
    assert "and the system takes 1,000" in ran.err
    assert became.command == []


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("no-such-command-here", 127, "there is no command `no-such-command-here`"),
        ("/no/such/command", 127, "there is no command `/no/such/command`"),
        ("/dev/null/x", 127, "there is no command `/dev/null/x`"),
        ("/", 126, "`/` cannot be run: permission denied"),
        ("./not-executable", 126, "`./not-executable` cannot be run: permission denied"),
        ("./no-interpreter", 126, "`./no-interpreter` is no program"),
    ],
)
def test_a_command_that_cannot_be_run_ends_as_in_a_shell(
    cli: RunCli,
    store: ParameterStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, mode in (("not-executable", 0o600), ("no-interpreter", 0o700)):
        (tmp_path / name).write_text("echo\n", encoding="utf-8")
        (tmp_path / name).chmod(mode)
    ran = cli("secret", "exec", "-q", "/app/prod", "--", command)
    assert ran.code == code
    assert f"error: {message}\nhelp: " in ran.err
    assert ran.out == ""


def test_the_system_s_own_refusal_of_a_large_environment_is_told(
    cli: RunCli, store: ParameterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_big(*_: Any) -> None:
        raise OSError(7, "Argument list too long")

    monkeypatch.setattr(os, "execvpe", too_big)
    ran = cli("secret", "exec", "-q", "/app/prod", "--", "serve")
    assert ran.code == 2
    assert "the system does not take so large an environment" in ran.err


def test_a_denied_read_names_the_action_and_shows_nothing(
    cli: RunCli, store: ParameterStore, became: Became, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secrets_cli.errors import AccessDenied

    def denied(*_: object, **__: object) -> None:
        raise AccessDenied("AWS denied `ssm:GetParametersByPath` on `/app/prod`", "grant it", "AccessDeniedException")

    monkeypatch.setattr(ParameterStore, "under", denied)
    ran = cli("secret", "exec", "/app/prod", "--debug", "--", "serve")
    assert ran.code == 5
    assert "error: AWS denied `ssm:GetParametersByPath`" in ran.err
    assert became.command == []


def test_the_usage_line_shows_the_command(cli: RunCli) -> None:
    ran = cli("secret", "exec", "--help")
    assert "secret exec [OPTIONS] [PATH]... -- CMD [ARGS]..." in ran.out


def test_help_loads_no_sdk() -> None:
    for verb in ("exec", "export", "import"):
        program = (
            "import sys\nfrom secrets_cli.cli.app import run\n"
            f"run(['secret', '{verb}', '--help'])\n"
            "heavy = {'boto3', 'botocore', 'rich', 'yaml', 'msgspec'} & set(sys.modules)\n"
            "print(*heavy, file=sys.stderr)\n"
        )
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
        assert ran.stderr.strip() == ""
