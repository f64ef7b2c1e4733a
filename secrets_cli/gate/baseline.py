"""The baseline: findings that were there when it was written, and that do not fail a run while they stay.

An entry is told by its fingerprint alone, which holds no line: a statement that moved is still the same, one that says
something else is not. A file's path is part of it, so findings of a file that was renamed are new until the baseline is
updated. Findings about suppressions are in no baseline. No entry holds a value of a secret, as no finding does.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from secrets_cli.errors import MalformedInput
from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.settings import Folders
from secrets_cli.gate.suppression import ABOUT_SUPPRESSIONS
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString, read_json
from secrets_cli.iam.location import Location

SCHEMA = "secrets-cli/gate-baseline/1"

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding of the baseline."""

    fingerprint: str
    rule: str
    file: str
    """Relative to the top of the repository, with `/`."""
    principal: str
    message: str
    since: str
    """The day on which it was taken in, `YYYY-MM-DD`."""
    reason: str = ""
    """Why it stays, where somebody wrote it down."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries, by file, rule, principal, message and fingerprint."""

    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """A baseline brought up to date."""

    baseline: Baseline
    removed: tuple[Entry, ...]
    """Fixed: there is no finding any more."""
    added: tuple[Entry, ...]


def apply_baseline(
    findings: Sequence[Finding], baseline: Baseline, is_judged: Callable[[str], bool] = lambda _file: True
) -> tuple[tuple[Finding, ...], tuple[Entry, ...]]:
    """The findings, open ones of the baseline with the state BASELINED; and the entries that are fixed.

    `is_judged` says of a path (relative to the top) whether this run would have judged a file there: an entry of another is
    not fixed.
    """
    known = {entry.fingerprint: entry for entry in baseline.entries}
    result = tuple(_baselined(finding, known.get(finding.fingerprint)) for finding in findings)
    return result, fixed_entries(findings, baseline, is_judged)


def fixed_entries(
    findings: Iterable[Finding], baseline: Baseline, is_judged: Callable[[str], bool] = lambda _file: True
) -> tuple[Entry, ...]:
    """The entries for which there is no finding any more, of whatever state."""
    there = {finding.fingerprint for finding in findings}
    return tuple(one for one in baseline.entries if one.fingerprint not in there and is_judged(one.file))


def baseline_of(findings: Iterable[Finding], today: str, folders: Folders) -> Baseline:
    """A baseline of the findings that are open or in a baseline already."""
    return Baseline(_sorted(_entry(one, today, folders) for one in findings if _belongs(one)))


def updated(
    baseline: Baseline,
    findings: Sequence[Finding],
    today: str,
    folders: Folders,
    *,
    add: bool,
    is_judged: Callable[[str], bool] = lambda _file: True,
) -> Update:
    """The baseline without what is fixed and, with `add`, with what is new. What stays keeps its day and its reason."""
    removed = fixed_entries(findings, baseline, is_judged)
    gone = {one.fingerprint for one in removed}
    kept = [one for one in baseline.entries if one.fingerprint not in gone]
    known = {one.fingerprint for one in kept}
    new = baseline_of((one for one in findings if one.fingerprint not in known), today, folders) if add else Baseline()
    return Update(Baseline(_sorted((*kept, *new.entries))), removed, new.entries)


def baseline_json(baseline: Baseline) -> str:
    """The text of the file: the same entries give the same text."""
    entries = [_entry_json(one) for one in baseline.entries]
    return json.dumps({"schema": SCHEMA, "entries": entries}, indent=2, ensure_ascii=False) + "\n"


def read_baseline(text: str, name: str) -> Baseline:
    """The baseline that the text holds. Raises MalformedInput, with the place, where it is none."""
    document = read_json(text, name)
    root = document.root
    if not isinstance(root, JsonObject) or not _is_text(root.get("schema"), SCHEMA):
        raise _wrong(document, root, f'a baseline of the gate begins with `"schema": "{SCHEMA}"`')
    entries = root.get("entries")
    if not isinstance(entries, JsonArray):
        raise _wrong(document, root, "a baseline has a list `entries`")
    read = [_read_entry(document, node) for node in entries.items]
    seen: set[str] = set()
    for node, entry in zip(entries.items, read, strict=True):
        if entry.fingerprint in seen:
            raise _wrong(document, node, "an entry with this fingerprint stands above already")
        seen.add(entry.fingerprint)
    return Baseline(_sorted(read))


def _baselined(finding: Finding, entry: Entry | None) -> Finding:
    if entry is None or finding.state is not State.OPEN or finding.rule in ABOUT_SUPPRESSIONS:
        return finding
    note = f"in the baseline since {entry.since}" + (f": {entry.reason}" if entry.reason else "")
    return replace(finding, state=State.BASELINED, note=note)


def _belongs(finding: Finding) -> bool:
    return finding.state is not State.SUPPRESSED and finding.rule not in ABOUT_SUPPRESSIONS


def _entry(finding: Finding, today: str, folders: Folders) -> Entry:
    file = folders.from_top(finding.location.file)
    return Entry(finding.fingerprint, finding.rule, file, finding.principal, finding.message, today)


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda one: (one.file, one.rule, one.principal, one.message, one.fingerprint)))


def _entry_json(entry: Entry) -> Mapping[str, str]:
    written = {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "file": entry.file,
        "principal": entry.principal,
        "message": entry.message,
        "since": entry.since,
    }
    return {**written, "reason": entry.reason} if entry.reason else written


def _read_entry(document: JsonDocument, node: JsonNode) -> Entry:
    if not isinstance(node, JsonObject):
        raise _wrong(document, node, "an entry of a baseline is an object")
    entry = Entry(
        fingerprint=_text(document, node, "fingerprint"),
        rule=_text(document, node, "rule"),
        file=_text(document, node, "file"),
        principal=_text(document, node, "principal"),
        message=_text(document, node, "message"),
        since=_text(document, node, "since"),
        reason=_text(document, node, "reason") if node.get("reason") is not None else "",
    )
    if not _FINGERPRINT.fullmatch(entry.fingerprint):
        raise _wrong(document, node, "a `fingerprint` has 64 hexadecimal digits in lower case")
    if not _DAY.fullmatch(entry.since):
        raise _wrong(document, node, "`since` is a day, YYYY-MM-DD")
    return entry


def _text(document: JsonDocument, node: JsonObject, name: str) -> str:
    value = node.get(name)
    if not isinstance(value, JsonString):
        raise _wrong(document, value or node, f"an entry of a baseline has a text `{name}`")
    return value.value


def _is_text(node: JsonNode | None, text: str) -> bool:
    return isinstance(node, JsonString) and node.value == text


def _wrong(document: JsonDocument, node: JsonNode, what: str) -> MalformedInput:
    place: Location = document.places.at(node.offset)
    return MalformedInput(f"{place}: {what}", help="write it anew with `secrets-cli gate baseline write`")
