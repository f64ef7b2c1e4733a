"""`secrets-cli secret audit`: secrets that are kept badly, in an account and in project folders."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfilesOption,
    QuietOption,
    RegionsOption,
)
from secrets_cli.errors import AwsFailure, ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.secrets.audit.facts import AccountFacts, Unresolved
    from secrets_cli.secrets.audit.project_files import ProjectFacts
    from secrets_cli.secrets.finding import Finding
    from secrets_cli.secrets.read_log import ReadLog


def audit_command(
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="Only parameters at or under this path.")] = "/",
    project: Annotated[
        list[Path] | None,
        typer.Option(
            "--project", metavar="DIR", help="Look through a project folder's environment files too. Repeatable."
        ),
    ] = None,
    no_account: Annotated[
        bool, typer.Option("--no-account", help="Look at the project folders only; nothing is called.")
    ] = False,
    usage: Annotated[
        Path | None,
        typer.Option("--usage", metavar="FILE", help="Output of `usage scan --format json`: tells who read what."),
    ] = None,
    unread_days: Annotated[
        int,
        typer.Option(
            "--unread-days", min=1, metavar="N", help="With --usage: a secret not read in N days is a finding."
        ),
    ] = 90,
    no_functions: Annotated[
        bool, typer.Option("--no-functions", help="Leave out the environment variables of Lambda functions.")
    ] = False,
    profile: ProfilesOption = None,
    region: RegionsOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Find secrets that are kept badly; reads only, and reads no SecureString's value.

    Parameters under `alias/aws/ssm`, under a key that cannot be used, plain though they look like secrets, without expiry,
    shared with other accounts, unread; secrets in functions' environments and in project files. What could not be seen is
    listed as unresolved: exit 21 where nothing else was found.
    """
    from secrets_cli.aws.target import targets
    from secrets_cli.cli.terminal import warn
    from secrets_cli.secrets.audit.rules.registry import judge_account
    from secrets_cli.secrets.parameter_name import checked_path

    if no_account and not project:
        raise ConfigurationError("`--no-account` leaves nothing to look at", "give `--project DIR`")
    log = _read_log(usage)
    projects, found = _projects(project or [])
    asked = () if no_account else targets(profile, region, endpoint_url)
    with _progress(quiet) as tell:
        accounts, failed = _accounts(asked, checked_path(path), not no_functions, tell)
    findings = (*(one for account in accounts for one in judge_account(account, log, unread_days)), *found)
    unresolved = _unresolved(accounts, projects, failed, log, unread_days)
    _show(findings, unresolved, accounts, projects, log, format_, no_color=no_color, quiet=quiet)
    nothing = path != "/" and bool(accounts) and not any(account.parameters for account in accounts)
    if nothing:
        warn(f"there is no parameter at or under `{path}`")
    is_empty = nothing and not (findings or unresolved or project)
    raise typer.Exit(ExitCode.NOTHING_TO_READ if is_empty else _code(findings, unresolved))


def _read_log(usage: Path | None) -> "ReadLog | None":
    if usage is None:
        return None
    from secrets_cli.cli.reading import read_text
    from secrets_cli.secrets.read_log import parse_read_log

    return parse_read_log(read_text(usage), str(usage))


def _projects(folders: Sequence[Path]) -> "tuple[tuple[ProjectFacts, ...], tuple[Finding, ...]]":
    from secrets_cli.secrets.audit.kept_out_of_git import kept_out_of_git
    from secrets_cli.secrets.audit.project_files import read_project
    from secrets_cli.secrets.audit.rules.registry import judge_project

    projects = tuple(read_project(folder) for folder in dict.fromkeys(folders))
    return projects, tuple(
        finding for one in projects for finding in judge_project(one, kept_out_of_git(Path(one.folder), one.files))
    )


def _accounts(
    asked: "Sequence[Target]", path: str, functions: bool, tell: Callable[[str], None]
) -> "tuple[tuple[AccountFacts, ...], tuple[Unresolved, ...]]":
    """The facts of each target. Of several, one that cannot be asked at all is unresolved; a single one is an error."""
    from secrets_cli.aws.target import Connection
    from secrets_cli.secrets.audit.collect import collect
    from secrets_cli.secrets.audit.facts import Unresolved

    accounts: list[AccountFacts] = []
    failed: list[Unresolved] = []
    for target in asked:
        try:
            accounts.append(collect(Connection(target), path, functions=functions, at=datetime.now(UTC), tell=tell))
        except (AwsFailure, ConfigurationError) as error:
            if len(asked) == 1:
                raise
            failed.append(Unresolved(str(target), "", str(target), error.message))
    return tuple(accounts), tuple(failed)


def _unresolved(
    accounts: "Sequence[AccountFacts]",
    projects: "Sequence[ProjectFacts]",
    failed: "Sequence[Unresolved]",
    log: "ReadLog | None",
    days: int,
) -> "tuple[Unresolved, ...]":
    from secrets_cli.secrets.audit.facts import Unresolved
    from secrets_cli.secrets.audit.rules.unread import unread_gaps

    found = [*failed]
    for account in accounts:
        found += account.unresolved
        found += unread_gaps(account, log, days) if log is not None else ()
    for project in projects:
        for one in project.unread:
            found.append(Unresolved(f"{one.file}:{one.line}" if one.line else one.file, "", one.file, one.reason))
    return tuple(found)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line on stderr that says what is read, where somebody is looking."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from secrets_cli.cli.terminal import console

    with console(stderr=True).status("reading") as status:
        yield status.update


def _show(
    findings: "tuple[Finding, ...]",
    unresolved: "tuple[Unresolved, ...]",
    accounts: "Sequence[AccountFacts]",
    projects: "Sequence[ProjectFacts]",
    log: "ReadLog | None",
    format_: OutputFormat,
    *,
    no_color: bool,
    quiet: bool,
) -> None:
    from secrets_cli.cli.terminal import hint, print_report, write_json
    from secrets_cli.report.secret_audit import audit_json, audit_summary, audit_text

    if format_ is OutputFormat.JSON:
        write_json(audit_json(findings, unresolved, accounts, projects, log))
    else:
        for part in audit_text(findings, unresolved):
            print_report(part, no_color=no_color)
    hint(audit_summary(findings, unresolved, accounts, projects), quiet)


def _code(findings: "tuple[Finding, ...]", unresolved: "Sequence[Unresolved]") -> ExitCode:
    """Findings first; what is unresolved decides only where nothing was found."""
    from secrets_cli.cli.severity import exit_code_of_findings

    if not findings and unresolved:
        return ExitCode.UNDECIDED
    return exit_code_of_findings(findings)
