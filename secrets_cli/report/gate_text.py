"""The gate's judgement for people: findings by file with the code they are about, what is unknown, a summary.

No text of a file reaches the reader with its control characters, and no line of one with a value that may be a secret
(`code_frame`, `hidden_values`).
"""

import enum
import itertools
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement, Unreadable
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.widening import NewAccess
from secrets_cli.inputs.found import Unresolved
from secrets_cli.report.code_frame import FramedFile
from secrets_cli.report.gate_counts import counts_line, counts_of, open_findings, scanned_line
from secrets_cli.report.printable import printable
from secrets_cli.severity import Severity
from secrets_cli.wording import how_many

_IN_FULL = 3
"""Findings of one rule in one file that are shown in full; the others are named by their place."""
_NAMED = 20
"""Of those others, how many; the rest is counted."""
_GUTTER = 12
"""Columns that a frame takes beside the code."""


class Look(enum.Enum):
    """How words are set off on a terminal (SGR codes, ECMA-48)."""

    HIGH = "1;31"
    MEDIUM = "33"
    LOW = "36"
    INFO = "2"
    STRONG = "1"
    CARET = "1;35"
    GOOD = "32"


_SEVERITY = {Severity.HIGH: Look.HIGH, Severity.MEDIUM: Look.MEDIUM, Severity.LOW: Look.LOW, Severity.INFO: Look.INFO}


