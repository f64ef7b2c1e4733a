"""The environments of the demo: where the tools are looked for, and that nothing of the user's own gets in."""

from pathlib import Path

import pytest

from secrets_cli.demo.live import tools
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from tests.conftest import RunCli


def _environment(folder: Path, program: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / program).touch()
    return folder


def test_environments_that_are_named(tmp_path: Path) -> None:
    emulator, zappa = _environment(tmp_path / "e", "python"), _environment(tmp_path / "z", "zappa")
    assert tools.find_tools(emulator, zappa, fast=False) == tools.Tools(emulator / "bin/python", zappa)
    assert tools.find_tools(emulator, None, fast=True).zappa is None


def test_what_is_not_there_is_said_with_what_to_run(cli: RunCli, tmp_path: Path) -> None:
    ran = cli("demo", "--emulator", str(tmp_path / "none"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: the emulator of AWS is not installed in `{tmp_path}/none`\n")
    assert "`make demo`" in ran.err
    emulator = _environment(tmp_path / "e", "python")
    ran = cli("demo", "--emulator", str(emulator), "--zappa", str(tmp_path))
    assert ran.err.startswith(f"error: Zappa is not installed in `{tmp_path}`\n")


def test_an_installed_package_has_no_checkout_to_look_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "_checkout", lambda: None)
    with pytest.raises(ConfigurationError, match=r"^the emulator of AWS is not installed$"):
        tools.find_tools(None, None, fast=True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--out", "x"), "`--out` is for `--offline`"),
        (("--offline", "--keep"), "`--keep` and `--offline` exclude each other"),
        (("--offline", "--zappa", "x"), "`--zappa` and `--offline` exclude each other"),
    ],
)
def test_options_that_do_not_go_together(cli: RunCli, words: tuple[str, ...], message: str) -> None:
    ran = cli("demo", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {message}\n")


def test_the_emulator_listens_on_this_machine_alone_and_enforces() -> None:
    given = tools.of_emulator(Path("/e/bin/python"), Path("/w"), 4567, "AKIA", SecretValue("s"))
    assert given["BIND_HOST"] == "127.0.0.1"
    assert given["IOT_MTLS_ENABLED"] == "0"
    assert given["AUTH"] == "true"
    assert given["HTTPS_PROXY"] == "http://127.0.0.1:9"


def test_commands_get_nothing_of_the_users_own_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL_S3",
        "SECRETS_CLI_KEY",
        "HTTP_PROXY",
        "PYTHONPATH",
    ):
        monkeypatch.setenv(name, "the user's")
    exported = tools.of_clients("http://127.0.0.1:4567", Path("/w"), "AKIA", SecretValue("s"))
    given = tools.of_commands(exported, Path("/w"), Path("/own/bin"))
    assert "the user's" not in given.values()
    assert given["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4567"
    assert given["AWS_SHARED_CREDENTIALS_FILE"] == "/w/credentials"
    assert given["PATH"].startswith("/own/bin:")
    assert "VIRTUAL_ENV" not in given
    zappa = tools.of_commands(exported, Path("/w"), Path("/own/bin"), Path("/z"))
    assert (zappa["VIRTUAL_ENV"], zappa["PATH"].split(":")[0]) == ("/z", "/z/bin")
