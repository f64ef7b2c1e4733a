"""`role apply`: what is planned, refused and done, as text and as JSON (schema `secrets-cli/role-apply/1`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.account.apply_prepare import Fresh, Judged, Resumed
from secrets_cli.account.check import Already, Refused
from secrets_cli.account.origin import Origin, origin_of
from secrets_cli.json_value import JsonValue
from secrets_cli.report.role_steps import step_json, step_words

SCHEMA = "secrets-cli/role-apply/1"
_LONGEST_DIFFERENCE = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One principal, and how far it came."""

    judged: Judged
    done: int = 0
    """Steps that are done, an earlier run's included."""
    snapshot: str = ""
    """Path; empty where none was written."""
    failure: str = ""
    """Why it stopped; empty where it did not."""

    @property
    def state(self) -> str:
        """`planned`, `applied`, `interrupted`, `already` or `refused`."""
        match self.judged.verdict:
            case Fresh() | Resumed() as prepared:
                if self.done == len(prepared.plan.steps) and self.snapshot and not self.failure:
                    return "applied"
                return "interrupted" if self.failure else "planned"
            case Already():
                return "already"
            case Refused():
                return "refused"
            case unreachable:
                assert_never(unreachable)


def judged_lines(judged: Judged) -> Iterator[str]:
    """What is to be done to one principal, or why nothing is."""
    yield f"{judged.proposed.principal}"
    origin = origin_of(judged.live) if judged.live else None
    match judged.verdict:
        case Already():
            yield "  the narrowed policy is in force, and nothing else: nothing to do"
        case Refused() as refused:
            yield from refused_lines(refused)
            return
        case Fresh() as fresh:
            yield f"  proven: {_proof_words(fresh)}"
            yield from _plan_lines(fresh)
        case Resumed() as resumed:
            done = f"{resumed.start} of {len(resumed.plan.steps)} steps are done"
            yield f"  goes on with the apply of {resumed.snapshot.taken}: {done}"
            yield from _plan_lines(resumed)
        case unreachable:
            assert_never(unreachable)
    if origin:
        yield from origin_lines(origin)


def refused_lines(refused: Refused) -> Iterator[str]:
    """Why nothing is done, and what can be."""
    yield f"  NO  {refused.reason}"
    yield from (f"      {line}" for line in refused.lines[:_LONGEST_DIFFERENCE])
    if len(refused.lines) > _LONGEST_DIFFERENCE:
        yield f"      and {len(refused.lines) - _LONGEST_DIFFERENCE} more (all with `--format json`)"
    if refused.help:
        yield f"  help: {refused.help}"


def origin_lines(origin: Origin) -> Iterator[str]:
    """Who manages the role, and what that does to the change."""
    yield f"  warning: {origin.framework.value} manages it ({origin.told_by}): {origin.warning}"


def _proof_words(fresh: Fresh) -> str:
    proof = fresh.ready.proof
    if not fresh.ready.was_replayed:
        return "grants nothing that it has not now; the file carries no requests to replay"
    return f"grants nothing that it has not now; {proof.allowed:,} of {proof.requests:,} counted requests are allowed"


def _plan_lines(prepared: Fresh | Resumed) -> Iterator[str]:
    for number, step in enumerate(prepared.plan.steps, 1):
        yield f"  {number:>3}. {step_words(step)}{' (done)' if number <= prepared.start else ''}"
    yield from (f"  note: {note}" for note in prepared.plan.notes)


def apply_json(rows: Sequence[Row], *, dry_run: bool) -> dict[str, JsonValue]:
    """The document."""
    return {"schema": SCHEMA, "dry_run": dry_run, "principals": [_row(row) for row in rows]}


def _row(row: Row) -> dict[str, JsonValue]:
    judged = row.judged
    origin = origin_of(judged.live) if judged.live else None
    verdict = judged.verdict
    document: dict[str, JsonValue] = {
        "principal": judged.proposed.principal,
        "state": row.state,
        "framework": origin_json(origin),
        "snapshot": row.snapshot or None,
        "failure": row.failure or None,
        "mode": None,
        "steps": [],
        "notes": [],
        "proof": None,
        "refused": refused_json(verdict) if isinstance(verdict, Refused) else None,
    }
    if isinstance(verdict, (Fresh, Resumed)):
        plan, done = verdict.plan, max(row.done, verdict.start)
        document |= {
            "mode": plan.mode.value,
            "steps": [step_json(step, done=number < done) for number, step in enumerate(plan.steps)],
            "notes": list(plan.notes),
        }
    if isinstance(verdict, Fresh):
        proof = verdict.ready.proof
        replay: JsonValue = (
            {"requests": proof.requests, "allowed": proof.allowed} if verdict.ready.was_replayed else None
        )
        document["proof"] = {"contained": "contained", "replay": replay}
    return document


def refused_json(refused: Refused) -> dict[str, JsonValue]:
    """Why nothing is done."""
    return {
        "standing": refused.standing.value,
        "reason": refused.reason,
        "help": refused.help or None,
        "lines": list(refused.lines),
    }


def origin_json(origin: Origin | None) -> JsonValue:
    """Who manages the role."""
    if origin is None:
        return None
    return {
        "name": origin.framework.value,
        "told_by": origin.told_by,
        "stack": origin.stack or None,
        "warning": origin.warning,
    }
