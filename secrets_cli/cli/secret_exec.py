"""`secrets-cli secret exec`: a command with secrets in its environment."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.aws.target import Target
from secrets_cli.cli.after_dashes import words_after_dashes
from secrets_cli.cli.options import DebugOption, EndpointOption, NoColorOption, ProfileOption, QuietOption, RegionOption
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.secrets.environment.child_environment import Inherited
    from secrets_cli.secrets.environment.gather import Ask, Gathered
    from secrets_cli.secrets.environment.strict import Declared


def exec_command(
    ctx: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="A folder of parameters, or one parameter. Repeatable.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="One parameter, read by its name alone. Repeatable."),
    ] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Take parameters in folders below too, as FOLDER_NAME.")
    ] = False,
    upper: Annotated[bool, typer.Option("--upper/--no-upper", help="Make the names upper-case.")] = True,
    prefix: Annotated[str, typer.Option("--prefix", metavar="TEXT", help="Put this in front of every name.")] = "",
    strict: Annotated[
        list[Path] | None,
        typer.Option("--strict", metavar="FILE", help="Set the names this file declares, and all of them. Repeatable."),
    ] = None,
    strict_env: Annotated[
        bool, typer.Option("--strict-env", help="Set the variables that hold the marker now, and all of them.")
    ] = False,
    strict_value: Annotated[
        str | None, typer.Option("--strict-value", metavar="TEXT", help="The marker of --strict-env, if not `ssm`.")
    ] = None,
    pristine: Annotated[
        bool, typer.Option("--pristine", help="Pass on PATH, HOME, TERM and the like only, nothing else of yours.")
    ] = False,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="NAME", help="Pass this variable of yours on. Repeatable.")
    ] = None,
    keep_aws: Annotated[bool, typer.Option("--keep-aws", help="Pass your AWS_ variables on.")] = False,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="NAME", help="Set even this variable, such as PATH. Repeatable."),
    ] = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Run CMD with parameters as environment variables; this process becomes CMD.

    Signals reach CMD and its exit code is the exit code; 127: there is no such command, 126: it cannot be run. Nothing is
    written to stdout before. Exit code 3: a parameter, or a declared one, is not there.
    """
    from secrets_cli.secrets.environment.child_environment import Inheritance, inherit
    from secrets_cli.secrets.environment.environment_names import checked_naming
    from secrets_cli.secrets.environment.gather import Ask

    command = _command(ctx)
    inherited = inherit(os.environ, Inheritance(pristine, keep_aws, frozenset(keep or ())))
    ask = Ask(
        paths=tuple(paths or ()),
        names=tuple(name or ()),
        recursive=recursive,
        naming=checked_naming(upper, prefix),
        declared=_declared(strict or [], strict_env=strict_env, marker=strict_value),
        allowed=frozenset(allow or ()),
    )
    _run(command, ask, inherited, Target(profile, region, endpoint_url), quiet=quiet)


def _command(ctx: typer.Context) -> tuple[str, ...]:
    command = words_after_dashes(ctx)
    if not command:
        raise ConfigurationError(
            "there is no command to run", "put it behind `--`: `secrets-cli secret exec /app/prod -- ./serve --port 80`"
        )
    return command


def _declared(files: Sequence[Path], *, strict_env: bool, marker: str | None) -> "tuple[Declared, ...]":
    from secrets_cli.cli.reading import read_text
    from secrets_cli.secrets.environment.strict import MARKER, declared_in, placeholders_in

    if marker is not None and not strict_env:
        raise ConfigurationError("`--strict-value` says nothing without `--strict-env`", "give both, or neither")
    declared = [declared_in(read_text(file), str(file)) for file in files]
    if strict_env:
        declared.append(placeholders_in(os.environ, MARKER if marker is None else marker))
    return tuple(declared)


def _run(command: tuple[str, ...], ask: "Ask", inherited: "Inherited", target: Target, *, quiet: bool) -> None:
    from secrets_cli.cli.become import become
    from secrets_cli.cli.gathering import gathered
    from secrets_cli.cli.terminal import hint
    from secrets_cli.secrets.environment.child_environment import refuse_too_large
    from secrets_cli.secrets.environment.collect import refuse_nul

    if not ask.paths and not ask.names:
        raise ConfigurationError("no parameter is asked for", "give a path before `--`, or `--name NAME`")
    found = gathered(target, ask)
    refuse_nul(found.variables)
    refuse_too_large(inherited.kept, found.variables, command, os.sysconf("SC_ARG_MAX"))
    _tell(found, inherited, ask, quiet=quiet)
    failed = become(command, inherited.kept, found.variables)
    hint(f"error: {failed.message}\nhelp: {failed.help}")
    raise typer.Exit(failed.code)


def _tell(found: "Gathered", inherited: "Inherited", ask: "Ask", *, quiet: bool) -> None:
    """What the user should know before the command has the terminal."""
    from secrets_cli.cli.terminal import hint, warn
    from secrets_cli.secrets.environment.child_environment import replaced
    from secrets_cli.secrets.environment.strict import names_of

    for collision in found.collisions:
        warn(f"{collision}; `{collision.used}` is used")
    for sentence in replaced(inherited.kept, found.variables, names_of(ask.declared)):
        warn(sentence)
    if found.left_out:
        hint(f"hint: not declared, so not set: {', '.join(f'`{source}`' for source in found.left_out)}", quiet)
    if inherited.left_aws:
        hint(f"hint: {', '.join(inherited.left_aws)} stay behind; `--keep-aws` passes them on", quiet)
