"""`secrets-cli gate baseline`: writing the findings that are there, and keeping that list true."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.gate_options import ConfigOption, NoConfigOption, NoSuppressionsOption
from secrets_cli.cli.options import DebugOption, NoColorOption, QuietOption
from secrets_cli.cli.terminal import hint, write_text
from secrets_cli.errors import ConfigurationError
from secrets_cli.gate.persona import Persona
from secrets_cli.wording import how_many

if TYPE_CHECKING:
    from secrets_cli.cli.gate_session import Session
    from secrets_cli.gate.baseline import Baseline, Entry
    from secrets_cli.gate.judgement import Judgement

baseline_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Findings that were there before, and do not fail a run."
)

DEFAULT = ".secrets-cli-baseline.json"

PathsArgument = Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders, as for `gate`.")]
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file", metavar="FILE", help=f"The baseline.  [default: the configuration's, else {DEFAULT} at the top]"
    ),
]
PersonaOption = Annotated[Persona | None, typer.Option("--persona", help="Who reads, as for `gate`.")]


@baseline_app.callback()
def group() -> None:
    """Findings that were there before, and do not fail a run."""


@baseline_app.command("write")
def write_command(
    paths: PathsArgument,
    file: FileOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a baseline that is there.")] = False,
    persona: PersonaOption = None,
    config: ConfigOption = None,
    no_config: NoConfigOption = False,
    no_suppressions: NoSuppressionsOption = False,
    quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Write a baseline of the findings that are open now.

    Findings about suppressions are left out: they are to be mended. Exit 4: a file cannot be read, and nothing is written.
    """
    from secrets_cli.gate.baseline import baseline_of

    session = _session(paths, persona, config, no_config, no_suppressions)
    target = _target(session, file)
    if target.exists() and not force:
        raise ConfigurationError(f"`{target}` is there already", "run `gate baseline update`, or give `--force`")
    baseline = baseline_of(_judged(session).findings, session.today.isoformat(), session.settings.folders)
    _write(target, baseline)
    hint(f"wrote {how_many(len(baseline.entries), 'finding')} to {target}", quiet)


@baseline_app.command("update")
def update_command(
    paths: PathsArgument,
    file: FileOption = None,
    add: Annotated[bool, typer.Option("--add", help="Take in findings that are new, too.")] = False,
    persona: PersonaOption = None,
    config: ConfigOption = None,
    no_config: NoConfigOption = False,
    no_suppressions: NoSuppressionsOption = False,
    quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Take what is fixed out of the baseline; new findings stay out unless `--add` is given.

    Entries of files that lie outside the paths are left as they are.
    """
    from secrets_cli.gate.baseline import updated

    session = _session(paths, persona, config, no_config, no_suppressions)
    target = _target(session, file)
    update = updated(
        _read(target),
        _judged(session).findings,
        session.today.isoformat(),
        session.settings.folders,
        add=add,
        is_judged=session.is_judged,
    )
    _write(target, update.baseline)
    _list("removed", update.removed)
    _list("added", update.added)
    hint(f"{len(update.removed)} removed, {len(update.added)} added, {len(update.baseline.entries)} in {target}", quiet)


@baseline_app.command("check")
def check_command(
    paths: PathsArgument,
    file: FileOption = None,
    persona: PersonaOption = None,
    config: ConfigOption = None,
    no_config: NoConfigOption = False,
    no_suppressions: NoSuppressionsOption = False,
    quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Say whether the baseline is true: it lists no finding that is fixed. What is new is `gate --baseline`'s to judge.

    Exit 11: entries are fixed, and are to be taken out with `gate baseline update`.
    """
    from secrets_cli.gate.baseline import fixed_entries

    session = _session(paths, persona, config, no_config, no_suppressions)
    baseline = _read(_target(session, file))
    fixed = fixed_entries(_judged(session).findings, baseline, session.is_judged)
    _list("fixed", fixed)
    hint(f"{len(fixed)} of {len(baseline.entries)} entries are fixed", quiet)
    if fixed:
        raise typer.Exit(ExitCode.FINDING_INFO)


def _session(
    paths: Sequence[str], persona: Persona | None, config: str | None, no_config: bool, no_suppressions: bool
) -> "Session":
    from secrets_cli.cli.gate_run import GateAsk
    from secrets_cli.cli.gate_session import opened

    ask = GateAsk(
        tuple(paths),
        persona=persona,
        config=config,
        no_config=no_config,
        no_suppressions=no_suppressions,
        quiet=True,
    )
    return opened(ask)


def _judged(session: "Session") -> "Judgement":
    """The judgement without any baseline. Raises MalformedInput where a file cannot be read: nothing may be missed."""
    from secrets_cli.errors import MalformedInput

    judgement = session.agreed(session.tree())
    if judgement.unreadable:
        first = judgement.unreadable[0]
        raise MalformedInput(first.message, first.help or "mend it or leave it out; a baseline must miss nothing")
    return judgement


def _target(session: "Session", file: Path | None) -> Path:
    if file is not None:
        return file
    folders = session.settings.folders
    named = session.settings.baseline
    return Path(folders.top, DEFAULT) if named is None else Path(folders.configured, named)


def _read(target: Path) -> "Baseline":
    from secrets_cli.cli.reading import read_text
    from secrets_cli.gate.baseline import read_baseline

    return read_baseline(read_text(target), str(target))


def _write(target: Path, baseline: "Baseline") -> None:
    from secrets_cli.gate.baseline import baseline_json
    from secrets_cli.repository.write_back import write_whole

    write_whole(str(target), baseline_json(baseline))


def _list(word: str, entries: "Sequence[Entry]") -> None:
    for entry in entries:
        write_text(f"{word}: {entry.file}: {entry.rule}: {entry.message}")
