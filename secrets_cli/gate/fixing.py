"""Mending findings in the text of files, each fix proven after it was made.

A fix is made in a copy of the text, which is read again. It stays only where the new text grants nothing that the old did not
and its finding is gone. A safe fix also takes no request away that anybody is known to make; one that does is made where unsafe
ones are asked for. Where logs are at hand, every request that they show must still be allowed. A fix that fails one of these is
dropped, with the reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.gate.edits import edited, file_of
from secrets_cli.gate.engine import judge
from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.fix import Change, Fix, RemoveStatement, ReplacePolicies, ReplaceValues, SetVersion
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.pairing import Files, pairs_of
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.widened import Newness, Sources, Widened, widened_statements
from secrets_cli.gate.written import written_in
from secrets_cli.inputs.found import Found
from secrets_cli.inputs.list_edit import CannotEdit

Reread = Callable[[Mapping[str, str]], Found | str]
"""What the files of one configuration hold with other texts, or why they cannot be read."""
StillAllowed = Callable[[Found, Found], str]
"""Of the files before and after: an observed request that is no longer allowed, in words; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Files that are judged together, as they are."""

    found: Found
    texts: Mapping[str, str]
    """The files that may be edited, by the name that locations have."""


@dataclass(frozen=True, slots=True)
class FixAsk:
    """How to mend."""

    reread: Reread
    knowledge: Knowledge
    rules: Sequence[Rule]
    unsafe: bool
    still_allowed: StillAllowed = lambda _before, _after: ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A fix that was not made."""

    finding: Finding
    why: str
    """Lower-case, without a full stop."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of one configuration."""

    texts: Mapping[str, str]
    """The files that changed, with their new texts."""
    applied: tuple[Finding, ...]
    """Findings that are mended, as they were."""
    dropped: tuple[Dropped, ...]


def mend(configuration: Configuration, findings: Iterable[Finding], ask: FixAsk) -> Mended:
    """The configuration with the fixes of its open findings made, one after the other."""
    all_findings = tuple(findings)
    wanted = [one for one in all_findings if one.state is State.OPEN and _is_asked(one.fix, ask)]
    state = _State(configuration, ask, {one.fingerprint for one in all_findings} - {one.fingerprint for one in wanted})
    state.run(wanted)
    changed = {name: text for name, text in state.texts.items() if text != configuration.texts[name]}
    return Mended(changed, tuple(state.applied), tuple(state.dropped))


def _is_asked(fix: Fix | None, ask: FixAsk) -> bool:
    return fix is not None and (fix.safe or ask.unsafe)


class _State:
    """The texts as they are after the fixes so far."""

    __slots__ = ("applied", "ask", "dropped", "found", "left", "texts")

    def __init__(self, before: Configuration, ask: FixAsk, left: set[str]) -> None:
        self.texts = dict(before.texts)
        self.found = before.found
        self.ask = ask
        self.left = left
        self.applied: list[Finding] = []
        self.dropped: list[Dropped] = []

    def run(self, wanted: Sequence[Finding]) -> None:
        """Each fix with the places that it has by then: an earlier one may have moved what it is about."""
        current: Sequence[Finding] = wanted
        for finding in wanted:
            present = next((one for one in current if one.fingerprint == finding.fingerprint), None)
            if present is None:
                present = next((one for one in current if _is_alike(one, finding) and one.fix is not None), None)
            if present is None or present.fix is None:
                continue  # another fix has mended it
            why = self.make(present, present.fix)
            if why:
                self.dropped.append(Dropped(finding, why))
                continue
            self.applied.append(finding)
            judged = judge([self.found], self.ask.knowledge, self.ask.rules)
            current = [one for one in judged if one.fingerprint not in self.left]

    def make(self, finding: Finding, fix: Fix) -> str:
        """Make one fix; the reason where it is not made."""
        made = _edited(self.texts, fix)
        if isinstance(made, CannotEdit):
            return made.reason
        after = self.ask.reread({**self.texts, **made})
        if isinstance(after, str):
            return f"the file could not be read afterwards: {after}"
        wrong = self.wrong(finding, fix, {**self.texts, **made}, after)
        if not wrong:
            self.texts.update(made)
            self.found = after
        return wrong

    def wrong(self, finding: Finding, fix: Fix, texts: Mapping[str, str], after: Found) -> str:
        """Why the result must not stay."""
        wider = _beyond(_Held(self.found, self.texts), _Held(after, texts), self.ask.knowledge)
        if wider:
            return f"the result is not proven to grant nothing new: {wider[0].what}"
        if len(after.unresolved) > len(self.found.unresolved):
            return "something is unresolved afterwards that was not"
        lost = _beyond(_Held(after, texts), _Held(self.found, self.texts), self.ask.knowledge)
        if fix.safe and not self.ask.unsafe and any(not one.only_unknown for one in lost):
            return f"it takes away access that somebody may need: {lost[0].what.removeprefix('newly ')}"
        refused = self.ask.still_allowed(self.found, after)
        if refused:
            return f"the logs show a request that would no longer be allowed: {refused}"
        there = judge([after], self.ask.knowledge, self.ask.rules)
        if any(one.fingerprint == finding.fingerprint for one in there):
            return "the finding would stay"
        return ""


@dataclass(frozen=True, slots=True)
class _Held:
    found: Found
    texts: Mapping[str, str]


def _beyond(old: _Held, new: _Held, knowledge: Knowledge) -> tuple[Widened, ...]:
    """The statements of the new side that are not proven to be within the old side."""
    files = Files(lambda name: name, lambda name: name, {})
    sources = Sources(written_in(old.texts), written_in(new.texts), knowledge.known, lambda _found: True)
    said = (one for pair in pairs_of((old.found,), (new.found,), files) for one in widened_statements(pair, sources))
    return tuple(one for one in said if one.newness is not Newness.SAME)


def _is_alike(one: Finding, other: Finding) -> bool:
    return (one.rule, one.principal, one.location.file) == (other.rule, other.principal, other.location.file)


def _edited(texts: Mapping[str, str], fix: Fix) -> Mapping[str, str] | CannotEdit:
    """The texts that change. Changes are made from the last place to the first, so that the places before stay right."""
    made: dict[str, str] = {}
    for change in sorted(fix.changes, key=_place, reverse=True):
        name = file_of(change)
        if name not in texts:
            return CannotEdit(f"`{name}` is read for another file, and is not edited")
        result = edited(made.get(name, texts[name]), name, change)
        if isinstance(result, CannotEdit):
            return result
        made[name] = result
    return made


def _place(change: Change) -> tuple[int, int]:
    match change:
        case ReplaceValues(statement) | RemoveStatement(statement):
            place = statement
        case SetVersion(document):
            place = document
        case ReplacePolicies(documents):
            place = documents[0]
    return place.line, place.column
