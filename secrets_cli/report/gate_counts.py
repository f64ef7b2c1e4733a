"""What every report of the gate counts, and how it says it."""

from collections.abc import Iterable
from dataclasses import dataclass

from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.judgement import Judgement, Scanned
from secrets_cli.report.printable import printable
from secrets_cli.severity import Severity
from secrets_cli.wording import how_many

WORST_FIRST = tuple(sorted(Severity, key=lambda one: -one.rank))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings there are of each state, and of the open ones of each severity."""

    open: dict[Severity, int]
    """In the order from worst to least, each severity named."""
    suppressed: int
    baselined: int
    fixed: int
    unresolved: int
    unreadable: int

    @property
    def all_open(self) -> int:
        """Open findings of every severity."""
        return sum(self.open.values())


def counts_of(judgement: Judgement) -> Counts:
    """The counts of a judgement."""
    states = [one.state for one in judgement.findings]
    severities = [one.severity for one in open_findings(judgement)]
    return Counts(
        open={severity: severities.count(severity) for severity in WORST_FIRST},
        suppressed=states.count(State.SUPPRESSED),
        baselined=states.count(State.BASELINED),
        fixed=len(judgement.fixed),
        unresolved=len(judgement.unresolved),
        unreadable=len(judgement.unreadable),
    )


def open_findings(judgement: Judgement) -> tuple[Finding, ...]:
    """The findings that are neither suppressed nor in the baseline, in the judgement's order."""
    return tuple(one for one in judgement.findings if one.state is State.OPEN)


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first, else in the order given."""
    return tuple(sorted(findings, key=lambda one: -one.severity.rank))


def counts_line(counts: Counts) -> str:
    """`3 findings: 1 high, 2 medium; 1 suppressed, 4 in the baseline, 1 fixed; 2 unknown`."""
    open_ones = ", ".join(f"{number:,} {severity.value}" for severity, number in counts.open.items() if number)
    parts = [f"{how_many(counts.all_open, 'finding')}: {open_ones}" if open_ones else "no findings"]
    aside = ((counts.suppressed, "suppressed"), (counts.baselined, "in the baseline"), (counts.fixed, "fixed"))
    if said := ", ".join(f"{number:,} {what}" for number, what in aside if number):
        parts.append(said)
    if counts.unresolved:
        parts.append(f"{counts.unresolved:,} unknown")
    if counts.unreadable:
        parts.append(f"{how_many(counts.unreadable, 'file')} not readable")
    return "; ".join(parts)


def scanned_line(scanned: Scanned) -> str:
    """`scanned 4 files: 9 policies, 30 statements, 2 functions, 5 principals; left out 3 (2 ignored by git, 1 binary)`."""
    policies = f"{scanned.policies:,} {'policy' if scanned.policies == 1 else 'policies'}"
    rest = ((scanned.statements, "statement"), (scanned.functions, "function"), (scanned.principals, "principal"))
    line = f"scanned {how_many(scanned.files, 'file')}: {policies}, " + ", ".join(how_many(*one) for one in rest)
    if not scanned.skipped:
        return line
    reasons = ", ".join(f"{number:,} {printable(reason)}" for reason, number in sorted(scanned.skipped.items()))
    return f"{line}; left out {sum(scanned.skipped.values()):,} ({reasons})"
