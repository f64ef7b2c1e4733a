"""`role rollback`: the way back and what came of it, as text and as JSON (schema `secrets-cli/role-rollback/1`)."""

from collections.abc import Iterator
from dataclasses import dataclass

from secrets_cli.account.rollback import Back, Drifted, WayBack
from secrets_cli.account.snapshot import Snapshot
from secrets_cli.json_value import JsonValue
from secrets_cli.report.role_steps import step_json, step_words

SCHEMA = "secrets-cli/role-rollback/1"


@dataclass(frozen=True, slots=True)
class Undoing:
    """A rollback, and how far it came."""

    snapshot: Snapshot
    back: WayBack
    done: int = 0
    is_over: bool = False
    failure: str = ""

    @property
    def state(self) -> str:
        """`planned`, `rolled-back`, `interrupted`, `already` or `drifted`."""
        if isinstance(self.back, Drifted):
            return "drifted"
        if self.failure:
            return "interrupted"
        if not self.back.way.steps:
            return "already"
        return "rolled-back" if self.is_over else "planned"


def rollback_lines(snapshot: Snapshot, back: WayBack) -> Iterator[str]:
    """What is to be done, or why nothing is."""
    yield f"{snapshot.plan.live.arn}, back to {snapshot.taken}"
    match back:
        case Drifted(lines):
            yield "  NO  somebody else changed it since"
            yield from (f"      {line}" for line in lines)
        case Back(way, notes):
            if not way.steps:
                yield "  it is as it was: nothing to do"
            for number, step in enumerate(way.steps, 1):
                yield f"  {number:>3}. {step_words(step)}"
            yield from (f"  note: {note}" for note in notes)


def rollback_json(undoing: Undoing, path: str, *, dry_run: bool) -> dict[str, JsonValue]:
    """The document."""
    back = undoing.back
    steps = back.way.steps if isinstance(back, Back) else ()
    return {
        "schema": SCHEMA,
        "dry_run": dry_run,
        "principal": undoing.snapshot.plan.live.arn,
        "snapshot": path,
        "taken": undoing.snapshot.taken,
        "state": undoing.state,
        "steps": [step_json(step, done=number < undoing.done) for number, step in enumerate(steps)],
        "notes": list(back.notes) if isinstance(back, Back) else [],
        "drift": list(back.lines) if isinstance(back, Drifted) else [],
        "failure": undoing.failure or None,
    }
