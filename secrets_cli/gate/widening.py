"""What is new in a change: access that the head grants and the base does not, and the findings that speak of it.

Access is compared by containment, principal by principal, so moving, reformatting, reordering, splitting and narrowing are
nothing. A finding about access is new where it speaks of a statement that is not within the base's policies of that principal;
any other finding where the base has none of the same fingerprint, nor one of the same words about the same principal. What
cannot be decided is neither passed nor blamed: it is unresolved.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.pairing import Files, pairs_of
from secrets_cli.gate.rule import ByEngine, OfFunction, Rule
from secrets_cli.gate.settings import Folders
from secrets_cli.gate.suppression import Suppression
from secrets_cli.gate.suppressions import suppressions_in
from secrets_cli.gate.widened import Newness, Sources, Widened, widened_statements
from secrets_cli.gate.written import written_in
from secrets_cli.iam.location import Location
from secrets_cli.iam.request import Request
from secrets_cli.inputs.found import Found, Unresolved

NOT_ABOUT_ACCESS: Final = frozenset(
    {
        "unknown-action",
        "dead-resource",
        "malformed-arn",
        "invalid-account-id",
        "placeholder",
        "condition-never-holds",
        "condition-always-holds",
        "dead-statement",
        "unreachable-allow",
        "subsumed-statement",
        "deprecated-version",
        "policy-too-large",
        "second-opinion",
        "required-by-team",
    }
)
"""Rules that speak of statements and not of what they grant: a change that takes access away may well bring such a finding."""


_NUMBERED = re.compile(r"\bstatement \d+")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two trees, read and judged by the same rules and settings."""

    found: tuple[Found, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, str]
    """The files, by the name that locations have: name -> text."""
    folders: Folders
    """How this side names files."""


@dataclass(frozen=True, slots=True)
class NewAccess:
    """A statement of the head that grants what the base does not."""

    principal: str
    """As the file names it; empty for a policy by itself."""
    location: Location
    """Of the statement."""
    witness: Request | None
    """A request that becomes possible. None where the whole principal is new, or where it only shows in who may do it."""
    what: str
    """In words, lower-case, without a full stop."""


@dataclass(frozen=True, slots=True)
class NewInHead:
    """What the change brings."""

    findings: tuple[Finding, ...]
    """Those of the head that are new, in their order."""
    access: tuple[NewAccess, ...]
    """All access that is new, whether or not a finding speaks of it, in the order of its places."""
    unresolved: tuple[Unresolved, ...]
    """What is newly unknown, and what could not be decided of findings."""
    known: int
    """How many findings of the head are left out, as they are not new."""
    suppressions: tuple[Suppression, ...] = ()
    """Those that stand in files of the head and did not in the base: whoever reviews the change should see them."""


def new_in_head(
    base: Side, head: Side, renamed: Mapping[str, str], knowledge: Knowledge, rules: Sequence[Rule]
) -> NewInHead:
    """What is new in the head. `renamed` tells the former name of a file, from the top of the repository, by the present."""
    files = Files(base.folders.from_top, head.folders.from_top, renamed)
    sources = Sources(written_in(base.texts), written_in(head.texts), knowledge.known, _unknown_alike(base, files))
    widened = _worst(
        one for pair in pairs_of(base.found, head.found, files) for one in widened_statements(pair, sources)
    )
    sorting = _Sorting(widened, _Before(base, files), {rule.id: rule for rule in rules})
    sorted_out = [(finding, sorting.newness_of(finding)) for finding in head.findings]
    findings = tuple(sorting.with_witness(one) for one, newness in sorted_out if newness is Newness.NEW)
    undecided = (sorting.undecided(one) for one, newness in sorted_out if newness is Newness.UNDECIDED)
    return NewInHead(
        findings,
        tuple(sorted(_accesses(widened.values()), key=lambda one: _place(one.location))),
        tuple(dict.fromkeys((*_newly_unknown(base, head, files), *undecided))),
        len(head.findings) - len(findings),
        tuple(_new_suppressions(base, head, files, [rule.id for rule in rules])),
    )


def _worst(widened: Iterable[Widened]) -> dict[tuple[str, Location], Widened]:
    """Of each statement of each principal the worst that is said of it."""
    worst: dict[tuple[str, Location], Widened] = {}
    for one in widened:
        key = (one.principal, one.location)
        if key not in worst or one.newness.rank > worst[key].newness.rank:
            worst[key] = one
    return worst


