"""Containment: whether new policies grant nothing that old policies do not, exactly, with a witness when they do.

`grants(P)` is the set of all (action, resource, context) for which some Allow statement of P matches and no Deny
statement does: what P's identity policies by themselves let an IAM user or role of the resource's account do.
`contains` decides whether grants(new) is a subset of grants(old), for all actions (those AWS has not made yet
included), all resources and all contexts. docs/soundness.md states the model and how it is tested.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.iam.classes import Budget
from secrets_cli.iam.contain_known import KnownRequests, known_witness, readable_witness
from secrets_cli.iam.contain_replay import Replay
from secrets_cli.iam.contain_search import Search
from secrets_cli.iam.contain_statements import ReservedCharacter, compare
from secrets_cli.iam.contain_variables import filled_in, fillings
from secrets_cli.iam.model import Policy
from secrets_cli.iam.request import Request

_STEPS = 1_000_000
"""Steps one comparison may take: some seconds."""
_STEPS_A_FILLING = 100_000


__all__ = ["Contained", "Containment", "Difference", "KnownRequests", "NotContained", "Undecided", "contains"]


class Difference(enum.Enum):
    """What kind of difference a witness shows."""

    WIDENING = "widening"
    """Some request that AWS is known to make is newly granted, or this could not be ruled out."""
    ONLY_WHERE_NO_REQUEST_IS_KNOWN = "only-where-no-request-is-known"
    """Every difference lies on actions that are not known, or on resources their requests cannot carry."""


@dataclass(frozen=True, slots=True)
class Contained:
    """Proven: the new policies grant nothing that the old do not."""


@dataclass(frozen=True, slots=True)
class NotContained:
    """The new policies grant the witness, and the old do not; both by evaluation."""

    witness: Request
    """By an IAM user of the resource's account; no wildcards in action and resource (`*` itself aside)."""
    difference: Difference


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither proven nor shown to be wrong."""

    reason: str
    """One sentence, without a full stop."""


Containment: TypeAlias = Contained | NotContained | Undecided
"""The three answers."""


def contains(old: Sequence[Policy], new: Sequence[Policy], known: KnownRequests | None = None) -> Containment:
    """Whether `new` grants nothing that `old` does not.

    `known` serves to tell a widening from a difference on requests that no one is known to make, and to prefer a
    witness a reader knows; without it every difference is a widening. It has no part in the proof.
    """
    replay = Replay(tuple(old), tuple(new))
    try:
        comparison = compare(old, new)
    except ReservedCharacter:
        return Undecided("a pattern holds a private-use character")
    search = Search(comparison, replay.shows_difference, Budget(_STEPS))
    witness = search.witness()
    if witness is None and not search.doubts:
        return Contained()
    if witness is None:
        return _with_variables_filled(replay, known) or Undecided(next(iter(search.doubts)))
    return _classified(search, witness, known)


def _classified(search: Search, witness: Request, known: KnownRequests | None) -> NotContained:
    if known is None:
        return NotContained(witness, Difference.WIDENING)
    search.doubts.clear()
    search.budget.left = _STEPS
    found = known_witness(search, known)
    if found is not None:
        return NotContained(found, Difference.WIDENING)
    readable = readable_witness(search, known) or witness
    if search.doubts:
        return NotContained(readable, Difference.WIDENING)
    return NotContained(readable, Difference.ONLY_WHERE_NO_REQUEST_IS_KNOWN)


def _with_variables_filled(replay: Replay, known: KnownRequests | None) -> NotContained | None:
    """A witness for some filling of the policy variables, replayed on the policies as they are."""
    for filling in fillings((*replay.old, *replay.new)):
        old, new = ([filled_in(policy, filling) for policy in side] for side in (replay.old, replay.new))
        search = Search(compare(old, new), replay.shows_difference, Budget(_STEPS_A_FILLING), filling)
        witness = search.witness()
        if witness is not None:
            return _classified(search, witness, known)
    return None
