"""From a snapshot back to the principal as it was: the steps of the apply undone in reverse, from wherever they stopped.

Every state on the way back is one that the apply went through, so what was safe then is safe now. Where the principal is
in none of these states somebody else changed it; then nothing is done unless it is forced.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from secrets_cli.account.apply_run import Way
from secrets_cli.account.held import (
    Attach,
    DeleteInline,
    DeletePolicy,
    Detach,
    Held,
    NewVersion,
    PutInline,
    Step,
    canonical,
    differences,
    place_in,
    states,
    undoing,
)
from secrets_cli.account.snapshot import Snapshot
from secrets_cli.aws.roles import LivePrincipal, ManagedPolicy


@dataclass(frozen=True, slots=True)
class Back:
    """The way back."""

    way: Way
    notes: tuple[str, ...]
    """What is not as in the snapshot and is left as it is."""


@dataclass(frozen=True, slots=True)
class Drifted:
    """Somebody else changed the principal since."""

    lines: tuple[str, ...]
    """What is not as this tool left it."""
    can_be_forced: bool


WayBack: TypeAlias = Back | Drifted


def way_back(
    snapshot: Snapshot, live: LivePrincipal, now: Held, shared: Mapping[str, ManagedPolicy | None], *, force: bool
) -> WayBack:
    """How to undo, or that somebody else changed the principal.

    `now` is what it has, with the policies that were made for it; `shared` the managed policies of the snapshot that are not
    attached now, by ARN, None where one is gone: that cannot be forced, for there is nothing to attach.
    """
    plan = snapshot.plan
    row = plan.states
    gone = tuple(
        f"`{arn}` was attached and is gone: make it anew, then roll back" for arn, p in shared.items() if not p
    )
    if gone:
        return Drifted(gone, can_be_forced=False)
    changed = _changed(snapshot, live, shared)
    place = place_in(row, now, plan.made)
    if place is None or changed:
        nearest = min((differences(state, now, plan.made) for state in row), key=len)
        if not force:
            return Drifted((*changed, *nearest), can_be_forced=True)
    if place is None:
        steps = _straight(now, snapshot)
        # Documents of policies that are to be attached again, too.
        base = replace(now, documents=MappingProxyType({**plan.before.documents, **now.documents}))
        row = states(base, steps)
    else:
        steps, row = _undone(snapshot, place), tuple(reversed(row[: place + 1]))
    way = Way(live.named, live.arn, row, steps, plan.made, plan.versions, goes_on=True)
    return Back(way, _left_alone(snapshot.plan.live, live))


def _undone(snapshot: Snapshot, place: int) -> tuple[Step, ...]:
    plan = snapshot.plan
    row = plan.states
    return tuple(undoing(plan.steps[n], row[n], plan.versions) for n in reversed(range(place)))


def _straight(now: Held, snapshot: Snapshot) -> tuple[Step, ...]:
    """What is missing first, then what is too much; whatever came in between is overwritten."""
    plan = snapshot.plan
    before = plan.before
    steps: list[Step] = [
        PutInline(name, text)
        for name, text in sorted(before.inline.items())
        if canonical(now.inline.get(name, "")) != canonical(text)
    ]
    steps += [
        NewVersion(arn, before.documents[arn], back_to=version)
        for arn, version in sorted(plan.versions.items())
        if canonical(now.documents.get(arn, "")) != canonical(before.documents[arn])
    ]
    steps += [Attach(arn) for arn in sorted(before.attached - now.attached)]
    steps += [DeleteInline(name) for name in sorted(now.inline.keys() - before.inline.keys())]
    steps += [Detach(arn) for arn in sorted(now.attached - before.attached)]
    return (*steps, *(DeletePolicy(arn) for arn in sorted(plan.made - plan.versions.keys()) if arn in now.documents))


def _changed(snapshot: Snapshot, live: LivePrincipal, shared: Mapping[str, ManagedPolicy | None]) -> tuple[str, ...]:
    """What the states do not tell: another principal of the same name, a shared policy that says something else now."""
    was = snapshot.plan.live
    other = (f"`{was.arn}` is not the same as then: it was deleted and made anew",) if live.id != was.id else ()
    texts = {one.arn: one.text for one in was.attached}
    return other + tuple(
        f"`{arn}` says something else since (version {policy.version})"
        for arn, policy in shared.items()
        if policy is not None and canonical(policy.text) != canonical(texts[arn])
    )


def _left_alone(was: LivePrincipal, live: LivePrincipal) -> tuple[str, ...]:
    found = []
    if canonical(was.trust) != canonical(live.trust):
        found.append("its trust policy is another than then; it is left as it is")
    if (was.boundary.arn if was.boundary else "") != (live.boundary.arn if live.boundary else ""):
        found.append("its permissions boundary is another than then; it is left as it is")
    if was.tags != live.tags:
        found.append("its tags are others than then; they are left as they are")
    return tuple(found)
