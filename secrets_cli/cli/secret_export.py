"""`secrets-cli secret export`: parameters as a file that programs read."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.aws.target import Target
from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    RevealOption,
)
from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.environment.file_format import FileFormat

if TYPE_CHECKING:
    from secrets_cli.secrets.environment.formats import Exported
    from secrets_cli.secrets.environment.gather import Ask


def export_command(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="A folder of parameters, or one parameter. Repeatable.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="One parameter, read by its name alone. Repeatable."),
    ] = None,
    to: Annotated[FileFormat, typer.Option("--to", help="The format to write.")] = FileFormat.DOTENV,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write this file, for you alone to read (mode 0600).")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write also into a git work tree that does not ignore the file.")
    ] = False,
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Take parameters in folders below too.")] = False,
    upper: Annotated[
        bool | None,
        typer.Option("--upper/--no-upper", help="Make the names upper-case; if not said, json and yaml keep them."),
    ] = None,
    prefix: Annotated[str, typer.Option("--prefix", metavar="TEXT", help="Put this in front of every name.")] = "",
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="NAME", help="Write even this variable, such as PATH. Repeatable."),
    ] = None,
    reveal: RevealOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Write parameters as dotenv, JSON, YAML, shell or tfvars, to stdout or a file.

    On a terminal the values are shown with `--reveal` only. `--format json` tells which names went into `--out`. Lines of
    dotenv and shell are read back by any POSIX shell (`set -a; . ./FILE`), whatever the values hold.
    """
    from secrets_cli.secrets.environment.environment_names import checked_naming
    from secrets_cli.secrets.environment.gather import Ask

    as_stored = to.holds_any_name
    ask = Ask(
        paths=tuple(paths or ()),
        names=tuple(name or ()),
        recursive=recursive,
        naming=checked_naming(not as_stored if upper is None else upper, prefix, any_character=as_stored),
        is_run=to.is_run,
        allowed=frozenset(allow or ()),
    )
    _refuse_at_once(ask, out, force=force, reveal=reveal, output=output)
    entries = _entries(ask, Target(profile, region, endpoint_url))
    _write(entries, to, out, output, quiet=quiet)


def _refuse_at_once(ask: "Ask", out: Path | None, *, force: bool, reveal: bool, output: OutputFormat) -> None:
    """Refuse what cannot be done before anything secret is read."""
    from secrets_cli.cli.private_file import refuse_in_work_tree
    from secrets_cli.cli.showing import shows_values

    if not ask.paths and not ask.names:
        raise ConfigurationError("no parameter is asked for", "give a path, or `--name NAME`")
    if out is not None:
        if not force:
            refuse_in_work_tree(out)
    elif output is OutputFormat.JSON:
        raise ConfigurationError(
            "`--format` is about the report on a file, and there is none", "give `--out FILE`, or `--to json` for JSON"
        )
    elif not shows_values(reveal):
        raise ConfigurationError(
            "stdout is a terminal, and values are not shown there unasked",
            "give `--out FILE`, send stdout to a program, or give `--reveal`",
        )


def _entries(ask: "Ask", target: Target) -> "tuple[Exported, ...]":
    from secrets_cli.cli.gathering import gathered
    from secrets_cli.cli.terminal import warn
    from secrets_cli.secrets.environment.formats import Exported

    found = gathered(target, ask)
    for collision in found.collisions:
        warn(f"{collision}; `{collision.used}` is used")
    return tuple(Exported(one.name, one.source, one.value) for one in found.variables)


def _write(
    entries: "tuple[Exported, ...]", to: FileFormat, out: Path | None, output: OutputFormat, *, quiet: bool
) -> None:
    from secrets_cli.cli.private_file import write_private
    from secrets_cli.cli.terminal import hint, write_json
    from secrets_cli.report.secret_export import export_json
    from secrets_cli.secrets.environment.formats import rendered
    from secrets_cli.wording import how_many

    text = rendered(entries, to)
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.reveal().encode("utf-8"))
        return
    write_private(out, text)
    if output is OutputFormat.JSON:
        write_json(export_json(entries, to, str(out)))
    else:
        hint(f"wrote {how_many(len(entries), 'parameter')} to `{out}` as {to.value}, mode 0600", quiet)
