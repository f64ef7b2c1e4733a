"""Carrying out an import plan: each parameter by itself, so that what failed can be run again and nothing else is.

A parameter that the plan found absent is written by a call that does not overwrite: what somebody wrote meanwhile stays.
"""

from collections.abc import Callable
from dataclasses import dataclass

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.errors import AwsFailure, SecretsCliError
from secrets_cli.secrets.bulk import Outcome, ShowProgress, run_all
from secrets_cli.secrets.environment.import_plan import Change, ImportPlan, Step
from secrets_cli.secrets.store.write import Order, Stored, store_secret


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a plan."""

    plan: ImportPlan
    outcomes: tuple[Outcome[Step, Stored], ...]
    """One for each step that writes."""

    @property
    def written(self) -> tuple[Outcome[Step, Stored], ...]:
        """Those that were stored."""
        return tuple(outcome for outcome in self.outcomes if outcome.failure is None)

    @property
    def failed(self) -> tuple[tuple[Step, SecretsCliError], ...]:
        """Those that were not, and why."""
        return tuple((outcome.item, outcome.failure) for outcome in self.outcomes if outcome.failure is not None)


def run_import(store: ParameterStore, plan: ImportPlan, key: str, progress: ShowProgress | None = None) -> Imported:
    """Write every step that writes, under the KMS key (`alias/...`, id or ARN).

    A failure belongs to its parameter and is answered. Raises `secrets_cli.secrets.bulk.Interrupted` on Ctrl-C.
    """
    return Imported(plan, run_all(plan.writes, _writer(store, key), progress=progress))


def _writer(store: ParameterStore, key: str) -> Callable[[Step], Stored]:
    def write(step: Step) -> Stored:
        return store_secret(
            store,
            Order(
                Write(
                    name=step.wanted.name,
                    value=step.wanted.value,
                    key=key,
                    overwrite=step.change is not Change.NEW,
                    tier=step.wanted.tier.tier.value,
                ),
                is_tier_free=step.wanted.tier.is_free_choice,
            ),
        )

    return write


def failure_of(
    imported: Imported, explain: Callable[[AwsFailure, str], AwsFailure], *, resumable: bool
) -> AwsFailure | None:
    """The error that the whole run ends with: how many were written, how many were not, and the first three reasons.

    None where all were. It is of the kind of the first failure, with the help that `explain` has for it; `explain` takes a
    failure and the parameter it was for.
    """
    if not imported.failed:
        return None
    reasons = [_explained(step, error, explain) for step, error in imported.failed[:_NAMED]]
    written, failed = len(imported.written), len(imported.failed)
    more = f"; and {failed - _NAMED} more" if failed > _NAMED else ""
    again = f"run the same command again{': it writes what is missing' if resumable else ''}"
    return type(reasons[0])(
        f"{written} of {written + failed} parameters were written, {failed} not: "
        f"{'; '.join(reason.message for reason in reasons)}{more}",
        f"{reasons[0].help}; then {again}" if reasons[0].help else again,
        reasons[0].code,
    )


def _explained(step: Step, error: SecretsCliError, explain: Callable[[AwsFailure, str], AwsFailure]) -> AwsFailure:
    if isinstance(error, AwsFailure):
        return explain(error, step.wanted.name)
    return AwsFailure(error.message, error.help)


_NAMED = 3
