"""Whether two sets of policies mean the same, proven by containment in both directions.

To mean the same they must grant the same, and also deny the same: a Deny that takes back nothing that its own policies
grant still counts against whatever other policy the principal has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.contain import Contained, NotContained, Undecided, contains
from secrets_cli.iam.model import Effect, Policy


@dataclass(frozen=True, slots=True)
class Unproven:
    """Not shown to mean the same."""

    reason: str
    """One sentence, without a full stop."""


def unequal(one: Sequence[Policy], other: Sequence[Policy]) -> Unproven | None:
    """None where it is proven that both grant the same requests and deny the same requests; else why it is not."""
    for before, after in ((one, other), (denies_as_allows(one), denies_as_allows(other))):
        reason = _beyond(before, after) or _beyond(after, before)
        if reason is not None:
            return Unproven(reason)
    return None


def denies_as_allows(policies: Sequence[Policy]) -> tuple[Policy, ...]:
    """The Deny statements alone, each as an Allow: what these grant is what the policies deny."""
    return tuple(
        replace(
            policy,
            statements=tuple(replace(s, effect=Effect.ALLOW) for s in policy.statements if s.effect is Effect.DENY),
        )
        for policy in policies
    )


def _beyond(old: Sequence[Policy], new: Sequence[Policy]) -> str | None:
    match contains(old, new):
        case Contained():
            return None
        case NotContained(witness):
            return f"they differ on `{witness.action}` on `{witness.resource}`"
        case Undecided(reason):
            return reason
