"""Labels: names for versions of a parameter, one version each. What may be one, and what a change does, before the call.

At most 10 on a version, at most 100 characters of letters, digits and `_.-`, not beginning with a digit, `aws` or `ssm`.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from secrets_cli.aws.parameters import ParameterStore, Version
from secrets_cli.errors import AwsFailure, ConfigurationError, NotThere
from secrets_cli.wording import named

MOST_LABELS = 10
_LABEL = re.compile(r"[A-Za-z_.\-][A-Za-z0-9_.\-]{0,99}")


def checked_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels as given, each once. Raises ConfigurationError that names the rule broken."""
    distinct = tuple(dict.fromkeys(labels))
    for label in distinct:
        problem = _problem(label)
        if problem:
            raise ConfigurationError(
                f"{named(label)} cannot be a label: {problem}",
                "give letters, digits and `_.-`, not beginning with a digit, `aws` or `ssm`",
            )
    if len(distinct) > MOST_LABELS:
        raise ConfigurationError(f"a version has at most {MOST_LABELS} labels, and {len(distinct)} were given")
    return distinct


def _problem(label: str) -> str:
    if label.lower().startswith(("aws", "ssm")):
        return "labels that begin with `aws` or `ssm` are reserved"
    if label[:1].isdigit():
        return "it begins with a digit"
    if len(label) > 100:
        return f"it has {len(label)} characters, and 100 is the limit"
    return "" if _LABEL.fullmatch(label) else "it is empty or holds characters other than letters, digits and `_.-`"


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A label, and where it goes from and to."""

    label: str
    before: int | None
    """The version that has it; None for none."""
    after: int | None
    """The version that will have it; None where it is taken off."""

    @property
    def is_change(self) -> bool:
        """Whether anything is to be done."""
        return self.before != self.after


def planned(
    name: str, versions: Sequence[Version], verb: str, labels: Sequence[str], version: int | None
) -> tuple[LabelChange, ...]:
    """What `add`, `move` or `remove` does, for the versions of a parameter, oldest first.

    `version` None is the newest for `add` and `move`, and whichever has the label for `remove`. Raises ConfigurationError
    where the rules of labels refuse it, NotThere for a version or label that is not there.
    """
    if not versions:
        raise NotThere(f"`{name}` has no versions")
    holders = {label: held.number for held in versions for label in held.labels}
    if version is not None and version not in {held.number for held in versions}:
        raise NotThere(
            f"`{name}` has no version {version}", f"see those it has with `secrets-cli secret history {name}`"
        )
    match verb:
        case "remove":
            return tuple(_removal(name, label, holders, version) for label in labels)
        case _:
            target = version or versions[-1].number
            changes = tuple(LabelChange(label, holders.get(label), target) for label in labels)
            _refuse_wrong_verb(name, verb, changes)
            _refuse_too_many(name, target, holders, changes)
            return changes


def _removal(name: str, label: str, holders: dict[str, int], version: int | None) -> LabelChange:
    holder = holders.get(label)
    if holder is None:
        raise NotThere(f"no version of `{name}` has the label `{label}`", f"see `secrets-cli secret history {name}`")
    if version not in (None, holder):
        raise ConfigurationError(
            f"the label `{label}` of `{name}` is on version {holder}, not on {version}", f"give `--version {holder}`"
        )
    return LabelChange(label, holder, None)


def _refuse_wrong_verb(name: str, verb: str, changes: tuple[LabelChange, ...]) -> None:
    for change in changes:
        if verb == "add" and change.before is not None and change.is_change:
            raise ConfigurationError(
                f"the label `{change.label}` of `{name}` is on version {change.before}, and a label is on one version",
                f"to take it from there: `secrets-cli secret label {name} move {change.label} --version {change.after}`",
            )
        if verb == "move" and change.before is None:
            raise NotThere(
                f"no version of `{name}` has the label `{change.label}`",
                f"to put it on: `secrets-cli secret label {name} add {change.label} --version {change.after}`",
            )


def _refuse_too_many(name: str, target: int, holders: dict[str, int], changes: tuple[LabelChange, ...]) -> None:
    present = {label for label, version in holders.items() if version == target}
    total = len(present | {change.label for change in changes})
    if total > MOST_LABELS:
        raise ConfigurationError(
            f"version {target} of `{name}` would have {total} labels, and {MOST_LABELS} is the limit",
            f"take some off first: `secrets-cli secret label {name} remove LABEL`",
        )


def carry_out(store: ParameterStore, name: str, changes: Sequence[LabelChange]) -> None:
    """Do what was planned, in one call for each version it is about; what is as it should be is left alone.

    Raises AwsFailure where AWS does not take a label after all.
    """
    refused: list[str] = []
    for version, labels in _by_version(changes, lambda change: change.after):
        refused += store.label(name, version, labels)
    for version, labels in _by_version([each for each in changes if each.after is None], lambda change: change.before):
        refused += store.unlabel(name, version, labels)
    if refused:
        raise AwsFailure(f"AWS does not take, for `{name}`: {', '.join(f'`{label}`' for label in refused)}")


def _by_version(
    changes: Sequence[LabelChange], version_of: Callable[[LabelChange], int | None]
) -> list[tuple[int, tuple[str, ...]]]:
    grouped: dict[int, list[str]] = {}
    for change in changes:
        version = version_of(change)
        if change.is_change and version is not None:
            grouped.setdefault(version, []).append(change.label)
    return [(version, tuple(labels)) for version, labels in grouped.items()]
