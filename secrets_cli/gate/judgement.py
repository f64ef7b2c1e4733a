"""What the gate has to say about all files it was given: findings, what is unknown, what could not be read, counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from secrets_cli.gate.engine import judge
from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Rule
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import Unresolved
from secrets_cli.inputs.read_tree import Passed, ReadFile, ReadTree, Unreadable
from secrets_cli.severity import Severity

if TYPE_CHECKING:
    from secrets_cli.gate.suppression import Suppression
    from secrets_cli.gate.widening import NewAccess

__all__ = ["Judgement", "Passed", "Scanned", "Unreadable", "findings_of", "judge_all", "judgement_of"]


@dataclass(frozen=True, slots=True)
class Scanned:
    """How much was looked at."""

    files: int = 0
    """Files that were read and found to be of a kind that holds policies."""
    policies: int = 0
    statements: int = 0
    functions: int = 0
    principals: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Files that were not judged, by reason: `ignored by git`, `of no kind that holds policies`, ..."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """The files by what they are: `policy`, `cloudformation`, ..."""
    passed: tuple[Passed, ...] = ()
    """Folders, links and files that were not looked into, one by one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole result; every report is made of it alone."""

    findings: tuple[Finding, ...] = ()
    """In the order of file, line, column and rule; of every state."""
    unresolved: tuple[Unresolved, ...] = ()
    """In the order of their places, each once."""
    unreadable: tuple[Unreadable, ...] = ()
    """In the order of their files."""
    scanned: Scanned = field(default_factory=Scanned)
    fixed: tuple[str, ...] = ()
    """Fingerprints of the baseline for which there is no finding any more."""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The text of every file that was read, by the name that locations have: for code frames. It may hold secrets."""

    access: "tuple[NewAccess, ...]" = ()
    """Compared with a base: all access that is new, whether or not a finding speaks of it."""
    new_suppressions: "tuple[Suppression, ...]" = ()
    """Compared with a base: those that stand in files now and did not then."""
    known: int = 0
    """Compared with a base: how many findings are left out, as the base has them."""
    base: str = ""
    """The commit that it is compared with; empty where it is not."""

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the findings that are open."""
        severities = (one.severity for one in self.findings if one.state is State.OPEN)
        return max(severities, key=lambda one: one.rank, default=None)


def judge_all(tree: ReadTree, knowledge: Knowledge, rules: Sequence[Rule]) -> Judgement:
    """Judge all that was read; pure.

    Of two findings of one rule at one place, in what was read for two files (a policy file that several modules or
    settings name), the first is kept.
    """
    return judgement_of(tree, [findings_of(one, knowledge, rules) for one in tree.files])


def findings_of(file: ReadFile, knowledge: Knowledge, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    """The findings about one file or configuration."""
    return tuple(one for one in judge([file.found], knowledge, rules) if one.location.file not in file.context)


def judgement_of(tree: ReadTree, findings: Sequence[Sequence[Finding]]) -> Judgement:
    """The judgement of a tree from the findings about each of its files, in their order."""
    unresolved = {
        one: None for file in tree.files for one in file.found.unresolved if one.location.file not in file.context
    }
    return Judgement(
        findings=tuple(sorted(_once(findings), key=_order)),
        unresolved=tuple(sorted(unresolved, key=lambda one: _place(one.location))),
        unreadable=tuple(sorted(tree.unreadable, key=lambda one: (one.file, one.message))),
        scanned=_scanned(tree),
        texts={name: text for file in tree.files for name, text in file.texts.items()},
    )


def _scanned(tree: ReadTree) -> Scanned:
    policies = [(file.name, policy) for file in tree.files for policy in file.found.policies]
    kinds: dict[str, int] = {}
    for file in tree.files:
        kinds[file.kind] = kinds.get(file.kind, 0) + len(file.own - file.context)
    return Scanned(
        files=sum(kinds.values()),
        policies=len(policies),
        statements=sum(len(policy.policy.statements) for _, policy in policies),
        functions=sum(len(file.found.functions) for file in tree.files),
        principals=len({(name, policy.principal) for name, policy in policies if policy.principal}),
        skipped=tree.skipped,
        kinds=dict(sorted(kinds.items())),
        passed=tree.passed,
    )


def _once(findings: Sequence[Sequence[Finding]]) -> list[Finding]:
    told: set[tuple[str, Location]] = set()
    kept: list[Finding] = []
    for of_file in findings:
        kept += [one for one in of_file if (one.rule, one.location) not in told]
        told |= {(one.rule, one.location) for one in of_file}
    return kept


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return *_place(finding.location), finding.rule, finding.message


def _place(location: Location) -> tuple[str, int, int]:
    return location.file, location.line, location.column
