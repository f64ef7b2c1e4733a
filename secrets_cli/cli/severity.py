"""The exit code of an audit: by the worst finding."""

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.secrets.finding import Finding, worst
from secrets_cli.severity import Severity

_CODES = {
    Severity.INFO: ExitCode.FINDING_INFO,
    Severity.LOW: ExitCode.FINDING_LOW,
    Severity.MEDIUM: ExitCode.FINDING_MEDIUM,
    Severity.HIGH: ExitCode.FINDING_HIGH,
}


def exit_code_of_findings(findings: tuple[Finding, ...]) -> ExitCode:
    """0 without findings, else 11 to 14 for info to high."""
    return exit_code_of_severity(worst(findings))


def exit_code_of_severity(severity: Severity | None) -> ExitCode:
    """11 to 14 for info to high, 0 for none."""
    return ExitCode.OK if severity is None else _CODES[severity]
