"""The gate's judgement as Markdown for a comment on a pull request, or for the summary of a job.

File names and policies are a stranger's words: `markdown_text` writes them so that nothing of them is read as markup.
"""

from collections.abc import Iterator, Mapping

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement, Unreadable
from secrets_cli.gate.rule import Rule
from secrets_cli.inputs.found import Unresolved
from secrets_cli.report.gate_counts import by_severity, counts_line, counts_of, open_findings, scanned_line
from secrets_cli.report.markdown_parts import LONGEST, Part, within
from secrets_cli.report.markdown_text import code, sentence

MARK = "<!-- secrets-cli gate -->"
"""Begins the text, so that a later run finds its own comment and writes it anew."""


def gate_markdown(judgement: Judgement, rules: Mapping[str, Rule], longest: int = LONGEST) -> str:
    """Counts, unreadable files, a table of the open findings worst first, unknowns, and folded away what shows each finding.

    Never longer than `longest` bytes of UTF-8: whole rows and findings are left out, and how many is said.
    """
    findings = by_severity(open_findings(judgement))
    head = [MARK, "## Policy gate", "", f"**{counts_line(counts_of(judgement))}**", "", _scanned(judgement), ""]
    parts = [
        Part(["### Not readable, and so not passed", ""], [_unreadable(one) for one in judgement.unreadable], "file"),
        Part(
            ["### Findings", "", "| severity | rule | where | what |", "|---|---|---|---|"],
            [_row(one) for one in findings],
            "finding",
        ),
        Part(["### Unknown, and so not passed", ""], [_unknown(one) for one in judgement.unresolved], "unknown value"),
        Part(
            ["<details><summary>What shows each finding, and how to fix it</summary>", ""],
            ["\n".join(_details(one, rules.get(one.rule))) for one in findings],
            "finding",
            close=["", "</details>"],
        ),
    ]
    return within(longest, head, parts)


def _scanned(judgement: Judgement) -> str:
    return sentence(scanned_line(judgement.scanned))


def _row(finding: Finding) -> str:
    cells = (finding.severity.value, code(finding.rule), code(str(finding.location)), sentence(finding.message))
    return f"| {' | '.join(cells)} |"


def _unknown(unknown: Unresolved) -> str:
    supply = f"; supply {sentence(unknown.supply)}" if unknown.supply else ""
    return f"- {code(str(unknown.location))}: {sentence(unknown.reason)}{supply}"


def _unreadable(file: Unreadable) -> str:
    return f"- {code(file.file)}: {sentence(file.message)}" + (f" ({sentence(file.help)})" if file.help else "")


def _details(finding: Finding, rule: Rule | None) -> Iterator[str]:
    whose = f" of {code(finding.principal)}" if finding.principal else ""
    yield f"- **{finding.severity.value}** {code(finding.rule)} at {code(str(finding.location))}{whose}:"
    yield f"  {sentence(finding.message)}"
    yield from (f"  - {sentence(one)}" for one in finding.evidence)
    if finding.fix is not None:
        yield f"  - fix: {sentence(finding.fix.what)}"
    elif rule is not None:
        yield f"  - fix: {' '.join(rule.how_to_fix.split())}"
    if rule is not None:
        yield f"  - `secrets-cli gate explain {rule.id}`"
