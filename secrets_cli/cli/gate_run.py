"""One run of the gate: read, judge, render, and the exit code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.gate import FailOn, GateFormat, GivenKind
from secrets_cli.cli.gate_fix import FixMode
from secrets_cli.cli.gate_report import write_judgement
from secrets_cli.cli.reading import read_text
from secrets_cli.errors import ConfigurationError
from secrets_cli.gate.judgement import Judgement
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.settings import Settings
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.file_kind import FileKind
from secrets_cli.repository.one_file import ReadAsk
from secrets_cli.repository.reading import read_paths
from secrets_cli.severity import Severity

if TYPE_CHECKING:
    from secrets_cli.inputs.read_tree import ReadTree

_CODES: Mapping[Severity, ExitCode] = {
    Severity.INFO: ExitCode.FINDING_INFO,
    Severity.LOW: ExitCode.FINDING_LOW,
    Severity.MEDIUM: ExitCode.FINDING_MEDIUM,
    Severity.HIGH: ExitCode.FINDING_HIGH,
}


@dataclass(frozen=True, slots=True)
class GateAsk:
    """What a command line asks for."""

    paths: tuple[str, ...]
    format: GateFormat = GateFormat.TEXT
    kind: GivenKind | None = None
    values: tuple[str, ...] = ()
    """`NAME=VALUE`, each."""
    tfvars: tuple[Path, ...] = ()
    persona: Persona | None = None
    """None: as the settings say."""
    fail_on: FailOn | None = None
    """None: as the settings say, else `info`."""
    allow_empty: bool = False
    quiet: bool = False
    no_color: bool = False
    config: str | None = None
    """The configuration; None: the nearest one, or the base's."""
    no_config: bool = False
    no_suppressions: bool = False
    baseline: Path | None = None
    """None: as the settings say."""
    diff: str | None = None
    """A commit: only what is new since is told."""
    usage: tuple[Path, ...] = ()
    usage_principals: tuple[str, ...] = ()
    """`ARN` or `NAME=ARN`, each."""
    unused_days: int | None = None
    """None: as the settings say."""
    fix: FixMode | None = None
    yes: bool = False
    second_opinion: bool = False
    """Whether parliament is asked as well."""


def run_gate(ask: GateAsk) -> ExitCode:
    """Judge what the command line names, write the report to stdout, and say how it ended."""
    from secrets_cli.cli.gate_session import opened

    session = opened(ask)
    tree = session.tree()
    judgement = session.judgement(tree)
    if ask.fix is not None and session.mend(tree, judgement, ask.fix):
        judgement = session.judgement(session.tree())
    fail_on = ask.fail_on or FailOn((session.settings.fail_on or Severity.INFO).value)
    code = exit_code_of_judgement(judgement, fail_on, allow_empty=ask.allow_empty)
    write_judgement(judgement, ask.format, no_color=ask.no_color, quiet=ask.quiet, exit_code=code)
    return code


def read_ask_of(ask: GateAsk) -> ReadAsk:
    """How files are read. Raises ConfigurationError where the command line makes no sense."""
    from secrets_cli.catalog.managed_policies import managed_policy

    return ReadAsk(_values(ask.values), _tfvars(ask.tfvars), _kind(ask.kind), managed_policy)


def read_asked(paths: Sequence[str], read_ask: ReadAsk, *, quiet: bool = True, no_color: bool = False) -> "ReadTree":
    """What the files hold that the command line names."""
    from secrets_cli.cli.progress import counted

    with counted("reading", quiet=quiet, no_color=no_color) as tell:
        return read_paths(paths, read_ask, tell)


def judge_tree(tree: "ReadTree", settings: Settings, *, quiet: bool = True, no_color: bool = False) -> Judgement:
    """The judgement of every rule, by today's date (UTC)."""
    from secrets_cli.cli.gate_judging import judged
    from secrets_cli.cli.progress import counted

    with counted("judging", quiet=quiet, no_color=no_color) as tell:
        return judged(tree, settings, datetime.now(UTC).date(), tell)


def exit_code_of_judgement(judgement: Judgement, fail_on: FailOn, *, allow_empty: bool = False) -> ExitCode:
    """A file that cannot be read, before open findings, before what is unresolved, before nothing to read."""
    if judgement.unreadable:
        return ExitCode.MALFORMED
    if fail_on is not FailOn.NEVER:
        worst = judgement.worst
        if worst is not None and worst.rank >= Severity(fail_on.value).rank:
            return _CODES[worst]
        if judgement.unresolved:
            return ExitCode.UNDECIDED
    return ExitCode.OK if judgement.scanned.files or allow_empty else ExitCode.NOTHING_TO_READ


def _values(given: Sequence[str]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise ConfigurationError("`--var` and `--param` take `NAME=VALUE`", "write both, with `=` between them")
        values[name] = value
    return values


def _tfvars(files: Sequence[Path]) -> Mapping[str, str]:
    if not files:
        return {}
    from secrets_cli.inputs.terraform import read_tfvars

    values: dict[str, str] = {}
    for file in files:
        values.update(read_tfvars(read_text(file), str(file)))
    return values


def _kind(given: GivenKind | None) -> FileKind | PolicyKind | None:
    if given is None:
        return None
    try:
        return PolicyKind(given.value)
    except ValueError:
        return FileKind(given.value)
