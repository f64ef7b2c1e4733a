"""A narrowing as Markdown for the pull request that applies it.

Names out of logs and policies are a stranger's words: `markdown_text` writes them so that nothing of them is read as markup.
What a reviewer must not miss - the verdict, gaps, refused calls, the policy - comes before what explains it.
"""

import json
from collections.abc import Iterator, Sequence
from html import escape

from secrets_cli.iam.render import policy_document
from secrets_cli.narrow.narrowing import (
    AskedFor,
    Blocked,
    Gap,
    InvisibleAction,
    Narrowing,
    NarrowingResult,
    StatementEvidence,
)
from secrets_cli.report.markdown_parts import LONGEST, Part, within
from secrets_cli.report.markdown_text import code, sentence
from secrets_cli.report.narrowing_figures import by_service, figures_of
from secrets_cli.report.narrowing_report import Reported
from secrets_cli.report.narrowing_risk import (
    Alike,
    Removal,
    Risk,
    Ways,
    removals_by_risk,
    removals_together,
    ways_open,
)
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
from secrets_cli.report.printable import printable
from secrets_cli.wording import how_many

MARK = "<!-- secrets-cli role narrow -->"
"""Begins the text, so that a later run finds its own comment and writes it anew."""


def narrowing_markdown(reported: Reported, longest: int = LONGEST) -> str:
    """The report, never longer than `longest` bytes of UTF-8: whole items are left out, and how many is said.

    The policies are shown only where their proof holds.
    """
    result = reported.result
    gaps = Part(["### Gaps in the evidence", ""], [_gap(gap) for gap in result.gaps], "gap", _gaps_help(result))
    rests_on = [coverage_sentence(reported.coverage)]
    if reported.holdout is not None:
        rests_on.append(holdout_sentence(reported.holdout))
    logs = Part([], [f"{sentence(one)}\n" for one in rests_on], "sentence on the logs")
    foot = Part([], [f"<sub>{escape(catalog_sentence(reported.catalog.header))}</sub>"], "line")
    if isinstance(result, Blocked):
        return within(
            longest, [*_head(result), *([sentence(result.help), ""] if result.help else [])], [gaps, logs, foot]
        )
    ways = ways_open(result, reported.catalog)
    removals = removals_by_risk(result, ways, reported.catalog)
    parts = (_checks(result), gaps, *_first(result, ways, reported), logs, *_then(result, ways, removals), foot)
    return within(longest, list(_head(result)), parts)


def _head(result: NarrowingResult) -> Iterator[str]:
    verdict = verdict_of(result)
    yield MARK
    yield f"## Role {'narrowed' if verdict.is_good else 'not narrowed'}: {code(_name(result.principal))}"
    yield ""
    yield f"{code(result.principal)}"
    yield ""
    yield f"**{verdict.title.capitalize()}**: {sentence(verdict.sentence)}."
    yield ""


def _checks(result: Narrowing) -> Part:
    checks = proof_sentences(result.proof)
    lines = [f"- {'holds' if is_good else '**fails**'}: {sentence(words)}" for is_good, words in checks]
    return Part([], lines, "line of the proof")


def _first(result: Narrowing, ways: Ways, reported: Reported) -> Iterator[Part]:
    yield Part(
        ["### Observed, and not allowed by the narrowed policy", "", "| action | resource | why |", "|---|---|---|"],
        [f"| {code(one.action)} | {code(one.resource)} | {sentence(one.reason)} |" for one in result.proof.denied],
        "request",
    )
    yield Part([], [f"> {sentence(one)}\n>" for one in result.warnings], "warning")
    yield Part([], ["\n".join(_before_after(result, ways, reported))], "table")


def _before_after(result: Narrowing, ways: Ways, reported: Reported) -> Iterator[str]:
    yield "| granted | before | after | |"
    yield "|---|--:|--:|--:|"
    for figure in figures_of(result, ways, reported.catalog):
        yield f"| **{figure.label}** | **{figure.before:,}** | **{figure.after:,}** | {figure.less} |"
    for level in result.summary.by_access_level:
        yield f"| {sentence(level.level)} | {level.before:,} | {level.after:,} | |"


