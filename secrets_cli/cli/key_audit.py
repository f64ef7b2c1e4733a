"""`secrets-cli key audit`: what is wrong with keys and their policies."""

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
from secrets_cli.errors import ConfigurationError, NotThere
from secrets_cli.severity import Severity
from secrets_cli.wording import named

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.secrets.keys.survey import Survey


def audit_command(
    key: Annotated[
        list[str] | None, typer.Argument(metavar="KEY..", help="Only these keys: aliases, ids or ARNs. Not given: all.")
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Only findings of this rule. Repeatable.")
    ] = None,
    severity: Annotated[Severity, typer.Option("--severity", help="Only findings at least as severe.")] = Severity.INFO,
    unused_days: Annotated[
        int, typer.Option("--unused-days", min=1, metavar="DAYS", help="A key not used for so long is unused.")
    ] = 90,
    profile: ProfilesOption = None,
    region: RegionsOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Judge the customer keys of each profile and region: policies, grants, rotation, state, use.

    Exit 11 to 14 for findings, by the worst (info to high); 21 where there is none and something could not be read. The
    rules are in docs/keys.md.
    """
    from datetime import UTC, datetime

    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.severity import exit_code_of_findings
    from secrets_cli.cli.terminal import hint, print_report, write_json
    from secrets_cli.report import key_audit as report
    from secrets_cli.secrets.keys.audit import audit_keys
    from secrets_cli.secrets.keys.rules import Judging

    rules = _rules(rule)
    surveys = _surveys(key, profile, region, endpoint_url, quiet=quiet, no_color=no_color)
    audit = audit_keys(surveys, load_catalog(), Judging(datetime.now(UTC), unused_days), rules)
    findings = tuple(one for one in audit.findings if one.severity.rank >= severity.rank)
    if output is OutputFormat.JSON:
        write_json(report.document(audit, findings))
    else:
        print_report(report.view(audit, findings), no_color=no_color)
    for note in audit.notes:
        hint(f"note: {note}", quiet)
    code = exit_code_of_findings(findings)
    raise typer.Exit(ExitCode.UNDECIDED if code is ExitCode.OK and audit.unread else code)


def _rules(asked: list[str] | None) -> frozenset[str]:
    from secrets_cli.secrets.keys.audit import RULES

    unknown = [name for name in asked or () if name not in RULES]
    if unknown:
        raise ConfigurationError(
            f"there is no rule {named(unknown[0], 'of that name')}", f"choose from {', '.join(RULES)}"
        )
    return frozenset(asked or RULES)


def _surveys(
    keys: list[str] | None,
    profiles: list[str] | None,
    regions: list[str] | None,
    endpoint_url: str | None,
    *,
    quiet: bool,
    no_color: bool,
) -> "list[Survey]":
    from secrets_cli.aws.target import targets

    every = targets(profiles, regions, endpoint_url)
    found = [_survey(target, keys, quiet=quiet, no_color=no_color) for target in every]
    there = [one for one in found if one is not None]
    if not there:
        named = ", ".join(f"`{word[:120]}`" for word in keys or ())
        raise NotThere(f"there is no key {named}", "see the keys there are with `secrets-cli key list`")
    return there


def _survey(target: "Target", keys: list[str] | None, *, quiet: bool, no_color: bool) -> "Survey | None":
    """The survey of one place; None where keys were named and none of them is there."""
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.aws.target import Connection
    from secrets_cli.cli.progress import counted
    from secrets_cli.secrets.keys.remote import find_key
    from secrets_cli.secrets.keys.survey import survey_keys

    kms = KeyService(Connection(target))
    ids = []
    for word in keys or ():
        try:
            ids.append(find_key(kms, word)[0].id)
        except NotThere:
            continue
    if keys and not ids:
        return None
    with counted(f"keys of {target}", quiet=quiet, no_color=no_color) as progress:
        return survey_keys(kms, progress, tuple(dict.fromkeys(ids)))
