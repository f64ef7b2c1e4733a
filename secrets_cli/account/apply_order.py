"""In which order old policies may go, so that no moment grants more than the principal has now.

Taking an Allow away grants less; taking a policy away that denies may let through what it denied. So each state on the
way is looked at: all Deny statements of now are still in it (then it grants nothing but what now or the new policies
grant, and these are contained in now), or it is proven to be contained.

That each state grants at least what the narrowed policies grant needs no proof of its own. Until all of them are there
nothing of now goes; from then on they are in every state. The Deny statements beside them are of now or their own, and what
the narrowed policies grant is granted now, so none of those denies it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.account.held import DeleteInline, Detach, Held, Step, after, policies_of, states
from secrets_cli.account.meaning import denials_of
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Policy


@dataclass(frozen=True, slots=True)
class NoOrder:
    """None of the orders tried is safe."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What states are measured by."""

    owner: str
    """The principal's name, for messages."""
    present: tuple[Policy, ...]
    """All that is in force now."""
    fixed: tuple[Policy, ...]
    """Of these what is in force whatever is changed: a user's groups'."""


def removals(
    before: Held,
    first: Sequence[Step],
    going: Sequence[DeleteInline | Detach],
    ground: Ground,
) -> tuple[Step, ...] | NoOrder:
    """The steps of `going` in a safe order after `first`, or that there is none.

    At each place the first step that is safe is taken; the last state is the narrowed policies alone, which is what was
    proven. Raises MalformedInput.
    """
    row = states(before, first)
    if not all(_safe(state, ground) for state in row[1:]):
        return NoOrder("a Deny statement would go with the policy that is replaced")
    state, left, ordered = row[-1], list(going), list[Step]()
    while left:
        found = next((step for step in left if _safe(after(state, step), ground)), None)
        if found is None:
            return NoOrder(f"`{_name(left[0])}` denies what another one allows")
        ordered.append(found)
        left.remove(found)
        state = after(state, found)
    return tuple(ordered)


def _safe(state: Held, ground: Ground) -> bool:
    policies = (*policies_of(state, ground.owner), *ground.fixed)
    if denials_of(ground.present) <= denials_of(policies):
        return True
    return isinstance(contains(ground.present, policies), Contained)


def _name(step: DeleteInline | Detach) -> str:
    return step.name if isinstance(step, DeleteInline) else step.arn
