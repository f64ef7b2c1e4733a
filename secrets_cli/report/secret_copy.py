"""`secret copy` and `secret rename`: the plan and the result, as text and as JSON. No value is in either."""

from collections import Counter
from collections.abc import Mapping, Sequence

from secrets_cli.errors import SecretsCliError
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.bulk import Outcome
from secrets_cli.secrets.transfer.copy_run import CopyPlan
from secrets_cli.secrets.transfer.copying import Change, Step
from secrets_cli.secrets.transfer.renaming import Renamed, Renaming
from secrets_cli.wording import how_many

COPY_SCHEMA = "secrets-cli/secret-copy/1"
RENAME_SCHEMA = "secrets-cli/secret-rename/1"

_WORDS = {Change.ADD: "add", Change.UPDATE: "update", Change.EQUAL: "equal", Change.KEEP: "keep"}


def plan_text(plan: CopyPlan) -> str:
    """One line a parameter that is not equal, and the counts."""
    lines = [_step_line(step) for step in plan.steps if step.change is not Change.EQUAL]
    lines += [f"? {outcome.item}  {_reason(outcome.failure)}" for outcome in plan.unreadable]
    return "\n".join([*lines, _counts_line(plan)])


def shortened(plan: str, most: int = 60) -> str:
    """A plan's text of at most `most` lines: the middle is left out, and said to be."""
    lines = plan.split("\n")
    if len(lines) <= most:
        return plan
    tail = lines[-_TAIL:]
    head = lines[: most - _TAIL - 1]
    return "\n".join([*head, f"... {len(lines) - len(head) - _TAIL} more; `--dry-run` lists all", *tail])


_TAIL = 6
"""Lines at the end of a plan that sum it up."""


def rename_plan_text(plan: CopyPlan) -> str:
    """As `plan_text`, with the equal ones, as their old names go, and what goes with them."""
    equal = [
        f"= {step.target}  is equal to {step.source}, which goes" for step in plan.steps if step.change is Change.EQUAL
    ]
    lines = [*equal, plan_text(plan), "each old name is deleted when its copy is read back and equal"]
    older = sum(step.source_version > 1 for step in plan.to_rename)
    if older and not plan.asked.history:
        lines.append(f"{older} with earlier versions, which go with the old name; `--with-history` takes them along")
    return "\n".join(lines)


def _step_line(step: Step) -> str:
    named = f"{step.change.value} {step.target}  from {step.source}:{step.source_version}"
    said = "; ".join(part for part in (", ".join(step.what), _details(step), *step.notes) if part)
    return f"{named}  {said}"


def _details(step: Step) -> str:
    """What is written, beside the value."""
    if not step.writes:
        return ""
    newest = step.writes[-1]
    labels = sorted(label for _, some in step.labels for label in some)
    found = [
        newest.key,
        f"{len(step.writes)} versions" if len(step.writes) > 1 else "",
        "advanced tier" if newest.tier == "Advanced" else "",
        f"labels {', '.join(labels)}" if labels else "",
        how_many(len(newest.tags), "tag") if newest.tags else "",
        "with its parameter policies" if newest.policies else "",
    ]
    return ", ".join(part for part in found if part)


def _counts_line(plan: CopyPlan) -> str:
    counted = Counter(step.change for step in plan.steps)
    parts = [f"{counted[Change.ADD]} to add", f"{counted[Change.UPDATE]} to change", f"{counted[Change.EQUAL]} equal"]
    if counted[Change.KEEP]:
        parts.append(f"{counted[Change.KEEP]} kept as they are")
    if plan.unreadable:
        parts.append(f"{len(plan.unreadable)} that cannot be read")
    return ", ".join(parts)


