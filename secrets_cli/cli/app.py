"""The command `secrets-cli`: its groups, and the one place where errors become messages and exit codes."""

import errno
import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer

from secrets_cli import __version__
from secrets_cli.cli import completion, demo
from secrets_cli.cli.exit_codes import ExitCode, exit_code_of
from secrets_cli.cli.internal_error import describe, stack_without_values
from secrets_cli.cli.options import debug_asked
from secrets_cli.cli.program import Program
from secrets_cli.cli.repeated_option import refuse_repeated
from secrets_cli.cli.store_option import with_bare_store
from secrets_cli.cli.usage_error import UsageError, help_asked_by_silence, restate
from secrets_cli.errors import SecretsCliError

PROGRAM = "secrets-cli"

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""A write that failed for the device's sake."""

_SETTINGS: dict[str, Any] = {
    "name": PROGRAM,
    "no_args_is_help": True,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
    "add_completion": False,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}
app = Program(**_SETTINGS)
demo.register(app)
completion.register(app)


def _version(context: typer.Context, asked: bool) -> None:
    if asked and not context.resilient_parsing:  # a shell that completes a word only parses
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Secrets, least privilege and a policy gate for AWS Lambda projects."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name) and answer its exit code.

    Every error ends here, as one `error:` line and at most one `help:` line on stderr. A value given on the command
    line is never repeated, as it may be a secret.
    """
    return _delivered(_outcome(with_bare_store(arguments)))


@cache
def _built(program: typer.Typer) -> Any:
    """The click command of a whole program; building it takes tens of milliseconds."""
    return typer.main.get_command(program)


def _built_for(arguments: Sequence[str]) -> Any:
    """The command of the whole program, or of as much of it as the words ask for: the gate is run at every commit, and the
    commands beside it take a quarter of its time to load."""
    return _gate_alone() if arguments[:1] == ["gate"] else _built(app)


@cache
def _gate_alone() -> Any:
    from secrets_cli.cli.gate_commands import gate_app

    alone = typer.Typer(**_SETTINGS)
    alone.callback()(root)
    alone.add_typer(gate_app, name="gate")
    return typer.main.get_command(alone)


def _outcome(arguments: list[str]) -> int:
    """Parse and call; turn whatever is raised into a message and a code.

    `app()` would turn Ctrl-C into a silent 130 and print usage errors itself, values included: so the parsing and the
    call are done here.
    """
    try:
        if completion.asked_by_shell():
            return completion.complete(_built(app))
        program = _built_for(arguments)
        refuse_repeated(arguments, program)
        with program.make_context(PROGRAM, list(arguments)) as context:
            context.command.invoke(context)
    except typer.Exit as asked:
        return asked.exit_code
    except SecretsCliError as error:
        _complain(error.message, error.help)
        _show_stack_if_asked(error)
        return exit_code_of(error)
    except UsageError as error:
        return _refuse(error, arguments)
    except BrokenPipeError:
        return _reader_gone()
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the last line of defence: nothing may end in a bare traceback
        return _unexpected(error)
    return ExitCode.OK


def _unexpected(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return _undelivered(error)
    typer.echo(f"internal error: {describe(error)}", err=True)
    if not debug_asked():
        typer.echo("help: this is a defect of secrets-cli; run again with `--debug` for the stack", err=True)
    _show_stack_if_asked(error)
    return ExitCode.INTERNAL


def _refuse(error: Exception, arguments: Sequence[str]) -> int:
    help_text = help_asked_by_silence(error)
    if help_text is not None:
        typer.echo(help_text, err=True)
    else:
        _complain(*restate(error, arguments, _built(app)))
    return ExitCode.USAGE


def _delivered(code: int) -> int:
    """Flush the result, so that a failure to write it is told here and not by the interpreter as it ends."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _undelivered(error)
    return code


def _undelivered(error: OSError) -> int:
    """The disk is full, or the device failed: no defect of ours, but the result is not whole."""
    _drop_stdout()
    _complain(f"the result could not be written ({os.strerror(error.errno or 0).lower()})", "make room and run again")
    return ExitCode.INTERNAL


def _reader_gone() -> int:
    """The reader of stdout left (`| head`): no message, and no code that could be taken for a verdict."""
    _drop_stdout()
    return ExitCode.INTERRUPTED


def _drop_stdout() -> None:
    """Send what is still buffered nowhere: the interpreter's own flush at exit would fail and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, help_text: str) -> None:
    typer.echo(f"error: {message}", err=True)
    if help_text:
        typer.echo(f"help: {help_text}", err=True)


def _show_stack_if_asked(error: BaseException) -> None:
    if debug_asked():
        typer.echo(stack_without_values(error), err=True, nl=False)