class _Before:
    """The findings of the base, each of which accounts for one of the head."""

    __slots__ = ("_files", "_fingerprints", "_words")

    def __init__(self, base: Side, files: Files) -> None:
        self._files = files
        self._fingerprints = {one.fingerprint for one in base.findings}
        self._words = Counter(
            (one.rule, files.of_base(one.location.file), one.principal, _words(one)) for one in base.findings
        )

    def has(self, finding: Finding) -> bool:
        """Whether the base has the same finding; one of the same words is counted off."""
        words = (finding.rule, self._files.former(finding.location.file), finding.principal, _words(finding))
        there = self._words[words] > 0
        if there:
            self._words[words] -= 1
        return there or finding.fingerprint in self._fingerprints


def _words(finding: Finding) -> str:
    """The message without the numbers of statements, which change where one is added above."""
    return _NUMBERED.sub("statement", finding.message)


@dataclass(frozen=True, slots=True)
class _Sorting:
    """Tells new findings from others."""

    widened: Mapping[tuple[str, Location], Widened]
    before: _Before
    rules: Mapping[str, Rule]

    def newness_of(self, finding: Finding) -> Newness:
        was_there = self.before.has(finding)
        about = self._about(finding)
        if not about:
            return Newness.SAME if was_there else Newness.NEW
        return max((one.newness for one in about), key=lambda one: one.rank)

    def _about(self, finding: Finding) -> tuple[Widened, ...]:
        """What is said of the statements that a finding about access speaks of; empty for another finding."""
        rule = self.rules.get(finding.rule)
        if rule is None or isinstance(rule.check, OfFunction | ByEngine) or finding.rule in NOT_ABOUT_ACCESS:
            return ()
        said = tuple(self.widened.get((finding.principal, place)) for place in finding.about)
        known = tuple(one for one in said if one is not None)
        return known if len(known) == len(said) else ()

    def with_witness(self, finding: Finding) -> Finding:
        """With what shows that it is new."""
        shown = tuple(
            dict.fromkeys(one.what for one in self._about(finding) if one.newness is Newness.NEW and one.what)
        )
        return replace(finding, evidence=(*finding.evidence, *shown)) if shown else finding

    def undecided(self, finding: Finding) -> Unresolved:
        why = next(one.what for one in self._about(finding) if one.newness is Newness.UNDECIDED)
        return Unresolved(finding.location, f"whether this is new is not decided ({finding.rule}): {why}")


def _new_suppressions(base: Side, head: Side, files: Files, rule_ids: Sequence[str]) -> Iterator[Suppression]:
    before = Counter(
        (files.of_base(name), one.rules, one.until, one.reason)
        for name, text in base.texts.items()
        for one in suppressions_in(text, name, rule_ids)
        if isinstance(one, Suppression)
    )
    for name, text in sorted(head.texts.items()):
        for one in suppressions_in(text, name, rule_ids):
            if not isinstance(one, Suppression):
                continue
            key = (files.former(name), one.rules, one.until, one.reason)
            if before[key] > 0:
                before[key] -= 1
            else:
                yield one


def _accesses(widened: Iterable[Widened]) -> Iterator[NewAccess]:
    return (
        NewAccess(one.principal, one.location, one.witness, one.what) for one in widened if one.newness is Newness.NEW
    )


def _unknown_alike(base: Side, files: Files) -> Callable[[Found], bool]:
    before = {(files.of_base(one.location.file), one.reason) for found in base.found for one in found.unresolved}

    def alike(found: Found) -> bool:
        return all((files.former(one.location.file), one.reason) in before for one in found.unresolved)

    return alike


def _newly_unknown(base: Side, head: Side, files: Files) -> Iterator[Unresolved]:
    """What is unknown in the head more often than it was in the base."""
    before = Counter(
        (files.of_base(one.location.file), one.reason)
        for one in dict.fromkeys(one for found in base.found for one in found.unresolved)
    )
    for one in dict.fromkeys(one for found in head.found for one in found.unresolved):
        key = (files.former(one.location.file), one.reason)
        if before[key] > 0:
            before[key] -= 1
        else:
            yield one


def _place(location: Location) -> tuple[str, int, int]:
    return location.file, location.line, location.column
