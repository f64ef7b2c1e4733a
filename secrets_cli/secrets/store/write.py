"""Storing one secret: what is sent, in which order, and what came of each part.

A write never reads, so a role without any Get action or kms:Decrypt can store. The value is stored first and whole; tags
on a parameter that was there and labels are calls of their own, and one that fails leaves the value stored and is told.
The one look at the parameter that a write may take is at its labels, after AWS refused for the sake of one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from secrets_cli.aws.parameter_refusals import OLDEST_IS_LABELLED, TIER_IS_ADVANCED
from secrets_cli.aws.parameters import ParameterStore, Write, Written
from secrets_cli.errors import AlreadyThere, AwsFailure
from secrets_cli.secrets.store.tier import ADVANCED_COST, Tier


@dataclass(frozen=True, slots=True)
class Order:
    """One secret to store."""

    write: Write
    """Its `tags` are put on whether or not the parameter is there already."""
    labels: tuple[str, ...] = ()
    """Put on the version that this write makes; a label that another version has moves."""
    is_tier_free: bool = False
    """Whether a parameter that is advanced already may be written as advanced, though standard was chosen for it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of an order: the value is stored, whatever `problems` says."""

    written: Written
    notes: tuple[str, ...] = ()
    problems: tuple[AwsFailure, ...] = ()
    """Tags and labels that could not be put on."""


def store_secret(store: ParameterStore, order: Order) -> Stored:
    """Store the value, then its tags and labels.

    Raises AlreadyThere, KeyUnusable, AccessDenied and the other AwsFailures where the value was not stored.
    """
    written, notes, is_tagged = _written(store, order)
    problems = []
    if order.write.tags and not is_tagged:
        problems += _tried(lambda: store.tag(order.write.name, dict(order.write.tags)))
    if order.labels:
        problems += _labelled(store, order, written.version)
    return Stored(written, notes, tuple(problems))


def _written(store: ParameterStore, order: Order) -> tuple[Written, tuple[str, ...], bool]:
    """The write, in one call or two, what is to be said of it, and whether the tags went with it.

    AWS takes tags only where it creates: so with tags a creation is tried first, and then the parameter is never without
    the tags that a policy may ask for.
    """
    write = order.write
    if write.tags:
        try:
            return (*_advanced_if_it_is(store, replace(write, overwrite=False), order.is_tier_free), True)
        except AlreadyThere:
            if not write.overwrite:
                raise
    return (*_advanced_if_it_is(store, replace(write, tags=()), order.is_tier_free), False)


def _advanced_if_it_is(store: ParameterStore, write: Write, is_free: bool) -> tuple[Written, tuple[str, ...]]:
    try:
        return store.put(write), ()
    except AwsFailure as refused:
        if refused.code == OLDEST_IS_LABELLED:
            raise _with_labels(store, write.name, refused) from None
        if refused.code != TIER_IS_ADVANCED or not is_free:
            raise
    note = f"`{write.name}` is in the advanced tier already ({ADVANCED_COST}), so it was written as such"
    return store.put(replace(write, tier=Tier.ADVANCED.value)), (note,)


def _with_labels(store: ParameterStore, name: str, refused: AwsFailure) -> AwsFailure:
    """The refusal with the labels of the oldest version named, where the caller may see them; without values."""
    try:
        versions = tuple(store.history(name, decrypt=False))
    except AwsFailure:
        return refused
    oldest, newest = versions[0], versions[-1]
    moves = f"secrets-cli secret label {name} move {' '.join(oldest.labels)} --version {newest.number}"
    named = ", ".join(f"`{label}`" for label in oldest.labels)
    return AwsFailure(
        f"`{name}` was not written: it has {len(versions)} versions, and version {oldest.number}, the oldest, is not "
        f"dropped for a new one as it has the label {named}",
        f"move the label to a version you want to keep, then run again: `{moves}`",
        refused.code,
    )


def _labelled(store: ParameterStore, order: Order, version: int) -> list[AwsFailure]:
    refused: list[str] = []
    problems = _tried(lambda: refused.extend(store.label(order.write.name, version, order.labels)))
    if refused:
        problems.append(AwsFailure(f"AWS does not take as a label: {', '.join(f'`{label}`' for label in refused)}"))
    return problems


def _tried(call: Callable[[], None]) -> list[AwsFailure]:
    try:
        call()
    except AwsFailure as failure:
        return [failure]
    return []