def _then(result: Narrowing, ways: Ways, removals: Sequence[Removal]) -> Iterator[Part]:
    yield Part(
        ["### Asked for, not granted", "", "| action | resource | events | last | |", "|---|---|--:|---|---|"],
        [_asked_for(one) for one in result.asked_for],
        "refused request",
    )
    if result.proof.holds:
        documents = [json.dumps(policy_document(one), indent=2) for one in result.policies]
        blocks = [f"```json\n{document}\n```\n" for document in documents]
        yield Part(
            ["### Policy" if len(blocks) == 1 else "### Policies, to be attached together", ""], blocks, "document"
        )
    yield from _removed(ways, removals)
    yield Part(
        [*_folded(f"Not visible in these logs: {how_many(len(result.invisible), 'action')}")],
        [_invisible(one) for one in result.invisible],
        "action",
        close=["", "</details>"],
    )
    if result.proof.holds:
        yield Part(
            ["### What stands behind each statement", ""],
            ["\n".join(_statement(one)) for one in result.statements],
            "statement",
        )


def _removed(ways: Ways, removals: Sequence[Removal]) -> Iterator[Part]:
    together = removals_together(removals)
    heading = f"### Removed: {how_many(len(removals), 'action')}, the worst first"
    closed = [path for path in ways.before if path not in ways.after]
    yield Part(
        [heading, "", "| what | granted on | actions |", "|---|---|---|"],
        [_removal(group.risk, alike) for group in together if group.risk.is_grave for alike in group.alike],
        "kind of action",
    )
    yield Part(
        [*_folded(f"{how_many(len(closed), 'way')} to more permissions closed")],
        [f"- {code(path.id)}: could {path.end.value}: {sentence(path.how)}" for path in closed],
        "way",
        close=["", "</details>"],
    )
    rest = [group for group in together if not group.risk.is_grave]
    count = sum(len(group.actions) for group in rest)
    yield Part(
        [*([] if len(rest) < len(together) else [heading, ""]), *_folded(f"{how_many(count, 'other action')} removed")],
        [f"- {group.risk.title}: {_actions(group.actions)}" for group in rest],
        "kind of action",
        close=["", "</details>"],
    )


def _actions(actions: Sequence[str]) -> str:
    counts = ", ".join(f"{code(service)} {count:,}" for service, count in by_service(actions).items())
    return f"{counts} ({_list(actions)})"


def _removal(risk: Risk, alike: Alike) -> str:
    where = _list(alike.resources) if alike.resources else "any resource"
    return f"| {sentence(alike.why or risk.title.lower())} | {where} | {_list(alike.actions)} |"


def _asked_for(asked: AskedFor) -> str:
    cells = (
        code(asked.action),
        code(asked.resource),
        f"{asked.events:,}",
        code(asked.last_seen),
        asked_for_words(asked),
    )
    return f"| {' | '.join(cells)} |"


def _gap(gap: Gap) -> str:
    return f"- **{gap_state(gap)}**: {code(gap.name)}: {sentence(gap.reason)}"


def _gaps_help(result: NarrowingResult) -> Sequence[str]:
    return ("", sentence(GAPS_HELP)) if any(gap.blocks and not gap.accepted for gap in result.gaps) else ()


def _invisible(item: InvisibleAction) -> str:
    fate = "kept" if item.kept else "dropped as asked"
    return f"- {code(item.action)} ({fate}) on {_list(item.resources)}: {sentence(item.reason)}"


def _statement(statement: StatementEvidence) -> Iterator[str]:
    summary = f"<code>{escape(printable(statement.sid))}</code> {escape(printable(seen_words(statement)))}"
    yield f"<details><summary>{summary}</summary>"
    yield ""
    for call in statement.evidence.calls:
        event = code(f"{call.event_source}:{call.event_name}")
        rule = f", by the rule {code(call.rule)}" if call.rule else ""
        yield f"- {code(call.action)}: {how_many(call.events, 'event')} {event}{rule}"
    for pattern in statement.patterns:
        such = f", such as {_list(pattern.examples)}" if pattern.examples else ""
        yield f"- {code(pattern.resource)}: {sentence(pattern.why)}{such}"
    yield from (f"- {sentence(note)}" for note in other_notes(statement))
    if statement.evidence.event_ids:
        yield f"- from {statement.evidence.first_seen or '-'} to {statement.evidence.last_seen or '-'}"
        yield f"- events such as {_list(statement.evidence.event_ids)}"
    yield ""
    yield "</details>"
    yield ""


def _folded(summary: str) -> tuple[str, str]:
    return f"<details><summary>{escape(summary)}</summary>", ""


def _list(words: Sequence[str]) -> str:
    return ", ".join(code(one) for one in words) or "-"


def _name(arn: str) -> str:
    return arn.rpartition(":")[2] or arn