@dataclass(frozen=True, slots=True)
class GateText:
    """Writes judgements as text."""

    rules: Mapping[str, Rule]
    """Rule id -> rule; findings of others are shown without what only the rule knows."""
    sources: Callable[[str], str | None]
    """The text of a file by the name that locations have; None: no code is shown."""
    colour: bool = False
    width: int = 120
    """Columns of the terminal: code is cut to it, sentences are wrapped, words longer than it are left whole."""

    def whole(self, judgement: Judgement) -> str:
        """The report, without a line feed at its end."""
        lines = list(self._files(judgement))
        if judgement.access:
            lines += [self._paint("new access, whether or not a rule speaks of it", Look.STRONG), ""]
            lines += [*itertools.chain.from_iterable(self._access(one) for one in judgement.access), ""]
        if judgement.unresolved:
            lines += [self._paint("unknown, and so not passed", Look.STRONG), ""]
            lines += [*itertools.chain.from_iterable(self._unresolved(one) for one in judgement.unresolved), ""]
        if judgement.unreadable:
            lines += [self._paint("not readable, and so not passed", Look.STRONG), ""]
            lines += [*itertools.chain.from_iterable(self._unreadable(one) for one in judgement.unreadable), ""]
        return "\n".join([*lines, *self._summary(judgement)])

    def one_liners(self, judgement: Judgement) -> str:
        """A line for each open finding, each unknown and each file that is not readable; empty where there is none."""
        lines = [
            f"{_place(one)}: {self._severity(one.severity)} {printable(one.rule)}: {printable(one.message)}"
            for one in open_findings(judgement)
        ]
        lines += [f"{printable(str(one.location))}: unknown: {printable(one.reason)}" for one in judgement.unresolved]
        lines += [f"{printable(one.file)}: not readable: {printable(one.message)}" for one in judgement.unreadable]
        return "\n".join(lines)

    def _files(self, judgement: Judgement) -> Iterator[str]:
        for file, findings in itertools.groupby(open_findings(judgement), key=lambda one: one.location.file):
            text = self.sources(file)
            framed = FramedFile(text, self._secret_lines(judgement, file)) if text is not None else None
            yield from self._file(file, tuple(findings), framed)

    def _secret_lines(self, judgement: Judgement, file: str) -> frozenset[int]:
        """Of findings of every state: one that is suppressed is about a secret all the same."""
        return frozenset(
            one.location.line for one in judgement.findings if one.location.file == file and self._masks(one)
        )

    def _masks(self, finding: Finding) -> bool:
        rule = self.rules.get(finding.rule)
        return rule is not None and rule.masks_line

    def _file(self, file: str, findings: Sequence[Finding], framed: FramedFile | None) -> Iterator[str]:
        yield f"{self._paint(printable(file), Look.STRONG)}: {how_many(len(findings), 'finding')}"
        yield ""
        seen: dict[str, list[Finding]] = {}
        for finding in findings:
            same = seen.setdefault(finding.rule, [])
            same.append(finding)
            if len(same) <= _IN_FULL:
                yield from self._finding(finding, framed, is_first=len(same) == 1)
        for rule, same in seen.items():
            yield from self._rest(rule, same[_IN_FULL:])

    def _finding(self, finding: Finding, framed: FramedFile | None, is_first: bool) -> Iterator[str]:
        """The finding; what its rule says of all of them, with the first of a file alone."""
        whose = f" ({printable(finding.principal)})" if finding.principal else ""
        heading = f"{self._severity(finding.severity)} {self._paint(printable(finding.rule), Look.STRONG)}"
        yield f"  {heading}  {self._paint(_place(finding), Look.INFO)}{whose}"
        yield from self._wrapped("    ", finding.message)
        yield from self._frame(finding, framed)
        for one in finding.evidence:
            yield from self._wrapped("    - ", one)
        rule = self.rules.get(finding.rule)
        if finding.fix is not None:
            how = "`--fix` does it" if finding.fix.safe else "`--fix-unsafe` does it: it may take away what is used"
            yield from self._wrapped("    fix: ", f"{finding.fix.what} ({how})")
        elif rule is not None and is_first:
            yield from self._how_to_fix(rule.how_to_fix)
        if rule is not None and is_first:
            yield self._paint(f"    docs: secrets-cli gate explain {rule.id}", Look.INFO)
        yield ""

    def _how_to_fix(self, text: str) -> Iterator[str]:
        """A rule's words: a paragraph, or a list of ways with one on each line."""
        lead = "    fix: "
        for paragraph in re.split(r"\n(?=\* )|\n{2,}", text):
            yield from self._wrapped(lead, " ".join(paragraph.split()))
            lead = " " * len(lead)

    def _access(self, access: NewAccess) -> Iterator[str]:
        whose = f" ({access.principal})" if access.principal else ""
        yield from self._wrapped("  ", f"{access.location}{whose}: {access.what}")

    def _frame(self, finding: Finding, framed: FramedFile | None) -> Iterator[str]:
        if framed is None:
            return
        place = finding.location
        width = max(self.width - _GUTTER, 20)
        for line in framed.frame(place.line, place.column, width, context=not self._masks(finding)):
            gutter = self._paint(f"{line.number or '':>9} |", Look.INFO)
            shown = line.text if line.number else self._paint(line.text, Look.CARET)
            yield f"{gutter} {shown}" if line.text else gutter

    def _rest(self, rule: str, findings: Sequence[Finding]) -> Iterator[str]:
        if not findings:
            return
        yield f"  {self._paint(printable(rule), Look.STRONG)}: {how_many(len(findings), 'more finding')} in this file"
        for one in findings[:_NAMED]:
            yield f"    {self._severity(one.severity)} {_place(one)}: {printable(one.message)}"
        if len(findings) > _NAMED:
            yield f"    and {len(findings) - _NAMED:,} more; `--format json` lists each"
        yield ""

    def _unresolved(self, unknown: Unresolved) -> Iterator[str]:
        yield from self._wrapped("  ", f"{unknown.location}: {unknown.reason}")
        if unknown.supply:
            yield from self._wrapped("    supply: ", unknown.supply)

    def _unreadable(self, file: Unreadable) -> Iterator[str]:
        yield from self._wrapped("  ", file.message if file.file in file.message else f"{file.file}: {file.message}")
        if file.help:
            yield from self._wrapped("    help: ", file.help)

    def _summary(self, judgement: Judgement) -> Iterable[str]:
        counts = counts_of(judgement)
        clean = not (counts.all_open or counts.unresolved or counts.unreadable)
        return self._paint(counts_line(counts), Look.GOOD if clean else Look.STRONG), scanned_line(judgement.scanned)

    def _wrapped(self, lead: str, text: str) -> list[str]:
        """A sentence of others, on as many lines as it takes, behind what leads it; no word is broken."""
        return textwrap.wrap(
            printable(text),
            max(self.width, 40),
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [lead.rstrip()]

    def _severity(self, severity: Severity) -> str:
        return self._paint(severity.value, _SEVERITY[severity])

    def _paint(self, text: str, look: Look) -> str:
        return f"\x1b[{look.value}m{text}\x1b[0m" if self.colour else text


def _place(finding: Finding) -> str:
    return printable(str(finding.location))
