"""The command `secrets-cli`: its groups, and the one place where errors become messages and exit codes."""

import sys

import typer

from secrets_cli import __version__, errors
from secrets_cli.cli import catalog
from secrets_cli.cli.exit_codes import ExitCode, exit_code_of

app = typer.Typer(
    name="secrets-cli",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(catalog.app, name="catalog")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"secrets-cli {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Secrets, least privilege and a policy gate for AWS Lambda projects."""


def main() -> None:
    """Run the command line; never ends in a traceback unless `--debug` is given."""
    try:
        app()
    except errors.SecretsCliError as error:
        _complain(error)
        sys.exit(exit_code_of(error))
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(ExitCode.INTERRUPTED)


def _complain(error: errors.SecretsCliError) -> None:
    typer.echo(f"error: {error.message}", err=True)
    if error.help:
        typer.echo(f"help: {error.help}", err=True)
