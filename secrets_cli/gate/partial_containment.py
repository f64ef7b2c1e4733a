"""Containment of policies that are known in part.

What is written the same on both sides is the same there, though nobody knows what it is: such grants cancel out, as long as
the new side still has every Deny statement of the old. Of the rest, the new side must grant at most what the old grants at
least; it grants more for certain where what it grants at least is not within what the old grants at most, or where it grants
an action on something unknown that the old side grants on nothing. Between these nothing is decided.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from secrets_cli.gate.same_content import content_of
from secrets_cli.gate.unknown_values import at_least, at_most, holds_unknown, unknown_places
from secrets_cli.iam.contain import Contained, Containment, NotContained, Undecided, contains
from secrets_cli.iam.contain_known import KnownRequests
from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.request import PolicySet

Written = Callable[[Location], str]
"""How what begins at a place is written in its file: the same text means the same unknown."""

_ANYTHING = Element(("*",))


@dataclass(frozen=True, slots=True)
class KnownInPart:
    """One side."""

    policies: tuple[Policy, ...]
    written: Written


def contained_as_known(old: KnownInPart, new: KnownInPart, known: KnownRequests | None) -> Containment:
    """Whether `new` grants nothing that `old` does not, whatever the unknown parts turn out to be."""
    before, after = _without_common(old, new)
    if not any(one.effect is Effect.ALLOW for one in _statements(after)):
        return Contained()
    if not any(holds_unknown(one) for side in (old, new) for one in _statements(side.policies)):
        return contained_policies(old.policies, new.policies, known)
    proven = contained_policies(at_least(before), at_most(after), known)
    if isinstance(proven, Contained):
        return proven
    shown = contained_policies(at_most(old.policies), at_least(new.policies), known)
    if isinstance(shown, NotContained):
        return shown
    return _newly_granted(old, new, known) or Undecided("it depends on values that are known at deployment only")


def contained_policies(old: Sequence[Policy], new: Sequence[Policy], known: KnownRequests | None) -> Containment:
    """The containment decision; without an Allow statement in `new` there is nothing to decide."""
    if not any(one.effect is Effect.ALLOW for one in _statements(new)):
        return Contained()
    return contains(old, new, known)


def _newly_granted(old: KnownInPart, new: KnownInPart, known: KnownRequests | None) -> NotContained | None:
    """Where the new side can grant, on something unknown, an action that the old side grants on nothing at all."""
    most = at_most(old.policies)
    shown = contained_policies(most, at_most(new.policies), known)
    if not isinstance(shown, NotContained):
        return None
    allows = (one for one in _statements(most) if one.effect is Effect.ALLOW)
    return None if any(_allows(replace(one, resource=_ANYTHING, conditions=()), shown) for one in allows) else shown


def _allows(statement: Statement, shown: NotContained) -> bool:
    return evaluate(shown.witness, PolicySet(identity=(Policy((statement,)),))).verdict is Verdict.ALLOWED


def _without_common(old: KnownInPart, new: KnownInPart) -> tuple[tuple[Policy, ...], tuple[Policy, ...]]:
    """Both sides without what is the same in both.

    With D the Deny statements of the old side, all of which the new side has: what an Allow statement of both sides grants
    there is within what it grants here, so it need not be looked at again. The common Deny statements go from the old side,
    as they take the same from both.
    """
    before, after = _signed(old), _signed(new)
    common = {sign for sign, _, _ in before} & {sign for sign, _, _ in after}
    denied = {sign for sign, _, one in before if one.effect is Effect.DENY}
    if not denied <= common:
        return old.policies, new.policies
    kept_old = [(policy, one) for _, policy, one in before if one.effect is Effect.ALLOW]
    kept_new = [(policy, one) for sign, policy, one in after if not (sign in common and one.effect is Effect.ALLOW)]
    return _policies(kept_old), _policies(kept_new)


def _signed(side: KnownInPart) -> list[tuple[str, Policy, Statement]]:
    """Each statement, taken apart by its actions, with a text that those of both sides share where they mean the same."""
    signed: list[tuple[str, Policy, Statement]] = []
    for policy in side.policies:
        for statement in policy.statements:
            written = "\0".join(side.written(place) for place in unknown_places(statement))
            parts = _by_action(statement)
            signed += [(f"{content_of(part, policy.version)}\0{written}", policy, part) for part in parts]
    return signed


def _by_action(statement: Statement) -> Iterable[Statement]:
    if statement.action.negated:
        return (statement,)
    return (replace(statement, action=replace(statement.action, values=(one,))) for one in statement.action.values)


def _policies(statements: Iterable[tuple[Policy, Statement]]) -> tuple[Policy, ...]:
    return tuple(replace(policy, statements=(one,)) for policy, one in statements)


def _statements(policies: Iterable[Policy]) -> list[Statement]:
    return [one for policy in policies for one in policy.statements]
