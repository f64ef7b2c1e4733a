"""Each way a command can end: what is said, where, and with which code."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import pytest
import typer

from secrets_cli import errors
from secrets_cli.cli import app as app_module
from secrets_cli.cli.options import DebugOption, FormatOption, OutputFormat
from tests.conftest import RunCli

CANARY = "hunter2-CANARY"


def _raise(error: BaseException) -> NoReturn:
    raise error


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], None]], None]]:
    """A program with one command `try SOURCE` whose body the test gives."""
    program = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    body: list[Callable[[], None]] = []

    @program.callback()
    def root() -> None:
        """A program."""

    @program.command("try")
    def attempt(
        source: str,
        count: Annotated[int, typer.Option(help="A number.")] = 0,
        need: Annotated[str, typer.Option("--need", help="Some text.")] = "",
        format: FormatOption = OutputFormat.TEXT,
        debug: DebugOption = False,
    ) -> None:
        """Do what the test says."""
        body[0]()

    @program.command("strict")
    def strict(must: Annotated[str, typer.Option("--must", help="Required.")]) -> None:
        """Needs its option."""

    monkeypatch.setattr(app_module, "app", program)
    yield body.append
    body.clear()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigurationError("`x` is wrong", help="write `y`"), 2),
        (errors.NothingToRead("`x` is empty", help="write `y`"), 3),
        (errors.UnreadableSource("`x` is closed", help="write `y`"), 3),
        (errors.MalformedInput("`x` is odd", help="write `y`"), 4),
        (errors.TooLarge("`x` is large", help="write `y`"), 4),
        (errors.AwsFailure("`x` failed", help="write `y`"), 5),
    ],
)
def test_our_errors_give_message_help_and_code(
    cli: RunCli, ends: Callable[[Callable[[], None]], None], error: errors.SecretsCliError, code: int
) -> None:
    ends(lambda: _raise(error))
    ran = cli("try", "a")
    assert (ran.code, ran.out, ran.err) == (code, "", f"error: {error.message}\nhelp: write `y`\n")


def test_an_error_without_help_is_one_line(cli: RunCli, ends: Callable[[Callable[[], None]], None]) -> None:
    ends(lambda: _raise(errors.NothingToRead("`x` is empty")))
    assert cli("try", "a").err == "error: `x` is empty\n"


@pytest.mark.parametrize("code", [0, 3, 20, 21, 130])
def test_a_command_chooses_its_code(cli: RunCli, ends: Callable[[Callable[[], None]], None], code: int) -> None:
    ends(lambda: _raise(typer.Exit(code)))
    ran = cli("try", "a")
    assert (ran.code, ran.err) == (code, "")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), typer.Abort()])
def test_interruption_says_so(cli: RunCli, ends: Callable[[Callable[[], None]], None], error: BaseException) -> None:
    ends(lambda: _raise(error))
    ran = cli("try", "a")
    assert (ran.code, ran.err) == (130, "interrupted\n")


def test_a_reader_that_left_is_no_error_message(cli: RunCli, ends: Callable[[Callable[[], None]], None]) -> None:
    ends(lambda: _raise(BrokenPipeError(32, "Broken pipe")))
    ran = cli("try", "a")
    assert (ran.code, ran.err) == (130, "")


def test_an_unexpected_exception_shows_its_place_and_not_its_text(
    cli: RunCli, ends: Callable[[Callable[[], None]], None]
) -> None:
    ends(lambda: _raise(ValueError(CANARY)))
    ran = cli("try", "a")
    assert ran.code == 1
    assert ran.err.startswith("internal error: ValueError at secrets_cli/cli/app.py:")
    assert "`--debug`" in ran.err
    assert CANARY not in ran.err
    assert "Traceback" not in ran.err


def test_debug_shows_the_stack_and_the_causes_without_their_text(
    cli: RunCli, ends: Callable[[Callable[[], None]], None]
) -> None:
    def chained() -> None:
        try:
            int(CANARY)
        except ValueError as error:
            raise KeyError(CANARY) from error

    ends(chained)
    ran = cli("try", "a", "--debug")
    assert ran.code == 1
    assert "Traceback (most recent call last)" in ran.err
    assert ran.err.index("\nValueError\n") < ran.err.index("\nKeyError\n")
    assert "in chained" in ran.err
    assert CANARY not in ran.err


def test_a_full_disk_is_told_as_such(cli: RunCli, ends: Callable[[Callable[[], None]], None]) -> None:
    ends(lambda: _raise(OSError(28, "No space left on device")))
    ran = cli("try", "a")
    assert ran.code == 1
    assert ran.err.startswith("error: the result could not be written (no space left on device)")


@pytest.mark.parametrize(
    ("words", "message", "command"),
    [
        (["try"], "missing argument `SOURCE`", "secrets-cli try"),
        (["strict"], "missing option `--must`", "secrets-cli strict"),
        (["try", "a", "--count", CANARY], "invalid value for option `--count`: give a whole number", "secrets-cli try"),
        (
            ["try", "a", "--format", CANARY],
            "invalid value for option `--format`: choose `text` or `json`",
            "secrets-cli try",
        ),
        (["try", "a", CANARY], "`secrets-cli try` was given an argument too many", "secrets-cli try"),
        ([CANARY], "no such command of `secrets-cli`: choose `strict`, `try`", "secrets-cli"),
        (["try", f"--{CANARY}"], "no such option: word 2 after `secrets-cli`", "secrets-cli try"),
        (["try", f"--{CANARY}=1"], "no such option: word 2 after `secrets-cli`", "secrets-cli try"),
        (["try", "a", f"-z{CANARY}"], "no such option: word 3 after `secrets-cli`", "secrets-cli try"),
        (
            ["try", "--nee", CANARY],
            "no such option: word 2 after `secrets-cli`; did you mean `--need`?",
            "secrets-cli try",
        ),
        (["try", "a", "--need"], "option `--need` needs a value", "secrets-cli try"),
        (["try", "a", f"--debug={CANARY}"], "option `--debug` does not take a value", "secrets-cli try"),
    ],
)
def test_a_usage_error_names_the_option_and_never_the_value(
    cli: RunCli, ends: Callable[[Callable[[], None]], None], words: list[str], message: str, command: str
) -> None:
    ends(lambda: None)
    ran = cli(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: {message}\nhelp: see `{command} --help`\n"


def test_a_group_without_a_command_shows_its_help(cli: RunCli) -> None:
    ran = cli()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: secrets-cli")


def test_version(cli: RunCli) -> None:
    from secrets_cli import __version__

    ran = cli("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"secrets-cli {__version__}\n", "")


def _start(out: int, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "secrets_cli", *words], stdout=out, stderr=subprocess.PIPE, text=True
    )


def test_a_closed_pipe_leaves_stderr_empty() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = _start(writing, "--help")
    os.close(writing)
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", 130)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_result_that_cannot_be_written_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        process = _start(full.fileno(), "--help")
        assert "could not be written" in process.communicate(timeout=60)[1]
    assert process.returncode == 1


def test_ctrl_c_while_a_command_runs() -> None:
    program = (
        "import os, signal, typer\n"
        "from secrets_cli.cli import app\n"
        "app.app = typer.Typer()\n"
        "app.app.command()(lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "raise SystemExit(app.run([]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (130, "interrupted\n")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
