"""The gate's judgement as workflow commands: annotations of the files of a pull request on GitHub.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; escaped as
https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts does it. File names and policies of a pull request
are a stranger's: no character of them may begin a command of its own.
"""

from collections.abc import Iterable, Iterator, Mapping

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement
from secrets_cli.gate.rule import Rule
from secrets_cli.iam.location import Location
from secrets_cli.report.gate_counts import by_severity, counts_line, counts_of, open_findings, scanned_line
from secrets_cli.report.printable import printable
from secrets_cli.severity import Severity

_COMMAND = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice", Severity.INFO: "notice"}
_SHOWN_PER_LEVEL = 10
"""GitHub shows that many annotations of each level for a step, and drops the others without a word:
https://github.com/orgs/community/discussions/26680."""


def gate_github(judgement: Judgement, rules: Mapping[str, Rule]) -> str:
    """A command for each open finding, worst first, as many as GitHub shows; the others, and the counts, as lines of the log.

    Files that cannot be read are errors and what is unknown is a warning, before the findings of that level.
    """
    annotations = list(_annotations(judgement, rules))
    shown: list[str] = []
    beyond: list[str] = []
    for level in ("error", "warning", "notice"):
        of_level = [one for one in annotations if one.startswith(f"::{level} ")]
        shown += of_level[:_SHOWN_PER_LEVEL]
        beyond += of_level[_SHOWN_PER_LEVEL:]
    lines = [*shown, counts_line(counts_of(judgement)), scanned_line(judgement.scanned)]
    if beyond:
        lines.append(f"{len(beyond):,} more than GitHub shows as annotations:")
        lines += [f"  {_as_log(one)}" for one in beyond]
    return "\n".join(lines)


def _annotations(judgement: Judgement, rules: Mapping[str, Rule]) -> Iterator[str]:
    for file in judgement.unreadable:
        yield _command("error", {"file": file.file, "title": "not readable"}, (file.message, file.help))
    for unknown in judgement.unresolved:
        supply = f"supply: {unknown.supply}" if unknown.supply else ""
        title = {"title": "unknown, and so not passed"}
        yield _command("warning", _place(unknown.location) | title, (unknown.reason, supply))
    for finding in by_severity(open_findings(judgement)):
        yield _annotation(finding, rules.get(finding.rule))


def _annotation(finding: Finding, rule: Rule | None) -> str:
    fix = " ".join(rule.how_to_fix.split()) if rule else ""
    if finding.fix is not None:
        fix = finding.fix.what
    said = (finding.message, *finding.evidence, f"fix: {fix}" if fix else "")
    title = {"title": f"{finding.severity.value} {finding.rule}"}
    return _command(_COMMAND[finding.severity], _place(finding.location) | title, said)


def _place(location: Location) -> dict[str, str]:
    return {"file": location.file, "line": str(location.line), "col": str(location.column)}


def _command(name: str, properties: Mapping[str, str], said: Iterable[str]) -> str:
    """The command; `said` becomes a line each."""
    written = ",".join(f"{key}={_property(printable(value))}" for key, value in properties.items())
    return f"::{name} {written}::{_data(chr(10).join(printable(one) for one in said if one))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _as_log(command: str) -> str:
    """The first line of an annotation, as a line of the log that is no command."""
    properties, _, said = command.removeprefix("::").partition("::")
    return printable(f"{properties}: {said.partition('%0A')[0]}")
