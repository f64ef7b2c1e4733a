"""Deleting parameters, which nothing undoes, and the backup that lets them be stored again.

The version numbers, the history and the labels of older versions do not come back; a name can be used again after 30
seconds. Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.aws.parameters import Described, ParameterFilter, ParameterStore
from secrets_cli.errors import AccessDenied, AwsFailure, NotThere
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.store.reading import read_each

_NAMES_A_CALL = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """One parameter as a backup keeps it: its current version and what belongs to it."""

    described: Described
    value: SecretValue
    tags: Mapping[str, str]
    labels: tuple[str, ...]
    """Of the current version."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What came of a deletion, part by part: a call deletes ten names."""

    deleted: tuple[str, ...]
    missing: tuple[str, ...]
    failure: AwsFailure | None = None
    """What ended it before all names were done; those neither deleted nor missing are still there."""
    unknown: tuple[str, ...] = ()
    """Under way when the user interrupted: they may be gone."""


def under(store: ParameterStore, path: str) -> tuple[Described, ...]:
    """The parameters under a path, sorted by name. Raises NotThere for none."""
    filters = () if path == "/" else (ParameterFilter("Path", (path,), "Recursive"),)
    found = tuple(sorted(store.describe(*filters), key=lambda described: described.name))
    if not found:
        raise NotThere(f"there is no parameter under `{path}`", "see what there is with `secrets-cli secret list`")
    return found


def kept(
    store: ParameterStore, described: Sequence[Described], step: Callable[[int], None] = lambda _: None
) -> tuple[Kept, ...]:
    """Everything a backup needs of the parameters; `step` is told of each that is done.

    Raises AccessDenied or KeyUnusable where one cannot be read whole.
    """
    read = read_each(store, [each.name for each in described])
    if read.unreadable:
        raise read.unreadable[0].failure
    if read.missing:
        raise NotThere(f"`{read.missing[0]}` went away while it was read; nothing was deleted", "run again")
    values = {word: parameter.value for word, parameter in read.found}
    whole = []
    for each in described:
        whole.append(Kept(each, values[each.name], store.tags(each.name), _labels(store, each)))
        step(1)
    return tuple(whole)


def _labels(store: ParameterStore, described: Described) -> tuple[str, ...]:
    """Labels of the current version; none where the caller may not read the history, as a backup is still worth having."""
    try:
        return next(
            (v.labels for v in store.history(described.name, decrypt=False) if v.number == described.version), ()
        )
    except AccessDenied:
        return ()


def delete_each(
    store: ParameterStore,
    names: Sequence[str],
    asked: Sequence[str] = (),
    step: Callable[[int], None] = lambda _: None,
) -> Deleted:
    """Delete the names in tens, in order; a failure or Ctrl-C ends it and is answered with what was done.

    Those of `asked` that are not among `names` count as missing. `step` is told how many are done each time.
    """
    deleted: list[str] = []
    missing = [name for name in asked if name not in set(names)]
    for start in range(0, len(names), _NAMES_A_CALL):
        batch = names[start : start + _NAMES_A_CALL]
        try:
            done, absent = store.delete(batch)
        except AwsFailure as failure:
            return Deleted(tuple(deleted), tuple(missing), failure)
        except KeyboardInterrupt:
            return Deleted(tuple(deleted), tuple(missing), unknown=tuple(batch))
        deleted += done
        missing += absent
        step(len(batch))
    return Deleted(tuple(deleted), tuple(missing))
