"""The gate's judgement as Markdown for a comment on a pull request, or for the summary of a job.

File names and policies are a stranger's words: `markdown_text` writes them so that nothing of them is read as markup.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement, Unreadable
from secrets_cli.gate.rule import Rule
from secrets_cli.inputs.found import Unresolved
from secrets_cli.report.gate_counts import by_severity, counts_line, counts_of, open_findings, scanned_line
from secrets_cli.report.markdown_text import code, sentence
from secrets_cli.wording import how_many

MARK = "<!-- secrets-cli gate -->"
"""Begins the text, so that a later run finds its own comment and writes it anew."""
LONGEST = 65_536
"""Characters that GitHub takes as a comment; bytes are counted here, which are never fewer."""
_END = 200
"""Bytes kept for each thing that is said where something had to be left out."""


def gate_markdown(judgement: Judgement, rules: Mapping[str, Rule], longest: int = LONGEST) -> str:
    """Counts, unreadable files, a table of the open findings worst first, unknowns, and folded away what shows each finding.

    Never longer than `longest` bytes of UTF-8: whole rows and findings are left out, and how many is said.
    """
    findings = by_severity(open_findings(judgement))
    head = [MARK, "## Policy gate", "", f"**{counts_line(counts_of(judgement))}**", "", _scanned(judgement), ""]
    parts = [
        _Part(["### Not readable, and so not passed", ""], [_unreadable(one) for one in judgement.unreadable], "file"),
        _Part(
            ["### Findings", "", "| severity | rule | where | what |", "|---|---|---|---|"],
            [_row(one) for one in findings],
            "finding",
        ),
        _Part(["### Unknown, and so not passed", ""], [_unknown(one) for one in judgement.unresolved], "unknown value"),
        _Part(
            ["<details><summary>What shows each finding, and how to fix it</summary>", ""],
            ["\n".join(_details(one, rules.get(one.rule))) for one in findings],
            "finding",
            close=["", "</details>"],
        ),
    ]
    room = longest - len(parts) * _END - sum(_size(line) for line in head)
    lines = list(head)
    for part in parts:
        made = part.within(room)
        lines += made
        room -= sum(_size(line) for line in made)
    return "\n".join(lines).rstrip("\n") + "\n"


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading and its items, of which as many are written as there is room for."""

    heading: Sequence[str]
    items: Sequence[str]
    noun: str
    close: Sequence[str] = ()

    def within(self, room: int) -> list[str]:
        if not self.items:
            return []
        lines = list(self.heading)
        left = room - sum(_size(line) for line in (*self.heading, *self.close))
        for index, item in enumerate(self.items):
            left -= _size(item)
            if left < 0:
                rest = how_many(len(self.items) - index, self.noun)
                return [*lines, "", f"{rest} not shown here, as there is no room.", *self.close, ""]
            lines.append(item)
        return [*lines, *self.close, ""]


def _size(line: str) -> int:
    return len(line.encode("utf-8", "replace")) + 1


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
