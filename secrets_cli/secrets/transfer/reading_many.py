"""Reading many parameters where some cannot be read: what was read, and why the rest was not.

GetParameters and GetParametersByPath fail as a whole where one parameter's key is disabled or denied. So a call of ten
that fails so is asked again name by name, by the same action (each read action is authorised on its own).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.aws.parameters import Fetched, Parameter, ParameterStore
from secrets_cli.errors import AccessDenied, KeyUnusable, NotThere, SecretsCliError
from secrets_cli.secrets.bulk import Outcome, ShowProgress, run_all

_NAMES_A_CALL: Final = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """The values asked for, by name; each name is in one of the two."""

    found: Mapping[str, Parameter]
    unreadable: Mapping[str, SecretsCliError]
    """Why each of the others could not be read; NotThere for one that has gone, or never was."""


def read_names(store: ParameterStore, names: Sequence[str], progress: ShowProgress | None = None) -> Reading:
    """The current values of parameters known by name, by ssm:GetParameters. `progress` counts calls.

    Raises what ends every call alike (Unreachable, ConfigurationError); what concerns one parameter is answered beside it.
    """
    batches = [tuple(names[start : start + _NAMES_A_CALL]) for start in range(0, len(names), _NAMES_A_CALL)]
    first = run_all(batches, store.get_many, progress=progress)
    again = [(name,) for outcome in first if _one_may_spoil_all(outcome) for name in outcome.item]
    outcomes = [outcome for outcome in first if not _one_may_spoil_all(outcome)] + list(run_all(again, store.get_many))
    found: dict[str, Parameter] = {}
    unreadable: dict[str, SecretsCliError] = {}
    for outcome in outcomes:
        if outcome.result is not None:
            found |= {parameter.name: parameter for parameter in outcome.result.found}
            unreadable |= {name: _gone(name) for name in outcome.result.missing}
        elif isinstance(outcome.failure, (AccessDenied, KeyUnusable, NotThere)):
            unreadable |= dict.fromkeys(outcome.item, outcome.failure)
        elif outcome.failure is not None:
            raise outcome.failure
    return Reading(found, unreadable)


def read_under(store: ParameterStore, path: str, progress: ShowProgress | None = None) -> Reading:
    """The current values of every parameter under a path: by ssm:GetParametersByPath, and where that fails for the sake of
    a value, by listing the names without values and `read_names`. Raises AccessDenied where the path may not be listed."""
    try:
        return Reading({parameter.name: parameter for parameter in store.under(path)}, {})
    except (AccessDenied, KeyUnusable):
        names = [parameter.name for parameter in store.under(path, decrypt=False)]
        return read_names(store, names, progress)


def _one_may_spoil_all(outcome: Outcome[tuple[str, ...], Fetched]) -> bool:
    return len(outcome.item) > 1 and isinstance(outcome.failure, (AccessDenied, KeyUnusable))


def _gone(name: str) -> NotThere:
    return NotThere(f"there is no parameter `{name}`", "check the name and the region", "ParameterNotFound")
