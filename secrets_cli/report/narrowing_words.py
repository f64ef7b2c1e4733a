"""The sentences about a narrowing that every format says alike; plain text with names in backticks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.catalog.header import Header
from secrets_cli.iam.contain import Contained, NotContained, Undecided
from secrets_cli.narrow.holdout import Holdout
from secrets_cli.narrow.narrowing import (
    AskedFor,
    Blocked,
    Containment,
    Gap,
    Narrowing,
    NarrowingResult,
    Origin,
    Proof,
    StatementEvidence,
)
from secrets_cli.report.coverage_words import not_opened_words
from secrets_cli.usage.usage import Coverage
from secrets_cli.wording import how_many


def proof_sentences(proof: Proof) -> Iterator[tuple[bool, str]]:
    """Both directions of the proof: whether each holds, and in words."""
    yield containment_sentence(proof.contained)
    replay = f"{proof.allowed:,} of {proof.requests:,} observed requests are allowed by the narrowed policy"
    yield not proof.denied, replay


def containment_sentence(verdict: Containment) -> tuple[bool, str]:
    """Whether the narrowed policy is proven to grant nothing new, and in words."""
    match verdict:
        case Contained():
            return True, "it grants nothing that the present policies do not grant (proven)"
        case NotContained(witness=witness):
            return False, f"it would grant {witness.action} on `{witness.resource}`, which is not granted now"
        case Undecided(reason=reason):
            return False, f"whether it grants more than now is undecided: {reason}"
        case unreachable:
            assert_never(unreachable)


def coverage_sentence(coverage: Coverage) -> str:
    """What was read."""
    regions = ", ".join(coverage.regions) or "no region"
    return (
        f"Read {how_many(coverage.records, 'record')} in {how_many(coverage.files, 'file')}, "
        f"{coverage.first or 'no time'} to {coverage.last or 'no time'}, {regions}. "
        f"Data events seen: {', '.join(coverage.data_event_types) or 'none'}."
        + "".join(f" Not opened in {one.where}: {not_opened_words(one)}." for one in coverage.not_opened)
    )


def seen_words(statement: StatementEvidence) -> str:
    """What stands behind a statement: `used: 12 events, last 2026-09-27T21:02:59Z`, else its origin."""
    evidence = statement.evidence
    if evidence.events:
        return f"used: {how_many(evidence.events, 'event')}, last {evidence.last_seen or 'at no known time'}"
    return statement.origin.value if statement.origin is not Origin.INVISIBLE else "not visible in these logs"


def other_notes(statement: StatementEvidence) -> tuple[str, ...]:
    """The notes that its reasons for patterns do not say already."""
    return tuple(
        note
        for note in statement.evidence.notes
        if not any(note.endswith(one.why) or f"`{one.resource}`" in note for one in statement.patterns)
    )


GAPS_HELP = "mend the logs, or accept a gap with `--accept-gap NAME`; it will then stand in the report"
"""What to do about gaps that block."""


def gap_state(gap: Gap) -> str:
    """`accepted`, `blocks`, or that it does not matter."""
    return "accepted" if gap.accepted else "blocks" if gap.blocks else "does not matter here"


def asked_for_words(asked: AskedFor) -> str:
    """Why a refused call is told: what a reviewer should ask next."""
    if asked.allowed_now:
        return "the present policies allow it, so something else refused it"
    return "the present policies do not allow it"


def holdout_sentence(measure: Holdout | Blocked) -> str:
    """How the narrowing would have fared on later days."""
    if isinstance(measure, Blocked):
        return f"hold-out: {measure.reason}"
    return (
        f"hold-out: a policy made of the {how_many(measure.earlier_events, 'event')} before {measure.cut} would have denied"
        f" {measure.denied_events:,} of the {how_many(measure.later_events, 'event')} since ({measure.denied_rate:.1%}),"
        f" {measure.denied_requests:,} of {how_many(measure.later_requests, 'distinct request')}"
    )


def catalog_sentence(header: Header) -> str:
    """Which catalog of actions the report rests on."""
    return f"catalog of {header.version}: {header.actions:,} actions of {header.services:,} services, sha256 {header.sha256}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it, in a word and a sentence."""

    is_good: bool
    title: str
    sentence: str


def verdict_of(result: NarrowingResult) -> Verdict:
    """Proven, not proven, or not narrowed at all."""
    match result:
        case Blocked(reason=reason):
            return Verdict(False, "not narrowed", reason)
        case Narrowing(proof=proof) if proof.holds:
            return Verdict(True, "proven", "the narrowed policy grants nothing new and allows all that was observed")
        case Narrowing():
            return Verdict(False, "not proven", "the policy is not shown, as its proof fails")
        case unreachable:
            assert_never(unreachable)