def copied_text(plan: CopyPlan, outcomes: Sequence[Outcome[Step, int]]) -> str:
    """What was done, then what was not, each with its reason."""
    done = sum(outcome.failure is None for outcome in outcomes)
    failed = _failures(plan, {outcome.item.source: outcome.failure for outcome in outcomes})
    equal = sum(step.change is Change.EQUAL for step in plan.steps)
    kept = [step for step in plan.steps if step.change is Change.KEEP]
    head = f"copied {done}, equal already {equal}, kept {len(kept)}, failed {len(failed)}"
    return "\n".join([head, *(f"! {step.target}  {'; '.join(step.notes)}" for step in kept), *_failure_lines(failed)])


def copied_json(plan: CopyPlan, outcomes: Sequence[Outcome[Step, int]] | None) -> dict[str, JsonValue]:
    """The JSON result; `outcomes` is None where nothing was to be done but to plan."""
    ended = {outcome.item.source: outcome for outcome in outcomes or ()}
    steps: list[JsonValue] = []
    for step in plan.steps:
        outcome = ended.get(step.source)
        state = "planned" if outcomes is None else "unchanged"
        if outcome is not None:
            state = "copied" if outcome.failure is None else "failed"
        steps.append({**_step_json(step), "state": state, "version": outcome.result if outcome else None})
    return {
        "schema": COPY_SCHEMA,
        "source": str(plan.asked.source),
        "target": str(plan.asked.target),
        "dry_run": outcomes is None,
        "steps": steps,
        "failed": _failures_json(plan, {name: outcome.failure for name, outcome in ended.items()}),
    }


def renamed_text(plan: CopyPlan, ended: Sequence[Renamed]) -> str:
    """What was renamed; what is at both names now, or only at the old one, and why."""
    counted = Counter(one.state for one in ended)
    failed = _failures(plan, {one.step.source: one.failure for one in ended})
    head = f"renamed {counted[Renaming.RENAMED]}, failed {len(failed)}"
    if counted[Renaming.COPIED]:
        head += f" ({counted[Renaming.COPIED]} of them copied, and still at the old name too)"
    return "\n".join([head, *_failure_lines(failed)])


def renamed_json(plan: CopyPlan, ended: Sequence[Renamed] | None) -> dict[str, JsonValue]:
    """The JSON result; `ended` is None where nothing was to be done but to plan."""
    states = {one.step.source: one for one in ended or ()}
    steps: list[JsonValue] = [
        {**_step_json(step), "state": states[step.source].state.value if step.source in states else "planned"}
        for step in plan.steps
    ]
    return {
        "schema": RENAME_SCHEMA,
        "source": str(plan.asked.source),
        "target": str(plan.asked.target),
        "dry_run": ended is None,
        "steps": steps,
        "failed": _failures_json(plan, {name: one.failure for name, one in states.items()}),
    }


def _step_json(step: Step) -> dict[str, JsonValue]:
    return {
        "source": step.source,
        "source_version": step.source_version,
        "target": step.target,
        "change": _WORDS[step.change],
        "what": list(step.what),
        "key": step.writes[-1].key if step.writes else None,
        "versions": len(step.writes),
        "labels": [label for _, some in step.labels for label in some],
        "notes": list(step.notes),
    }


def _failures(plan: CopyPlan, ended: Mapping[str, SecretsCliError | None]) -> dict[str, SecretsCliError]:
    unreadable = {outcome.item: outcome.failure for outcome in plan.unreadable}
    return {name: failure for name, failure in (unreadable | dict(ended)).items() if failure is not None}


def _failures_json(plan: CopyPlan, ended: Mapping[str, SecretsCliError | None]) -> list[JsonValue]:
    failures = _failures(plan, ended)
    return [{"name": name, "reason": why.message, "help": why.help} for name, why in sorted(failures.items())]


def _failure_lines(failures: Mapping[str, SecretsCliError]) -> list[str]:
    return [f"? {name}  {_reason(why)}" for name, why in sorted(failures.items())]


def _reason(failure: SecretsCliError | None) -> str:
    if failure is None:
        return ""
    return f"{failure.message} ({failure.help})" if failure.help else failure.message
