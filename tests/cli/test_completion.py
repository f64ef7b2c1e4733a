"""Shell completion: a real bash with the printed script, the answers to zsh and fish, and what a TAB must not do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import RunCli

_TAB = """
eval "$(secrets-cli completion bash)"
words=("$@")
COMP_WORDS=("${words[@]}"); COMP_CWORD=$((${#words[@]} - 1)); COMPREPLY=()
"$(complete -p secrets-cli | sed 's/.*-F \\([^ ]*\\).*/\\1/')" secrets-cli
printf '%s\\n' "${COMPREPLY[@]}"
"""


def _environment() -> dict[str, str]:
    """Nothing of the caller's but PATH, with the command under test first; no AWS variable at all."""
    return {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": os.devnull}


def _tab(*words: str) -> list[str]:
    """What bash offers after the last of the words, by the script the program prints."""
    bash = shutil.which("bash")
    assert bash is not None
    ran = subprocess.run(
        [bash, "--norc", "--noprofile", "-c", _TAB, "bash", *words],
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stderr == ""
    return ran.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("secrets-cli", "se"), "secret"),
        (("secrets-cli", "secret", "a"), "audit"),
        (("secrets-cli", "secret", "audit", "--pro"), "--project"),
        (("secrets-cli", "catalog", "show", "--f"), "--format"),
        (("secrets-cli", "catalog", "show", "--format", "j"), "json"),
        (("secrets-cli", "completion", "z"), "zsh"),
    ],
)
def test_bash_completes(words: tuple[str, ...], offered: str) -> None:
    assert offered in _tab(*words)


def test_every_offer_begins_with_what_was_typed() -> None:
    import typer

    from secrets_cli.cli.app import app

    commands = getattr(typer.main.get_command(app), "commands", {})["secret"].commands
    beginning = {name for name in commands if name.startswith("p")}
    assert set(_tab("secrets-cli", "secret", "p")) == (beginning or {""})
    assert set(_tab("secrets-cli", "secret", "")) == set(commands)


def test_bash_is_offered_nothing_for_a_name_that_lives_in_aws() -> None:
    """With nothing offered, `-o default` has bash complete files; the program was asked and called nothing."""
    assert _tab("secrets-cli", "secret", "audit", "/app/") == [""]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_tab_loads_nothing_heavy(shell: str) -> None:
    program = (
        "import sys\n"
        "from secrets_cli.cli.app import run\n"
        "code = run([])\n"
        "print(code, *sorted(name for name in sys.modules if '.' not in name and sys.modules[name]), file=sys.stderr)\n"
    )
    asked = {
        "_SECRETS_CLI_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "secrets-cli secret a",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "secrets-cli secret a",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**_environment(), **asked},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    code, *loaded = ran.stderr.split()
    assert code == "0"
    assert "audit" in ran.stdout
    assert not {"boto3", "botocore", "rich", "msgspec", "yaml", "detect_secrets", "policyuniverse"} & set(loaded)


@pytest.mark.parametrize(("typed", "code"), [("secrets-cli secret a", 0), ("secrets-cli secret audit /app/", 1)])
def test_fish_is_told_whether_there_are_any(
    cli: RunCli, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setenv("_SECRETS_CLI_COMPLETE", "complete_fish")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "is-args")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", typed)
    assert cli().code == code


def test_a_tab_acts_on_no_option_typed_before(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SECRETS_CLI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "secrets-cli --version se")
    monkeypatch.setenv("COMP_CWORD", "2")
    ran = cli()
    assert (ran.code, ran.out.split(), ran.err) == (0, ["secret"], "")
    assert sys.modules.get("rich", "absent") is not None


def test_an_odd_request_is_refused_and_nothing_is_run(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SECRETS_CLI_COMPLETE", "complete_tcsh")
    ran = cli("demo", "--out", "never")
    assert ran.code == 1
    assert not Path("never").exists()


@pytest.mark.parametrize(
    ("shell", "marks"),
    [
        ("bash", ("complete -o default -F _secrets_cli_completion secrets-cli", "complete_bash")),
        ("zsh", ("#compdef secrets-cli", "complete_zsh")),
        ("fish", ("complete --command secrets-cli", "complete_fish")),
    ],
)
def test_the_script_names_the_program_and_its_variable(
    cli: RunCli, tmp_path: Path, shell: str, marks: tuple[str, ...]
) -> None:
    ran = cli("completion", shell)
    assert ran.code == 0
    assert all(mark in ran.out for mark in (*marks, "_SECRETS_CLI_COMPLETE"))
    program = shutil.which(shell)
    if program is not None:  # a machine without the shell checks its script by the marks alone
        script = tmp_path / "script"
        script.write_text(ran.out)
        subprocess.run([program, "-n", str(script)], check=True, timeout=60, capture_output=True)


def test_another_shell_is_a_usage_error(cli: RunCli) -> None:
    ran = cli("completion", "tcsh")
    assert ran.code == 2
    assert "choose `bash` or `zsh` or `fish`" in ran.err
