"""Renaming: what was copied is read back and compared, and only then its source is deleted.

Interrupted anywhere, every value is at one name at least; running again finds the equal copies and goes on. Parameter
Store has no conditional delete: a write to the old name in the moment between the comparison and the delete is lost.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.aws.parameters import ParameterStore, Version
from secrets_cli.errors import AccessDenied, AlreadyThere, AwsFailure, SecretsCliError
from secrets_cli.secrets.bulk import Outcome, ShowProgress, run_all
from secrets_cli.secrets.transfer.copy_run import Copier, CopyPlan
from secrets_cli.secrets.transfer.copying import Step
from secrets_cli.secrets.transfer.reading_many import Reading, read_names

_NAMES_A_CALL: Final = 10


class Renaming(enum.Enum):
    """How far the rename of one parameter came."""

    RENAMED = "renamed"
    COPIED = "copied"
    """Both are there: the copy was not verified, or the source not deleted."""
    UNTOUCHED = "untouched"
    """The copy was not made, or not in whole."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """How the rename of one parameter ended."""

    step: Step
    state: Renaming
    failure: SecretsCliError | None = None


def rename_all(store: ParameterStore, plan: CopyPlan, progress: ShowProgress | None = None) -> tuple[Renamed, ...]:
    """Carry out the plan, both names being in `store`; one answer a step of the plan, in its order.

    Raises Interrupted on Ctrl-C, and what ends every call alike.
    """
    outcomes = run_all(plan.to_do, Copier(store), progress=progress)
    failed = {outcome.item.source: outcome.failure for outcome in outcomes if outcome.failure is not None}
    copied = [step for step in plan.to_rename if step.source not in failed]
    ended = {one.step.source: one for one in _finish(store, copied, plan.asked.history, progress)}
    return tuple(ended.get(step.source) or _untouched(step, failed.get(step.source)) for step in plan.steps)


def _untouched(step: Step, failure: SecretsCliError | None) -> Renamed:
    kept = AlreadyThere(f"`{step.target}`: {'; '.join(step.notes)}", "choose another name, or give `--overwrite`")
    return Renamed(step, Renaming.UNTOUCHED, failure or kept)


def _finish(
    store: ParameterStore, copied: Sequence[Step], history: bool, progress: ShowProgress | None
) -> tuple[Renamed, ...]:
    """Verify each copy and delete the source of those that are equal."""
    problems = _histories(store, copied, progress) if history else _currents(store, copied)
    verified = [step.source for step in copied if step.source not in problems]
    kept = _delete(store, verified, progress)
    return tuple(_ended(step, problems.get(step.source), kept.get(step.source)) for step in copied)


def _ended(step: Step, problem: SecretsCliError | None, kept: SecretsCliError | None) -> Renamed:
    failure = problem or kept
    return Renamed(step, Renaming.COPIED if failure else Renaming.RENAMED, failure)


def _currents(store: ParameterStore, steps: Sequence[Step]) -> dict[str, SecretsCliError]:
    """By the source's name, why its copy is not to be trusted."""
    sources = read_names(store, [step.source for step in steps])
    targets = read_names(store, [step.target for step in steps])
    found = ((step.source, _problem(step, sources, targets)) for step in steps)
    return {name: problem for name, problem in found if problem is not None}


def _problem(step: Step, sources: Reading, targets: Reading) -> SecretsCliError | None:
    if step.source in sources.unreadable:
        return sources.unreadable[step.source]
    if step.target in targets.unreadable:
        return targets.unreadable[step.target]
    source = sources.found[step.source]
    if source.version != step.source_version:
        return _changed(step)
    return None if source.value == targets.found[step.target].value else _unequal(step)


def _histories(
    store: ParameterStore, steps: Sequence[Step], progress: ShowProgress | None
) -> dict[str, SecretsCliError]:
    def check(step: Step) -> None:
        sources, targets = (tuple(store.history(name, decrypt=True)) for name in (step.source, step.target))
        if sources[-1].number != step.source_version:
            raise _changed(step)
        if not _all_equal(sources, targets):
            raise _unequal(step)

    outcomes = run_all(steps, check, progress=progress)
    return {outcome.item.source: outcome.failure for outcome in outcomes if outcome.failure is not None}


def _all_equal(ours: Sequence[Version], theirs: Sequence[Version]) -> bool:
    return len(ours) == len(theirs) and all(
        a.value is not None and a.value == b.value for a, b in zip(ours, theirs, strict=True)
    )


def _changed(step: Step) -> AwsFailure:
    return AwsFailure(f"`{step.source}` was changed after it was copied, and stays", "run again to copy the new value")


def _unequal(step: Step) -> AwsFailure:
    return AwsFailure(
        f"`{step.target}` is not what was copied, so `{step.source}` stays", "see `secrets-cli secret diff` for the two"
    )


def _delete(
    store: ParameterStore, names: Sequence[str], progress: ShowProgress | None
) -> Mapping[str, SecretsCliError]:
    """Delete in calls of ten, and one by one where a call was denied; by name, why one could not be."""
    batches = [tuple(names[start : start + _NAMES_A_CALL]) for start in range(0, len(names), _NAMES_A_CALL)]
    first = run_all(batches, store.delete, progress=progress)
    again = [(name,) for outcome in first if _denied_together(outcome) for name in outcome.item]
    outcomes = [outcome for outcome in first if not _denied_together(outcome)] + list(run_all(again, store.delete))
    return {name: outcome.failure for outcome in outcomes if outcome.failure is not None for name in outcome.item}


def _denied_together(outcome: Outcome[tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...]]]) -> bool:
    return len(outcome.item) > 1 and isinstance(outcome.failure, AccessDenied)
