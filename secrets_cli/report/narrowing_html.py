"""A narrowing as one HTML page that needs nothing beside it: no network, no script.

The same narrowing gives the same bytes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import Blocked, InvisibleAction, LevelCount, Narrowing, StatementEvidence
from secrets_cli.report.html_page import Pages
from secrets_cli.report.narrowing_figures import SHADES, by_service, figures_of, timeline_of
from secrets_cli.report.narrowing_report import Reported
from secrets_cli.report.narrowing_risk import removals_by_risk, removals_together, ways_open
from secrets_cli.report.narrowing_words import (
    GAPS_HELP,
    asked_for_words,
    catalog_sentence,
    coverage_sentence,
    gap_state,
    holdout_sentence,
    other_notes,
    proof_sentences,
    seen_words,
    verdict_of,
)

_DENY = "kept"
_SMALLEST = 0.8
"""Per cent of the scale that a bar of at least one action takes, so that it can be seen."""


def narrowing_html(reported: Reported) -> str:
    """The page. The policies are shown only where their proof holds."""
    result = reported.result
    return Pages(("narrowing.css",)).page(
        "narrowing.html",
        result=result,
        verdict=verdict_of(result),
        name=result.principal.rpartition(":")[2] or result.principal,
        coverage=coverage_sentence(reported.coverage),
        catalog=catalog_sentence(reported.catalog.header),
        holdout=holdout_sentence(reported.holdout) if reported.holdout is not None else "",
        gaps=[(gap_state(gap), gap) for gap in result.gaps],
        gaps_help=GAPS_HELP if any(gap.blocks and not gap.accepted for gap in result.gaps) else "",
        narrowing=None if isinstance(result, Blocked) else _narrowing(result, reported),
    )


@dataclass(frozen=True, slots=True)
class _Bar:
    level: str
    before: int
    after: int
    wide: float
    """Per cent of the longest bar."""
    narrow: float


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of JSON, with how deep it is indented; each of its parts with what it is."""

    depth: int
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A statement of the policy and what stands behind it."""

    sid: str
    lines: tuple[_Line, ...]
    kind: str
    """`used`, `implied`, `invisible`, or `kept` for a Deny of the present policy."""
    seen: str
    evidence: StatementEvidence | None
    notes: tuple[str, ...]


def _narrowing(result: Narrowing, reported: Reported) -> Mapping[str, object]:
    ways = ways_open(result, reported.catalog)
    removed = removals_together(removals_by_risk(result, ways, reported.catalog))
    return {
        "proof": tuple(proof_sentences(result.proof)),
        "figures": figures_of(result, ways, reported.catalog),
        "bars": _bars(result.summary.by_access_level),
        "timeline": timeline_of(result.days, reported.coverage),
        "shades": range(1, SHADES + 1),
        "policies": [_policy(one, result) for one in result.policies] if result.proof.holds else [],
        "grave": [one for one in removed if one.risk.is_grave],
        "rest": [(one, by_service(one.actions)) for one in removed if not one.risk.is_grave],
        "closed": [path for path in ways.before if path not in ways.after],
        "asked_for": [(one, asked_for_words(one)) for one in result.asked_for],
        "invisible": _by_reason(result.invisible),
    }


def _bars(levels: Sequence[LevelCount]) -> tuple[_Bar, ...]:
    longest = max((max(level.before, level.after) for level in levels), default=1)
    return tuple(
        _Bar(one.level, one.before, one.after, _width(one.before, longest), _width(one.after, longest))
        for one in levels
    )


def _width(count: int, longest: int) -> float:
    return max(round(100 * count / longest, 2), _SMALLEST) if count else 0.0


def _policy(policy: Policy, result: Narrowing) -> Mapping[str, object]:
    evidence = {one.sid: one for one in result.statements}
    document = policy_document(policy)
    written = document["Statement"]
    assert isinstance(written, list), "a rendered policy has a list of statements"
    return {
        "text": json.dumps(document, indent=2, ensure_ascii=False),
        "size": len(json.dumps(document, separators=(",", ":"), ensure_ascii=False)),
        "statements": [
            _statement(statement.sid or "", document, evidence.get(statement.sid or ""), statement.effect.value)
            for statement, document in zip(policy.statements, written, strict=True)
        ],
    }


def _statement(sid: str, document: JsonValue, evidence: StatementEvidence | None, effect: str) -> _Shown:
    is_deny = effect == "Deny"
    known = evidence is not None and not is_deny
    kind = evidence.origin.value if evidence is not None and known else _DENY
    seen = seen_words(evidence) if evidence is not None and known else "a Deny, kept word for word"
    notes = other_notes(evidence) if evidence is not None else ()
    return _Shown(sid, tuple(_lines(document)), kind, seen, evidence, notes)


_TOKEN = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*")(?=:)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<mark>[^"]+)')


def _lines(document: JsonValue) -> Iterator[_Line]:
    for line in json.dumps(document, indent=2, ensure_ascii=False).split("\n"):
        bare = line.lstrip(" ")
        parts = tuple((found.lastgroup or "mark", found.group()) for found in _TOKEN.finditer(bare))
        yield _Line((len(line) - len(bare)) // 2, parts)


@dataclass(frozen=True, slots=True)
class _Hidden:
    reason: str
    kept: bool
    items: tuple[InvisibleAction, ...]


def _by_reason(invisible: Sequence[InvisibleAction]) -> tuple[_Hidden, ...]:
    groups: dict[tuple[str, bool], list[InvisibleAction]] = {}
    for item in invisible:
        groups.setdefault((item.reason, item.kept), []).append(item)
    return tuple(_Hidden(*key, tuple(of)) for key, of in groups.items())
