"""`secret audit` as text and as JSON: docs/schemas/secret-audit-1.json."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from secrets_cli.iam.arn import parse_arn
from secrets_cli.json_value import JsonValue
from secrets_cli.report.findings import findings_json, ordered
from secrets_cli.secrets.audit.facts import AccountFacts, Unresolved
from secrets_cli.secrets.audit.project_files import ProjectFacts
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.read_log import ReadLog
from secrets_cli.severity import Severity
from secrets_cli.wording import how_many, iso_time

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = "secrets-cli/secret-audit/1"
_COLOUR = {Severity.INFO: "dim", Severity.LOW: "cyan", Severity.MEDIUM: "yellow", Severity.HIGH: "bold red"}
_SHOWN_OF_A_RULE = 5
"""Info findings of one rule in the text; the JSON has them all."""


def audit_json(
    findings: tuple[Finding, ...],
    unresolved: tuple[Unresolved, ...],
    accounts: Sequence[AccountFacts],
    projects: Sequence[ProjectFacts],
    log: ReadLog | None,
) -> dict[str, JsonValue]:
    """The document of `secret audit`."""
    document: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "findings": findings_json(findings),
        "unresolved": [
            {"where": one.where, "action": one.action or None, "resource": one.resource, "reason": one.reason}
            for one in unresolved
        ],
        "scanned": {
            "accounts": [_scanned(account) for account in accounts],
            "projects": [
                {"folder": one.folder, "files": list(one.files), "settings": len(one.settings)} for one in projects
            ],
        },
    }
    if log is not None:
        document["reads"] = [_reads(account, log) for account in accounts]
    return document


def audit_text(findings: tuple[Finding, ...], unresolved: tuple[Unresolved, ...]) -> "Iterable[RenderableType]":
    """The findings, worst first, then what could not be seen."""
    if findings:
        yield _findings_table(_shortened(findings))
    if unresolved:
        if findings:
            yield ""
        yield _unresolved_table(unresolved)


def audit_summary(
    findings: tuple[Finding, ...],
    unresolved: tuple[Unresolved, ...],
    accounts: Sequence[AccountFacts],
    projects: Sequence[ProjectFacts],
) -> str:
    """One line: how many findings of each severity, what is unresolved, what was looked at."""
    counts = Counter(finding.severity for finding in findings)
    by_severity = ", ".join(
        f"{counts[severity]} {severity.value}" for severity in reversed(Severity) if counts[severity]
    )
    looked = [
        how_many(sum(len(account.parameters) for account in accounts), "parameter") if accounts else "",
        how_many(sum(len(account.functions) for account in accounts), "function") if accounts else "",
        f"in {', '.join(account.where for account in accounts)}" if accounts else "",
        how_many(sum(len(one.files) for one in projects), "file") if projects else "",
    ]
    return (
        f"{how_many(len(findings), 'finding')}{f' ({by_severity})' if by_severity else ''}, {len(unresolved)} unresolved; "
        f"looked at {', '.join(part for part in looked if part) or 'nothing'}"
    )


def _scanned(account: AccountFacts) -> JsonValue:
    return {
        "account": account.place.account,
        "region": account.place.region,
        "parameters": len(account.parameters),
        "secure": sum(parameter.encrypted for parameter in account.parameters),
        "keys": account.keys,
        "functions": len(account.functions),
        "at": iso_time(account.at),
    }


def _reads(account: AccountFacts, log: ReadLog) -> JsonValue:
    """Who read each SecureString, as far as the log knows."""
    return {
        "account": account.place.account,
        "region": account.place.region,
        "parameters": [
            {
                "name": parameter.described.name,
                "arn": parameter.arn,
                "readers": [
                    {
                        "principal": read.principal,
                        "action": read.action,
                        "resource": read.resource,
                        "count": read.count,
                        "last": read.last or None,
                    }
                    for read in log.of(parameter.arn)
                ],
            }
            for parameter in account.parameters
            if parameter.encrypted
        ],
    }


def _shortened(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Info findings of a rule that come in numbers are one row: they would hide the others."""
    counts = Counter(finding.rule for finding in findings if finding.severity is Severity.INFO)
    kept: list[Finding] = []
    told: set[str] = set()
    for finding in findings:
        if finding.severity is not Severity.INFO or counts[finding.rule] <= _SHOWN_OF_A_RULE:
            kept.append(finding)
        elif finding.rule not in told:
            told.add(finding.rule)
            subject = f"{counts[finding.rule]:,} parameters; `--format json` lists them"
            kept.append(Finding(finding.rule, finding.severity, subject, finding.message, finding.fix))
    return tuple(kept)


def _findings_table(findings: tuple[Finding, ...]) -> "RenderableType":
    """Two lines a finding at least: rule over subject, what over what to do; it stays readable on a narrow screen."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("severity", no_wrap=True)
    table.add_column(
        "rule and subject", min_width=max(len(finding.rule) for finding in findings), overflow="fold", ratio=2
    )
    table.add_column("what, and what to do", overflow="fold", ratio=3)
    for finding in ordered(findings):
        table.add_row(
            Text(finding.severity.value, style=_COLOUR[finding.severity]),
            Text(f"{finding.rule}\n{_short(finding.subject)}"),
            Text(f"{finding.message}\n-> {finding.fix}"),
        )
    return table


def _short(subject: str) -> str:
    """An ARN as people read it: `/app/db (111122223333/eu-west-1)`; the JSON has the ARN."""
    arn = parse_arn(subject)
    if arn is None:
        return subject
    name = arn.resource.removeprefix("parameter") if arn.service == "ssm" else arn.resource.replace(":", " ", 1)
    return f"{name}\n({arn.account}/{arn.region})"


def _unresolved_table(unresolved: tuple[Unresolved, ...]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("unresolved", no_wrap=True)
    for title in ("where", "on", "why"):
        table.add_column(title, overflow="fold")
    for one in unresolved:
        shown = _short(one.resource).partition("\n")[0]
        table.add_row(*(Text(cell) for cell in (one.action or "-", one.where, shown, one.reason)))
    return table
